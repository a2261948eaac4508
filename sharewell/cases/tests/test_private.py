"""Seeing a person alone: the plan, its attempts, the next as a task, and when the manager is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.models import Account
from sharewell.cases import queries
from sharewell.cases.models import Case, PrivateAttempt, PrivatePlan, Task
from sharewell.cases.operations import (
    case_hand_over,
    private_attempt_record,
    private_plan_end,
    private_plan_make,
    task_done,
)
from sharewell.cases.operations._writing import CaseClosed
from sharewell.cases.operations.private import (
    Attempted,
    PrivatePlanEnded,
    PrivatePlanStands,
    Tried,
)
from sharewell.cases.tests.told import LATER, open_case
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db
NEXT, FAILED = "private_attempt_next", "private_attempts_failed"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


@pytest.fixture
def plan(cast: Cast, case: Case) -> PrivatePlan:
    return make(cast, case)


def make(cast: Cast, case: Case, **more: Any) -> PrivatePlan:
    told = {"aim": "Ask what is safe.", "ways": ["varied_visit", "outing"], **more}
    return private_plan_make(**{"account": cast.alice, "case": case, "now": LATER, **told})


def attempt(
    cast: Cast,
    plan: PrivatePlan,
    now: datetime = LATER,
    *,
    by: Account | None = None,
    next_at: datetime | None = None,
    form_key: uuid.UUID | None = None,
    **more: Any,
) -> Attempted:
    told = {"way": "varied_visit", "at": now, "alone": "false", "outcome": "not_alone", **more}
    return private_attempt_record(
        account=by or cast.alice,
        plan=plan,
        now=now,
        form_key=form_key or uuid.uuid4(),
        tried=Tried(**told),
        next_at=next_at,
    )


def waiting(case: Case, kind: str) -> list[Task]:
    return list(Task.objects.waiting().filter(case=case, kind=kind))


def test_a_plan_gives_the_owner_the_first_attempt_and_leaves_a_line_and_an_entry(
    cast: Cast, case: Case
) -> None:
    before = Entry.objects.count()
    plan = make(cast, case)
    assert Entry.objects.count() == before + 1
    (task,) = waiting(case, NEXT)
    assert (task.owner, task.about_id, task.due_at) == (case.owner, plan.pk, LATER + 48 * HOUR)
    line = case.chronology.latest("line")
    assert (line.section, line.text) == (
        "contact",
        "A plan to see them alone was made: Ask what is safe. Ways: A visit at another time than usual; Away from home.",
    )


def test_an_attempt_does_its_task_opens_the_next_and_stands_in_the_chronology_when_it_was(
    cast: Cast, case: Case, plan: PrivatePlan
) -> None:
    before = Entry.objects.count()
    now = LATER + DAY
    attempt(cast, plan, now, at=now - 3 * HOUR, words="He answered.", next_at=now + 5 * HOUR)
    assert Entry.objects.count() == before + 1
    done = Task.objects.get(kind=NEXT, done_at=now)
    assert done.outcome == "Somebody else was there"
    (task,) = waiting(case, NEXT)
    assert task.due_at == now + 5 * HOUR
    line = case.chronology.latest("line")
    assert (line.event_at, line.recorded_at, line.kind) == (now - 3 * HOUR, now, "observed")
    assert line.text == (
        "Attempt to see them alone. A visit at another time than usual: Somebody else was there. He answered."
    )


def test_what_another_tried_is_reported(cast: Cast, case: Case, plan: PrivatePlan) -> None:
    attempt(cast, plan, by=cast.bea, way="advocacy")
    assert case.chronology.latest("line").kind == "observed"
    told = Tried(
        way="advocacy", at=LATER, alone="unknown", outcome="not_reached", by="Ann, advocate"
    )
    private_attempt_record(
        account=cast.alice, plan=plan, now=LATER, form_key=uuid.uuid4(), tried=told
    )
    line = case.chronology.latest("line")
    assert line.kind == "reported"
    assert "Through an advocate (Ann, advocate): Not reached." in line.text


def test_the_same_form_is_recorded_once(cast: Cast, case: Case, plan: PrivatePlan) -> None:
    key = uuid.uuid4()
    first = attempt(cast, plan, form_key=key)
    before = (Entry.objects.count(), case.chronology.count(), case.tasks.count())
    assert attempt(cast, plan, form_key=key).attempt == first.attempt
    assert (Entry.objects.count(), case.chronology.count(), case.tasks.count()) == before


def test_the_answer_warns_of_the_same_time_and_the_same_way(cast: Cast, plan: PrivatePlan) -> None:
    assert attempt(cast, plan).warnings == ()
    assert attempt(cast, plan, LATER + DAY).warnings == ()
    time, way = attempt(cast, plan, LATER + 7 * DAY + HOUR).warnings
    assert time.startswith("It was tried on a Friday about 11:")
    assert way.startswith("The same way (A visit at another time than usual) was tried 2 times")


def test_the_plan_shows_what_repeats_and_warns_of_the_next(cast: Cast, plan: PrivatePlan) -> None:
    attempt(cast, plan)
    attempt(cast, plan, LATER + DAY, next_at=LATER + 7 * DAY)
    (shown,) = queries.private_plans(plan.case)
    assert [list(warnings) for _, warnings in shown.attempts] == [[], []]
    assert [each.split()[0] for each in shown.minds] == ["It", "The"]
    assert shown.next is not None
    assert shown.told is None


def test_the_manager_is_told_after_three_in_a_row_and_again_after_three_more(
    cast: Cast, case: Case, plan: PrivatePlan
) -> None:
    found = [attempt(cast, plan, LATER + n * DAY).told for n in range(5)]
    assert [bool(task) for task in found] == [False, False, True, False, False]
    task = found[2]
    assert task is not None
    assert (task.owner, task.due_at) == (case.manager, LATER + 2 * DAY + 24 * HOUR)
    now = LATER + 5 * DAY
    task_done(account=cast.bea, task_id=task.pk, now=now, outcome="I ring myself tomorrow.")
    again = [attempt(cast, plan, now + n * DAY).told for n in range(1, 4)]
    assert [bool(task) for task in again] == [False, False, True]


def test_being_seen_alone_starts_the_count_anew_and_does_the_task_of_the_manager(
    cast: Cast, case: Case, plan: PrivatePlan
) -> None:
    for n in range(3):
        attempt(cast, plan, LATER + n * DAY)
    assert waiting(case, FAILED)
    done = attempt(cast, plan, LATER + 3 * DAY, alone="true", outcome="alone_and_spoke")
    assert done.told is None
    assert not waiting(case, FAILED)
    assert attempt(cast, plan, LATER + 4 * DAY).told is None
    assert waiting(case, NEXT)  # until somebody ends the plan


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("way", {"way": "pigeon"}),
        ("outcome", {"outcome": "perhaps"}),
        ("alone", {"alone": "perhaps"}),
        ("alone", {"alone": "false", "outcome": "alone_and_spoke"}),
        ("alone", {"alone": "true", "outcome": "not_alone"}),
        ("at", {"at": LATER + timedelta(seconds=1)}),
        ("next_at", {"next_at": LATER}),
    ],
)
def test_an_attempt_that_cannot_be_is_refused_and_nothing_is_kept(
    cast: Cast, plan: PrivatePlan, field: str, changes: dict[str, Any]
) -> None:
    before = Entry.objects.count()
    with pytest.raises(Invalid) as refused:
        attempt(cast, plan, **changes)
    assert set(refused.value.errors) == {field}
    assert (PrivateAttempt.objects.count(), Entry.objects.count()) == (0, before)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("aim", {"aim": " "}),
        ("ways", {"ways": []}),
        ("ways", {"ways": ["outing", "pigeon"]}),
        ("next_at", {"next_at": LATER}),
    ],
)
def test_a_plan_that_says_too_little_is_refused(
    cast: Cast, case: Case, field: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        make(cast, case, **changes)
    assert set(refused.value.errors) == {field}
    assert not PrivatePlan.objects.exists()


def test_one_plan_is_open_at_a_time_and_the_ended_one_takes_no_more(
    cast: Cast, case: Case, plan: PrivatePlan
) -> None:
    with pytest.raises(PrivatePlanStands):
        make(cast, case)
    with pytest.raises(Invalid):
        private_plan_end(account=cast.alice, plan=plan, now=LATER, why=" ")
    before = Entry.objects.count()
    for n in range(3):
        attempt(cast, plan, LATER + n * DAY)
    now = LATER + 3 * DAY
    stale = PrivatePlan.objects.get(pk=plan.pk)
    private_plan_end(account=cast.alice, plan=plan, now=now, why="An advocate sees her weekly.")
    assert Entry.objects.count() == before + 4
    assert not waiting(case, NEXT)
    assert not waiting(case, FAILED)
    line = case.chronology.latest("line").text
    assert line == "The plan to see them alone was ended: An advocate sees her weekly."
    acts: list[Callable[[], Any]] = [
        lambda: attempt(cast, stale, now),
        lambda: private_plan_end(account=cast.alice, plan=stale, now=now, why="x"),
    ]
    for act in acts:
        with pytest.raises(PrivatePlanEnded):
            act()
    make(cast, case, now=now)
    assert [bool(each.plan.ended_at) for each in queries.private_plans(case)] == [False, True]


def test_outside_the_circle_there_is_nothing_and_in_a_closed_case_nobody_writes(
    cast: Cast, case: Case, plan: PrivatePlan
) -> None:
    def acts(account: Account) -> list[Callable[[], Any]]:
        return [
            lambda: make(cast, case, account=account),
            lambda: attempt(cast, plan, by=account),
            lambda: private_plan_end(account=account, plan=plan, now=LATER, why="x"),
        ]

    before = Entry.objects.count()
    for account in (cast.stranger, cast.olu, cast.ada):
        for act in acts(account):
            with pytest.raises(NotFound):
                act()
        with pytest.raises(NotFound):
            queries.private_plan_to_try(viewer=account, plan_id=plan.pk, now=LATER)
    Case.objects.filter(pk=case.pk).update(state="closed")
    case.refresh_from_db()
    plan.refresh_from_db()
    for act in acts(cast.alice):
        with pytest.raises(CaseClosed):
            act()
    assert issubclass(CaseClosed, Conflict)
    assert Entry.objects.count() == before


def test_who_takes_the_case_over_has_the_next_attempt(
    cast: Cast, case: Case, plan: PrivatePlan
) -> None:
    assert waiting(case, NEXT)[0].owner == cast.alice
    case_hand_over(account=cast.bea, case=case, owner=cast.bea, now=LATER, reason="Leave")
    assert waiting(case, NEXT)[0].owner == cast.bea


def test_many_plans_and_attempts_cost_as_many_queries_as_one(
    cast: Cast, case: Case, plan: PrivatePlan, django_assert_num_queries: Any
) -> None:
    attempt(cast, plan)
    with django_assert_num_queries(3):
        queries.private_plans(case)
    for n in range(3):
        attempt(cast, plan, LATER + n * DAY)
    private_plan_end(account=cast.alice, plan=plan, now=LATER + 4 * DAY, why="x")
    attempt(cast, make(cast, case, now=LATER + 5 * DAY), LATER + 5 * DAY)
    with django_assert_num_queries(3):
        assert [len(each.attempts) for each in queries.private_plans(case)] == [1, 4]
