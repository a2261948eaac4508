"""How clocks are shown, changed and paused, read from its pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row

FILE = "clock_rules.yaml"
RECORDS = ("mark", "allegation", "emergency")
SUBJECTS = ("adult", "child")
LIMITS = ("at_risk_percent", "closed_days", "pauses_unremarked")


@dataclass(frozen=True, slots=True)
class Pausable:
    """A kind of clock that may be paused, for so many hours at most in one pause."""

    id: str
    label: str
    hours: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What in the record shows that an event has happened: a ``mark`` of an entry, an allegation, an emergency.

    ``sender_kinds`` and ``regimes`` are those of the agencies for which it holds; empty: for all.
    """

    id: str
    event: str
    record: str
    mark: str
    subjects: tuple[str, ...]
    sender_kinds: tuple[str, ...]
    regimes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockRules:
    """The limits of clocks by id, and who may pause what, for how long and why."""

    limits: Mapping[str, int]
    paused_by: tuple[str, ...]
    kinds: Mapping[str, Pausable]
    never: tuple[str, ...]  # kinds of task
    reasons: Mapping[str, str]  # labels by id
    shows: tuple[Shown, ...]

    @property
    def share(self) -> float:
        """The share of its time from which on a clock is at risk."""
        return self.limits["at_risk_percent"] / 100


def clock_rules(file: str, text: bytes) -> ClockRules:
    """The rules of clocks. Raises PackError naming the row and the key."""
    pack = opened(file, text)
    head = Row(pack, failing(file, ""))
    listed = {key: head.need(key) for key in ("limits", "kinds", "reasons", "shows")}
    paused_by, never = _words(head, "paused_by"), _words(head, "never")
    head.done()
    limits, kinds, reasons = {}, {}, {}
    for raw in rows_of(file, listed["limits"], "limits"):
        row = _row(file, raw)
        limits[row.choice("id", LIMITS)] = row.number("number", 0, 1000) or 0
        row.text("means")
        row.done()
    if missing := set(LIMITS) - set(limits):
        head.refuse("limits", f"leaves out {', '.join(sorted(missing))}")
    for raw in rows_of(file, listed["kinds"], "kinds"):
        row = _row(file, raw)
        kind = Pausable(row.text("id"), row.text("label"), row.number("hours", 1, 10_000, 1) or 1)
        kinds[kind.id] = kind
        row.done()
    for raw in rows_of(file, listed["reasons"], "reasons"):
        row = _row(file, raw)
        reasons[row.text("id")] = row.text("label")
        row.done()
    shows = tuple(_shown(_row(file, raw)) for raw in rows_of(file, listed["shows"], "shows"))
    return ClockRules(limits, paused_by, kinds, never, reasons, shows)


def _shown(row: Row) -> Shown:
    record = row.choice("record", RECORDS)
    shown = Shown(
        id=row.text("id"),
        event=row.text("event"),
        record=record,
        mark=row.text("mark", None if record == "mark" else ""),
        subjects=row.choices("subjects", SUBJECTS, need=True),
        sender_kinds=_words(row, "sender_kinds", []),
        regimes=_words(row, "regimes", []),
    )
    row.done()
    return shown


def _row(file: str, raw: Mapping[str, object]) -> Row:
    row = Row(raw, failing(file, str(raw["id"])))
    row.text("source")
    vouched(row)
    return row


def _words(head: Row, key: str, default: list[str] | None = None) -> tuple[str, ...]:
    given = head.need(key) if default is None else head.take(key, default)
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        head.refuse(key, "is not a list of texts")
    return tuple(given)
