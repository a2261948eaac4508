"""Cumulative patterns: which small things of a record add up, by rules that are data. Nothing is sent or stored.

``fired(rule, entries, now, zone)`` is total and pure. An entry counts when it lies in the rule's window, both ends
included; calendar days and months end at the same local time of day. To add an entry inside a window never makes a
rule fall silent, for every shape only ever counts up.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sharewell.core.deadlines import Clock

KINDS = ("concern", "note", "refusal", "unanswered", "relation", "alleged")
SHAPES = ("count", "sum", "late", "after")
ABOUT = ("person", "source", "service", "service_and_category")
DISTINCT = ("team", "shift", "agency", "person")
ACROSS = frozenset(ABOUT) - {"person"}  # rules that put the records of several people together


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing of the record, as far as rules look at it. Empty texts are what is not known.

    ``id`` is the same each time the entry is read. ``sources`` are those named as causing harm, ``service`` is where
    it was raised; with a source it counts as named, in the one who works there. ``due_at`` is
    when the clock of something unanswered, which began at ``at``, ran out.
    """

    id: str
    at: datetime
    recorded_at: datetime
    kind: str
    person: str
    subject_kind: str = "adult"
    events: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    told: bool = False
    team: str = ""
    shift: str = ""
    agency: str = ""
    sources: frozenset[str] = frozenset()
    service: str = ""
    hours: Decimal | None = None
    amount: Decimal | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Which entries are meant: every key that names something must hold."""

    kind: frozenset[str] = frozenset()
    event: frozenset[str] = frozenset()
    category: frozenset[str] = frozenset()
    subject_kind: frozenset[str] = frozenset()
    told: bool = False
    hours_over: int | None = None

    def holds(self, entry: Entry) -> bool:
        """Whether the entry is of this kind."""
        return (
            (not self.kind or entry.kind in self.kind)
            and (not self.event or not self.event.isdisjoint(entry.events))
            and (not self.category or not self.category.isdisjoint(entry.categories))
            and (not self.subject_kind or entry.subject_kind in self.subject_kind)
            and (not self.told or entry.told)
            and (self.hours_over is None or (entry.hours or Decimal(0)) > self.hours_over)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One of the shapes, with its numbers; those that a shape does not use stay as they are."""

    shape: str
    of: tuple[Kind, ...]
    at_least: int = 1
    distinct: tuple[str, ...] = ()
    values: int = 1
    over: Decimal = Decimal(0)
    times: int = 1
    first: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One rule: what adds up, within how long, what it asks of whom and by when."""

    id: str
    label: str
    about: str
    when: tuple[Condition, ...]
    window: Clock | None
    measured: str  # happened | recorded
    at_once: bool
    says: str
    action: str
    to: str  # oversight | on_call_manager
    within: Clock
    from_day: date | None
    until_day: date | None
    source: str
    status: str
    verified_on: date | None
    example: Example

    def in_force(self, day: date) -> bool:
        """Whether the rule counts on this day; the last day is no longer in."""
        begun = self.from_day is None or self.from_day <= day
        return begun and (self.until_day is None or day < self.until_day)


@dataclass(frozen=True, slots=True)
class Example:
    """Entries on which a rule fires, and others that miss it narrowly, with the reason."""

    fires: tuple[Entry, ...]
    misses: tuple[Entry, ...]
    near_miss: str


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired: about whom or what (``key``), and the entries that made it, the oldest first."""

    rule: Pattern
    key: str
    entries: tuple[Entry, ...]


def fired(rule: Pattern, entries: Iterable[Entry], now: datetime, zone: ZoneInfo) -> list[Fired]:
    """What a rule finds among the entries of one agency at ``now`` (aware), by key; nothing where it is not in force."""
    if not rule.in_force(now.astimezone(zone).date()):
        return []
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        for key in _keys(rule.about, entry):
            groups.setdefault(key, []).append(entry)
    start = starts(rule.window, now, zone) if rule.window else None
    found = []
    for key, group in groups.items():
        evidence: dict[str, Entry] = {}
        for condition in rule.when:
            held = _evidence(condition, rule, group, start, now)
            evidence |= {entry.id: entry for entry in held}
        if evidence:
            ordered = sorted(evidence.values(), key=lambda entry: (entry.at, entry.id))
            if not _said_of_one(rule, key, ordered):
                found.append(Fired(rule, key, tuple(ordered)))
    return sorted(found, key=lambda each: each.key)


