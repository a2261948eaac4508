"""Read the rules of cumulative patterns from their pack, with their examples."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from string import Formatter
from typing import Any

from sharewell.core.catalogue import vouched
from sharewell.core.deadlines import Clock
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.patterns import (
    ABOUT,
    DISTINCT,
    KINDS,
    SHAPES,
    Condition,
    Entry,
    Example,
    Kind,
    Pattern,
)
from sharewell.core.reading import Row
from sharewell.core.timetables import within

FILE = "patterns.yaml"
EXAMPLE_NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)  # the moment at which examples take place
WORDS = {"count", "origins", "people", "amount", "span"}
SUBJECTS = ("adult", "child")
KEYS_OF_SHAPE = {
    "count": ("at_least", "distinct"),
    "sum": ("over",),
    "late": ("times",),
    "after": ("at_least", "first"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What may come of a review of a pattern."""

    id: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Patterns:
    """The rules by id, what may come of a review, which hours are the night shift, and from when the nightly look is."""

    rules: Mapping[str, Pattern]
    outcomes: Mapping[str, Outcome]
    night: tuple[time, time]
    nightly_after: time


def patterns(
    file: str, text: bytes, *, events: Collection[str], categories: Collection[str]
) -> Patterns:
    """The rules of a pack; ``events`` and ``categories`` are those that exist. Raises PackError."""
    pack = opened(file, text)
    head = Row(pack, failing(file, ""))
    settings = head.inner("settings", head.need("settings"))
    night = settings.need("night")
    if not isinstance(night, list) or len(night) != 2:
        settings.refuse("night", "is not two times of day, when it begins and when it ends")
    begins, ends = (_time(settings, "night", each) for each in night)
    after = _time(settings, "nightly_after", settings.need("nightly_after"))
    settings.text("source")
    vouched(settings)
    settings.done()
    rules, outcomes = {}, {}
    for raw in rows_of(file, head.need("patterns"), "patterns"):
        rules[raw["id"]] = _rule(Row(raw, failing(file, raw["id"])), events, categories)
    for raw in rows_of(file, head.need("outcomes"), "outcomes"):
        row = Row(raw, failing(file, raw["id"]))
        outcomes[raw["id"]] = Outcome(row.text("id"), row.text("label"), row.text("hint"))
        row.text("source")
        vouched(row)
        row.done()
    head.done()
    return Patterns(rules, outcomes, (begins, ends), after)


def _rule(row: Row, events: Collection[str], categories: Collection[str]) -> Pattern:
    status, verified_on = vouched(row)
    window = row.take("window")
    task = row.inner("task", row.need("task"))
    to = task.choice("to", ("oversight", "on_call_manager"))
    due = within(task.inner("within", task.need("within")))
    task.done()
    from_day, until_day = _in_force(row)
    built = Pattern(
        id=row.text("id"),
        label=row.text("label"),
        about=row.choice("about", ABOUT),
        when=_conditions(row, events, categories),
        window=_window(row.inner("window", window)) if window is not None else None,
        measured=row.choice("measured", ("happened", "recorded"), "happened"),
        at_once=bool(row.flag("at_once", default=False)),
        says=_says(row),
        action=row.text("action"),
        to=to,
        within=due,
        from_day=from_day,
        until_day=until_day,
        source=row.text("source"),
        status=status,
        verified_on=verified_on,
        example=_example(row.inner("example", row.need("example")), events, categories),
    )
    row.done()
    if built.window is None and any(each.shape != "late" for each in built.when):
        row.refuse("window", "is missing; only what is late goes without")
    return built


def _window(row: Row) -> Clock:
    found = within(row)
    if found.unit not in ("days", "months") or not 0 < found.amount <= 3700:
        row.refuse("", "is not a number of days or months")
    return found


def _says(row: Row) -> str:
    says = row.text("says")
    try:
        used = {name for _, name, _, _ in Formatter().parse(says) if name is not None}
    except ValueError:
        row.refuse("says", "has a bracket that is not closed")
    for name in sorted(used - WORDS):
        row.refuse("says", f"`{name}` is not one of: {', '.join(sorted(WORDS))}")
    return says


def _in_force(row: Row) -> tuple[date | None, date | None]:
    inner = row.inner("in_force")
    from_day, until_day = inner.day("from"), inner.day("until")
    inner.done()
    if from_day and until_day and until_day <= from_day:
        row.refuse("in_force", "ends before it begins")
    return from_day, until_day


