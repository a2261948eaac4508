"""The scripted conversation and its rules, read from ``packs/consent_*.yaml`` once.

A row outside the schema stops the read with the place that is wrong. Which row stands: one for a regime of
the agency before one for its jurisdiction, and that before one for all.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Literal, TypeVar

import msgspec

from sharewell.agencies.models import Agency
from sharewell.packs.shapes import shaped

AUDIENCES = ("adult", "child", "parent", "decision_maker")
Audience = Literal["adult", "child", "parent", "decision_maker"]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every row says of itself, and for whom it is."""

    source: str
    status: Literal["verified", "reported", "from_knowledge", "proposal"]
    verified_on: date | None = None
    jurisdictions: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()


class Line(Row, frozen=True, kw_only=True):
    """One thing to say, to ask or to check, in plain words and in simpler ones."""

    id: str
    title: str
    kind: Literal["explain", "ask", "check"]
    audiences: tuple[Audience, ...]
    required: bool = False
    say: str
    easy: str
    note: str = ""


class Expiry(Row, frozen=True, kw_only=True):
    """How long an agreement lasts, in days."""

    id: str
    default_days: int
    max_days: int


class Revisit(Row, frozen=True, kw_only=True):
    """How many hours after a record with this position somebody goes back."""

    position: str
    hours: int


class Change(Row, frozen=True, kw_only=True):
    """A change that calls for a new conversation, in the words of the form and of the task."""

    id: str
    label: str
    note: str


class Channel(Row, frozen=True, kw_only=True):
    """A way of reaching the person that they may rule out."""

    id: str
    label: str


class Label(Row, frozen=True, kw_only=True):
    """A kind of record that an agreement must name."""

    id: str
    label: str
    hint: str


class ForChildren(Row, frozen=True, kw_only=True):
    """Who may agree for a child, in words."""

    id: str
    says: str


class Release(Row, frozen=True, kw_only=True):
    """When a release is to be signed, and what it says above the signature."""

    id: str
    signature: Literal["required", "optional"]
    statements: tuple[str, ...]


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key sentence in another language beside its English."""

    english: str
    text: str


class Card(Row, frozen=True, kw_only=True):
    """A card of key sentences in one language; ``language`` is a BCP 47 tag."""

    language: str
    name: str
    english_name: str
    direction: Literal["ltr", "rtl"] = "ltr"
    phrases: tuple[Phrase, ...]


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``consent_script.yaml``."""

    rows: tuple[Line, ...]


class Cards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``consent_cards.yaml``."""

    cards: tuple[Card, ...]


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``consent_rules.yaml``."""

    expiry: tuple[Expiry, ...]
    revisit: tuple[Revisit, ...]
    changes: tuple[Change, ...]
    channels: tuple[Channel, ...]
    labels: tuple[Label, ...]
    children: tuple[ForChildren, ...]
    releases: tuple[Release, ...]


@functools.cache
def rules() -> Rules:
    """How long, how often, by which ways, and what is signed."""
    return shaped("consent_rules.yaml", Rules)


def lines(agency: Agency, whom: str) -> list[Line]:
    """The script of an agency for one audience, in the order of the talk."""
    found: dict[str, Line] = {}
    for row in _read_script():
        if whom in row.audiences and _applies(row, agency):
            kept = found.get(row.id)
            found[row.id] = row if kept is None or _rank(row) > _rank(kept) else kept
    return list(found.values())


def audience(subject_kind: str, given_by: str) -> str:
    """Whose script is used: the adult's, the child's, a parent's or a decision maker's."""
    return given_by if given_by in ("parent", "decision_maker") else subject_kind


def required_points(agency: Agency, whom: str) -> tuple[str, ...]:
    """What must have been explained before an agreement counts."""
    return tuple(row.id for row in lines(agency, whom) if row.required)


def expiry(agency: Agency) -> Expiry:
    """How long an agreement lasts at this agency, by default and at most."""
    return _best(rules().expiry, agency)[0]


def revisit_due(position: str, now: datetime) -> datetime:
    """When to go back after this position, where no date was named."""
    hours = next(row.hours for row in rules().revisit if row.position == position)
    return now + timedelta(hours=hours)


def labels(agency: Agency, flags: Collection[str] = ()) -> list[Label]:
    """The kinds of record that an agreement must name one by one at this agency or in this case."""
    regimes = {*agency.regimes, *flags}
    return [row for row in rules().labels if not regimes.isdisjoint(row.regimes)]


def for_children(agency: Agency) -> str:
    """Who may agree for a child where this agency is."""
    return next((row.says for row in rules().children if _applies(row, agency)), "")


def release(agency: Agency, flags: Collection[str] = ()) -> list[Release]:
    """The releases whose sentences belong on the page: every regime's, or the usual one."""
    regimes = {*agency.regimes, *flags}
    by_regime = [row for row in rules().releases if not regimes.isdisjoint(row.regimes)]
    return by_regime or [row for row in rules().releases if not row.regimes]


@functools.cache
def cards() -> dict[str, Card]:
    """The translated cards by language."""
    return {card.language: card for card in shaped("consent_cards.yaml", Cards).cards}


@functools.cache
def _read_script() -> tuple[Line, ...]:
    return shaped("consent_script.yaml", Script).rows


def _applies(row: Row, agency: Agency) -> bool:
    in_force = not row.regimes or not set(row.regimes).isdisjoint(agency.regimes)
    return in_force and (not row.jurisdictions or agency.jurisdiction in row.jurisdictions)


def _rank(row: Row) -> tuple[bool, bool]:
    return bool(row.regimes), bool(row.jurisdictions)


R = TypeVar("R", bound=Row)


def _best(rows: Iterable[R], agency: Agency) -> list[R]:
    return sorted((row for row in rows if _applies(row, agency)), key=_rank, reverse=True)
