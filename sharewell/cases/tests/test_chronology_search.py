"""Search in the chronology: every word is found by those who may read it, and nothing hidden shows in any way."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries

from sharewell.agencies.access import NotFound
from sharewell.cases import finding, queries
from sharewell.cases.models import Case, CaseRead, ChronologyWords
from sharewell.cases.queries import Found
from sharewell.cases.records import add_chronology, join_circle, leave_circle
from sharewell.cases.tests.told import LATER, open_case
from sharewell.core.findable import stems
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
# The database is one for all examples: what an example writes is taken out by the next.
SAME = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
# As clean_text leaves it: PostgreSQL keeps no null character.
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


def seek(cast: Cast, words: str, **changes: Any) -> Found:
    asked = {"viewer": cast.alice, "now": LATER, "words": words, **changes}
    return queries.chronology_search(**asked)


def texts(found: Found) -> list[str]:
    return [line.entry.text for line in found.lines]


def write(case: Case, text: str, **changes: Any) -> Any:
    return add_chronology(
        case=case, **{"now": NOW, "by": None, "section": "note", **changes}, text=text
    )


def test_a_line_is_found_by_its_words_in_any_form_and_order(cast: Cast, case: Case) -> None:
    write(case, "Two BRUISES on the right arm, seen at the café.", source_role="Day-centre")
    for words in ("bruises right", "right bruise", "cafe", "centre day", "arm, right!"):
        assert len(texts(seek(cast, words))) == 1, words
    assert len(texts(seek(cast, "bruise"))) == 2
    assert texts(seek(cast, "bruise knife")) == []
    assert texts(seek(cast, "  ,  ")) == []


@pytest.mark.parametrize(("few", "near"), [(60, 2000), (1, 2000), (1, 3), (1, 1)])
def test_the_newest_recorded_comes_first_and_pages_follow(
    cast: Cast, case: Case, few: int, near: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the marks of few cases, and in many by the newest lines or by the index."""
    monkeypatch.setattr(finding, "FEW", few)
    monkeypatch.setattr(finding, "NEAR", near)
    open_case(cast)
    for number in range(7):
        write(case, f"visit {number}", event_at=NOW)
    seen: list[str] = []
    after = None
    while True:
        found = seek(cast, "visit", size=3, after=after)
        seen += texts(found)
        after = found.after
        if after is None:
            break
    assert seen == [f"visit {number}" for number in reversed(range(7))]


def test_one_case_or_all_of_mine(cast: Cast, case: Case) -> None:
    other = open_case(cast)
    write(case, "lamplight here")
    write(other, "lamplight there")
    assert texts(seek(cast, "lamplight")) == ["lamplight there", "lamplight here"]
    assert texts(seek(cast, "lamplight", case_id=case.pk)) == ["lamplight here"]


@pytest.mark.parametrize("many", [False, True])
def test_a_hidden_line_is_not_found_nor_counted_nor_a_place_to_go_on_from(
    cast: Cast, case: Case, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By marks of cases and by the mark of the agency alike."""
    monkeypatch.setattr(finding, "FEW", 1 if many else 60)
    open_case(cast)
    hidden = open_case(cast, account=cast.sam)
    leave_circle(case=hidden, account=cast.alice, now=NOW)
    write(hidden, "lamplight hidden")
    write(case, "lamplight shown")
    newest = write(hidden, "lamplight hidden again")
    assert texts(seek(cast, "lamplight")) == ["lamplight shown"]
    assert texts(seek(cast, "hidden")) == []
    assert seek(cast, "lamplight", size=1).after is None
    assert texts(seek(cast, "lamplight", after=newest.pk)) == ["lamplight shown"]
    with pytest.raises(NotFound):
        seek(cast, "lamplight", case_id=hidden.pk)
    assert texts(seek(cast, "lamplight", viewer=cast.sam)) != []


@pytest.mark.parametrize("who", ["stranger", "olu", "ada", "ivo", "gita", "hana", "pat"])
def test_those_outside_find_nothing_by_any_word_or_mark(cast: Cast, case: Case, who: str) -> None:
    words = ChronologyWords.objects.get().words
    viewer = getattr(cast, who)
    for each in (words, "bruise", case.pk.hex, f"{finding.CASE}{case.pk.hex}"):
        assert texts(seek(cast, each, viewer=viewer)) == []
    assert not CaseRead.objects.exists()


def test_what_is_found_is_a_read_of_its_case_and_what_is_not_is_none(
    cast: Cast, case: Case
) -> None:
    write(case, "lamplight")
    write(case, "lamplight")
    open_case(cast)
    seek(cast, "lamplight")
    seek(cast, "nothing")
    assert list(CaseRead.objects.values_list("case_id", "what")) == [(case.pk, "search")]


@SAME
@given(text=TYPED)
@example(text="\" AND * NEAR( ^ -x : {a} 'b' | & ! <-> \\")
@example(text="NOT")
@example(text="words:x OR rowid:1")
def test_whatever_is_typed_is_no_error_and_each_written_word_is_found(
    cast: Cast, case: Case, text: str
) -> None:
    line = write(case, f"{text}.")
    seek(cast, text)
    seek(cast, f'{text}" OR "{text}')
    for word in text.split()[:5]:
        if stems(word):
            assert line.pk in [each.entry.pk for each in seek(cast, word, size=10_000).lines], word


@SAME
@given(text=TYPED)
def test_the_mark_of_a_case_is_no_word(cast: Cast, case: Case, text: str) -> None:
    assert not [each for each in stems(text) if each.startswith((finding.CASE, finding.AGENCY))]


def test_a_very_long_word_is_kept_and_found(cast: Cast, case: Case) -> None:
    write(case, "a" * 4000)
    assert len(texts(seek(cast, "a" * 100))) == 1


def test_the_index_follows_what_is_changed_and_what_is_taken_out(cast: Cast, case: Case) -> None:
    """As an erasure, or the making of the index anew, would."""
    line = write(case, "lamplight")
    case.chronology.filter(pk=line.pk).update(text="candle")
    finding.index_again(case)
    assert texts(seek(cast, "lamplight")) == []
    assert texts(seek(cast, "candle")) == ["candle"]
    line.refresh_from_db()
    line.delete()
    assert texts(seek(cast, "candle")) == []
    assert not ChronologyWords.objects.filter(words__contains="candle").exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Raises where the index holds other words than the table.
            check = (
                "INSERT INTO cases_chronologyfts(cases_chronologyfts) VALUES ('integrity-check')"
            )
            cursor.execute(check)


def test_the_index_holds_every_line_of_a_case(cast: Cast, case: Case) -> None:
    write(case, "lamplight")
    held = ChronologyWords.objects.filter(entry__case=case).count()
    assert held == case.chronology.count() == 2


def test_the_queries_of_a_search_do_not_grow(
    cast: Cast, case: Case, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    write(case, "lamplight")
    with django_assert_num_queries(6):
        seek(cast, "lamplight")
    for _ in range(4):
        other = open_case(cast)
        join_circle(case=other, account=cast.alice, relation="invited", now=NOW)
        for _ in range(5):
            write(other, "lamplight")
    with django_assert_num_queries(6):
        assert len(seek(cast, "lamplight").lines) == 21
