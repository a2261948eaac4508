"""Invitations: each attempt at an e-mail is left as evidence and settled once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.cases import records
from sharewell.followup.inviting import InvitationAttempt, address_of
from sharewell.followup.models import Invitation

LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
ATTEMPTS = 12
FAILED = "meeting_invitation_failed"


@operation("invitation.attempted")
def invitation_attempt(*, now: datetime) -> InvitationAttempt | None:
    """Take the invitation that has waited longest, for two minutes; None when none is due.

    One whose workers were killed fails after the last attempt, and the note-taker has the task to ring.
    """
    rows = Invitation.objects.select_for_update(of=("self",), skip_locked=True)
    meeting = [f"invited__meeting__{each}" for each in ("agency", "case", "note_taker")]
    related = rows.select_related(*meeting, "invited__function", "invited__account")
    due = related.filter(state="waiting", next_at__lte=now).order_by("next_at", "id")
    invitation = due.first()
    if invitation is None:
        return unchanged(None)
    if invitation.attempt >= ATTEMPTS:  # the worker of the last one never came back
        invitation.state, invitation.fault = "failed", "fault"
        _tell(invitation, now)
    else:
        invitation.attempt += 1
        invitation.next_at = now + LEASE  # taken again then, where its worker was killed
    invitation.save(update_fields=["attempt", "next_at", "state", "fault"])
    _leave(invitation, now, "attempted" if invitation.state == "waiting" else invitation.state)
    return InvitationAttempt(invitation, invitation.attempt, address_of(invitation.invited))


@operation("invitation.settled")
def invitation_settle(
    *, attempt: InvitationAttempt, now: datetime, fault: str = "", permanent: bool = False
) -> Invitation:
    """Write down how an attempt ended: done, to be tried again, or given up; ``fault`` is a code or empty.

    One given up is a task of the note-taker: to ring.
    """
    rows = Invitation.objects.select_for_update(of=("self",)).select_related(
        "invited__meeting__agency", "invited__meeting__case", "invited__meeting__note_taker"
    )
    invitation = rows.get(pk=attempt.invitation.pk)
    if invitation.attempt != attempt.number or invitation.state != "waiting":
        return unchanged(invitation)
    invitation.fault = fault
    if not fault:
        invitation.state, invitation.done_at = "done", now
    elif permanent or invitation.attempt >= ATTEMPTS:
        invitation.state = "failed"
    invitation.next_at = now + min(FIRST_WAIT * 2 ** (invitation.attempt - 1), LONGEST_WAIT)
    invitation.save(update_fields=["state", "done_at", "next_at", "fault"])
    if invitation.state == "failed":
        _tell(invitation, now)
    _leave(invitation, now, fault or invitation.state)
    return invitation


def _tell(invitation: Invitation, now: datetime) -> None:
    meeting = invitation.invited.meeting
    records.open_task(
        agency=meeting.agency,
        case=meeting.case,
        kind=FAILED,
        owner=meeting.note_taker,
        now=now,
        about_id=meeting.pk,
    )


def _leave(invitation: Invitation, now: datetime, what: str) -> None:
    meeting = invitation.invited.meeting
    about = {
        "id": invitation.pk.hex,
        "invited": invitation.invited_id.hex,
        "method": invitation.method,
        "sequence": invitation.sequence,
        "attempt": invitation.attempt,
        "outcome": what,
    }
    record(
        at=now,
        agency=meeting.agency,
        actor=None,
        case_id=meeting.case_id,
        things={"invitation": about},
    )
