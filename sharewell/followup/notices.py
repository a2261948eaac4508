"""Carry the notices that are due: a neutral e-mail each, that something waits behind sign-in."""

from __future__ import annotations

import structlog

from sharewell.cases.operations import notice_attempt, notice_settle
from sharewell.channels import ChannelError, email_notice
from sharewell.channels.email_notice import words
from sharewell.disclosures.delivering import Edge

log = structlog.get_logger("sharewell.notices")


def notices_due(edge: Edge, *, most: int = 100) -> int:
    """Send notices until none is due, or ``most`` were tried; returns how many were.

    Any number of processes may do this at once. One that is killed loses nothing: the notice is taken again
    when its lease runs out, with the same key.
    """
    for count in range(most):
        attempt = notice_attempt(now=edge.clock())
        if attempt is None:
            return count
        fault, permanent = "", False
        try:
            key = attempt.notice_id.hex
            email_notice.send(words.waiting(key=key, address=edge.home_address), attempt.address)
        except ChannelError as error:
            fault, permanent = error.code, error.permanent
        except Exception:  # a defect in one must not hold up the others
            log.exception("notice_fault")
            fault = "fault"
        notice_settle(attempt=attempt, now=edge.clock(), fault=fault, permanent=permanent)
    return most
