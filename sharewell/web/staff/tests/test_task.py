"""The pages of tasks: read, done with an outcome, put off within bounds."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.cases import catalogues
from sharewell.cases.models import Case, Task
from sharewell.cases.records import open_task
from sharewell.cases.tests.told import open_case
from sharewell.testing import Cast, make_cast, sign_in
from sharewell.web.staff import places
from sharewell.web.staff.tests.concern_form import same_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


@pytest.fixture
def task(cast: Cast, case: Case) -> Task:
    """Alice is to ask for agreement; it may be put off by a week."""
    return open_task(
        agency=cast.agency, kind="consent_ask", owner=cast.alice, now=timezone.now(), case=case
    )


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.alice)


def put_off(days: int) -> dict[str, str]:
    when = timezone.now() + timedelta(days=days)
    return {
        "due_at_day": str(when.day),
        "due_at_month": str(when.month),
        "due_at_year": str(when.year),
        "due_at_time": "09:00",
        "reason": "She is away.",
    }


def test_a_task_says_what_to_do_by_when_and_whose_it_is(alice: Client, task: Task) -> None:
    text = alice.get(reverse("task_detail", args=[task.id])).content.decode()
    for words in ("Ask the person whether they agree", "Alice Practitioner", "Mary Mill"):
        assert words in text


def test_a_late_task_says_so(alice: Client, task: Task) -> None:
    Task.objects.update(due_at=timezone.now() - timedelta(hours=3))
    assert "3 hours late" in alice.get(reverse("task_detail", args=[task.id])).content.decode()


def test_it_is_closed_with_what_came_of_it(alice: Client, task: Task, cast: Cast) -> None:
    url = reverse("task_done", args=[task.id])
    assert alice.post(url, {"outcome": " "}).status_code == 422
    assert alice.post(url, {"outcome": "She agrees."}).status_code == 302
    task.refresh_from_db()
    assert (task.outcome, task.done_by) == ("She agrees.", cast.alice)
    again = alice.post(url, {"outcome": "Twice"})
    assert again.status_code == 409
    task.refresh_from_db()
    assert task.outcome == "She agrees."


def test_it_is_put_off_with_a_reason_and_within_its_bound(alice: Client, task: Task) -> None:
    url = reverse("task_defer", args=[task.id])
    assert alice.post(url, put_off(30)).status_code == 422
    assert alice.post(url, put_off(-1)).status_code == 422
    assert alice.post(url, {**put_off(3), "reason": ""}).status_code == 422
    first_due = task.due_at
    assert alice.post(url, put_off(3)).status_code == 302
    task.refresh_from_db()
    assert task.deferred_from == first_due
    assert task.defer_reason == "She is away."


def test_putting_off_again_does_not_move_the_bound(alice: Client, task: Task) -> None:
    url = reverse("task_defer", args=[task.id])
    alice.post(url, put_off(6))
    assert alice.post(url, put_off(12)).status_code == 422


def test_what_cannot_wait_cannot_be_put_off(cast: Cast, alice: Client, case: Case) -> None:
    urgent = open_task(
        agency=cast.agency,
        kind="decision_reopened",
        owner=cast.alice,
        now=timezone.now(),
        case=case,
    )
    page = alice.get(reverse("task_detail", args=[urgent.id])).content.decode()
    assert "Put it off" not in page
    assert alice.post(reverse("task_defer", args=[urgent.id]), put_off(1)).status_code == 422


def test_a_concern_is_closed_by_reading_it_and_not_by_hand(
    client: Client, cast: Cast, case: Case
) -> None:
    triage = Task.objects.get(kind="concern_triage")
    bea = sign_in(client, cast.bea)
    page = bea.get(reverse("task_detail", args=[triage.id])).content.decode()
    assert reverse("concern_detail", args=[triage.about_id]) in page
    assert "Close the task" not in page
    answer = bea.post(reverse("task_done", args=[triage.id]), {"outcome": "Away with it."})
    assert answer.status_code == 403
    triage.refresh_from_db()
    assert triage.done_at is None


def test_the_lead_in_the_circle_may_close_it_and_a_colleague_may_not(
    cast: Cast, case: Case, task: Task
) -> None:
    url = reverse("task_done", args=[task.id])
    Task.objects.filter(pk=task.pk).update(owner=cast.bea)
    practitioner = sign_in(Client(), cast.alice)
    assert practitioner.post(url, {"outcome": "Done."}).status_code == 403
    assert (
        "Close the task"
        not in practitioner.get(reverse("task_detail", args=[task.id])).content.decode()
    )
    assert sign_in(Client(), cast.sam).post(url, {"outcome": "Done."}).status_code == 302


def test_outside_the_circle_a_task_is_as_if_it_were_not(cast: Cast, task: Task) -> None:
    for who in (cast.stranger, cast.olu, cast.ada, cast.ivo, cast.pat):
        client = sign_in(Client(), who)
        hidden = client.get(reverse("task_detail", args=[task.id]))
        nothing = client.get(reverse("task_detail", args=[uuid.uuid4()]))
        assert hidden.status_code == 404
        assert same_page(hidden) == same_page(nothing)
        assert (
            client.post(reverse("task_done", args=[task.id]), {"outcome": "x"}).status_code == 404
        )
        assert client.post(reverse("task_defer", args=[task.id]), put_off(1)).status_code == 404


def test_an_owner_outside_the_circle_sees_the_task_and_nothing_of_the_case(
    client: Client, cast: Cast, task: Task
) -> None:
    Task.objects.filter(pk=task.pk).update(owner=cast.stranger)
    text = (
        sign_in(client, cast.stranger).get(reverse("task_detail", args=[task.id])).content.decode()
    )
    assert "Ask the person whether they agree" in text
    assert "Mary Mill" not in text


def test_signed_out_and_wrong_methods_are_refused(alice: Client, task: Task) -> None:
    out = Client()
    assert out.get(reverse("task_detail", args=[task.id])).status_code == 302
    assert out.post(reverse("task_done", args=[task.id])).status_code == 403
    assert out.post(reverse("task_defer", args=[task.id])).status_code == 403
    assert alice.post(reverse("task_detail", args=[task.id])).status_code == 405
    assert alice.get(reverse("task_done", args=[task.id])).status_code == 405
    assert alice.get(reverse("task_defer", args=[task.id])).status_code == 405


def test_a_task_leads_to_where_it_is_done(alice: Client, task: Task) -> None:
    """Nobody has to look for the page on which a task is done."""
    page = alice.get(reverse("task_detail", args=[task.id])).content.decode()
    assert reverse("consent_record", args=[task.case_id]) in page


def test_every_way_to_where_a_task_is_done_leads_somewhere() -> None:
    ways = {**places.OF_CASE, **places.OF_DISCLOSURE}
    assert set(ways) <= set(catalogues.task_kinds())
    for _, name in ways.values():
        assert reverse(name, args=[uuid.uuid4()])
