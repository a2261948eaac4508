"""The versions of a meeting's record: what one holds, when the next is made, and which seats were not filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell.agencies import queries as agencies
from sharewell.agencies.models import Account
from sharewell.cases import records
from sharewell.cases.models import Task
from sharewell.disclosures import words
from sharewell.followup import catalogues
from sharewell.followup import meeting as meetings
from sharewell.followup.catalogues import Seat
from sharewell.followup.meeting import CONFIRM, REVIEW
from sharewell.followup.models import Invited, Meeting, MeetingRecord

WHY = "The record is closed. Say what was wrong or missing in it."


def begun(account: Account, meeting_id: UUID, now: datetime, *states: str) -> Meeting:
    """Hold a meeting whose time has come; raises as :func:`sharewell.followup.meeting.hold`."""
    meeting = meetings.hold(account, meeting_id, now, *states)
    if meeting.starts_at > now:
        raise meetings.MeetingChanged
    return meeting


def correct(meeting: Meeting, account: Account, now: datetime, correction: str) -> None:
    """In a closed record, keep what changes as a new version; raises ``Invalid`` without what was wrong."""
    if meeting.state != "closed":
        return
    texts = words.tidy_all({"correction": correction})
    words.required(texts, {"correction": WHY})
    newest = meeting.records.first()
    if newest is None:
        raise meetings.MeetingChanged
    same = ("review_on", "escalation", "no_actions_why", "missing_why")
    version(meeting, account, now, {**{name: getattr(newest, name) for name in same}, **texts})
    meetings.line(meeting, account, now, f"Record of the meeting corrected: {texts['correction']}")


def version(
    meeting: Meeting, account: Account, now: datetime, told: Mapping[str, Any]
) -> MeetingRecord:
    """The next version of the record, which waits for its chair; the review becomes, or moves with, its task."""
    newest = meeting.records.first()
    kept = MeetingRecord.objects.create(
        meeting=meeting,
        number=newest.number + 1 if newest else 1,
        recorded_at=now,
        recorded_by=account,
        **told,
    )
    asked: list[tuple[str, Account, datetime | None]] = [
        (CONFIRM, meetings.confirms(meeting), None)
    ]
    if newest is None or newest.review_on != kept.review_on:
        asked.append((REVIEW, meeting.case.owner, meetings.end_of(kept.review_on, meeting.agency)))
    for kind, owner, due_at in asked:
        waiting = Task.objects.waiting().filter(about_id=meeting.pk, kind=kind)
        if due_at is not None:
            waiting.update(due_at=due_at)
        if not waiting.exists():
            records.open_task(
                agency=meeting.agency,
                case=meeting.case,
                kind=kind,
                owner=owner,
                now=now,
                due_at=due_at,
                about_id=meeting.pk,
            )
    return kept


def said(meeting: Meeting, kept: MeetingRecord) -> str:
    """The record as the timeline tells it, all of it."""
    parts = [f"{meetings.label_of(meeting)}, record version {kept.number}."]
    if kept.correction:
        parts.append(f"Corrected: {kept.correction}")
    for each in meeting.decisions.filter(corrected_by=None):
        dissent = f" Seen otherwise: {each.dissent}" if each.dissent else ""
        parts.append(f"Decided: {each.what} Because: {each.reasons}{dissent}")
    parts += [
        f"Will do by {each.due_on:%-d %B %Y}, {each.whose}: {each.what}."
        for each in meeting.actions.select_related("owner", "partner__function")
    ]
    if kept.no_actions_why:
        parts.append(f"No action is needed: {kept.no_actions_why}")
    if kept.missing_why:
        parts.append(f"Who was missing: {kept.missing_why}")
    parts.append(f"If the risk increases: {kept.escalation}")
    parts.append(f"Looked at again on {kept.review_on:%-d %B %Y}.")
    return "\n".join(parts)


def missing_seats(meeting: Meeting) -> list[Seat]:
    """The seats of its kind that nobody filled who was there; none where the pack holds the kind no more."""
    pack = catalogues.meetings()
    kind = pack.kind(meeting.kind)
    rows = meeting.invited.filter(taken_back_at=None).select_related("function", "account")
    there = [row for row in rows if (found := pack.presence(row.presence)) and found.there]
    return [seat for seat in (kind.required if kind else ()) if not _filled(seat, there, meeting)]


def _filled(seat: Seat, there: Sequence[Invited], meeting: Meeting) -> bool:
    at = meeting.starts_at
    return any(
        (row.function is not None and row.function.role in seat.roles)
        or (
            row.account is not None
            and bool(seat.own)
            and agencies.may(viewer=row.account, now=at, any_of=seat.own)
        )
        for row in there
    )
