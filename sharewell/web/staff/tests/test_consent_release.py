"""The form of consent to sign is a word to the person: the gate of safe contact refuses it, or says what to mind."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.cases.models import Case, SafeContact
from sharewell.consent.tests.stage import make_case
from sharewell.testing import LONG_AGO, Cast, make_cast, sign_in
from sharewell.web.staff.tests.consent_form import consent_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


@pytest.fixture
def alice(client: Client, cast: Cast, case: Case) -> Client:
    """Alice, who has recorded that the person agrees."""
    sign_in(client, cast.alice)
    given = client.post(reverse("consent_record", args=[case.pk]), consent_data())
    assert given.status_code == 302
    return client


def release(client: Client, case: Case) -> str:
    return client.get(reverse("consent_release", args=[case.pk])).content.decode()


def plan(cast: Cast, case: Case, **columns: Any) -> None:
    SafeContact.objects.create(
        case=case, recorded_at=LONG_AGO, recorded_by=cast.alice, **{"when": "any", **columns}
    )


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"no_letters": True}, "the plan forbids letters"),
        ({"ways": [{"channel": "paper", "safe": "false"}]}, "the plan forbids letters and paper"),
        ({"ways": [{"channel": "phone", "safe": "true"}]}, "the plan does not say that it is safe"),
    ],
)
def test_the_release_is_a_word_to_the_person_and_passes_the_gate(
    alice: Client, cast: Cast, case: Case, columns: dict[str, Any], reason: str
) -> None:
    """Refused with the reason and the safe way; a signature that was given all the same can be recorded."""
    plan(cast, case, **columns)
    page = release(alice, case)
    assert reason in page
    assert "Safe: " in page
    assert 'class="sw-sheet"' not in page
    assert "data-print" not in page
    assert "When it is signed" in page


def test_the_release_is_signed_where_they_are_met_and_stays_here(
    alice: Client, cast: Cast, case: Case
) -> None:
    hours = {"days": [1], "from": "10:00", "to": "12:00"}
    plan(cast, case, no_letters=True, meeting_place="the library", when="listed", windows=[hours])
    page = release(alice, case)
    assert 'class="sw-sheet"' in page
    assert "no copy goes with them" in page
    assert "When: " in page
