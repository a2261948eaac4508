"""The timeline of a case: facts, words and opinion apart, late lines marked, corrections beside the old."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.models import Team
from sharewell.cases import queries
from sharewell.cases.models import Case, ChronologyEntry
from sharewell.cases.operations import Part, chronology_add, chronology_correct
from sharewell.cases.queries import Narrowed
from sharewell.cases.records import add_chronology
from sharewell.cases.tests.told import LATER, open_case
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
RANG = Part(text="Her sister rang.", section="contact", kind="reported", source_role="sister")
SAID = Part(text="I am afraid.", section="contact", kind="reported", verbatim=True)
DONE = Part(text="Told the manager.", section="action")
THOUGHT = Part(text="He may come back.", section="contact", kind="opinion")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


def add(cast: Cast, case: Case, *parts: Part, **changes: Any) -> list[ChronologyEntry]:
    given = {"account": cast.alice, "now": LATER, "event_at": NOW, **changes}
    return chronology_add(case=case, parts=parts, **given)


def texts(cast: Cast, case: Case, **narrowed: Any) -> list[str]:
    page = queries.chronology(
        viewer=cast.alice, case=case, now=LATER, narrowed=Narrowed(**narrowed)
    )
    return [line.entry.text for line in page.lines]


def test_what_was_seen_said_done_and_thought_are_lines_of_their_own(cast: Cast, case: Case) -> None:
    before = Entry.objects.count()
    lines = add(cast, case, RANG, SAID, DONE, THOUGHT)
    assert Entry.objects.count() == before + 1
    found = [(line.section, line.kind, line.verbatim, line.source_role) for line in lines]
    assert found == [
        ("contact", "reported", False, "sister"),
        ("contact", "reported", True, ""),
        ("action", "observed", False, ""),
        ("contact", "opinion", False, ""),
    ]
    assert {line.event_at for line in lines} == {NOW}
    assert {line.team for line in lines} == {cast.alice.team}


@pytest.mark.parametrize(
    ("parts", "at", "field"),
    [
        ([], NOW, "happened"),
        ([replace(RANG, text=" ", name="said")], NOW, "said"),
        ([replace(RANG, section="gossip")], NOW, "section"),
        ([replace(RANG, kind="rumour")], NOW, "kind"),
        ([RANG], LATER + timedelta(hours=1), "event_at"),
    ],
)
def test_nothing_told_a_moment_to_come_or_a_value_not_offered_is_refused(
    cast: Cast, case: Case, parts: list[Part], at: Any, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add(cast, case, *parts, event_at=at)
    assert list(refused.value.errors) == [field]
    assert case.chronology.count() == 1


def test_a_correction_points_at_the_old_line_once(cast: Cast, case: Case) -> None:
    old = case.chronology.get()
    right = Part(text="The right arm.", section="concern")

    def correct() -> ChronologyEntry:
        return chronology_correct(
            account=cast.alice, case=case, now=LATER, event_at=NOW, part=right, corrects=old.id
        )

    new = correct()
    assert (new.corrects, new.about_id) == (old, old.about_id)
    lines = queries.chronology(viewer=cast.alice, case=case, now=LATER).lines
    assert {line.entry.text: line.corrected for line in lines} == {
        old.text: True,
        new.text: False,
    }
    with pytest.raises(Invalid):
        correct()


def test_a_line_of_another_case_cannot_be_corrected(cast: Cast, case: Case) -> None:
    other = open_case(cast)
    with pytest.raises(NotFound):
        chronology_correct(
            account=cast.alice,
            case=case,
            now=LATER,
            event_at=NOW,
            part=RANG,
            corrects=other.chronology.get().id,
        )


def test_a_line_recorded_a_day_later_counts_as_late(cast: Cast, case: Case) -> None:
    for hours, text in ((1, "same day"), (25, "late")):
        part = Part(text=text, section="note")
        add(cast, case, part, now=NOW, event_at=NOW - timedelta(hours=hours))
    page = queries.chronology(
        viewer=cast.alice, case=case, now=NOW, narrowed=Narrowed(section="note")
    )
    assert {line.entry.text: line.late for line in page.lines} == {"same day": False, "late": True}


def test_filters_narrow_alone_and_together(cast: Cast, case: Case) -> None:
    sister, *_ = add(cast, case, RANG, SAID, DONE, THOUGHT)
    add(cast, case, replace(RANG, text="She rang again."), event_at=NOW - timedelta(days=9))
    night = Team.objects.create(agency=cast.agency, name="Night team")
    cast.sam.team = night
    cast.sam.save()
    add(cast, case, replace(DONE, text="Visited."), account=cast.sam)
    assert texts(cast, case, kind="their_words") == [SAID.text]
    assert texts(cast, case, kind="opinion") == [THOUGHT.text]
    assert texts(cast, case, kind="reported") == [RANG.text, "She rang again."]
    assert texts(cast, case, source=sister.line) == [RANG.text, "She rang again."]
    assert texts(cast, case, source=sister.line, since=NOW) == [RANG.text]
    assert texts(cast, case, until=NOW) == ["She rang again."]
    assert texts(cast, case, section="action") == ["Visited.", DONE.text]
    assert texts(cast, case, section="action", team=night.pk) == ["Visited."]
    assert texts(cast, case, team=night.pk, kind="opinion") == []


def test_the_source_of_a_line_of_another_case_narrows_to_nothing(cast: Cast, case: Case) -> None:
    """A number is looked up in this case alone, so it tells nothing of another."""
    other = open_case(cast)
    for _ in range(3):
        far = add(cast, other, RANG)[0]
    assert texts(cast, case, source=far.line) == []


def test_what_a_timeline_may_be_narrowed_by_stands_in_it(cast: Cast, case: Case) -> None:
    add(cast, case, replace(RANG, source_role="neighbour"), RANG, replace(RANG, text="Again."))
    page = queries.chronology_page(viewer=cast.alice, case_id=case.pk, now=LATER)
    assert page.sources[-2:] == [(2, "neighbour"), (3, "sister")]
    assert page.teams == [cast.alice.team]


def test_pages_of_a_timeline_follow_each_other_and_lose_nothing(cast: Cast, case: Case) -> None:
    """Also where many lines happened at one moment."""
    for number in range(7):
        add(cast, case, replace(RANG, text=f"{number}"))
    seen: list[str] = []
    before = None
    while True:
        page = queries.chronology(viewer=cast.alice, case=case, now=LATER, before=before, size=3)
        seen += [line.entry.text for line in page.lines]
        before = page.before
        if before is None:
            break
    assert seen == ["6", "5", "4", "3", "2", "1", "0", "A bruise on the left arm."]


def test_the_queries_of_a_timeline_do_not_grow(
    cast: Cast, case: Case, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def read() -> None:
        page = queries.chronology_page(viewer=cast.alice, case_id=case.pk, now=LATER)
        lines = queries.chronology(viewer=cast.alice, case=page.case, now=LATER).lines
        assert all(line.by and line.team for line in lines)

    with django_assert_num_queries(7):
        read()
    for number in range(30):
        line = add_chronology(
            case=case, now=NOW, by=cast.alice, section="note", text="x", source_role=f"{number}"
        )
        add_chronology(case=case, now=NOW, by=cast.bea, section="note", text="y", corrects=line)
    with django_assert_num_queries(7):
        read()
