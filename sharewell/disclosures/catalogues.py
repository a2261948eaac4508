"""Data of the disclosures room: thresholds, grounds, clocks. Read once from the packs."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from sharewell import packs
from sharewell.core import received
from sharewell.core.faults import PackError
from sharewell.packs.shapes import shaped

# What reading a pack may raise; the emergency route goes on without it.
UNREADABLE = (OSError, ValueError, KeyError, StopIteration, PackError)

# A pack that cannot be read never stops a message: its clocks are a day, or what stands here.
IF_LOST = timedelta(hours=24)
LIMITS_IF_LOST = {
    "webhook_open": timedelta(minutes=5),
    "emergency_acknowledged": timedelta(minutes=10),
    "link_session": timedelta(minutes=30),
    "not_shared_review": timedelta(days=7),
}


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every row says of itself: where it comes from and how far it can be trusted."""

    id: str
    source: str
    status: str
    verified_on: date | None = None


class Threshold(Row, frozen=True):
    """What would reopen a decision not to share; ``detail`` is the question that goes with it."""

    label: str
    detail: str = ""
    needs_detail: bool = False


class Ground(Row, frozen=True):
    """A reason that may be given for an answer, ``share`` or ``not_share``."""

    answer: str
    label: str


class Limit(Row, frozen=True):
    """A clock of this room; nights and weekends count."""

    means: str
    hours: int = 0
    minutes: int = 0


class Wording(Row, frozen=True):
    """Words that a rule proposes, with ``{to_whom}``, ``{role}``, ``{purpose}`` and ``{rule}`` to fill."""

    text: str


class Urgency(Row, frozen=True):
    """How soon a message of a purpose (its ``id``) is to be seen, where the sender does not say."""

    urgency: str


class AnswerKind(Row, frozen=True):
    """One way to answer a message; ``needs`` is what it cannot go without, ``task`` what it asks of the sender."""

    label: str
    hint: str
    says: str
    needs: tuple[str, ...] = ()
    task: str = ""
    settles: bool = False  # nobody waits for their first action any more
    disputed: bool = False  # one may disagree with it


class Decline(Row, frozen=True):
    """A reason not to take something on; ``words`` says that a sentence goes with it."""

    label: str
    words: bool = False


class Quality(Row, frozen=True):
    """What a recipient may say of the message itself."""

    label: str
    good: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """What may be answered to a message, each by id in the order of the pack."""

    kinds: Mapping[str, AnswerKind]
    declines: Mapping[str, Decline]
    qualities: Mapping[str, Quality]
    actions_at_most: int


class AnswerLists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``answers.yaml``."""

    kinds: tuple[AnswerKind, ...]
    declines: tuple[Decline, ...]
    qualities: tuple[Quality, ...]
    actions_at_most: int


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``thresholds.yaml``."""

    thresholds: tuple[Threshold, ...]


class Deciding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``deciding.yaml``."""

    grounds: tuple[Ground, ...]
    limits: tuple[Limit, ...]
    urgencies: tuple[Urgency, ...]
    wordings: tuple[Wording, ...]


@functools.cache
def thresholds() -> dict[str, Threshold]:
    """What may reopen a decision not to share, by id, in the order of the pack."""
    return {row.id: row for row in shaped("thresholds.yaml", Thresholds).thresholds}


@functools.cache
def answers() -> Answers:
    """What a recipient may answer to a message."""
    read = shaped("answers.yaml", AnswerLists)
    return Answers(
        kinds={row.id: row for row in read.kinds},
        declines={row.id: row for row in read.declines},
        qualities={row.id: row for row in read.qualities},
        actions_at_most=read.actions_at_most,
    )


def settling() -> tuple[str, ...]:
    """The kinds of answer after which nobody waits for the recipient's first action; none where lost."""
    try:
        return tuple(row.id for row in answers().kinds.values() if row.settles)
    except UNREADABLE:
        return ()


def disputable() -> tuple[str, ...]:
    """The kinds of answer with which one may disagree; none where lost."""
    try:
        return tuple(row.id for row in answers().kinds.values() if row.disputed)
    except UNREADABLE:
        return ()


def grounds(answer: str) -> dict[str, Ground]:
    """The grounds that may be given for ``share`` or ``not_share``, by id, in the order of the pack."""
    return {row.id: row for row in _deciding().grounds if row.answer == answer}


def limit(name: str) -> timedelta:
    """A clock of this room by its id; where the pack cannot be read a cautious one, for mail must go on."""
    try:
        rows = _deciding().limits
    except UNREADABLE:
        return LIMITS_IF_LOST.get(name, IF_LOST)
    return next(timedelta(hours=r.hours, minutes=r.minutes) for r in rows if r.id == name)


def urgency(purpose: str) -> str:
    """How soon a message for this purpose is to be seen, until its sender says otherwise."""
    found = (row.urgency for row in _deciding().urgencies if row.id == purpose)
    return next(found, "standard")


def wording(name: str, **parts: str) -> str:
    """A proposed wording by its id, with its parts filled in."""
    row = next(row for row in _deciding().wordings if row.id == name)
    return row.text.format(**parts)


@functools.cache
def told() -> received.Told:
    """By which ways others tell us something, and how sources are graded. Raises PackError when it cannot be used."""
    return received.told(received.FILE, packs.read()[received.FILE])


@functools.cache
def _deciding() -> Deciding:
    return shaped("deciding.yaml", Deciding)
