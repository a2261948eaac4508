"""Points on which careful people differ: their positions, the one taken, and the rules of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.rules import Rule

FILE = "contested.yaml"
STEPS = ("1", "2", "3", "4", "5", "6", "7", "8", "gateway")  # never what goes in immediate danger


@dataclass(frozen=True, slots=True)
class Position:
    """One answer to a contested question, what stands for it, and the rules in force under it alone."""

    id: str
    says: str
    source: str
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Point:
    """A contested question and its positions; ``taken`` holds here, by ``default`` the safe one.

    ``local`` says who took another position and why, where a partnership did.
    """

    id: str
    question: str
    default: str
    taken: str
    positions: tuple[Position, ...]
    status: str
    verified_on: date | None
    local: str = ""

    @property
    def here(self) -> Position:
        """The position that is taken."""
        return next(each for each in self.positions if each.id == self.taken)

    @property
    def others(self) -> tuple[Position, ...]:
        """The positions that are not."""
        return tuple(each for each in self.positions if each.id != self.taken)


def points(file: str, text: bytes) -> tuple[Point, ...]:
    """The contested points of a pack, in order. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    listed = rows_of(file, head.need("points"), "points")
    head.done()
    found = tuple(_point(file, raw) for raw in listed)
    seen: set[str] = set()
    for each in found:
        for position in each.positions:
            for rule in position.rules & seen:
                failing(file, each.id)("positions", f"`{rule}` is in force under two positions")
            seen |= position.rules
    return found


def _point(file: str, raw: Mapping[str, Any]) -> Point:
    row = Row(raw, failing(file, raw["id"]))
    status, verified_on = vouched(row)
    held = rows_of(file, row.need("positions"), "positions")
    positions = tuple(_position(file, raw["id"], each) for each in held)
    ids = [each.id for each in positions]
    if len(ids) < 2:
        row.refuse("positions", "are fewer than two; then nothing is contested")
    default = row.choice("default", ids)
    built = Point(
        id=row.text("id"),
        question=row.text("question"),
        default=default,
        taken=row.choice("position", ids, default),
        positions=positions,
        status=status,
        verified_on=verified_on,
        local=row.text("local", ""),
    )
    row.done()
    return built


def _position(file: str, point: str, raw: Mapping[str, Any]) -> Position:
    row = Row(raw, failing(file, point), "positions")
    rules = row.take("rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        row.refuse("rules", "is not a list of ids of rules")
    built = Position(row.text("id"), row.text("says"), row.text("source"), frozenset(rules))
    row.done()
    return built


def parted(
    rules: Iterable[Rule], found: Iterable[Point]
) -> tuple[list[Rule], list[Rule], tuple[Point, ...]]:
    """The rules in force under the positions taken, those set aside, and the points that concern them.

    A rule in force because a partnership took its position says so in its source. Raises PackError for a
    rule that no position may hold.
    """
    listed = list(rules)
    ids = {rule.id for rule in listed}
    here = tuple(p for p in found if any(each.rules & ids for each in p.positions))
    held = {id_: point for point in here for each in point.positions for id_ in each.rules}
    stays, aside = [], []
    for rule in listed:
        point = held.get(rule.id)
        if point is not None:
            _may_be_contested(rule, point)
        if point is None:
            stays.append(rule)
        elif rule.id not in point.here.rules:
            aside.append(rule)
        else:
            source = f"{point.local} {rule.source}" if point.local else rule.source
            stays.append(replace(rule, source=source))
    return stays, aside, here


def _may_be_contested(rule: Rule, point: Point) -> None:
    if rule.step not in STEPS or rule.effect == "never":
        why = f"`{rule.id}` is of step {rule.step}, {rule.effect}: no position may hold that"
        failing(FILE, point.id)("positions", why)


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """One point compiled: the rows of all its positions, the ids in force, and the steps under each other one."""

    id: str
    rows: int
    here: frozenset[str]
    others: tuple[tuple[frozenset[str], Mapping[str, int]], ...]


def contests(
    found: Iterable[Point], numbered: Mapping[int, Rule], steps: Mapping[str, int]
) -> tuple[Contest, ...]:
    """The points as rows of an era; ``numbered`` are its rules and those set aside."""
    built = []
    for point in found:
        bit = {rule.id: 1 << number for number, rule in numbered.items()}
        masks = {p.id: sum(bit[r] for r in p.rules if r in bit) for p in point.positions}
        whole = sum(masks.values())
        others = []
        for other in point.others:
            under = {step: rows & ~masks[point.taken] for step, rows in steps.items()}
            for number, rule in numbered.items():
                if rule.id in other.rules:
                    under[rule.step] |= 1 << number
            others.append((other.rules, under))
        built.append(Contest(point.id, whole, point.here.rules, tuple(others)))
    return tuple(built)
