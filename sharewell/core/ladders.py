"""The ladders of need and risk, read from their pack: what each level means and needs. A level decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.timetables import NamedClock
from sharewell.core.vocabulary import Vocabulary

FILE = "ladders.yaml"
SUBJECTS = ("adult", "child")
MOST = 1000  # the largest number that may be asked for


@dataclass(frozen=True, slots=True)
class Level:
    """One level: what it means, what it needs, what it says of agreement, and the clock that goes with it."""

    id: str
    label: str
    means: str
    needs: str
    agreement: str
    clock: NamedClock | None
    starts_at: int | None  # the number from which on it is pointed to


@dataclass(frozen=True, slots=True)
class Asked:
    """The number that a ladder asks for, from nought to ``most``."""

    label: str
    most: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """One ladder with its levels, the lowest first."""

    id: str
    label: str
    about: tuple[str, ...]
    places: tuple[str, ...]
    note: str
    points: tuple[str, ...]
    asks: Asked | None
    levels: tuple[Level, ...]
    source: str
    status: str
    verified_on: date | None

    def level(self, level_id: str) -> Level | None:
        """The level of this id, or None."""
        return next((each for each in self.levels if each.id == level_id), None)

    def pointed_to(self, number: int) -> Level | None:
        """The level that a number points to; None on a ladder that asks for none."""
        reached = [each for each in self.levels if (each.starts_at or 0) <= number]
        return reached[-1] if self.asks and reached else None


@dataclass(frozen=True, slots=True)
class Ladders:
    """The sentence that stands wherever a level is chosen, and the ladders by id."""

    advice: str
    ladders: Mapping[str, Ladder]

    def offered(self, *, place: str, about: str) -> list[Ladder]:
        """The ladders of a place for an ``adult`` or a ``child``, in the order of the pack."""
        return [
            each for each in self.ladders.values() if place in each.places and about in each.about
        ]


def ladders(
    file: str, text: bytes, *, clocks: Mapping[str, NamedClock], vocabulary: Vocabulary
) -> Ladders:
    """The ladders of a pack. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    advice = head.text("advice")
    listed = {key: rows_of(file, head.need(key), key) for key in ("agreements", "ladders")}
    head.done()
    agreements = {}
    for raw in listed["agreements"]:
        row = Row(raw, failing(file, raw["id"]))
        agreements[row.text("id")] = row.text("label")
        row.text("source")
        vouched(row)
        row.done()
    found = [_ladder(file, raw, agreements, clocks, vocabulary) for raw in listed["ladders"]]
    return Ladders(advice, {each.id: each for each in found})


def _ladder(
    file: str,
    raw: Mapping[str, Any],
    agreements: Mapping[str, str],
    clocks: Mapping[str, NamedClock],
    vocabulary: Vocabulary,
) -> Ladder:
    row = Row(raw, failing(file, raw["id"]))
    status, verified_on = vouched(row)
    asks = _asked(row)
    built = Ladder(
        id=row.text("id"),
        label=row.text("label"),
        about=row.choices("about", SUBJECTS, need=True),
        places=row.choices("places", vocabulary.jurisdictions, need=True),
        note=row.text("note", ""),
        points=_texts(row, "points"),
        asks=asks,
        levels=_levels(row, agreements, clocks),
        source=row.text("source"),
        status=status,
        verified_on=verified_on,
    )
    row.done()
    starts = [each.starts_at for each in built.levels if each.starts_at is not None]
    if asks is None and starts:
        row.refuse("levels", "name a number from which on they hold, and `asks` is missing")
    if asks is not None and (len(starts) != len(built.levels) or starts != sorted(set(starts))):
        row.refuse("levels", "do not each say `from`, the lowest first")
    if starts and starts[0] != 0:
        row.refuse("levels", "leave out what holds from 0")
    return built


def _asked(row: Row) -> Asked | None:
    raw = row.take("asks")
    if raw is None:
        return None
    inner = row.inner("asks", raw)
    asked = Asked(
        inner.text("label"), inner.number("most", 1, MOST) or inner.refuse("most", "is missing")
    )
    inner.done()
    return asked


def _levels(
    row: Row, agreements: Mapping[str, str], clocks: Mapping[str, NamedClock]
) -> tuple[Level, ...]:
    listed = row.need("levels")
    if not isinstance(listed, list) or len(listed) < 2:
        row.refuse("levels", "is not a list of two levels or more")
    found = []
    for place, raw in enumerate(listed):
        each = row.inner(f"levels[{place}]", raw)
        clock = each.take("clock")
        if clock is not None and clock not in clocks:
            each.refuse("clock", f"`{clock}` is not a clock of clocks.yaml")
        level = Level(
            id=each.text("id"),
            label=each.text("label"),
            means=each.text("means"),
            needs=each.text("needs"),
            agreement=agreements[each.choice("agreement", agreements)],
            clock=clocks[clock] if clock is not None else None,
            starts_at=each.number("from", 0, MOST),
        )
        each.done()
        found.append(level)
    if len({each.id for each in found}) != len(found):
        row.refuse("levels", "names a level twice")
    return tuple(found)


def _texts(row: Row, key: str) -> tuple[str, ...]:
    given = row.take(key, [])
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        row.refuse(key, "is not a list of texts")
    return tuple(given)
