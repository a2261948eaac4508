"""The pages on which a private moment is planned, tried and told."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.cases.models import Case, PrivateAttempt, PrivatePlan, Task
from sharewell.cases.operations import private_plan_make
from sharewell.cases.tests.told import open_case
from sharewell.testing import Cast, make_cast, sign_in

pytestmark = pytest.mark.django_db
NONE = "No plan is recorded: do not contact them"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast, now=timezone.now() - timedelta(days=60))


@pytest.fixture
def client(cast: Cast) -> Client:
    return sign_in(Client(), cast.alice)


@pytest.fixture
def plan(cast: Cast, case: Case) -> PrivatePlan:
    now = timezone.now() - timedelta(days=30)
    return private_plan_make(
        account=cast.alice, case=case, now=now, aim="Ask what is safe.", ways=["varied_visit"]
    )


def parts(name: str, at: datetime) -> dict[str, str]:
    local = timezone.localtime(at)
    return {
        f"{name}_day": str(local.day),
        f"{name}_month": str(local.month),
        f"{name}_year": str(local.year),
        f"{name}_time": f"{local:%H:%M}",
    }


def tell(client: Client, plan: PrivatePlan, at: datetime, **changes: str) -> Any:
    told = {
        "form_key": str(uuid.uuid4()),
        "way": "varied_visit",
        "alone": "false",
        "outcome": "turned_away",
        "words": "A man said she sleeps.",
        **parts("at", at),
        **changes,
    }
    return client.post(reverse("private_attempt_record", args=[plan.pk]), told, follow=True)


def said(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_plan_is_reached_from_the_contact_banner_made_and_shown(
    client: Client, case: Case
) -> None:
    shows, makes = (reverse(name, args=[case.pk]) for name in ("private_plan", "private_plan_make"))
    assert shows in client.get(reverse("contact_reach", args=[case.pk])).content.decode()
    assert makes in client.get(shows).content.decode()
    response = client.post(
        makes, {"aim": "Ask what is safe.", "ways": ["outing", "they_ring"]}, follow=True
    )
    assert response.redirect_chain[-1][0] == shows
    page = said(response)
    for words in ("Ask what is safe.", "Away from home", "They ring when it is safe", NONE):
        assert words in page, words
    assert "No attempt is recorded." in page
    assert makes not in response.content.decode()


def test_an_empty_plan_and_an_empty_attempt_say_what_is_missing(
    client: Client, case: Case, plan: PrivatePlan
) -> None:
    made = client.post(reverse("private_plan_make", args=[case.pk]), {"aim": ""})
    tried = client.post(reverse("private_attempt_record", args=[plan.pk]), {"way": ""})
    ended = client.post(reverse("private_plan_end", args=[plan.pk]), {"why": ""})
    assert [each.status_code for each in (made, tried, ended)] == [422, 422, 422]
    assert "Answer this: what is seeing them alone for?" in said(made)
    assert "Answer this: were they alone?" in said(tried)
    assert "Answer this: why does it end, and what comes instead?" in said(ended)


def test_attempts_stand_in_a_table_with_what_repeats_and_the_manager_is_told(
    client: Client, case: Case, plan: PrivatePlan
) -> None:
    start = timezone.now() - timedelta(days=28)
    first = said(tell(client, plan, start))
    assert "The attempt is recorded." in first
    assert "was tried" not in first
    tell(client, plan, start + timedelta(days=7))
    third = said(tell(client, plan, start + timedelta(days=14)))
    assert "So many attempts failed that the case’s manager was given a task." in third
    assert f"{case.manager.name} decides what is done otherwise" in third
    assert third.count("A man said she sleeps.") == 3
    assert "The same way (A visit at another time than usual) was tried 2 times in a row." in third
    assert third.count("It was tried on a") >= 2
    assert Task.objects.waiting().filter(kind="private_attempts_failed").count() == 1


def test_what_does_not_fit_is_said_and_what_was_typed_is_kept(
    client: Client, plan: PrivatePlan
) -> None:
    response = tell(client, plan, timezone.now() - timedelta(days=1), alone="true")
    assert response.status_code == 422
    assert "This does not go with what came of it. Change one of the two." in said(response)
    assert "A man said she sleeps." in said(response)
    assert not PrivateAttempt.objects.exists()


def test_an_ended_plan_stays_readable_and_takes_no_more(
    client: Client, case: Case, plan: PrivatePlan
) -> None:
    at = timezone.now() - timedelta(days=1)
    tell(client, plan, at)
    ended = client.post(
        reverse("private_plan_end", args=[plan.pk]), {"why": "Seen at the clinic."}, follow=True
    )
    for words in ("Seen at the clinic.", "A man said she sleeps.", "Plan to see them alone"):
        assert words in said(ended), words
    late = tell(client, plan, at)
    assert late.status_code == 409
    assert "This plan has ended, so nothing was recorded." in said(late)


def test_the_task_of_the_next_attempt_leads_to_the_plan(
    client: Client, case: Case, plan: PrivatePlan
) -> None:
    task = Task.objects.get(kind="private_attempt_next")
    page = client.get(reverse("task_detail", args=[task.pk])).content.decode()
    assert f'href="{reverse("private_plan", args=[case.pk])}"' in page


def test_what_is_typed_is_kept_until_it_is_sent(client: Client, plan: PrivatePlan) -> None:
    page = client.get(reverse("private_attempt_record", args=[plan.pk])).content.decode()
    assert "draft-status" in page
    assert reverse("draft_save", args=["private_attempt_record", plan.pk]) in page
