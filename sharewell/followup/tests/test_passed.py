"""Past the manager: to the next person without a conflict, and the manager neither stops it nor learns of it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Account
from sharewell.cases.models import Case, Task, Wall
from sharewell.cases.records import open_task
from sharewell.disclosures.tests.stage import make_case
from sharewell.followup import leaving, operations, queries
from sharewell.followup.clocks import clocks_run
from sharewell.followup.models import Passed
from sharewell.testing import Cast, make_cast, sign_in

pytestmark = pytest.mark.django_db
REASON = "MARKER-P5 asked on Monday, no answer"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast, now: datetime) -> Case:
    return make_case(cast, now)


def go(by: Account, case: Case, now: datetime, **changes: Any) -> Passed:
    given: dict[str, Any] = {
        "why": "silent",
        "reason": REASON,
        "told": "later",
        "told_reason": "",
        "form_key": uuid.uuid4(),
    }
    return operations.manager_pass(account=by, case_id=case.pk, now=now, **{**given, **changes})


def test_it_goes_to_the_lead_who_may_then_read_the_case(
    cast: Cast, case: Case, now: datetime
) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        made = go(cast.alice, case, now, form_key=key)
    assert (made.to, made.manager, made.told) == (cast.sam, cast.bea, "later")
    task = Task.objects.get(kind="manager_passed")
    assert (task.owner, task.case, task.about_id) == (cast.sam, None, made.pk)
    assert Case.objects.visible_to(cast.sam, now).filter(pk=case.pk).exists()


def test_the_manager_finds_nothing_of_it(
    cast: Cast, case: Case, now: datetime, client: Client
) -> None:
    made = go(cast.alice, case, now)
    with pytest.raises(NotFound):
        queries.passed(viewer=cast.bea, passed_id=made.pk, now=now)
    sign_in(client, cast.bea)
    pages = [
        reverse("home"),
        reverse("action_list") + "?whose=all",
        reverse("case_detail", args=[case.pk]),
        reverse("circle_list", args=[case.pk]),
        reverse("chronology_list", args=[case.pk]),
    ]
    for address in pages:
        shown = client.get(address).content.decode()
        assert "MARKER-P5" not in shown, address
        assert "A colleague brings" not in shown, address
    held = queries.leaving(viewer=cast.bea, account_id=cast.sam.pk, now=now)
    assert not [each for each in held.things if "colleague brings" in each.label]
    task = next(each for each in leaving.held(cast.sam, now) if each.kind == "task")
    assert not leaving.may_take(task, cast.bea, cast.sam, now)


def test_late_it_never_goes_up_to_the_manager_who_was_passed(
    cast: Cast, case: Case, now: datetime
) -> None:
    go(cast.alice, case, now)
    Task.objects.filter(kind="manager_passed").update(owner=cast.gita)
    clocks_run(now + timedelta(days=1))
    assert Task.objects.get(kind="task_late").owner == cast.sam
    Wall.objects.create(case=case, account=cast.sam, reason="Named", raised_at=now)
    Task.objects.all().update(escalated_at=None)
    Task.objects.filter(kind="task_late").delete()
    clocks_run(now + timedelta(days=2))
    assert cast.bea not in [each.owner for each in Task.objects.filter(kind="task_late")]


def test_told_now_it_stands_in_the_chronology_and_not_told_takes_a_reason(
    cast: Cast, case: Case, now: datetime
) -> None:
    with pytest.raises(Invalid):
        go(cast.alice, case, now, told="not")
    before = case.chronology.count()
    go(cast.alice, case, now, told="not", told_reason="It is about them")
    assert not [each for each in case.chronology.all()[before:] if "MARKER" in each.text]
    go(cast.alice, case, now, told="now")
    assert REASON in case.chronology.latest("line").text


def test_one_with_a_conflict_is_passed_over_and_else_it_says_whom_to_ring(
    cast: Cast, case: Case, now: datetime
) -> None:
    Wall.objects.create(case=case, account=cast.sam, reason="Named", raised_at=now)
    assert go(cast.alice, case, now).to == cast.gita
    with pytest.raises(Invalid):
        go(cast.alice, case, now, to=cast.bea.pk)
    Wall.objects.create(case=case, account=cast.gita, reason="Named", raised_at=now)
    made = go(cast.alice, case, now)
    assert made.to is None
    assert "Ring" in made.outside


def test_it_is_about_a_thing_of_the_case_and_for_those_who_work_on_it(
    cast: Cast, case: Case, now: datetime
) -> None:
    task = open_task(agency=case.agency, case=case, kind="consent_ask", owner=cast.alice, now=now)
    assert go(cast.alice, case, now, what="task", about_id=task.pk).about_id == task.pk
    with pytest.raises(NotFound):
        go(cast.alice, case, now, what="concern", about_id=task.pk)
    with pytest.raises(NotFound):
        go(cast.stranger, case, now)
    with pytest.raises(NotAllowed):
        go(cast.bea, case, now)
