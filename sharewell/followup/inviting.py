"""Invitations to a meeting: who is sent one, and the neutral iCalendar file that it carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sharewell.core.icalendar import Appointment, written
from sharewell.followup.models import Invitation, Invited, Meeting

SUMMARY = "Appointment"
DESCRIPTION = "What it is about is said another way. Questions: ring on a number you already have."


@dataclass(frozen=True, slots=True)
class InvitationAttempt:
    """One attempt at one invitation; an older one settles nothing."""

    invitation: Invitation
    number: int
    address: str


def address_of(invited: Invited) -> str:
    """Where somebody's invitation goes; empty for those without an address, and for all who are no professionals."""
    if invited.to_kind == "function" and invited.function:
        return invited.function.email
    return invited.account.email if invited.to_kind == "account" and invited.account else ""


def queue(invited: Invited, method: str, sequence: int, now: datetime) -> None:
    """Have the newest state of a meeting sent to somebody invited; one that still waits is dropped for it."""
    invited.invitations.filter(state="waiting").update(state="dropped")
    if address_of(invited):
        Invitation.objects.create(
            invited=invited, method=method, sequence=sequence, made_at=now, next_at=now
        )


def reference(meeting: Meeting) -> str:
    """What people quote: eight signs of the meeting's random id, which say nothing of the case."""
    return f"{meeting.pk.hex[:4]}-{meeting.pk.hex[4:8]}".upper()


def file_of(
    invited: Invited, *, method: str, sequence: int, made_at: datetime, organizer: str
) -> bytes:
    """The iCalendar file for one who is invited; it names nobody else, no case and no kind of meeting."""
    meeting = invited.meeting
    return written(
        Appointment(
            method=method,
            uid=f"{meeting.pk.hex}@sharewell",
            sequence=sequence,
            made_at=made_at,
            starts_at=meeting.starts_at,
            ends_at=meeting.starts_at + timedelta(minutes=meeting.minutes),
            summary=SUMMARY,
            description=f"{DESCRIPTION}\nReference {reference(meeting)}",
            location="" if method == "CANCEL" else meeting.place,
            organizer=organizer,
            attendee=address_of(invited),
        )
    )
