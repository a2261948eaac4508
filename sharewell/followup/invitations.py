"""Carry the invitations that are due: a neutral e-mail with an iCalendar file each, worked under a lease."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from sharewell.channels import ChannelError, email_notice
from sharewell.channels.email_notice import words
from sharewell.followup.inviting import file_of
from sharewell.followup.models import Invitation
from sharewell.followup.operations import invitation_attempt, invitation_settle

log = structlog.get_logger("sharewell.invitations")


def invitations_due(clock: Callable[[], datetime], *, organizer: str, most: int = 100) -> int:
    """Send invitations until none is due, or ``most`` were tried; returns how many were.

    Any number of processes may do this at once; one that is killed loses nothing: the same file goes again, and
    calendars know it by its UID and sequence.
    """
    for count in range(most):
        attempt = invitation_attempt(now=clock())
        if attempt is None:
            return count
        if attempt.invitation.state != "waiting":
            continue
        fault, permanent = "", False
        try:
            email_notice.send(_notice(attempt.invitation, organizer), attempt.address)
        except ChannelError as error:
            fault, permanent = error.code, error.permanent
        except Exception:  # a defect in one must not hold up the others
            log.exception("invitation_fault")
            fault = "fault"
        invitation_settle(attempt=attempt, now=clock(), fault=fault, permanent=permanent)
    return most


def _notice(invitation: Invitation, organizer: str) -> email_notice.Notice:
    calendar = file_of(
        invitation.invited,
        method=invitation.method,
        sequence=invitation.sequence,
        made_at=invitation.made_at,
        organizer=organizer,
    )
    return words.appointment(
        key=invitation.pk.hex, calendar=calendar, cancelled=invitation.method == "CANCEL"
    )
