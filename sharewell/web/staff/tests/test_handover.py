"""The pages of a handover: shown, filled in, taken over; what was typed is kept when something is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.cases.models import Case, Handover
from sharewell.cases.operations import facts_record
from sharewell.cases.tests.told import open_case
from sharewell.testing import Cast, make_cast, sign_in

pytestmark = pytest.mark.django_db
SHEET = "/handover/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = open_case(cast)
    facts_record(account=cast.alice, case=case, now=timezone.now(), facts={"harm": "serious"})
    return case


def given(cast: Cast, case: Case, **changes: str) -> dict[str, str]:
    """A handover to Stan for the next hours, as a browser posts it."""
    until = timezone.localtime(timezone.now() + timedelta(hours=6))
    return {
        "to": str(cast.stranger.pk),
        "until_day": str(until.day),
        "until_month": str(until.month),
        "until_year": str(until.year),
        "until_time": f"{until:%H:%M}",
        "cases": str(case.pk),
        f"watch_{case.pk}": "Ring her at eight.",
        **changes,
    }


def test_what_is_handed_over_is_read_and_taken(client: Client, cast: Cast, case: Case) -> None:
    sign_in(client, cast.alice)
    assert "Serious harm" in client.get(SHEET).content.decode()
    response = client.post(SHEET, given(cast, case))
    assert response.status_code == 302
    address = reverse("handover_detail", args=[Handover.objects.get().pk])
    theirs = sign_in(Client(), cast.stranger)
    assert address in theirs.get(reverse("home")).content.decode()
    assert "Ring her at eight." in theirs.get(address).content.decode()
    theirs.post(f"{address}take/")
    assert "Taken over" in client.get(address).content.decode()


def test_what_is_missing_is_said_and_the_rest_is_kept(
    client: Client, cast: Cast, case: Case
) -> None:
    sign_in(client, cast.alice)
    wrong = given(cast, case, to="")
    page = client.post(SHEET, wrong)
    assert page.status_code == 422
    assert "Ring her at eight." in page.content.decode()
    blank = client.post(SHEET, given(cast, case, **{f"watch_{case.pk}": ""}))
    assert "Say what to watch or to do." in blank.content.decode()
    assert not Handover.objects.exists()


def test_an_address_that_asks_for_nonsense_shows_the_usual_sheet(
    client: Client, cast: Cast, case: Case
) -> None:
    sign_in(client, cast.alice)
    page = client.get(SHEET, {"hours": "-1", "team": "x"})
    assert page.status_code == 200
    assert "Serious harm" in page.content.decode()
