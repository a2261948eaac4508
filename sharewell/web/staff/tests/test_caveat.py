"""The pages of caveats: set on a line and on a field, agreed to by the originator, lifted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.cases.models import Case, Caveat
from sharewell.cases.tests.told import open_case
from sharewell.testing import Cast, make_cast, sign_in
from sharewell.web.staff.tests.case_forms import number_of

pytestmark = pytest.mark.django_db
MARAC = {"kind": "marac", "originator": "Housing, Ms Vale", "conditions": "By hand only"}
AGREED = {
    "recipient_role": "police",
    "who": "Ms Vale",
    "how": "phone",
    "agreed_at_day": "19",
    "agreed_at_month": "11",
    "agreed_at_year": "2026",
    "agreed_at_time": "14:05",
    "words": "The knife only",
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.alice)


def said(response: Any) -> str:
    return str(response.content.decode())


def test_a_caveat_is_set_on_a_line_seen_on_the_timeline_agreed_to_and_lifted(
    alice: Client, case: Case
) -> None:
    line = case.chronology.get()
    put = reverse("caveat_set", args=[case.id, line.pk])
    assert put in said(alice.get(reverse("case_detail", args=[case.id])))
    assert line.text in said(alice.get(put))
    assert alice.post(put, MARAC).status_code == 302
    for name in ("case_detail", "chronology_list"):
        assert "Said at a MARAC" in said(alice.get(reverse(name, args=[case.id])))
    caveat = Caveat.objects.get()
    listed = reverse("caveat_list", args=[case.id])
    assert "By hand only" in said(alice.get(listed))
    assert alice.post(reverse("caveat_agree", args=[caveat.pk]), AGREED).status_code == 302
    text = said(alice.get(listed))
    assert "Ms Vale agreed by telephone" in text
    assert "The knife only" in text
    lifted = alice.post(reverse("caveat_lift", args=[caveat.pk]), {"reason": "Said in court"})
    assert lifted.status_code == 302
    assert "Said at a MARAC" not in said(alice.get(reverse("case_detail", args=[case.id])))


def test_a_caveat_is_set_on_a_field(alice: Client, case: Case) -> None:
    number = number_of(case, "housing.tenure")
    put = reverse("caveat_set", args=[case.id, number])
    assert put in said(alice.get(reverse("field_record", args=[case.id, number])))
    assert alice.post(put, MARAC).status_code == 302
    assert Caveat.objects.get().field == "housing.tenure"


def test_a_mistake_keeps_what_was_typed(alice: Client, case: Case) -> None:
    put = reverse("caveat_set", args=[case.id, case.chronology.get().pk])
    refused = alice.post(put, {**MARAC, "kind": "rumour"})
    assert refused.status_code == 422
    assert "By hand only" in said(refused)
    assert not Caveat.objects.exists()
