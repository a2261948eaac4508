"""Reads of worries raised in confidence; to anybody but their leads and whoever raised them, none exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.agencies.queries import require
from sharewell.core.whistleblowing import Beyond
from sharewell.disclosures.catalogues import UNREADABLE
from sharewell.followup import catalogues, whistling
from sharewell.followup.models import Whistle, WhistleLead, WhistleRead, WhistleWord


@dataclass(frozen=True, slots=True)
class WhistlePage:
    """One worry as its lead or whoever raised it reads it; ``reporter`` is None where the lead is not told."""

    whistle: Whistle
    leads: bool  # read as a lead
    reporter: Account | None
    words: Sequence[WhistleWord]
    named: Sequence[Account]
    asked: Sequence[WhistleRead]  # who asked who raised it, and why
    nobody: bool  # no lead here may read it
    follow_up: bool  # it is time to ask whether anything was held against them


def whistle(*, viewer: Account, whistle_id: UUID, now: datetime) -> WhistlePage:
    """One worry, for its leads and whoever raised it; each read of a lead is kept. Raises ``NotFound``."""
    found = Whistle.objects.known_to(viewer, now).select_related("agency", "reporter")
    worry = found.filter(pk=whistle_id).first()
    if worry is None:
        raise NotFound
    leads = worry.reporter_id != viewer.pk
    if leads:
        WhistleRead.objects.create(whistle=worry, account=viewer, at=now, what="page")
    asked = list(worry.reads.filter(what="identity").select_related("account").order_by("at"))
    told = not worry.protected or any(each.account_id == viewer.pk for each in asked)
    return WhistlePage(
        whistle=worry,
        leads=leads,
        reporter=worry.reporter if told or not leads else None,
        words=list(worry.words.select_related("by")),
        named=list(worry.named.order_by("name")),
        asked=asked,
        nobody=not whistling.leads_of(worry, now),
        follow_up=worry.follow_up_at <= now,
    )


def whistles(*, viewer: Account, now: datetime) -> tuple[list[Whistle], list[Whistle]]:
    """The worries that the viewer raised, and those that they read as a lead, the newest first."""
    own = Whistle.objects.filter(reporter=viewer).order_by("-raised_at")
    led = Whistle.objects.led_by(viewer, now).order_by("-raised_at")
    return list(own), list(led.distinct())


def whistle_leads(*, viewer: Account, now: datetime) -> QuerySet[WhistleLead]:
    """The appointments that hold, for an administrator, who learns of no worry."""
    require(viewer=viewer, now=now, any_of=["administrator"])
    rows = WhistleLead.objects.filter(agency_id=viewer.agency_id, ends_at=None)
    return rows.select_related("account").order_by("account__name")


def outside(*, viewer: Account) -> list[Beyond]:
    """Whom to turn to outside, where the viewer's agency is; empty where the pack cannot be read."""
    try:
        rows = catalogues.whistleblowing().outside
    except UNREADABLE:
        return []
    return [row for row in rows if viewer.agency.jurisdiction in row.places]


def whistle_colleagues(*, viewer: Account) -> list[Account]:
    """Everybody of the viewer's agency whom a worry may name, by name."""
    rows = Account.objects.filter(agency_id=viewer.agency_id).exclude(pk=viewer.pk)
    return list(rows.order_by("name"))
