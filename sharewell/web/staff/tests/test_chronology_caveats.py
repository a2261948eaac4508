"""Copies of a chronology carry what originators and the safe contact plan say of them, or leave lines out."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.cases.models import Case, SafeContact
from sharewell.cases.operations import caveat_lift, caveat_set
from sharewell.cases.records import add_chronology
from sharewell.cases.tests.told import open_case
from sharewell.testing import NOW, Cast, make_cast, sign_in
from sharewell.web.tests.test_typeset import plain, words_of

pytestmark = pytest.mark.django_db
LABEL, ASK = "police_permitted", "marac"
STAYS = "Lines are left out that whoever gave them has not agreed to have passed on."


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.alice)


def write(case: Case, cast: Cast, text: str, **changes: Any) -> Any:
    given = {"section": "note", **changes}
    return add_chronology(case=case, now=NOW, by=cast.alice, text=text, **given)


def put(case: Case, cast: Cast, entry: Any, kind: str, **changes: Any) -> Any:
    said = {"originator": "PC Lane", "conditions": "Not by e-mail.", **changes}
    return caveat_set(account=cast.alice, case=case, kind=kind, now=NOW, entry=entry, **said)


def table(client: Client, case: Case) -> list[dict[str, str]]:
    content = client.get(reverse("chronology_csv", args=[case.id])).content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def pdf(client: Client, case: Case) -> str:
    return plain(words_of(client.get(reverse("chronology_pdf", args=[case.id])).content))


def sheet(client: Client, case: Case, *numbers: int) -> str:
    url = reverse("chronology_short", args=[case.id])
    return client.get(url, {"asked": "1", "line": numbers}).content.decode()


def test_a_line_that_may_go_on_carries_its_caveat_in_every_copy(
    alice: Client, case: Case, cast: Cast
) -> None:
    put(case, cast, write(case, cast, "A knife was seen."), LABEL)
    says = "Police intelligence, handling code P."
    row = table(alice, case)[1]
    assert row["text"] == "A knife was seen."
    assert row["caveat"].startswith(says)
    assert row["caveat"].endswith("From PC Lane. Not by e-mail.")
    for text in (pdf(alice, case), plain(sheet(alice, case, 2))):
        for words in ("A knife was seen.", says, "From PC Lane. Not by e-mail."):
            assert plain(words) in text


def test_a_line_that_stays_until_its_originator_agrees_is_in_no_copy_and_copies_say_so(
    alice: Client, case: Case, cast: Cast
) -> None:
    caveat = put(case, cast, write(case, cast, "A knife was heard of."), ASK)
    rows = table(alice, case)
    assert [row["line"] for row in rows] == ["1"]
    assert STAYS in rows[0]["handling"]
    short = sheet(alice, case, 1, 2)
    for text in (pdf(alice, case), plain(short)):
        assert plain("knife") not in text
        assert plain("MARAC") not in text, "that there is such a line may warn somebody"
        assert plain(STAYS) in text
    assert reverse("caveat_list", args=[case.id]) in short
    listed = alice.get(reverse("chronology_list", args=[case.id])).content.decode()
    assert "1 line of this case stays out of every copy" in listed
    assert "knife" not in alice.get(reverse("chronology_short", args=[case.id])).content.decode()
    caveat_lift(account=cast.alice, caveat=caveat, reason="Said in court", now=NOW)
    assert "knife" in table(alice, case)[1]["text"]
    assert plain(STAYS) not in pdf(alice, case)


def test_the_one_page_of_nothing_but_lines_that_stay_is_not_made(
    alice: Client, case: Case, cast: Cast
) -> None:
    put(case, cast, write(case, cast, "A knife was heard of."), ASK)
    answer = sheet(alice, case, 2)
    assert "Choose from 1 to" in answer
    assert "knife" not in answer


def test_what_corrects_a_line_is_under_its_caveat_and_found_with_it(
    alice: Client, case: Case, cast: Cast
) -> None:
    old = write(case, cast, "A knife was heard of.")
    put(case, cast, old, ASK)
    newer = write(case, cast, "A long knife was heard of.", corrects=old)
    write(case, cast, "A very long knife was heard of.", corrects=newer)
    assert "knife" not in str(table(alice, case))
    searched = alice.post(reverse("chronology_search"), {"words": "very knife"}).content.decode()
    assert "Said at a MARAC" in searched


def test_caveats_that_leave_no_room_on_the_page_ask_for_fewer_lines(
    alice: Client, case: Case, cast: Cast
) -> None:
    for number in range(4):
        line = write(case, cast, f"Line {number}")
        put(case, cast, line, LABEL, conditions="Only by hand. " * 35)
    answer = sheet(alice, case, 2, 3, 4, 5)
    assert "Choose fewer lines" in answer
    assert answer.count(" checked>") == 4
    assert "Only by hand." in sheet(alice, case, 2)


def test_copies_of_a_case_without_a_plan_say_to_contact_nobody(
    alice: Client, case: Case, cast: Cast
) -> None:
    write(case, cast, "She fell.")
    page = sheet(alice, case, 1)
    for text in (table(alice, case)[0]["handling"], pdf(alice, case), page):
        assert plain("Contact nobody of this household") in plain(text)


def test_copies_carry_the_handling_note_and_never_the_code_word(
    alice: Client, case: Case, cast: Cast
) -> None:
    SafeContact.objects.create(
        case=case,
        must_not_know=[{"name": "Ray Quill", "relation": "partner"}],
        ways=[{"channel": "letter", "address": "", "safe": "false"}],
        code_word="Bluebell",
        recorded_at=NOW,
        recorded_by=cast.alice,
    )
    note = "Do not tell: Ray Quill"
    assert note in table(alice, case)[0]["handling"]
    assert plain(note) in pdf(alice, case)
    page = sheet(alice, case, 1)
    printed = page[page.index("sw-short__who") :]
    assert note in printed
    assert "Do not use: " in printed
    for text in (str(table(alice, case)), pdf(alice, case), printed):
        assert "Bluebell" not in text
