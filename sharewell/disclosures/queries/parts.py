"""Single parts of a disclosure, found by their own id: a referral, a threshold, a file."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.disclosures import standing
from sharewell.disclosures.models import Attachment, Referral, Threshold


def referral(*, viewer: Account, referral_id: UUID, now: datetime) -> Referral:
    """A question that was referred; raises ``NotFound`` outside the circle of its case."""
    rows = Referral.objects.filter(pk=referral_id, disclosure__in=standing.readable(viewer, now))
    found = rows.select_related("referred_by", "decider", "deputy", "decided_by").first()
    if found is None:
        raise NotFound
    return found


def threshold(*, viewer: Account, threshold_id: UUID, now: datetime) -> Threshold:
    """What would open a decision again; raises ``NotFound`` outside the circle of its case."""
    rows = Threshold.objects.filter(pk=threshold_id, disclosure__in=standing.readable(viewer, now))
    found = rows.select_related("reached_by").first()
    if found is None:
        raise NotFound
    return found


def attachment(*, viewer: Account, attachment_id: UUID, now: datetime) -> Attachment:
    """A file as cleaned, with its content; raises ``NotFound`` outside the circle, or once taken out."""
    rows = Attachment.objects.filter(
        pk=attachment_id, removed_at=None, disclosure__in=standing.readable(viewer, now)
    )
    found = rows.first()
    if found is None:
        raise NotFound
    return found
