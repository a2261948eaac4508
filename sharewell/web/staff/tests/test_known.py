"""The pages where a case is filled in piece by piece: fields, facts, handling, safe contact, corrections."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.cases.models import (
    Case,
    FieldEntry,
    RiskFacts,
    SafeContact,
)
from sharewell.cases.queries import field_rows
from sharewell.cases.telling import PersonTold
from sharewell.cases.tests.told import TOM, open_case
from sharewell.testing import NOW, Cast, make_cast, sign_in
from sharewell.web.staff.tests.case_forms import PLAN, facts_data, number_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.alice)


def test_a_field_takes_its_unknown_as_an_answer(alice: Client, case: Case) -> None:
    url = reverse("field_record", args=[case.id, number_of(case, "needs.category")])
    assert "needs" not in url
    assert alice.post(url, {"seen": "0", "state": "not_safe_to_ask"}).status_code == 302
    entry = FieldEntry.objects.get(field="needs.category")
    assert (entry.unknown, entry.text) == ("not_safe_to_ask", "")
    assert "Not safe to ask" in alice.get(reverse("case_fields", args=[case.id])).content.decode()


def test_a_field_asks_how_it_is_known(alice: Client, case: Case) -> None:
    url = reverse("field_record", args=[case.id, number_of(case, "needs.category")])
    assert alice.post(url, {"seen": "0", "state": "known", "text": "Dementia"}).status_code == 422
    right = {
        "seen": "0",
        "state": "known",
        "text": "Dementia",
        "kind": "reported",
        "source_role": "GP",
    }
    assert alice.post(url, right).status_code == 302
    entry = FieldEntry.objects.get(field="needs.category")
    assert (entry.text, entry.kind, entry.source_role) == ("Dementia", "reported", "GP")


def test_a_name_that_becomes_known_is_what_the_person_is_called(alice: Client, case: Case) -> None:
    entry = FieldEntry.objects.get(field="subject.name")
    url = reverse("field_record", args=[case.id, number_of(case, "subject.name")])
    known = {"seen": str(entry.id), "state": "known", "text": "Mary Ann Mill", "kind": "reported"}
    assert alice.post(url, known).status_code == 302
    page = alice.get(reverse("case_detail", args=[case.id])).content.decode()
    assert "Mary Ann Mill" in page
    assert FieldEntry.objects.filter(field="subject.name", text="Mary Mill").exists()


def test_special_handling_is_shown_on_the_case(alice: Client, case: Case) -> None:
    alice.post(reverse("flags_record", args=[case.id]), {"seen": "", "flags": ["refuge"]})
    page = alice.get(reverse("case_detail", args=[case.id])).content.decode()
    assert "They are in a refuge" in page
    assert (
        alice.post(
            reverse("flags_record", args=[case.id]), {"seen": "refuge", "flags": ["secret"]}
        ).status_code
        == 422
    )


def test_an_extract_is_chosen_from_the_lines_of_the_chronology(alice: Client, case: Case) -> None:
    url = reverse("field_record", args=[case.id, number_of(case, "chronology.extract")])
    assert alice.post(url, {"seen": "0", "state": "known"}).status_code == 422
    assert alice.post(url, {"seen": "0", "state": "known", "lines": ["0"]}).status_code == 302
    items = FieldEntry.objects.get(field="chronology.extract").items
    assert len(items) == 1
    assert items[0].endswith("A bruise on the left arm.")
    assert "checked" in alice.get(url).content.decode().split('name="lines"')[1].split(">")[0]


def test_a_field_that_is_not_in_the_catalogue_has_no_page(alice: Client, case: Case) -> None:
    assert alice.get(reverse("field_record", args=[case.id, 9999])).status_code == 404


@pytest.mark.parametrize("name", ["field", "facts", "flags", "safe contact"])
def test_when_two_people_edit_the_second_is_told_and_keeps_what_was_typed(
    cast: Cast, alice: Client, case: Case, name: str
) -> None:
    forms: dict[str, tuple[str, dict[str, Any], dict[str, Any], str]] = {
        "field": (
            reverse("field_record", args=[case.id, number_of(case, "needs.category")]),
            {"seen": "0", "state": "not_asked"},
            {"seen": "0", "state": "known", "text": "Frailty", "kind": "observed"},
            "Frailty",
        ),
        "facts": (
            reverse("facts_record", args=[case.id]),
            facts_data(case, harm="concern"),
            facts_data(case, harm="serious"),
            'value="serious" checked',
        ),
        "flags": (
            reverse("flags_record", args=[case.id]),
            {"seen": "", "flags": ["refuge"]},
            {"seen": "", "flags": ["referrer_protected"]},
            'value="referrer_protected" checked',
        ),
        "safe contact": (
            reverse("safe_contact_record", args=[case.id]),
            PLAN,
            {**PLAN, "how": "Through her sister"},
            "Through her sister",
        ),
    }
    url, first, second, kept = forms[name]
    sam = sign_in(Client(), cast.sam)
    assert sam.post(url, first).status_code == 302
    answer = alice.post(url, second)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Somebody else changed this" in text
    assert kept in text
    # Having read what changed, the next try goes through.
    seen = text[text.index('name="seen"') :]
    seen = seen[seen.index('value="') + 7 :]
    assert alice.post(url, {**second, "seen": seen[: seen.index('"')]}).status_code == 302


def test_facts_take_not_known_and_nothing_outside_the_vocabulary(alice: Client, case: Case) -> None:
    url = reverse("facts_record", args=[case.id])
    assert alice.post(url, facts_data(case, harm="terrible")).status_code == 422
    assert alice.post(url, facts_data(case, harm="serious")).status_code == 302
    newest = RiskFacts.objects.latest("id")
    assert newest.facts["harm"] == "serious"
    assert newest.facts["others_at_risk"] == "unknown"


def test_a_child_is_not_asked_about_capacity(cast: Cast, alice: Client) -> None:
    child = open_case(cast, people=[PersonTold(name="Tom", subject_kind="child")])
    page = alice.get(reverse("facts_record", args=[child.id])).content.decode()
    assert "capacity" not in page
    assert "do the child more harm" in page


def test_the_safe_contact_plan_is_versioned_and_shown_on_the_case(
    alice: Client, case: Case
) -> None:
    url = reverse("safe_contact_record", args=[case.id])
    alice.post(url, PLAN)
    newest = SafeContact.objects.get()
    alice.post(url, {**PLAN, "seen": str(newest.id), "never": "Do not ring"})
    assert SafeContact.objects.count() == 2
    page = alice.get(reverse("case_detail", args=[case.id])).content.decode()
    assert "Do not ring" in page
    assert "No letters" in alice.get(url).content.decode()


def test_an_empty_safe_contact_plan_is_refused(alice: Client, case: Case) -> None:
    url = reverse("safe_contact_record", args=[case.id])
    assert alice.post(url, {"seen": "0"}).status_code == 422


def test_an_adult_is_asked_nothing_of_school_unless_it_was_written(cast: Cast, case: Case) -> None:
    of_school = {"attendance", "parents.aware"}
    assert not of_school & {row.id for row in field_rows(case)}
    FieldEntry.objects.create(case=case, field="attendance", text="At college", recorded_at=NOW)
    assert "attendance" in {row.id for row in field_rows(case)}
    child = open_case(cast, people=[TOM])
    assert of_school <= {row.id for row in field_rows(child)}
