"""Who reads a worry raised in confidence: the appointed leads who are not near it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from sharewell.agencies.models import Account
from sharewell.disclosures.catalogues import UNREADABLE
from sharewell.followup import catalogues
from sharewell.followup.models import Whistle, WhistleLead

IF_LOST = timedelta(days=28)  # a pack that cannot be read stops nobody from raising a worry


def leads_of(found: Whistle, now: datetime) -> list[Account]:
    """The leads who may read a worry, longest first; empty where everybody is too near it."""
    rows = WhistleLead.objects.filter(agency_id=found.agency_id, starts_at__lte=now)
    rows = rows.filter(Q(ends_at=None) | Q(ends_at__gt=now), account__is_active=True)
    leads = [row.account for row in rows.select_related("account").order_by("starts_at", "id")]
    mine = Whistle.objects.filter(pk=found.pk)
    return [lead for lead in leads if mine.led_by(lead, now).exists()]


def follow_up_after() -> timedelta:
    """After how long whoever raised it is asked whether anything was held against them."""
    try:
        return timedelta(days=catalogues.whistleblowing().follow_up_days)
    except UNREADABLE:
        return IF_LOST
