"""Referring: a named role decides first, within a limit, and a deputy takes over when it passes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sharewell.agencies.evidence import operation
from sharewell.agencies.models import Account
from sharewell.disclosures.models import Disclosure, Referral


@operation("disclosure.referred")
def disclosure_refer(
    *, account: Account, disclosure_id: UUID, version: int, question: str, now: datetime
) -> Referral:
    """Put a disclosure before the decider that the decision names, with the deputy and the limit.

    The decider and deputy join the circle until the limit has passed. Raises ``NotReferred`` when the
    decision does not refer it.
    """
    raise NotImplementedError


@operation("referral.decided")
def referral_decide(  # noqa: PLR0913 - the parts of one decision
    *,
    account: Account,
    referral_id: UUID,
    answer: str,
    grounds: Sequence[str],
    reason: str,
    not_reputation: bool,
    now: datetime,
) -> Disclosure:
    """Answer a referral, ``share`` or ``not_share``, as its decider or deputy.

    ``share`` returns the draft to its sender, who may send it; ``not_share`` is a decision with a review.
    Raises ``NotAllowed`` for others, ``Conflicted``, ``Invalid``, ``AlreadyDecided``.
    """
    raise NotImplementedError


@operation("referral.passed_on")
def referral_pass_on(*, referral_id: UUID, now: datetime) -> Referral:
    """Pass an unanswered referral to its deputy or the on-call manager once its limit has passed."""
    raise NotImplementedError
