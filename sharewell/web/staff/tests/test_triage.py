"""What a manager says after reading a concern, through the test client."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.cases.models import Concern, Task
from sharewell.cases.tests.told import raise_concern
from sharewell.testing import Cast, make_cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def concern(cast: Cast) -> Concern:
    """Raised by Alice about Mary."""
    return raise_concern(cast)


TRIAGE = {"harm": "serious", "note": "Visit today."}


def test_the_manager_gives_it_an_owner_and_closes_the_task(cast: Cast, concern: Concern) -> None:
    bea = sign_in(Client(), cast.bea)
    assert (
        "What comes next" in bea.get(reverse("concern_detail", args=[concern.id])).content.decode()
    )
    url = reverse("concern_triage", args=[concern.id])
    assert bea.post(url, {**TRIAGE, "owner": ""}).status_code == 422
    assert bea.post(url, {**TRIAGE, "owner": str(cast.stranger.pk)}).status_code == 302
    case = concern.on_cases.get().case
    triage = Task.objects.get(kind="concern_triage")
    assert (case.owner, triage.done_by) == (cast.stranger, cast.bea)


def test_the_second_manager_is_told_that_it_was_done(cast: Cast, concern: Concern) -> None:
    url = reverse("concern_triage", args=[concern.id])
    answer = {**TRIAGE, "owner": str(cast.alice.pk)}
    sign_in(Client(), cast.bea).post(url, answer)
    second = sign_in(Client(), cast.sam).post(url, answer)
    assert second.status_code == 409
    assert "already dealt with" in second.content.decode()


def test_triage_is_refused_to_a_practitioner_and_hidden_from_outsiders(
    cast: Cast, concern: Concern
) -> None:
    url = reverse("concern_triage", args=[concern.id])
    answer = {**TRIAGE, "owner": str(cast.alice.pk)}
    assert sign_in(Client(), cast.alice).post(url, answer).status_code == 403
    for who in (cast.stranger, cast.olu, cast.ada, cast.ivo):
        assert sign_in(Client(), who).post(url, answer).status_code == 404
    assert Task.objects.get().done_at is None


def test_danger_found_at_triage_goes_on_to_the_emergency_steps(
    cast: Cast, concern: Concern
) -> None:
    answer = {**TRIAGE, "harm": "immediate", "owner": str(cast.alice.pk)}
    response = sign_in(Client(), cast.bea).post(
        reverse("concern_triage", args=[concern.id]), answer
    )
    assert response.status_code == 302
    assert "concerns" not in response["Location"]


def test_the_manager_changes_what_a_concern_counts_as(cast: Cast, concern: Concern) -> None:
    bea = sign_in(Client(), cast.bea)
    page = bea.get(reverse("concern_detail", args=[concern.id])).content.decode()
    assert "Small things that may add up" in page
    url = reverse("concern_triage", args=[concern.id])
    answer = {**TRIAGE, "marks1": ["loss"], "mark1_loss": "many"}
    wrong = bea.post(url, {**answer, "owner": str(cast.alice.pk)})
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.content.decode()
    answer["mark1_loss"] = "£1,200"
    assert bea.post(url, {**answer, "owner": str(cast.alice.pk)}).status_code == 302
    read = (
        sign_in(Client(), cast.alice)
        .get(reverse("concern_detail", args=[concern.id]))
        .content.decode()
    )
    assert "Counts as: Money or belongings lost: £1,200" in read
