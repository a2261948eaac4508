"""What can be known after a message was recalled, and whom a breach is reported to: data, and the reading of it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.agencies.models import Account, Agency
from sharewell.agencies.reckoning import reckoning
from sharewell.cases.models import Task
from sharewell.disclosures import standing
from sharewell.disclosures.catalogues import UNREADABLE, Row
from sharewell.disclosures.models import Attachment, Delivery, Disclosure, Opening
from sharewell.disclosures.ways_out import BY_ITSELF
from sharewell.packs.shapes import shaped

CANNOT = "Whether it was read cannot be known."
SHORTEST = timedelta(hours=72)  # where the clocks cannot be read
NO_COPIES = ("page", "webhook_recall")  # to one of us; and what says to delete
OF_BREACH = ("breach_assess", "breach_tell_authority", "breach_tell_person")


class Way(Row, frozen=True):
    """A way out; ``known`` where every opening there is noticed, ``says`` what is said where none was."""

    label: str
    says: str
    known: bool = False


class Risk(Row, frozen=True):
    """How likely harm is; ``tell`` names who is then to be told (``authority``, ``person``)."""

    label: str
    tell: tuple[str, ...] = ()


class Authority(Row, frozen=True):
    """Whom a breach is reported to in these ``places``; ``clock`` is an id of packs/clocks.yaml."""

    places: tuple[str, ...]
    label: str
    clock: str
    note: str


class RecallLists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``recall.yaml``."""

    ways: tuple[Way, ...]
    risks: tuple[Risk, ...]
    authorities: tuple[Authority, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """One opening of the message: by whom, when, and which of its files (none: the message alone)."""

    who: str
    at: datetime
    files: tuple[str, ...]
    told: bool  # written down by the sender, as told


@dataclass(frozen=True, slots=True)
class Gone:
    """One way that it went, with what can be said of it and no more."""

    label: str
    left: bool
    says: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is known of who has seen a message."""

    seen: tuple[Seen, ...]
    ways: tuple[Gone, ...]


def exposure(disclosure: Disclosure) -> Exposure:
    """What is known of who has seen a message, way by way; where it cannot be known that is what it says."""
    rows = disclosure.openings.prefetch_related("files_opened__attachment").order_by("at", "id")
    openings = list(rows)
    seen = tuple(
        Seen(
            who=f"{each.name}, {each.role}",
            at=each.at,
            files=tuple(_file(one.attachment) for one in each.files_opened.all()),
            told=each.recorded_by_id is not None,
        )
        for each in openings
    )
    ways = disclosure.deliveries.exclude(channel__in=NO_COPIES).order_by("channel")
    return Exposure(seen, tuple(_gone(each, openings) for each in ways))


def risks() -> Mapping[str, Risk]:
    """How likely harm may be, by id, in the order of the pack."""
    return {row.id: row for row in _pack().risks}


def authorities(agency: Agency) -> tuple[Authority, ...]:
    """Whom a breach of this agency is reported to, in the order of the pack; none where it cannot be read."""
    near = {agency.jurisdiction, agency.state}
    try:
        return tuple(row for row in _pack().authorities if near & set(row.places))
    except UNREADABLE:
        return ()


def report_by(agency: Agency, aware_at: datetime) -> datetime:
    """When the first clock of reporting runs out, from the moment of awareness; 72 hours where none is known. UTC."""
    try:
        by = reckoning(agency, aware_at)
        ends = [by.due(packs.clocks()[row.clock].within, aware_at) for row in authorities(agency)]
    except UNREADABLE:
        ends = []
    return min(ends, default=aware_at + SHORTEST)


def may_assess(account: Account, disclosure: Disclosure, now: datetime) -> bool:
    """Whether a breach is this account's to judge: a governance lead's, or theirs who was given the task."""
    if account.pk in standing.conflicted(disclosure.case):
        return False
    given = Task.objects.filter(about_id=disclosure.pk, kind__in=OF_BREACH, owner=account)
    return agencies.may(viewer=account, now=now, any_of=["governance_lead"]) or given.exists()


@functools.cache
def _pack() -> RecallLists:
    return shaped("recall.yaml", RecallLists)


def _gone(delivery: Delivery, openings: list[Opening]) -> Gone:
    channel, way = delivery.channel, _way(delivery.channel)
    label = way.label if way else channel.replace("_", " ")
    left = delivery.state == "done" or delivery.attempt > 0
    if not left and channel in BY_ITSELF and channel != "inbox":  # which shows at once
        return Gone(label, left=False, says="It was stopped before it left.")
    if way is None or not way.known:
        return Gone(label, left=True, says=way.says if way else CANNOT)
    if any(_came_by(each) == channel for each in openings):
        return Gone(label, left=True, says="It was opened, as written above.")
    return Gone(label, left=True, says=way.says)


def _way(channel: str) -> Way | None:
    try:
        return next((row for row in _pack().ways if row.id == channel), None)
    except UNREADABLE:
        return None


def _came_by(opening: Opening) -> str:
    if opening.link_id:
        return "portal_link"
    return "inbox" if opening.account_id else ""


def _file(attachment: Attachment) -> str:
    return f"{attachment.name}, pages {attachment.pages}" if attachment.pages else attachment.name