def _conditions(
    row: Row, events: Collection[str], categories: Collection[str]
) -> tuple[Condition, ...]:
    listed = row.need("when")
    if not isinstance(listed, list) or not listed:
        row.refuse("when", "is not a list of conditions")
    built = []
    for place, raw in enumerate(listed):
        each = row.inner(f"when[{place}]", raw)
        shape = each.choice("shape", SHAPES)
        of = _kinds(each, "of", events, categories)
        mine = KEYS_OF_SHAPE[shape]
        found: dict[str, Any] = {}
        if "at_least" in mine:
            found["at_least"] = each.number("at_least", 1, 1000) or each.refuse(
                "at_least", "is missing"
            )
        if "over" in mine:
            found["over"] = _amount(each, "over")
        if "times" in mine:
            found["times"] = each.number("times", 1, 100) or each.refuse("times", "is missing")
        if "first" in mine:
            found["first"] = _kinds(each, "first", events, categories)
        if "distinct" in mine and (raw_distinct := each.take("distinct")) is not None:
            inner = each.inner("distinct", raw_distinct)
            found["distinct"] = inner.choices("of", DISTINCT, need=True)
            found["values"] = inner.number("at_least", 2, 1000) or inner.refuse(
                "at_least", "is missing"
            )
            inner.done()
        each.done()
        built.append(Condition(shape=shape, of=of, **found))
    return tuple(built)


def _kinds(
    row: Row, key: str, events: Collection[str], categories: Collection[str]
) -> tuple[Kind, ...]:
    listed = row.need(key)
    if not isinstance(listed, list) or not listed:
        row.refuse(key, "is not a list of kinds of entry")
    found = []
    for place, raw in enumerate(listed):
        each = row.inner(f"{key}[{place}]", raw)
        found.append(
            Kind(
                kind=frozenset(each.choices("kind", KINDS)),
                event=frozenset(each.choices("event", events)),
                category=frozenset(each.choices("category", categories)),
                subject_kind=frozenset(each.choices("subject_kind", SUBJECTS)),
                told=bool(each.flag("told", default=False)),
                hours_over=each.number("hours_over", 0, 10_000),
            )
        )
        each.done()
        if found[-1] == Kind():
            each.refuse("", "names nothing; it would be every entry")
    return tuple(found)


def _example(row: Row, events: Collection[str], categories: Collection[str]) -> Example:
    built = Example(
        fires=_entries(row, "fires", events, categories),
        misses=_entries(row, "misses", events, categories),
        near_miss=row.text("near_miss"),
    )
    row.done()
    return built


def _entries(
    row: Row, key: str, events: Collection[str], categories: Collection[str]
) -> tuple[Entry, ...]:
    listed = row.need(key)
    if not isinstance(listed, list) or not listed:
        row.refuse(key, "is not a list of entries")
    found = []
    for place, raw in enumerate(listed):
        each = row.inner(f"{key}[{place}]", raw)
        days = each.number("days_ago", 0, 3700)
        at = EXAMPLE_NOW - timedelta(days=days or 0)
        hours = each.number("clock_hours", 1, 10_000)
        found.append(
            Entry(
                id=f"{key} {place + 1}",
                at=at,
                recorded_at=at,
                kind=each.choice("kind", KINDS, "note"),
                person=each.text("person", "one"),
                subject_kind=each.choice("subject_kind", SUBJECTS, "adult"),
                events=frozenset(each.choices("event", events)),
                categories=frozenset(each.choices("category", categories)),
                told=bool(each.flag("told", default=False)),
                team=each.text("team", ""),
                shift=each.choice("shift", ("day", "night"), "day"),
                agency=each.text("agency", "own"),
                sources=frozenset(each.take("source", [])),
                service=each.text("service", ""),
                hours=_amount(each, "hours", need=False),
                amount=_amount(each, "amount", need=False),
                due_at=at + timedelta(hours=hours) if hours else None,
            )
        )
        each.done()
    return tuple(found)


def _amount(row: Row, key: str, *, need: bool = True) -> Any:
    value = row.need(key) if need else row.take(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        row.refuse(key, "is not a number from 0")
    return Decimal(str(value))


def _time(row: Row, key: str, value: object) -> time:
    try:
        return time.fromisoformat(str(value))
    except ValueError:
        row.refuse(key, "is not a time of day like 21:00")