def starts(window: Clock, now: datetime, zone: ZoneInfo) -> datetime:
    """When a window that ends at ``now`` began, in UTC: the same local time of day, so many days or months before.

    The month before the 31st ends on its last day. A time that the clocks skipped, or showed twice, is the earlier.
    """
    local = now.astimezone(zone)
    if window.unit == "months":
        years, month = divmod(local.month - 1 - window.amount, 12)
        year, month = local.year + years, month + 1
        day = date(year, month, min(local.day, monthrange(year, month)[1]))
    else:
        day = local.date() - timedelta(days=window.amount)
    # Aware arithmetic within one zone is that of the clock on the wall.
    begun = datetime.combine(day, local.time().replace(fold=0), zone)
    other = begun.replace(fold=1)
    return min(begun.astimezone(UTC), other.astimezone(UTC))


def shift_of(at: datetime, night: tuple[time, time], zone: ZoneInfo) -> str:
    """``day`` or ``night`` by the local time; the night begins with its first time and ends before its last."""
    local = at.astimezone(zone).time()
    begins, ends = night
    if begins > ends:
        return "night" if local >= begins or local < ends else "day"
    return "night" if begins <= local < ends else "day"


def words(found: Fired, zone: ZoneInfo, money: str) -> str:
    """What came together, in one sentence without a name; ``money`` is the sign of the agency's money."""
    counted = [entry for entry in found.entries if entry.kind != "refusal"]
    days = [entry.at.astimezone(zone).date() for entry in counted]
    total = sum((entry.amount or Decimal(0) for entry in counted), Decimal(0))
    values = {
        "count": str(len(counted)),
        "origins": origins(counted),
        "people": many(len({entry.person for entry in counted}), "person", "people"),
        "amount": f"{money}{total:,.2f}".removesuffix(".00"),
        "span": many((max(days) - min(days)).days or 1, "day") if days else "no time",
    }
    return found.rule.says.format_map(values)


def origins(entries: Sequence[Entry]) -> str:
    """From how many teams, shifts and other agencies entries came."""
    teams = {entry.team for entry in entries if entry.team}
    shifts = {entry.shift for entry in entries if entry.shift}
    agencies = {entry.agency for entry in entries if entry.agency}
    said = [many(len(teams), "team")] if teams else []
    said += [many(len(shifts), "shift")] if len(shifts) > 1 else []
    said += [many(len(agencies), "agency", "agencies")] if len(agencies) > 1 else []
    return " and ".join(said) or "people whose team is not recorded"


def many(number: int, one: str, more: str = "") -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else more or one + 's'}"


def _keys(about: str, entry: Entry) -> Iterator[str]:
    if about == "person":
        yield entry.person
    elif about == "source":
        yield from sorted(entry.sources)
        if entry.sources and entry.service:
            yield entry.service
    elif entry.service and about == "service":
        yield entry.service
    elif entry.service:
        yield from (f"{entry.service} {category}" for category in sorted(entry.categories))


def _said_of_one(rule: Pattern, key: str, entries: Sequence[Entry]) -> bool:
    """Whether all that is said of a service names one person in it, so that what is found of them says it."""
    named = frozenset.intersection(*(entry.sources for entry in entries))
    return rule.about == "source" and bool(named) and key not in named


def _evidence(
    condition: Condition,
    rule: Pattern,
    group: Sequence[Entry],
    start: datetime | None,
    now: datetime,
) -> list[Entry]:
    """The entries that meet a condition, and none where it is not met."""
    inside = [entry for entry in group if _inside(entry, rule, start, now)]
    hits = [entry for entry in inside if _any(condition.of, entry)]
    if condition.shape == "late":
        return [entry for entry in hits if _late(entry, condition.times, now)]
    if condition.shape == "sum":
        amounts = [entry for entry in hits if entry.amount is not None]
        total = sum((entry.amount or Decimal(0) for entry in amounts), Decimal(0))
        return amounts if total > condition.over else []
    before: list[Entry] = []
    if condition.shape == "after":
        # What still stands does so however long ago it began.
        before = [each for each in group if _any(condition.first, each) and each.at <= now]
        since = min((each.at for each in before), default=None)
        hits = [entry for entry in hits if since is not None and entry.at > since]
    if len(hits) < condition.at_least or not _varied(condition, hits):
        return []
    return [*before, *hits]


def _any(kinds: Sequence[Kind], entry: Entry) -> bool:
    return any(kind.holds(entry) for kind in kinds)


def _inside(entry: Entry, rule: Pattern, start: datetime | None, now: datetime) -> bool:
    at = entry.recorded_at if rule.measured == "recorded" else entry.at
    return at <= now and (start is None or at >= start)


def _late(entry: Entry, times: int, now: datetime) -> bool:
    return entry.due_at is not None and now > entry.at + times * (entry.due_at - entry.at)


def _varied(condition: Condition, hits: Sequence[Entry]) -> bool:
    if not condition.distinct:
        return True
    return any(
        len({value for entry in hits if (value := getattr(entry, name))}) >= condition.values
        for name in condition.distinct
    )
