"""What every act on a meeting begins with: who may, in which state, and the clocks that hang on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, NotFound
from sharewell.agencies.evidence import record
from sharewell.agencies.models import Account, Agency
from sharewell.cases import records
from sharewell.cases.models import Case
from sharewell.disclosures import standing
from sharewell.followup import casing, catalogues
from sharewell.followup.models import Meeting

RECORD, CONFIRM, REVIEW = "meeting_record", "meeting_confirm", "meeting_review"
ACTION, ACTION_LATE, TELL = "meeting_action", "meeting_action_late", "meeting_tell"


class MeetingChanged(Conflict):
    """The meeting was closed or cancelled meanwhile, or has not come so far."""

    code = "meeting_state_changed"
    sentence = (
        "This meeting was closed or cancelled in the meantime, or has not begun. Nothing was changed; what you "
        "typed is still below. Open its page to see how it stands."
    )


class CaseNotOpen(Conflict):
    """The case is closed, so no meeting about it is called or written up."""

    code = "case_not_open"
    sentence = (
        "This case is closed, so nothing was written. What you typed is still below. Open the case again "
        "from its page on access, then save this."
    )


class PreparationChanged(Conflict):
    """Somebody else saved the preparation meanwhile."""

    code = "preparation_changed"


def in_sight(viewer: Account, now: datetime) -> QuerySet[Meeting]:
    """The meetings about cases that the viewer may see."""
    return Meeting.objects.filter(case__in=Case.objects.visible_to(viewer, now))


def fetch(viewer: Account, meeting_id: UUID, now: datetime) -> Meeting:
    """One meeting to read, with its case; raises ``NotFound`` outside the circle."""
    related = ("agency", "case__person", "case__owner", "case__agency", "chair", "note_taker")
    rows = in_sight(viewer, now).select_related(*related)
    found = rows.filter(pk=meeting_id).first()
    if found is None:
        raise NotFound
    return found


def hold(account: Account, meeting_id: UUID, now: datetime, *states: str) -> Meeting:
    """One meeting to change, its case and row locked until the transaction ends.

    Raises ``NotFound`` outside the circle, ``NotAllowed`` for a role without casework, :class:`CaseNotOpen`, and
    :class:`MeetingChanged` where it is in none of ``states``.
    """
    case = fetch(account, meeting_id, now).case
    may_write(account, case, now)
    records.lock(case)
    Meeting.objects.select_for_update().get(pk=meeting_id)
    meeting = fetch(account, meeting_id, now)
    if meeting.state not in states:
        raise MeetingChanged
    return meeting


def may_write(account: Account, case: Case, now: datetime) -> None:
    """Go on only for one who may write in an open case; ``NotFound``, ``NotAllowed``, :class:`CaseNotOpen`."""
    standing.require_case(account, case, now)
    if case.state != "open":
        raise CaseNotOpen


def purpose_of(meeting: Meeting) -> str:
    """For what agencies that are invited to it would receive; empty where the pack holds its kind no more."""
    kind = catalogues.meetings().kind(meeting.kind)
    return kind.purposes[meeting.case.person.subject_kind] if kind else ""


def label_of(meeting: Meeting) -> str:
    """The kind of meeting in words."""
    kind = catalogues.meetings().kind(meeting.kind)
    return kind.label if kind else meeting.kind


def begins(meeting: Meeting) -> dict[str, str]:
    """What it may have been that starts clocks where it was held, in words by the event."""
    kind = catalogues.meetings().kind(meeting.kind)
    ids = kind.begins.get(meeting.case.person.subject_kind, ()) if kind else ()
    starts, known = casing.started_by(meeting.agency), packs.clock_events()
    return {each: known[each] for each in ids if each in starts}


def day_of(at: datetime, agency: Agency) -> date:
    """The day of a moment where an agency is."""
    return at.astimezone(ZoneInfo(agency.time_zone)).date()


def end_of(day: date, agency: Agency) -> datetime:
    """When a day ends where an agency is."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(agency.time_zone))


def record_due(meeting: Meeting) -> datetime:
    """Until when its record is to be written: the end of its own day, or of as many more as the pack says."""
    day = day_of(meeting.starts_at, meeting.agency)
    return end_of(day + timedelta(days=catalogues.meetings().record.days), meeting.agency)


def line(meeting: Meeting, by: Account | None, now: datetime, text: str) -> None:
    """Say in the timeline of its case what happened to a meeting."""
    records.add_chronology(
        case=meeting.case,
        now=now,
        by=by,
        section="meeting",
        text=text,
        about_id=meeting.pk,
    )


def leave(meeting: Meeting, actor: Account | None, now: datetime, **things: Any) -> None:
    """Leave the evidence of an act on a meeting."""
    about: Mapping[str, Any] = {"meeting": {"id": meeting.pk.hex, **things}}
    record(at=now, agency=meeting.agency, actor=actor, case_id=meeting.case_id, things=about)


def may_take_part(account: Account, case: Case, now: datetime) -> bool:
    """Whether a colleague may come: they stand in the circle, and the concern does not bear on them or their team."""
    seen = Case.objects.visible_to(account, now).filter(pk=case.pk).exists()
    return seen and account.pk not in standing.conflicted(case)


def confirms(meeting: Meeting) -> Account:
    """Who confirms the record: its chair, or the manager of the case where the chair has left."""
    return meeting.chair if meeting.chair.is_active else meeting.case.manager


def may_receive(meeting: Meeting, role: str) -> bool:
    """Whether an agency in this role may receive anything for what the meeting is for."""
    policy, purpose = agencies.policy_for(meeting.agency), purpose_of(meeting)
    return bool(purpose) and policy.cell(role, purpose) is not None
