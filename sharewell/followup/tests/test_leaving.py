"""Nobody leaves anything behind: what one holds goes to others, past conflicts, and an account ends only then."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import Absence, Account, Duty, Function
from sharewell.cases import oversight
from sharewell.cases.models import Case, CircleMember, Task, Wall
from sharewell.cases.records import open_task
from sharewell.disclosures.models import Item, Referral
from sharewell.disclosures.tests.stage import make_case, make_sent
from sharewell.followup import leaving, operations, queries
from sharewell.followup.clocks import clocks_run
from sharewell.followup.models import Escalation, MeetingAction
from sharewell.followup.operations.leaving import StillHeld
from sharewell.followup.tests.meetings import Held
from sharewell.testing import Cast, make_account, make_cast, make_function, put_on_duty

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast, now: datetime) -> Case:
    return make_case(cast, now)


def everything(cast: Cast, case: Case, of: Account, now: datetime) -> set[str]:
    """Give this account one of each kind of thing; returns the kinds."""
    Case.objects.filter(pk=case.pk).update(owner=of)
    case.refresh_from_db()
    CircleMember.objects.filter(case=case, account=cast.alice).update(account=of)
    open_task(agency=case.agency, case=case, kind="consent_ask", owner=of, now=now)
    open_task(agency=case.agency, kind="handover_take", owner=of, now=now, about_id=uuid.uuid4())
    sent = make_sent(cast, now, cast.police, case=case, ack_due_at=now)
    Referral.objects.create(
        disclosure=sent,
        referred_by=cast.alice,
        decider_role="safeguarding_lead",
        decider=of,
        referred_at=now,
        due_at=now + 30 * DAY,
    )
    Item.objects.create(
        disclosure=sent,
        field="x",
        rationale="x",
        authority="x",
        asked_at=now,
        asked_by=cast.alice,
        asked_of=of,
    )
    Escalation.objects.create(
        agency=case.agency,
        case=case,
        disclosure=sent,
        cause="late_action",
        ladder="silence_week",
        opened_at=now,
        step="chase",
        holder=of,
        started_at=now,
    )
    put_on_duty(of, "on_call_manager", rank=3)
    make_function("Our desk", cast.agency, "adult_social_care", of)
    return {each.kind for each in leaving.held(of, now)}


def test_an_account_ends_and_nothing_it_held_is_left_lying(
    cast: Cast, case: Case, now: datetime
) -> None:
    lea = make_account("Lea Leaver", cast.agency, "manager", in_team=False)
    kinds = everything(cast, case, lea, now)
    assert kinds >= {"case_owned", "task", "referral", "approval", "escalation", "duty", "desk"}
    operations.account_end(account=cast.ada, of=lea, now=now)
    lea.refresh_from_db()
    assert not lea.is_active
    assert not list(leaving.held(lea, now))
    assert queries.orphaned(viewer=cast.ada, now=now) == 0
    case.refresh_from_db()
    assert case.owner == cast.bea, "the manager of the case"
    assert Function.objects.get(name="Our desk").staff.exists()
    assert not CircleMember.objects.standing(now).filter(account=lea).exists()
    assert "What Lea Leaver had to do here went to" in case.chronology.latest("line").text
    assert Duty.objects.filter(kind="on_call_manager", rank=3, ends_at=None).exists()


def test_it_goes_to_nobody_with_a_conflict_and_else_the_account_stays_on(
    cast: Cast, case: Case, now: datetime
) -> None:
    for account in (cast.bea, cast.sam):
        Wall.objects.create(case=case, account=account, reason="Named", raised_at=now)
    assert leaving.proposed(next(leaving.held(cast.alice, now)), cast.alice, now) == cast.gita
    Wall.objects.create(case=case, account=cast.gita, reason="Named", raised_at=now)
    with pytest.raises(StillHeld):
        operations.account_end(account=cast.ada, of=cast.alice, now=now)
    cast.alice.refresh_from_db()
    assert cast.alice.is_active
    case.refresh_from_db()
    assert case.owner == cast.alice


def test_nobody_approves_what_they_asked_for(cast: Cast, case: Case, now: datetime) -> None:
    sent = make_sent(cast, now, cast.police, case=case)
    Item.objects.create(
        disclosure=sent, field="x", rationale="x", authority="x",
        asked_at=now, asked_by=cast.sam, asked_of=cast.gita,
    )  # fmt: skip
    found = next(each for each in leaving.held(cast.gita, now) if each.kind == "approval")
    assert not leaving.may_take(found, cast.sam, cast.gita, now), "who asked"
    assert not leaving.may_take(found, cast.alice, cast.gita, now), "who approves nothing"
    assert leaving.proposed(found, cast.gita, now) == cast.bea


def test_a_manager_hands_over_thing_by_thing_only_what_they_may_know(
    cast: Cast, case: Case, now: datetime
) -> None:
    other = make_case(cast, now)
    CircleMember.objects.filter(case=other, account=cast.bea).delete()
    shown = queries.leaving(viewer=cast.bea, account_id=cast.alice.pk, now=now)
    assert [each.case for each in shown.things] == [case]
    assert shown.hidden == 1
    key = shown.things[0].key
    takers = shown.things[0].takers
    assert cast.alice not in takers
    assert cast.ada not in takers, "reads no cases"
    given: dict[str, Any] = {"account": cast.bea, "of": cast.alice, "now": now}
    with pytest.raises(NotFound):
        operations.work_hand_over(**given, takers={f"case_owned:{other.pk}": cast.bea.pk})
    with pytest.raises(Invalid):
        operations.work_hand_over(**given, takers={key: cast.ada.pk})
    with pytest.raises(NotAllowed):
        operations.work_hand_over(
            account=cast.stranger, of=cast.alice, now=now, takers={key: cast.bea.pk}
        )
    operations.work_hand_over(**given, takers={key: cast.stranger.pk})
    case.refresh_from_db()
    assert case.owner == cast.stranger
    assert Case.objects.visible_to(cast.stranger, now).filter(pk=case.pk).exists()


def test_an_absence_hands_over_by_itself_once_and_asks_when_they_are_back(
    cast: Cast, case: Case, now: datetime
) -> None:
    operations.absence_record(
        account=cast.bea, of=cast.alice, starts_at=now + DAY, until=now + 9 * DAY, now=now
    )
    clocks_run(now)
    case.refresh_from_db()
    assert case.owner == cast.alice
    for _ in range(2):
        clocks_run(now + DAY)
    case.refresh_from_db()
    assert case.owner == cast.bea
    back = Task.objects.get(kind="absence_over")
    assert (back.owner, back.due_at) == (cast.bea, now + 9 * DAY)
    assert Account.objects.get(pk=cast.alice.pk).is_active


def test_nothing_new_comes_to_somebody_who_is_away(cast: Cast, case: Case, now: datetime) -> None:
    given: dict[str, Any] = {
        "agency": cast.agency,
        "case": case,
        "purpose": "oversight",
        "now": now,
    }
    assert oversight.resolve(**given) == cast.sam
    Absence.objects.create(
        account=cast.sam, starts_at=now, until=now + DAY, recorded_at=now, recorded_by=cast.bea
    )
    assert oversight.resolve(**given) == cast.gita
    assert oversight.resolve(**{**given, "now": now + DAY}) == cast.sam


def test_one_who_leaves_on_a_day_is_switched_off_then(
    cast: Cast, case: Case, now: datetime
) -> None:
    operations.absence_record(
        account=cast.ada, of=cast.alice, starts_at=now + DAY, until=None, now=now
    )
    clocks_run(now + DAY)
    assert not Account.objects.get(pk=cast.alice.pk).is_active
    with pytest.raises(Invalid):
        operations.absence_record(account=cast.bea, of=cast.bea, starts_at=now, until=None, now=now)


def test_the_administrator_sees_a_number_and_no_case(cast: Cast, case: Case, now: datetime) -> None:
    Account.objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert queries.orphaned(viewer=cast.ada, now=now) == 1
    with pytest.raises(NotAllowed):
        queries.leaving(viewer=cast.ada, account_id=cast.sam.pk, now=now)
    with pytest.raises(NotAllowed):
        operations.account_end(account=cast.bea, of=cast.sam, now=now)


def test_all_that_one_who_is_gone_held_counts_also_duties_desks_and_actions_of_meetings() -> None:
    meeting = Held()
    meeting.whole()
    cast, now = meeting.world.cast, meeting.world.now
    lea = make_account("Lea Leaver", cast.agency, "manager", in_team=False)
    kinds = everything(cast, make_case(cast, now), lea, now)
    MeetingAction.objects.filter(owner=cast.alice).update(owner=lea)
    assert kinds >= {"duty", "desk"}
    held = len(list(leaving.held(lea, now)))
    Account.objects.filter(pk=lea.pk).update(is_active=False)
    assert queries.orphaned(viewer=cast.ada, now=now) == held
    Function.objects.get(name="Our desk").staff.add(cast.alice)
    assert queries.orphaned(viewer=cast.ada, now=now) == held - 1, "a colleague works the desk"
