"""Data of the cases room: kinds of task with their clocks, categories of concern, facts for decisions.

Read from ``packs/{tasks,indicators,facts,chronology}.yaml`` once; a row outside the schema stops the start
with the place that is wrong.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from sharewell.agencies.models import Agency
from sharewell.agencies.reckoning import reckoning
from sharewell.core.deadlines import UNITS, Clock
from sharewell.packs.shapes import shaped


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every row says of itself: where it comes from and how far it can be trusted."""

    source: str
    status: str
    verified_on: date | None = None


class TaskKind(Row, frozen=True):
    """One kind of task: what it asks of whom, and within what time: ``hours`` of the clock, else ``within``.

    ``within`` names a unit of core.deadlines and its number, e.g. ``{working_days: 1}``.
    One that is ``closed_by_act`` ends with the act it asks for (a decision, an approval), never by hand.
    """

    id: str
    label: str
    what_to_do: str
    owner: str
    hours: float = 0
    within: dict[str, int] = {}
    defer_days_at_most: int = 0
    closed_by_act: bool = False

    def __post_init__(self) -> None:
        """Refuse a kind whose time is said in no way or in two."""
        if bool(self.hours) == bool(self.within):
            raise ValueError(f"{self.id}: says neither or both of `hours` and `within`")
        if self.within and (len(self.within) != 1 or not set(self.within) <= set(UNITS)):
            raise ValueError(f"{self.id}: `within` names exactly one of: {', '.join(UNITS)}")

    @property
    def clock(self) -> Clock:
        """Its time as a clock; parts of an hour are minutes."""
        for unit, amount in self.within.items():
            return Clock(amount, unit)
        return Clock(round(self.hours * 60), "minutes")


class Limit(Row, frozen=True):
    """A number that the room goes by, e.g. after how many hours a chronology line counts as late."""

    id: str
    means: str
    hours: float


class Handling(Row, frozen=True):
    """A sentence on how a copy of a chronology is to be handled."""

    id: str
    says: str


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sign that may be seen; never proof."""

    id: str
    label: str


class Category(Row, frozen=True):
    """One category of abuse or neglect with its indicators, for the jurisdictions that use it."""

    id: str
    label: str
    list: str
    subject_kind: str
    jurisdictions: tuple[str, ...]
    indicators: tuple[Indicator, ...]


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer to a question about a fact."""

    id: str
    label: str


class Fact(Row, frozen=True):
    """A fact that decisions turn on, as it is asked about an ``adult``, a ``child`` or ``both``."""

    id: str
    subject_kind: str
    asks: str
    hint: str
    answers: tuple[Answer, ...]


class Flag(Row, frozen=True):
    """What makes a case need special handling: it raises the tier of fields."""

    id: str
    label: str
    hint: str


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``facts.yaml``."""

    facts: tuple[Fact, ...]
    flags: tuple[Flag, ...]


class Tasks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``tasks.yaml``."""

    tasks: tuple[TaskKind, ...]
    limits: tuple[Limit, ...]


class Chronology(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``chronology.yaml``."""

    handling: tuple[Handling, ...]


class Indicators(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``indicators.yaml``."""

    categories: tuple[Category, ...]


# Fields that follow from consent, sharing and attachments; nobody writes them by hand.
FOLLOWING = frozenset(
    {"consent.position", "consent.reason", "inform.plan", "disclosure.history", "attachment"}
)


@functools.cache
def task_kinds() -> dict[str, TaskKind]:
    """The kinds of task by id."""
    return {kind.id: kind for kind in shaped("tasks.yaml", Tasks).tasks}


def task_due(kind: str, *, agency: Agency, now: datetime) -> datetime:
    """When a task of this kind opened now is due, in UTC; working time is that of the agency."""
    clock = task_kinds()[kind].clock
    if clock.unit == "minutes":
        return now + timedelta(minutes=clock.amount)
    return reckoning(agency, now).due(clock, now)


@functools.cache
def limit(name: str) -> timedelta:
    """A limit of the room by its id."""
    return next(
        timedelta(hours=row.hours) for row in shaped("tasks.yaml", Tasks).limits if row.id == name
    )


@functools.cache
def categories() -> dict[str, Category]:
    """All categories of concern by id."""
    return {row.id: row for row in shaped("indicators.yaml", Indicators).categories}


def categories_for(jurisdiction: str, subject_kind: str | None = None) -> list[Category]:
    """The categories used in a jurisdiction, in the order of the pack; for adults, children or both."""
    return [
        row
        for row in categories().values()
        if jurisdiction in row.jurisdictions and subject_kind in {None, row.subject_kind}
    ]


def category_labels(ids: Sequence[str]) -> list[str]:
    """The words for these categories; an id no longer in the pack stands for itself."""
    known = categories()
    return [known[i].label if i in known else i for i in ids]


def indicator_labels(ids: Sequence[str]) -> list[str]:
    """The words for these indicators, which are named ``category/indicator``."""
    words = {
        f"{row.id}/{each.id}": each.label
        for row in categories().values()
        for each in row.indicators
    }
    return [words.get(i, i) for i in ids]


@functools.cache
def facts_for(subject_kind: str) -> tuple[Fact, ...]:
    """The facts that may be judged for an ``adult`` or a ``child``."""
    rows = shaped("facts.yaml", Facts).facts
    return tuple(row for row in rows if row.subject_kind in {"both", subject_kind})


@functools.cache
def flags() -> tuple[Flag, ...]:
    """The kinds of special handling."""
    return shaped("facts.yaml", Facts).flags


@functools.cache
def handling() -> tuple[str, ...]:
    """How a copy of a chronology is to be handled, sentence by sentence."""
    return tuple(row.says for row in shaped("chronology.yaml", Chronology).handling)
