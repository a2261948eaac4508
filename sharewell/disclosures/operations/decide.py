"""Deciding not to share, with what would reopen it; reopening; overruling; looking again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sharewell.agencies.evidence import operation
from sharewell.agencies.models import Account
from sharewell.disclosures.models import Disclosure, Review


@operation("disclosure.not_shared")
def disclosure_not_shared(  # noqa: PLR0913 - the parts of one decision
    *,
    account: Account,
    disclosure_id: UUID,
    version: int,
    grounds: Sequence[str],
    reasons: str,
    thresholds: Sequence[Mapping[str, str]],
    review_at: datetime,
    not_reputation: bool,
    now: datetime,
) -> Disclosure:
    """Record the decision not to share now: why, what would reopen it, and when it is looked at again.

    ``grounds`` are ids of ``packs/grounds.yaml`` (not sharing); ``thresholds`` are ``{"kind", "detail"}``
    with kinds of ``packs/thresholds.yaml``; ``not_reputation`` is the decider's declaration that the
    organisation's reputation played no part. The safeguarding lead is told, advocacy offered as the
    decision says. Raises ``Invalid`` (a review beyond the decision's limit), ``Conflicted`` for one whom
    the concern is about or whose service it is about.
    """
    raise NotImplementedError


@operation("threshold.reached")
def threshold_reached(
    *, account: Account, threshold_id: int, note: str, now: datetime
) -> Disclosure:
    """Record that something set as a threshold has happened; returns the new draft it opens."""
    raise NotImplementedError


@operation("disclosure.reopened")
def disclosure_reopen(
    *, account: Account | None, disclosure_id: UUID, reason: str, now: datetime
) -> Disclosure:
    """Open a decision not to share again (None: its review date came); returns the new draft.

    Reopened already: the draft that stands, unchanged.
    """
    raise NotImplementedError


@operation("disclosure.overruled")
def disclosure_overrule(
    *, account: Account, disclosure_id: UUID, version: int, reason: str, now: datetime
) -> Disclosure:
    """Set aside a hold, a seek-agreement or a refer, with the reason; never a refusal.

    For the safeguarding lead or on-call manager, without a conflict. Holds for the facts as they are:
    a later consent conversation or another outcome asks anew. Raises ``NeverOverruled``, ``Conflicted``.
    """
    raise NotImplementedError


@operation("disclosure.reviewed")
def disclosure_review(
    *,
    account: Account,
    disclosure_id: UUID,
    outcome: str,
    next_review_at: datetime | None,
    now: datetime,
) -> Review:
    """Record what came of a disclosure sent (or not shared) and when it is looked at next, if at all."""
    raise NotImplementedError
