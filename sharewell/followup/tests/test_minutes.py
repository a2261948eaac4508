"""The record of a meeting: what it needs to be closed, its clocks, its actions, and its later versions."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.cases.models import ChronologyEntry, Person, Task, Wall
from sharewell.followup import drafting, operations, queries
from sharewell.followup.clocks import clocks_run
from sharewell.followup.meeting import MeetingChanged
from sharewell.followup.models import CaseClock, MeetingDecision
from sharewell.followup.operations.minutes import ActionSettled
from sharewell.followup.tests.meetings import REVIEW, Held
from sharewell.followup.tests.test_meeting import wrong
from sharewell.ledger.models import Entry
from sharewell.testing import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> Held:
    return Held()


def test_it_is_closed_only_with_all_that_it_needs_and_every_gap_is_said_at_once(held: Held) -> None:
    held.invite_seats()
    held.world.wait(hours=3)
    before = Entry.objects.count()
    with pytest.raises(Invalid) as error:
        held.close(review_on=None, escalation=" ")
    assert wrong(error) == {
        "decisions",
        "no_actions_why",
        "review_on",
        "escalation",
        "attendance",
        "missing_why",
    }
    assert Entry.objects.count() == before
    assert not held.meeting.records.exists()


def test_a_whole_record_closes_it_and_its_task_and_tells_the_timeline(held: Held) -> None:
    kept = held.whole()
    assert kept.number == 1
    assert not Task.objects.waiting().filter(kind="meeting_record").exists()
    assert Task.objects.get(kind="meeting_confirm").owner == held.world.cast.bea
    review = Task.objects.get(kind="meeting_review")
    assert review.due_at == datetime(2026, 12, 5, tzinfo=UTC)
    line = ChronologyEntry.objects.filter(section="meeting").latest("line")
    for said in (
        "A single visit",
        "She trusts them",
        "Visit her",
        "Ring the duty desk",
        "4 December 2026",
    ):
        assert said in line.text


def test_no_action_needs_its_reason(held: Held) -> None:
    held.invite_seats()
    held.world.wait(hours=3)
    held.attend()
    held.decide()
    with pytest.raises(Invalid) as error:
        held.close()
    assert wrong(error) == {"no_actions_why"}
    assert held.close(no_actions_why="The enquiry has ended.").no_actions_why


def test_a_seat_that_nobody_filled_is_explained(held: Held) -> None:
    held.invite_seats()
    held.world.wait(hours=3)
    held.attend(police="apologies")
    held.decide()
    held.agree()
    with pytest.raises(Invalid) as error:
        held.close()
    assert error.value.errors["missing_why"][0].startswith("Not there: Police.")
    assert held.close(missing_why="Rung during the meeting; they agree.").missing_why


def test_who_left_for_an_item_counts_as_there_with_the_reason(held: Held) -> None:
    police = held.invite_seats()[1]
    held.world.wait(hours=3)
    attended = operations.minutes.Attended(invited_id=police.pk, presence="left_item")
    given: dict[str, Any] = {"account": held.world.cast.alice, "meeting_id": held.meeting.pk}
    with pytest.raises(Invalid) as error:
        operations.meeting_attendance_record(attended=[attended], now=held.world.now, **given)
    assert wrong(error) == {police.pk.hex}
    held.attend()
    whole = operations.minutes.Attended(
        invited_id=police.pk, presence="left_item", why="Knows the family; left for item 2."
    )
    operations.meeting_attendance_record(attended=[whole], now=held.world.now, **given)
    assert not queries.meeting(
        viewer=held.world.cast.alice, meeting_id=held.meeting.pk, now=held.world.now
    ).missing


def test_nothing_is_written_before_it_begins_nor_outside_the_circle(held: Held) -> None:
    with pytest.raises(MeetingChanged):
        held.decide()
    held.world.wait(hours=3)
    with pytest.raises(NotFound):
        operations.meeting_decision_add(
            account=held.world.cast.stranger,
            meeting_id=held.meeting.pk,
            what="Nothing.",
            reasons="None.",
            form_key=uuid.uuid4(),
            now=held.world.now,
        )


def test_the_same_form_records_a_decision_once_and_dissent_is_kept(held: Held) -> None:
    held.world.wait(hours=3)
    key = uuid.uuid4()
    first = held.decide(form_key=key, dissent="The police would go together.")
    assert held.decide(form_key=key) == first
    assert MeetingDecision.objects.get().dissent == "The police would go together."


def test_an_action_has_an_owner_and_a_day_that_is_not_past(held: Held) -> None:
    held.world.wait(hours=3)
    for gap, field in (
        ({"owner": None}, "owner"),
        ({"due_on": None}, "due_on"),
        ({"due_on": date(2026, 11, 19)}, "due_on"),
        ({"what": " "}, "what"),
    ):
        with pytest.raises(Invalid) as error:
            held.agree(**gap)
        assert wrong(error) == {field}


def test_one_walled_off_is_given_no_action(held: Held) -> None:
    held.world.wait(hours=3)
    cast = held.world.cast
    Wall.objects.create(case=held.world.case, account=cast.sam, reason="Named", raised_at=NOW)
    with pytest.raises(Invalid):
        held.agree(owner=cast.sam)


def test_our_action_is_a_task_of_its_owner_until_they_say_what_came_of_it(held: Held) -> None:
    held.world.wait(hours=3)
    action = held.agree(owner=held.world.cast.stranger)
    task = Task.objects.get(kind="meeting_action")
    assert (task.owner, task.due_at) == (
        held.world.cast.stranger,
        datetime(2026, 11, 24, tzinfo=UTC),
    )
    given: dict[str, Any] = {"account": held.world.cast.stranger, "action_id": action.pk}
    with pytest.raises(Invalid):
        operations.meeting_action_settle(outcome=" ", now=held.world.now, **given)
    operations.meeting_action_settle(outcome="Seen; she is well.", now=held.world.now, **given)
    task.refresh_from_db()
    assert task.done_at == held.world.now
    with pytest.raises(ActionSettled):
        operations.meeting_action_settle(outcome="Again.", now=held.world.now, **given)


def test_a_late_record_goes_up_as_tasks_do(held: Held) -> None:
    clocks_run(datetime(2026, 11, 21, 0, 1, tzinfo=UTC))
    record = Task.objects.get(kind="meeting_record")
    up = Task.objects.get(kind="task_late", about_id=record.pk)
    assert up.owner == held.world.cast.sam


def test_a_partners_action_stands_on_the_board_and_late_is_asked_after_once(held: Held) -> None:
    held.whole()
    after = datetime(2026, 11, 24, 0, 1, tzinfo=UTC)
    board = queries.board(viewer=held.world.cast.alice, scope="all", now=after)
    theirs = {(row.what, row.ours, row.state) for row in board.rows if "meeting" in row.about}
    assert theirs == {("Visit her", False, "late")}
    ours = {row.what for row in board.rows if row.about == "task"}
    assert "See her alone at the library" in ours
    for _ in range(2):
        clocks_run(after)
    assert Task.objects.filter(kind="meeting_action_late").count() == 1
    assert queries.board(viewer=held.world.cast.stranger, scope="all", now=after).rows == ()


def test_the_chair_confirms_what_was_read_and_nobody_else(held: Held) -> None:
    held.whole()
    given: dict[str, Any] = {"meeting_id": held.meeting.pk, "now": held.world.now}
    cast = held.world.cast
    with pytest.raises(NotAllowed):
        operations.meeting_confirm(account=cast.alice, number=1, **given)
    with pytest.raises(Conflict):
        operations.meeting_confirm(account=cast.bea, number=2, **given)
    kept = operations.meeting_confirm(account=cast.bea, number=1, **given)
    assert (kept.confirmed_by, kept.confirmed_at) == (cast.bea, held.world.now)
    assert not Task.objects.waiting().filter(kind="meeting_confirm").exists()


def test_the_same_closing_sent_twice_is_one_version(held: Held) -> None:
    kept = held.whole()
    before = Entry.objects.count()
    assert held.close() == kept
    assert Entry.objects.count() == before


def test_where_the_chair_has_left_the_manager_of_the_case_confirms(held: Held) -> None:
    held.whole()
    cast = held.world.cast
    held.world.case.manager = cast.sam
    held.world.case.save()
    given: dict[str, Any] = {"meeting_id": held.meeting.pk, "number": 1, "now": held.world.now}
    with pytest.raises(NotAllowed):
        operations.meeting_confirm(account=cast.sam, **given)
    cast.bea.is_active = False
    cast.bea.save()
    assert operations.meeting_confirm(account=cast.sam, **given).confirmed_by == cast.sam


def test_a_correction_is_a_later_version_with_its_reason_and_waits_for_the_chair_again(
    held: Held,
) -> None:
    held.whole()
    old = held.meeting.decisions.get()
    given: dict[str, Any] = {"meeting_id": held.meeting.pk, "now": held.world.now}
    operations.meeting_confirm(account=held.world.cast.bea, number=1, **given)
    with pytest.raises(Invalid) as error:
        held.decide(corrects=old.pk)
    assert wrong(error) == {"correction"}
    held.decide(corrects=old.pk, what="Two visits.", correction="It was two.")
    shown = queries.meeting(viewer=held.world.cast.alice, **given)
    assert [each.what for each in shown.decisions] == ["Two visits."]
    assert [each.pk for each in shown.corrected] == [old.pk]
    assert shown.record is not None
    assert (shown.record.number, shown.record.confirmed_at) == (2, None)
    assert shown.older[0].confirmed_at is not None
    assert Task.objects.waiting().filter(kind="meeting_confirm").count() == 1
    held.close(review_on=REVIEW + timedelta(days=3), correction="The date was wrong.")
    review = Task.objects.waiting().get(kind="meeting_review")
    assert review.due_at == datetime(2026, 12, 8, tzinfo=UTC)


def test_each_agency_gets_its_own_part_through_a_disclosure_and_never_the_whole(held: Held) -> None:
    held.whole()
    care = held.meeting.invited.get(function__role="adult_social_care")
    police = held.meeting.invited.get(function__role="police")
    given: dict[str, Any] = {
        "account": held.world.cast.alice,
        "now": held.world.now,
        "what": "part",
    }
    draft = drafting.meeting_draft(invited_id=care.pk, **given)
    assert (draft.state, draft.recipient) == ("draft", care.function)
    assert "Visit her" in draft.ask
    assert "A single visit" not in draft.ask
    assert drafting.meeting_draft(invited_id=care.pk, **given) == draft  # one waits already
    other = drafting.meeting_draft(
        invited_id=police.pk, decisions=[held.meeting.decisions.get().pk], **given
    )
    assert "Visit her" not in other.ask
    assert "A single visit" in other.ask
    shown = held.world.preview(draft)
    assert shown.decision.outcome  # the engine decides


def test_the_preparation_goes_to_an_agency_as_fields_that_the_engine_decides_on(held: Held) -> None:
    held.world.know(actions__tried="A visit in May.", finance__accounts="Statements.")
    (police,) = held.invite_seats("police")
    draft = drafting.meeting_draft(
        account=held.world.cast.alice,
        invited_id=police.pk,
        what="preparation",
        now=held.world.now,
    )
    assert "actions.tried" in draft.extra_fields
    held.world.preview(draft)


def test_a_preparation_is_kept_in_versions_and_a_second_writer_is_told(held: Held) -> None:
    given: dict[str, Any] = {
        "account": held.world.cast.alice,
        "meeting_id": held.meeting.pk,
        "now": held.world.now,
    }
    with pytest.raises(Invalid):
        operations.meeting_prepare(lines=[], texts={"voice": " "}, **given)
    first = operations.meeting_prepare(
        lines=[1, 2, 99], texts={"voice": "“Leave me be.”"}, seen=0, **given
    )
    assert (first.number, first.lines) == (1, [1, 2])
    with pytest.raises(Conflict):
        operations.meeting_prepare(lines=[1], texts={}, seen=0, **given)
    second = operations.meeting_prepare(lines=[1], texts={"nothing": "x"}, seen=1, **given)
    assert (second.number, second.texts.count()) == (2, 0)


def test_what_the_meeting_was_starts_its_clocks_from_when_it_began() -> None:
    """Closed as the discussion that began an enquiry: the first conference has its 15 working days."""
    held = Held()
    Person.objects.filter(pk=held.world.case.person_id).update(subject_kind="child")
    held.whole()
    with pytest.raises(Invalid) as refused:
        held.close(began=("police_protection",), correction="It began an enquiry.")
    assert "began" in refused.value.errors
    for _ in range(2):
        held.close(began=("strategy_discussion",), correction="It began an enquiry.")
    clock = CaseClock.objects.get()
    assert (clock.clock, clock.started_at) == ("csc.icpc", held.meeting.starts_at)
    assert clock.owner == held.world.case.owner
    assert "first child protection conference (statutory guidance)" in "".join(
        held.world.case.chronology.values_list("text", flat=True)
    )
