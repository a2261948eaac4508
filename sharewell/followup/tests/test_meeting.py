"""Meetings: called, who may be asked, moved, called off; and the invitations that go out."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from icalendar import Calendar

from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.cases.models import Case, Task, Wall
from sharewell.cases.operations import alleged_add, safe_contact_record
from sharewell.cases.operations.alleged import AllegedTold
from sharewell.cases.safety import ContactPlan
from sharewell.consent.contacting import ContactRefused
from sharewell.followup import operations
from sharewell.followup.invitations import invitations_due
from sharewell.followup.meeting import CaseNotOpen, MeetingChanged
from sharewell.followup.models import Invitation, Meeting
from sharewell.followup.operations.invitation import ATTEMPTS, LEASE
from sharewell.followup.tests.meetings import Held
from sharewell.ledger.models import Entry
from sharewell.testing import NOW

pytestmark = pytest.mark.django_db
HERE = "desk@sharewell.example"


@pytest.fixture
def held() -> Held:
    return Held()


def wrong(error: pytest.ExceptionInfo[Invalid]) -> set[str]:
    """The fields that were refused."""
    return set(error.value.errors)


def test_a_meeting_is_called_once_and_its_record_is_due_when_its_day_ends(held: Held) -> None:
    task = Task.objects.get(kind="meeting_record")
    assert (task.owner, task.about_id) == (held.world.cast.alice, held.meeting.pk)
    assert task.due_at == datetime(2026, 11, 21, tzinfo=UTC)  # midnight in London, in winter
    key = uuid.uuid4()
    assert held.call(key=key) == held.call(key=key)
    assert {each.account for each in held.meeting.invited.all()} == {
        held.world.cast.bea,
        held.world.cast.alice,
    }


def test_the_record_of_a_summer_evening_is_due_at_local_midnight(held: Held) -> None:
    meeting = held.call(starts_at=datetime(2027, 7, 1, 21, 0, tzinfo=UTC))
    assert Task.objects.get(about_id=meeting.pk).due_at == datetime(2027, 7, 1, 23, tzinfo=UTC)


def test_what_is_missing_is_said_by_field_and_nothing_is_called(held: Held) -> None:
    before = Entry.objects.count()
    with pytest.raises(Invalid) as error:
        held.call(
            kind="party",
            purpose=" ",
            way="pigeon",
            place="",
            minutes=0,
            chair=held.world.cast.stranger,
        )
    assert wrong(error) == {"kind", "purpose", "way", "place", "minutes", "chair"}
    assert Entry.objects.count() == before
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize("place", ["Nell's flat", "The refuge, Mill Lane", "Child protection unit"])
def test_the_place_stands_in_the_invitation_and_so_tells_nothing(held: Held, place: str) -> None:
    with pytest.raises(Invalid) as error:
        held.call(place=place)
    assert wrong(error) == {"place"}


def test_only_the_circle_calls_and_never_in_a_closed_case(held: Held) -> None:
    with pytest.raises(NotFound):
        held.call(by=held.world.cast.stranger)
    with pytest.raises((NotFound, NotAllowed)):
        held.call(by=held.world.cast.gita)
    Case.objects.filter(pk=held.world.case.pk).update(state="closed")
    held.world.case.refresh_from_db()
    with pytest.raises(CaseNotOpen):
        held.call()


def test_an_agency_that_may_receive_nothing_for_it_is_not_invited(held: Held) -> None:
    with pytest.raises(Invalid) as error:
        held.invite(function_id=held.world.desk("hr").pk)
    assert wrong(error) == {"function"}
    with pytest.raises(Invalid):
        held.invite(function_id=held.world.desk("family_carer").pk)
    assert held.invite(function_id=held.world.desk("police").pk).who == "West police desk"


def test_everybody_is_invited_with_a_reason_and_once(held: Held) -> None:
    desk = held.world.desk("police").pk
    with pytest.raises(Invalid) as error:
        held.invite(function_id=desk, reason=" ")
    assert wrong(error) == {"reason"}
    held.invite(function_id=desk)
    with pytest.raises(Invalid):
        held.invite(function_id=desk)


def test_those_walled_off_and_their_desks_and_those_outside_are_never_invited(held: Held) -> None:
    world = held.world
    with pytest.raises(Invalid):
        held.invite(account=world.cast.stranger)  # outside the circle
    Wall.objects.create(case=world.case, account=world.cast.sam, reason="Named", raised_at=NOW)
    with pytest.raises(Invalid):
        held.invite(account=world.cast.sam)
    desk = world.desk("housing")
    desk.staff.add(world.cast.sam)
    with pytest.raises(Invalid) as error:
        held.invite(function_id=desk.pk)
    assert wrong(error) == {"function"}


def test_one_alleged_is_never_invited_however_the_name_is_written(held: Held) -> None:
    world = held.world
    told = AllegedTold(kind="staff", name="Ray  Quill", relation="partner")
    alleged_add(account=world.cast.alice, case=world.case, now=world.now, told=told)
    with pytest.raises(Invalid) as error:
        held.invite(to_kind="household", name="ray quill", relation="partner", channel="phone")
    assert wrong(error) == {"name"}


def test_the_person_is_asked_only_by_a_way_that_is_safe(held: Held) -> None:
    world = held.world
    safe_contact_record(
        account=world.cast.alice,
        case=world.case,
        now=world.now,
        plan=ContactPlan(
            ways=[{"channel": "phone", "address": "01632 960077", "safe": "true"}],
            when="any",
            no_letters=True,
        ),
    )
    with pytest.raises(ContactRefused):
        held.invite(to_kind="person", channel="letter")
    with pytest.raises(ContactRefused):
        held.invite(to_kind="person", channel="calendar")
    asked = held.invite(to_kind="person", channel="phone")
    assert asked.who == "Nell Quill"
    assert not asked.invitations.exists()  # nothing goes to them by itself


def test_invitations_are_neutral_calendar_files_one_for_each(held: Held) -> None:
    held.invite(function_id=held.world.desk("police").pk)
    before = Entry.objects.count()
    assert invitations_due(lambda: NOW, organizer=HERE) == 3
    assert len(mail.outbox) == 3
    secret = ["Nell", "Quill", "strategy", "discussion", "West", "Alder", held.world.case.reference]
    for each in mail.outbox:
        part = calendar_part(each)
        assert part.get_param("method") == "REQUEST"
        payload = part.get_payload(decode=True)
        event = sent_event(each)
        assert event["ATTENDEE"] == f"mailto:{each.to[0]}"
        assert event.decoded("DTSTART") == held.meeting.starts_at
        file = payload.decode().replace("\r\n ", "")
        said = f"{each.subject} {each.body} {file}".replace(each.to[0], "")
        assert not [word for word in secret if word.casefold() in said.casefold()]
    assert {each.to[0] for each in mail.outbox} >= {held.world.desk("police").email}
    assert invitations_due(lambda: NOW, organizer=HERE) == 0
    assert Entry.objects.count() == before + 6  # each attempt, and how it ended


def test_a_worker_that_was_killed_is_taken_over_with_the_same_file(held: Held) -> None:
    first = operations.invitation_attempt(now=NOW)
    assert first is not None
    later = NOW + timedelta(minutes=3)
    assert invitations_due(lambda: later, organizer=HERE) == 2
    operations.invitation_settle(attempt=first, now=later)  # woke up too late: settles nothing
    assert set(Invitation.objects.values_list("state", flat=True)) == {"done"}


def test_where_every_worker_is_killed_the_note_taker_is_told_to_ring(held: Held) -> None:
    one = Invitation.objects.filter(state="waiting")[0]
    Invitation.objects.exclude(pk=one.pk).update(state="done")
    for again in range(ATTEMPTS):
        killed = operations.invitation_attempt(now=NOW + LEASE * again)
        assert killed is not None
        assert (killed.number, killed.invitation.state) == (again + 1, "waiting")
    assert killed is not None
    mail.outbox.clear()
    after = NOW + LEASE * ATTEMPTS
    assert invitations_due(lambda: after, organizer=HERE) == 1
    given_up = Invitation.objects.get(pk=killed.invitation.pk)
    assert (given_up.state, given_up.attempt) == ("failed", ATTEMPTS)
    assert mail.outbox == []
    told = Task.objects.waiting().get(kind="meeting_invitation_failed")
    assert told.owner == held.meeting.note_taker
    assert operations.invitation_attempt(now=after + LEASE) is None


def test_a_meeting_that_moves_is_told_under_the_next_number(held: Held) -> None:
    person = move(held)
    assert Task.objects.get(kind="meeting_tell").owner == held.world.cast.alice
    assert not person.invitations.exists()
    mail.outbox.clear()
    assert invitations_due(lambda: NOW, organizer=HERE) == 2
    told = [sent_event(each) for each in mail.outbox]
    assert {int(event["SEQUENCE"]) for event in told} == {1}
    assert {event.decoded("DTSTART") for event in told} == {NOW + timedelta(days=1)}
    waiting = Task.objects.waiting().get(kind="meeting_record")
    assert waiting.due_at == datetime(2026, 11, 22, tzinfo=UTC)


def move(held: Held) -> Any:
    """Move the meeting by a day, with Nell herself among those invited."""
    plan = ContactPlan(ways=[{"channel": "phone", "address": "1", "safe": "true"}], when="any")
    given = {"account": held.world.cast.alice, "now": held.world.now}
    safe_contact_record(case=held.world.case, plan=plan, **given)
    person = held.invite(to_kind="person", channel="phone")
    operations.meeting_reschedule(
        meeting_id=held.meeting.pk,
        plan=held.plan(starts_at=NOW + timedelta(days=1)),
        why="The police cannot come today.",
        **given,
    )
    return person


def calendar_part(message: Any) -> Any:
    """The one calendar file that an e-mail carries."""
    (part,) = [p for p in message.message().walk() if p.get_content_type() == "text/calendar"]
    return part


def sent_event(message: Any) -> Any:
    """The event of the file that an e-mail carries."""
    return Calendar.from_ical(calendar_part(message).get_payload(decode=True)).walk("VEVENT")[0]


def test_one_walled_off_since_is_told_nothing_new_but_that_it_is_off_for_them(held: Held) -> None:
    world = held.world
    asked = held.invite(account=world.cast.sam)
    Wall.objects.create(case=world.case, account=world.cast.sam, reason="Named", raised_at=NOW)
    operations.meeting_reschedule(
        account=world.cast.alice,
        meeting_id=held.meeting.pk,
        plan=held.plan(place="Room 9"),
        why="Another room.",
        now=NOW,
    )
    asked.refresh_from_db()
    assert asked.taken_back_at == NOW
    assert asked.invitations.get(state="waiting").method == "CANCEL"


def test_a_meeting_called_off_says_why_tells_everybody_and_can_be_written_no_more(
    held: Held,
) -> None:
    invitations_due(lambda: NOW, organizer=HERE)
    mail.outbox.clear()
    given: dict[str, Any] = {"account": held.world.cast.alice, "meeting_id": held.meeting.pk}
    with pytest.raises(Invalid):
        operations.meeting_cancel(why=" ", now=NOW, **given)
    operations.meeting_cancel(why="Police act at once.", now=NOW, **given)
    invitations_due(lambda: NOW, organizer=HERE)
    assert {str(sent_event(each)["STATUS"]) for each in mail.outbox} == {"CANCELLED"}
    assert not Task.objects.waiting().filter(kind="meeting_record").exists()
    with pytest.raises(MeetingChanged):
        held.invite(function_id=held.world.desk("police").pk)


def test_one_taken_back_is_told_and_may_be_asked_again(held: Held) -> None:
    asked = held.invite(function_id=held.world.desk("police").pk)
    operations.meeting_uninvite(
        account=held.world.cast.alice, invited_id=asked.pk, why="Another force.", now=NOW
    )
    last = asked.invitations.get(state="waiting")
    again = held.invite(function_id=held.world.desk("police").pk)
    assert last.method == "CANCEL"
    assert again.invitations.get().sequence >= last.sequence
    chair = held.meeting.invited.get(account=held.world.cast.bea)
    with pytest.raises(Invalid):
        operations.meeting_uninvite(
            account=held.world.cast.alice, invited_id=chair.pk, why="No.", now=NOW
        )
