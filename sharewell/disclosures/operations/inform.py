"""Telling the person, or the family, that something was shared; or why that waits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.evidence import operation
from sharewell.agencies.models import Account
from sharewell.disclosures.models import Informing


@operation("inform.done")
def inform_done(  # noqa: PLR0913 - the parts of one conversation
    *,
    account: Account,
    disclosure_id: UUID,
    whom: str,
    words: str,
    told_at: datetime,
    now: datetime,
) -> Informing:
    """Record that the ``person`` or the ``family`` was told: how, and what they answered."""
    raise NotImplementedError


@operation("inform.deferred")
def inform_defer(
    *,
    account: Account,
    disclosure_id: UUID,
    whom: str,
    reason: str,
    until: datetime,
    now: datetime,
) -> Informing:
    """Put off telling them because it is not safe yet, until a review; the task waits until then."""
    raise NotImplementedError
