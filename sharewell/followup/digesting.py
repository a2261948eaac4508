"""Make and send the digests whose turn has come: a neutral e-mail with counts and the way in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from sharewell.channels import ChannelError, email_notice
from sharewell.channels.email_notice import words
from sharewell.followup import digests
from sharewell.followup.models import Digest
from sharewell.followup.operations import digest_attempt, digest_make, digest_settle

log = structlog.get_logger("sharewell.digests")


def digests_make(now: datetime) -> int:
    """Make the digest of each account whose period has ended; returns how many were tried.

    Any number of processes may do this at once, and a clock that was moved makes none twice.
    """
    tried = 0
    try:
        for account, period in digests.turns(now):
            tried += 1
            _make(account, period, now)
    except Exception:  # a pack that is lost must not stop the worker
        log.exception("digests_failed")
    return tried


def digests_due(clock: Callable[[], datetime], *, address: str, most: int = 100) -> int:
    """Send digests until none is due, or ``most`` were tried; returns how many were.

    One that is killed loses nothing: the digest is taken again when its lease runs out, with the same key and words.
    """
    for count in range(most):
        attempt = digest_attempt(now=clock())
        if attempt is None:
            return count
        if attempt.digest.state != "waiting":
            continue
        fault, permanent = "", False
        try:
            email_notice.send(_notice(attempt.digest, address), attempt.address)
        except ChannelError as error:
            fault, permanent = error.code, error.permanent
        except Exception:  # a defect in one must not hold up the others
            log.exception("digest_fault")
            fault = "fault"
        digest_settle(attempt=attempt, now=clock(), fault=fault, permanent=permanent)
    return most


def _make(account: UUID, period: digests.Period, now: datetime) -> None:
    try:
        digest_make(account_id=account, period=period, now=now)
    except Exception:  # one account's fault holds up no other
        log.exception("digest_fault")


def _notice(digest: Digest, address: str) -> email_notice.Notice:
    zone = ZoneInfo(digest.account.agency.time_zone)
    return words.digest(
        key=digest.pk.hex,
        address=address,
        late=digest.late,
        soon=digest.soon,
        partners_late=digest.partners_late,
        until=f"{digest.ahead_at.astimezone(zone):%-d %B, %H:%M}",
    )
