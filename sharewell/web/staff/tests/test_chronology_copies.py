"""Copies of a chronology: made by the circle alone, noted as a read, with words on how to handle them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from sharewell.cases.models import Case, CaseRead
from sharewell.cases.records import add_chronology
from sharewell.cases.tests.told import open_case
from sharewell.testing import NOW, Cast, make_cast, sign_in
from sharewell.web.staff.copies import COLUMNS, CUT, FORMULA, MOST_LINES, guarded, shortened
from sharewell.web.tests.test_typeset import plain, words_of

pytestmark = pytest.mark.django_db
COPIES = ("chronology_short", "chronology_pdf", "chronology_csv")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.alice)


def write(case: Case, by: Any, text: str, **changes: Any) -> Any:
    return add_chronology(case=case, now=NOW, by=by, text=text, **{"section": "note", **changes})


def table(client: Client, case: Case, asked: str = "") -> list[dict[str, str]]:
    content = client.get(f"{reverse('chronology_csv', args=[case.id])}{asked}").content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_table_holds_every_line_with_both_times_and_how_to_handle_it(
    alice: Client, case: Case, cast: Cast
) -> None:
    old = write(
        case, cast.alice, "I am afraid.", kind="reported", verbatim=True, source_role="Mary"
    )
    write(case, cast.sam, "She was afraid.\nOf Tom.", section="contact", corrects=old)
    answer = alice.get(reverse("chronology_csv", args=[case.id]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="chronology.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbfcase,line,")
    rows = table(alice, case)
    assert tuple(rows[0]) == COLUMNS
    assert [row["line"] for row in rows] == ["1", "2", "3"]
    assert rows[1] == {
        "case": case.reference,
        "line": "2",
        "happened_at": "2026-11-20T10:00+00:00",
        "recorded_at": "2026-11-20T10:00+00:00",
        "recorded_late": "no",
        "event": "note",
        "known": "reported",
        "own_words": "yes",
        "source_role": "Mary",
        "text": "I am afraid.",
        "written_by": "Alice Practitioner",
        "team": "First team",
        "corrects_line": "",
        "corrected": "yes",
        "caveat": "",
        "exported_at": rows[1]["exported_at"],
        "exported_by": "Alice Practitioner",
        "handling": rows[1]["handling"],
    }
    assert rows[1]["handling"].startswith("Contact nobody of this household")
    assert "Confidential." in rows[1]["handling"]
    assert rows[2]["text"] == "She was afraid.\nOf Tom."
    assert rows[2]["corrects_line"] == "2"


def test_no_cell_is_taken_for_a_formula(alice: Client, case: Case, cast: Cast) -> None:
    for sign in FORMULA:
        write(case, cast.alice, f"{sign}1+cmd|' /C calc'!A0", source_role=f"{sign}2")
    for row in table(alice, case):
        for cell in row.values():
            assert not cell.startswith(FORMULA)
    assert guarded("+44 1632 960001") == "'+44 1632 960001"
    assert guarded("1 + 1") == "1 + 1"


@given(st.text())
def test_guarding_changes_nothing_but_what_it_guards(cell: str) -> None:
    assert guarded(cell).removeprefix("'") == cell.removeprefix("'")
    assert not guarded(cell).startswith(FORMULA)


def test_the_pdf_holds_every_line_and_who_made_it(alice: Client, case: Case, cast: Cast) -> None:
    write(case, cast.alice, "I am afraid.", kind="reported", verbatim=True)
    answer = alice.get(reverse("chronology_pdf", args=[case.id]))
    assert answer["Content-Disposition"] == 'attachment; filename="chronology.pdf"'
    text = plain(words_of(answer.content))
    for words in (
        "A bruise on the left arm.",
        "“I am afraid.”",
        "Their own words",
        "by Alice Practitioner, Alder Care",
        "Confidential.",
        case.reference,
        "recorded 20 November 2026",
    ):
        assert plain(words) in text, words
    with pikepdf.open(io.BytesIO(answer.content)) as document, document.open_metadata() as about:
        assert about["dc:title"] == "Chronology"


def test_a_copy_is_narrowed_as_the_page_was(alice: Client, case: Case, cast: Cast) -> None:
    write(case, cast.alice, "Rang her.", section="action")
    assert [row["text"] for row in table(alice, case, "?section=action")] == ["Rang her."]
    page = alice.get(f"{reverse('chronology_list', args=[case.id])}?section=action")
    assert f'{reverse("chronology_pdf", args=[case.id])}?section=action"' in page.content.decode()
    pdf = alice.get(f"{reverse('chronology_pdf', args=[case.id])}?section=action").content
    assert plain("These are not all lines of the case") in plain(words_of(pdf))


def test_a_copy_is_a_read_and_only_the_circle_makes_one(
    alice: Client, case: Case, cast: Cast
) -> None:
    for name in COPIES:
        assert alice.get(reverse(name, args=[case.id])).status_code == 200
    assert set(CaseRead.objects.values_list("what", flat=True)) == {"short", "pdf", "csv"}
    for who in (cast.stranger, cast.olu, cast.gita, cast.ada):
        outside = sign_in(Client(), who)
        for name in COPIES:
            assert outside.get(reverse(name, args=[case.id])).status_code == 404
    assert CaseRead.objects.count() == 3


def test_the_lines_of_the_one_page_are_chosen(alice: Client, case: Case, cast: Cast) -> None:
    long = "A long story of the evening. " * 200
    write(case, cast.alice, long)
    write(case, cast.alice, "Not chosen.")
    url = reverse("chronology_short", args=[case.id])
    offered = alice.get(url).content.decode()
    assert "Not chosen." in offered
    sheet = alice.get(f"{url}?line=1&line=2").content.decode()
    assert "A bruise on the left arm." in sheet
    assert CUT in sheet
    assert "Not chosen." not in sheet
    assert "Confidential." in sheet
    assert "by Alice Practitioner, Alder Care" in sheet


@pytest.mark.parametrize("numbers", [[], ["x", "-1"], [str(n) for n in range(1, MOST_LINES + 2)]])
def test_none_or_too_many_lines_are_refused_and_kept(
    alice: Client, case: Case, cast: Cast, numbers: list[str]
) -> None:
    for number in range(MOST_LINES + 2):
        write(case, cast.alice, f"Line {number}")
    answer = alice.get(
        reverse("chronology_short", args=[case.id]), {"asked": "1", "line": numbers}
    ).content.decode()
    assert f"Choose from 1 to {MOST_LINES} lines." in answer
    kept = len([each for each in numbers if each.isdecimal()])
    assert answer.count(" checked>") == kept


@given(st.text(), st.integers(1, 300))
def test_what_is_shortened_says_so_and_what_fits_is_whole(text: str, room: int) -> None:
    whole = " ".join(text.split())
    cut = shortened(text, room)
    if cut.endswith(CUT):
        assert whole.startswith(cut.removesuffix(CUT))
        assert len(cut) <= 2 * room + len(CUT)
    else:
        assert cut == whole
