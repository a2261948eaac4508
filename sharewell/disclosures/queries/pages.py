"""What the staff pages read of disclosures: one, those of a case, what waits, and the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sharewell.agencies.models import Account
from sharewell.cases.models import Case
from sharewell.disclosures.models import (
    Attachment,
    Disclosure,
    Item,
    Overrule,
    Referral,
    Threshold,
)
from sharewell.ledger.queries import Place


@dataclass(frozen=True, slots=True)
class Line:
    """One disclosure in a list: to whom, for what, in which state, and how long it has waited."""

    disclosure: Disclosure
    recipient: str
    waited: timedelta | None  # since it was sent, while nobody has acknowledged it
    late: bool  # past the agreement's clock
    acknowledged_by: str
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """One disclosure with what hangs on it."""

    disclosure: Disclosure
    line: Line
    items: tuple[Item, ...]
    attachments: tuple[Attachment, ...]
    referrals: tuple[Referral, ...]
    overrules: tuple[Overrule, ...]
    thresholds: tuple[Threshold, ...]
    may_edit: bool
    may_approve: bool
    may_decide: bool
    may_overrule: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the viewer: nothing of a case outside their circles."""

    to_approve: tuple[Item | Attachment, ...]
    to_decide: tuple[Referral, ...]
    to_review: tuple[Line, ...]  # decisions not to share whose review is near or past
    unacknowledged: tuple[Line, ...]
    drafts: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A disclosure as it stands up to review: what, to whom, why, on what consent, with what outcome."""

    line: Line
    page: Page
    what: tuple[dict[str, Any], ...]  # the message's sections as they left
    withheld: tuple[tuple[str, str], ...]  # field label, reason
    why: str
    purpose: str
    basis: tuple[str, ...]
    consent: str
    consent_reason: str
    proportionality: str
    outcome_intended: str
    outcomes: tuple[Any, ...]  # reviews, newest last
    informed: tuple[Any, ...]  # informings, newest last
    review_at: datetime | None
    openings: tuple[Any, ...]
    exact: bytes  # what left, byte for byte
    digest: str  # its SHA-256, hexadecimal
    place: Place | None  # in the evidence log


def disclosure(*, viewer: Account, disclosure_id: UUID, now: datetime) -> Page:
    """One disclosure; raises ``NotFound`` outside its circle."""
    raise NotImplementedError


def for_case(*, viewer: Account, case: Case, now: datetime) -> list[Line]:
    """The disclosures of a case, newest first; raises ``NotFound`` outside its circle."""
    raise NotImplementedError


def waiting(*, viewer: Account, now: datetime) -> Waiting:
    """What waits for the viewer at this moment."""
    raise NotImplementedError


def record(*, viewer: Account, disclosure_id: UUID, now: datetime) -> Record:
    """The record of one disclosure; raises ``NotFound`` outside its circle."""
    raise NotImplementedError


def approvers(*, viewer: Account, disclosure_id: UUID, now: datetime) -> list[Account]:
    """Who may be asked to approve an item: not the viewer, nor anyone whom the concern is about."""
    raise NotImplementedError
