"""Pauses: by those who may, with a reason and an end; what is left runs on; no emergency, no law, no drift."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.cases.models import Case, Task
from sharewell.cases.records import join_circle, open_task
from sharewell.disclosures.models import PartnerAction
from sharewell.disclosures.operations import disclosure_open_by_partner
from sharewell.disclosures.tests.answers import give, visit
from sharewell.disclosures.tests.stage import make_case, make_sent
from sharewell.followup import queries
from sharewell.followup.clocks import clocks_run
from sharewell.followup.models import CaseClock, ClockPause, Escalation, MeetingAction
from sharewell.followup.operations import case_clock_start, clock_goes_on, clock_pause, clock_resume
from sharewell.followup.operations.pause import ClockPaused, NeverPaused, Pause
from sharewell.followup.tests.meetings import Held
from sharewell.followup.tests.test_clocks import entries, waiting
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, MONDAY)


def pause(who: Any, kind: str, about: Any, now: datetime = MONDAY, **given: Any) -> ClockPause:
    said = {"reason": "awaiting_reply", "words": "They find the file.", "until": now + DAY, **given}
    key = said.pop("key", None) or uuid.uuid4()
    what = Pause(kind=kind, about_id=about.pk, **said)
    return clock_pause(account=who, pause=what, form_key=key, now=now)


def task_of(cast: Cast, case: Case, kind: str = "inform_person", hours: int = 24) -> Task:
    return open_task(
        agency=cast.agency, case=case, kind=kind, owner=cast.alice, now=MONDAY,
        due_at=MONDAY + hours * HOUR,
    )  # fmt: skip


def test_a_paused_task_is_not_late_and_has_the_same_time_left_afterwards(
    cast: Cast, case: Case
) -> None:
    task = task_of(cast, case, hours=5)
    row = pause(cast.bea, "task", task, MONDAY + HOUR, until=MONDAY + 25 * HOUR)
    task.refresh_from_db()
    assert (row.rest, task.due_at) == (4 * HOUR, MONDAY + 29 * HOUR)
    clocks_run(MONDAY + 25 * HOUR)
    clocks_run(MONDAY + 29 * HOUR)
    assert not waiting("task_late")
    row.refresh_from_db()
    assert (row.ended_at, row.ended_by) == (MONDAY + 25 * HOUR, None)
    clocks_run(MONDAY + 29 * HOUR + MINUTE)
    assert waiting("task_late") == [cast.sam]
    assert (entries("clock.paused"), entries("clock.resumed")) == (1, 1)
    lines = [line.text for line in case.chronology.order_by("line")]
    assert "They find the file." in lines[0]
    assert lines[0].startswith("Paused until 17 November 2026 at 11:00: Tell the person")
    assert lines[1].startswith("Runs on: ")


def test_resumed_earlier_what_is_left_runs_from_then(cast: Cast, case: Case) -> None:
    task = task_of(cast, case, hours=5)
    row = pause(cast.bea, "task", task, MONDAY + HOUR, until=MONDAY + 25 * HOUR)
    clock_resume(account=cast.bea, pause_id=row.pk, now=MONDAY + 3 * HOUR)
    task.refresh_from_db()
    assert task.due_at == MONDAY + 7 * HOUR
    again = clock_resume(account=cast.bea, pause_id=row.pk, now=MONDAY + 4 * HOUR)
    assert again.ended_at == MONDAY + 3 * HOUR
    clock_goes_on(pause_id=row.pk, now=MONDAY + 9 * DAY)
    task.refresh_from_db()
    assert task.due_at == MONDAY + 7 * HOUR
    assert entries("clock.resumed") == 1


def test_a_date_given_meanwhile_is_kept(cast: Cast, case: Case) -> None:
    task = task_of(cast, case, hours=5)
    row = pause(cast.bea, "task", task, MONDAY + HOUR)
    Task.objects.filter(pk=task.pk).update(due_at=MONDAY + 9 * DAY)
    clock_resume(account=cast.bea, pause_id=row.pk, now=MONDAY + 2 * HOUR)
    task.refresh_from_db()
    assert task.due_at == MONDAY + 9 * DAY


def test_a_working_clock_goes_on_with_its_working_time(cast: Cast, case: Case) -> None:
    """One working day from Monday: paused on Monday at noon until Friday at four, it ends on the Monday after."""
    due_at = datetime(2026, 11, 17, 17, tzinfo=UTC)
    sent = make_sent(cast, MONDAY, cast.police, case=case, ack_due_at=due_at)
    noon, friday = MONDAY + 2 * HOUR, datetime(2026, 11, 19, 11, tzinfo=UTC)
    row = pause(cast.bea, "acknowledge", sent, noon, until=friday)
    sent.refresh_from_db()
    assert row.rest == 13 * HOUR
    assert sent.ack_due_at == datetime(2026, 11, 20, 16, tzinfo=UTC)
    clocks_run(due_at + HOUR)
    assert not waiting("acknowledgement_chase")
    clocks_run(sent.ack_due_at)
    assert waiting("acknowledgement_chase") == [cast.alice]


def test_a_partners_first_action_action_and_a_review_can_wait(cast: Cast, case: Case) -> None:
    sent = make_sent(cast, MONDAY, cast.police, case=case)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.pk, now=MONDAY)
    give(cast.pat, sent, MONDAY, "accept", actions=[visit(MONDAY)])
    sent.refresh_from_db()
    action = PartnerAction.objects.get()
    held = make_sent(
        cast, MONDAY, cast.police, case=case, state="not_shared", review_at=MONDAY + DAY
    )
    for kind, row, name in (
        ("first_action", sent, "action_due_at"),
        ("partner_action", action, "due_at"),
        ("review", held, "review_at"),
    ):
        before = getattr(row, name)
        pause(cast.bea, kind, row, until=MONDAY + 2 * DAY)
        row.refresh_from_db()
        assert getattr(row, name) > before
    clocks_run(MONDAY + DAY + HOUR)
    assert not held.reopened_as.exists()
    clocks_run(MONDAY + 3 * DAY)
    assert held.reopened_as.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "because"}, "reason"),
        ({"words": "  "}, "words"),
        ({"until": MONDAY}, "until"),
        ({"until": MONDAY + 15 * DAY}, "until"),
    ],
)
def test_it_needs_a_reason_in_words_and_an_end_within_the_bound(
    cast: Cast, case: Case, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        pause(cast.bea, "task", task_of(cast, case), **given)
    assert list(refused.value.errors) == [field]
    assert not ClockPause.objects.exists()


def test_only_a_manager_or_lead_in_the_circle_pauses(cast: Cast, case: Case) -> None:
    task = task_of(cast, case)
    with pytest.raises(NotAllowed):
        pause(cast.alice, "task", task)
    with pytest.raises(NotFound):
        pause(cast.sam, "task", task)
    row = pause(cast.bea, "task", task)
    with pytest.raises(NotFound):
        clock_resume(account=cast.sam, pause_id=row.pk, now=MONDAY)
    with pytest.raises(NotAllowed):
        clock_resume(account=cast.alice, pause_id=row.pk, now=MONDAY)


def test_no_emergency_nor_what_cannot_be_put_off_nor_a_clock_of_law_is_paused(
    cast: Cast, case: Case
) -> None:
    sent = make_sent(
        cast, MONDAY, cast.police, case=case, route="emergency", ack_due_at=MONDAY + 10 * MINUTE
    )
    with pytest.raises(NeverPaused):
        pause(cast.bea, "acknowledge", sent)
    for name in ("emergency_unacknowledged", "concern_triage_immediate", "emergency_record"):
        with pytest.raises(NeverPaused):
            pause(cast.bea, "task", task_of(cast, case, name))
    for event, may in (("police_protection", False), ("own_information", True)):
        case_clock_start(
            account=cast.alice, case=case, event=event, at=MONDAY, form_key=uuid.uuid4(), now=MONDAY
        )
        clock = CaseClock.objects.get(event=event)
        if may:
            assert pause(cast.bea, "case_clock", clock)
        else:
            with pytest.raises(NeverPaused):
                pause(cast.bea, "case_clock", clock)


def test_it_is_paused_once_and_the_same_form_pauses_once(cast: Cast, case: Case) -> None:
    task, key = task_of(cast, case), uuid.uuid4()
    assert pause(cast.bea, "task", task, key=key) == pause(cast.bea, "task", task, key=key)
    with pytest.raises(ClockPaused):
        pause(cast.bea, "task", task)
    assert entries("clock.paused") == 1


def test_repeated_pauses_are_put_to_somebody_else_than_who_paused(cast: Cast, case: Case) -> None:
    join_circle(case=case, account=cast.sam, relation="safeguarding_lead", now=MONDAY)
    for who, expected in ((cast.sam, cast.bea), (cast.bea, cast.sam)):
        task = task_of(cast, case, hours=48)
        for hour in (0, 2):
            now = MONDAY + hour * HOUR
            row = pause(who, "task", task, now, until=now + HOUR)
            clock_goes_on(pause_id=row.pk, now=now + HOUR)
        asked = Task.objects.get(kind="clock_paused_again", about_id=task.pk)
        assert asked.owner == expected
        assert "They find the file." in asked.note


def test_what_was_done_meanwhile_ends_its_pause_quietly(cast: Cast, case: Case) -> None:
    task = task_of(cast, case)
    row = pause(cast.bea, "task", task)
    Task.objects.filter(pk=task.pk).update(done_at=MONDAY)
    clock_goes_on(pause_id=row.pk, now=MONDAY + 2 * DAY)
    row.refresh_from_db()
    assert row.ended_at == MONDAY + DAY
    with pytest.raises(Invalid):
        pause(cast.bea, "task", task_of(cast, case, hours=0))


def test_the_board_says_that_it_is_paused_and_leaves_that_time_out(cast: Cast, case: Case) -> None:
    task = task_of(cast, case, hours=4)
    pause(cast.bea, "task", task, MONDAY + HOUR, until=MONDAY + 25 * HOUR)
    seen = {
        hours: queries.board(viewer=cast.alice, scope="mine", now=MONDAY + hours * HOUR)
        .rows[0]
        .state
        for hours in (2, 25, 26.9, 27, 28, 29)
    }
    assert list(seen.values()) == ["paused", "in_time", "in_time", "at_risk", "at_risk", "late"]


def test_nothing_of_a_pause_is_counted_for_another_kind_of_clock(cast: Cast, case: Case) -> None:
    task = task_of(cast, case)
    pause(cast.bea, "task", task)
    still = queries.stood_still([task.pk], MONDAY + HOUR)
    assert list(still) == [("task", task.pk)]


def test_an_action_of_a_meeting_waits_with_its_task_and_is_shown_as_paused() -> None:
    held = Held()
    held.whole()
    cast, now = held.world.cast, held.world.now
    ours, theirs = (MeetingAction.objects.get(owner__isnull=not mine) for mine in (True, False))
    for action in (ours, theirs):
        before = action.due_at
        pause(cast.bea, "meeting_action", action, now, until=now + DAY)
        action.refresh_from_db()
        assert action.due_at == before + DAY
    assert Task.objects.get(about_id=ours.pk, kind="meeting_action").due_at == ours.due_at
    board = queries.board(viewer=cast.alice, scope="mine", now=now + HOUR)
    about = {"task": Task.objects.get(about_id=ours.pk).pk, "meeting_action": theirs.pk}
    states = {each.state for each in board.rows if each.about_id == about.get(each.about)}
    assert states == {"paused"}
    clocks_run(before + HOUR)
    assert not Task.objects.filter(kind="meeting_action_late").exists()
    clocks_run(theirs.due_at)
    assert Task.objects.filter(kind="meeting_action_late", about_id=theirs.pk).exists()


def test_a_step_of_a_ladder_waits_and_goes_up_with_the_time_that_was_left(
    cast: Cast, case: Case
) -> None:
    sent = make_sent(cast, MONDAY, cast.police, case=case, ack_due_at=MONDAY)
    clocks_run(MONDAY)
    climbing = Escalation.objects.get()
    before = climbing.next_at
    assert before is not None
    pause(cast.bea, "escalation", climbing, MONDAY + HOUR, until=MONDAY + 3 * DAY)
    climbing.refresh_from_db()
    assert climbing.next_at is not None
    assert climbing.next_at > before
    assert Task.objects.get(kind="acknowledgement_chase").due_at == climbing.next_at
    board = queries.board(viewer=cast.alice, scope="mine", now=MONDAY + 2 * HOUR)
    assert {each.state for each in board.rows if each.case == case} == {"paused"}
    shown = queries.escalation(viewer=cast.bea, escalation_id=climbing.pk, now=MONDAY + 2 * HOUR)
    assert shown.pause is not None
    clocks_run(before + HOUR)
    climbing.refresh_from_db()
    assert climbing.step == "chase"
    assert climbing.next_at is not None
    clocks_run(climbing.next_at)
    climbing.refresh_from_db()
    assert climbing.step != "chase"
    assert sent.pk == climbing.disclosure_id


def test_no_step_is_paused_in_immediate_danger_or_after_its_end(cast: Cast, case: Case) -> None:
    sent = make_sent(cast, MONDAY, cast.police, case=case, ack_due_at=MONDAY, urgency="immediate")
    clocks_run(MONDAY)
    climbing = Escalation.objects.get(disclosure=sent)
    with pytest.raises(NeverPaused):
        pause(cast.bea, "escalation", climbing)
    Escalation.objects.update(ended_at=MONDAY)
    with pytest.raises(NotFound):
        pause(cast.bea, "escalation", climbing)
