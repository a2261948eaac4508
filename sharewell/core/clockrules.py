"""How clocks are shown, changed and paused, read from its pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row

FILE = "clock_rules.yaml"
LIMITS = ("at_risk_percent", "closed_days", "pauses_unremarked")


@dataclass(frozen=True, slots=True)
class Pausable:
    """A kind of clock that may be paused, for so many hours at most in one pause."""

    id: str
    label: str
    hours: int


@dataclass(frozen=True, slots=True)
class ClockRules:
    """The limits of clocks by id, and who may pause what, for how long and why."""

    limits: Mapping[str, int]
    paused_by: tuple[str, ...]
    kinds: Mapping[str, Pausable]
    never: tuple[str, ...]  # kinds of task
    reasons: Mapping[str, str]  # labels by id

    @property
    def share(self) -> float:
        """The share of its time from which on a clock is at risk."""
        return self.limits["at_risk_percent"] / 100


def clock_rules(file: str, text: bytes) -> ClockRules:
    """The rules of clocks. Raises PackError naming the row and the key."""
    pack = opened(file, text)
    head = Row(pack, failing(file, ""))
    listed = {key: head.need(key) for key in ("limits", "kinds", "reasons")}
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
    return ClockRules(limits, paused_by, kinds, never, reasons)


def _row(file: str, raw: Mapping[str, object]) -> Row:
    row = Row(raw, failing(file, str(raw["id"])))
    row.text("source")
    vouched(row)
    return row


def _words(head: Row, key: str) -> tuple[str, ...]:
    given = head.need(key)
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        head.refuse(key, "is not a list of texts")
    return tuple(given)
