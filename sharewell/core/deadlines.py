"""When something is due, at risk or breached, in clock hours or in working days.

Clock hours run through nights and weekends. Working days count from the day after the start; what
arrives after the close of business, or on a day off, counts from the next working day, and a working
day ends at the close of business. Months end on the same date, or the last day of a shorter month, or the
next working day after it. Local time is that of the receiving partnership. A local hour that does not
exist (clocks go forward) counts an hour later; of one that comes twice it is the first.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

UNITS = ("minutes", "hours", "days", "months", "working_hours", "working_days")
WORKING = ("working_hours", "working_days")
AT_RISK = 0.75
STATES = ("late", "at_risk", "in_time")
LONGEST = 3700  # days looked ahead; a calendar without working days never hangs


class DeadlineError(ValueError):
    """A clock that cannot be reckoned: an unknown unit or zone, or a calendar with no working day."""

    code = "deadline_unreckonable"


@dataclass(frozen=True, slots=True)
class Clock:
    """How long something may take."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class OwnDays:
    """Days on which an agency works otherwise than its calendar, both ends included (no last day: from then on).

    Without ``opens`` it is closed on them. Otherwise it opens on those weekdays, between these local times; a
    public holiday stays one.
    """

    first: date
    last: date | None
    name: str
    weekdays: frozenset[int] = frozenset()
    opens: time | None = None
    closes: time = time(17)

    def covers(self, day: date) -> bool:
        """Whether this day is one of them."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked, and from when until when, local time. Monday is weekday 0."""

    id: str
    weekdays: frozenset[int]
    holidays: Mapping[date, str]
    opens: time = time(9)
    closes: time = time(17)
    known_until: date | None = None  # the last day for which holidays are entered
    version: str = ""
    announced: Mapping[date, date] = field(default_factory=dict)  # a late holiday: since when known
    own: tuple[OwnDays, ...] = ()  # of the agency; of those that open it the last one stands

    def known_on(self, day: date) -> Calendar:
        """The calendar as it was known on a day: without the holidays that were announced later."""
        later = {each for each, since in self.announced.items() if since > day}
        if not later:
            return self
        known = {each: name for each, name in self.holidays.items() if each not in later}
        return replace(self, holidays=known)

    def hours(self, day: date) -> tuple[time, time] | None:
        """From when until when business is open on a day, or None."""
        if day in self.holidays:
            return None
        found = (self.opens, self.closes) if day.weekday() in self.weekdays else None
        for each in self.own:
            if not each.covers(day):
                continue
            if each.opens is None:
                return None
            found = (each.opens, each.closes) if day.weekday() in each.weekdays else None
        return found

    def working(self, day: date) -> bool:
        """Whether this day is worked."""
        return self.hours(day) is not None


def due(clock: Clock, start: datetime, calendar: Calendar, tz: str) -> datetime:
    """When a clock that starts at ``start`` (aware) runs out, in UTC.

    ``tz`` names the zone of the receiving partnership. Raises DeadlineError.
    """
    if clock.unit not in UNITS:
        raise DeadlineError(f"the unit `{clock.unit}` is not one of: {', '.join(UNITS)}")
    if start.tzinfo is None:
        raise DeadlineError("the start has no time zone")
    if clock.unit in ("minutes", "hours"):
        return start.astimezone(UTC) + timedelta(**{clock.unit: clock.amount})
    zone = _zone(tz)
    local = start.astimezone(zone)
    if clock.unit == "days":
        return _at(zone, local.date() + timedelta(days=clock.amount), local.time())
    if clock.unit == "months":
        return _months(clock.amount, local, calendar, zone)
    if clock.unit == "working_hours":
        return _worked_off(timedelta(hours=clock.amount), local, calendar, zone)
    return _working_days(clock.amount, local, calendar, zone)


def left(
    clock_unit: str, now: datetime, due_at: datetime, calendar: Calendar, tz: str
) -> timedelta:
    """How much of a clock of this unit is left at ``now``: time, or of a working clock time when business is open.

    Raises DeadlineError.
    """
    if clock_unit not in WORKING:
        return max(due_at - now, timedelta())
    return worked(now, due_at, calendar, tz)


def worked(start: datetime, end: datetime, calendar: Calendar, tz: str) -> timedelta:
    """How long business is open between two moments. Raises DeadlineError."""
    zone = _zone(tz)
    total = timedelta()
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    if (last - day).days > LONGEST:
        raise DeadlineError("the two moments are too far apart")
    while day <= last:
        if hours := calendar.hours(day):
            opens, closes = (_at(zone, day, each) for each in hours)
            total += max(min(closes, end) - max(opens, start), timedelta())
        day += timedelta(days=1)
    return total


def goes_on(
    clock_unit: str, rest: timedelta, start: datetime, calendar: Calendar, tz: str
) -> datetime:
    """When a clock of this unit of which ``rest`` is left runs out if it goes on at ``start``, in UTC.

    What :func:`left` gives and this take are the same: a pause neither shortens nor lengthens what is left.
    Raises DeadlineError.
    """
    if clock_unit not in WORKING:
        return start.astimezone(UTC) + rest
    zone = _zone(tz)
    return _worked_off(rest, start.astimezone(zone), calendar, zone)


def opens_next(moment: datetime, calendar: Calendar, tz: str) -> datetime:
    """When business opens next after a moment at which it is closed, in UTC. Raises DeadlineError."""
    zone = _zone(tz)
    day = moment.astimezone(zone).date()
    for _ in range(LONGEST):
        day = _next_working(day, calendar)
        hours = calendar.hours(day)
        if hours and (opens := _at(zone, day, hours[0])) >= moment:
            return opens
        day += timedelta(days=1)
    raise DeadlineError(f"the calendar `{calendar.id}` never opens")


def state(
    start: datetime,
    due_at: datetime,
    now: datetime,
    *,
    share: float = AT_RISK,
    paused: timedelta = timedelta(),
) -> str:
    """How a clock stands: ``late``, ``at_risk`` (this share of its time has passed) or ``in_time``.

    ``paused`` is how long it stood still between ``start`` and ``due_at``. Due at the very moment is still in time.
    """
    if breached(due_at, now):
        return "late"
    runs = due_at - start - paused
    return "at_risk" if due_at - now <= runs * (1 - share) else "in_time"


def breached(due_at: datetime, now: datetime) -> bool:
    """Whether the time is over: due at the very moment is still in time."""
    return now > due_at


def _months(amount: int, local: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """Close of business on the same date of a later month, or on the next working day."""
    years, month = divmod(local.month - 1 + amount, 12)
    year, month = local.year + years, month + 1
    day = date(year, month, min(local.day, monthrange(year, month)[1]))
    return _close(zone, _next_working(day, calendar), calendar)


def _working_days(amount: int, local: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """Close of business of the last day; the day of the start, or its next working day, is day 0."""
    day = _next_working(local.date(), calendar)
    if local.astimezone(UTC) > _close(zone, day, calendar):
        day = _next_working(day + timedelta(days=1), calendar)
    for _ in range(amount):
        day = _next_working(day + timedelta(days=1), calendar)
    return _close(zone, day, calendar)


def _worked_off(rest: timedelta, local: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """When so much time in which business is open has passed, carried over to the next working day."""
    start, day = local.astimezone(UTC), local.date()
    if not rest:
        return start
    for _ in range(LONGEST):
        day = _next_working(day, calendar)
        opens, closes = (_at(zone, day, each) for each in calendar.hours(day) or ())
        begin = max(opens, start)
        if closes - begin >= rest:
            return begin + rest
        rest -= max(closes - begin, timedelta())
        day += timedelta(days=1)
    raise DeadlineError(f"the calendar `{calendar.id}` has no hours to count")


def _next_working(day: date, calendar: Calendar) -> date:
    """The day itself where it is worked, else the first after it that is."""
    for ahead in range(LONGEST):
        found = day + timedelta(days=ahead)
        if calendar.working(found):
            return found
    raise DeadlineError(f"the calendar `{calendar.id}` has no working day")


def _close(zone: ZoneInfo, day: date, calendar: Calendar) -> datetime:
    """The close of business of a working day, in UTC."""
    hours = calendar.hours(day)
    if hours is None:
        raise DeadlineError(f"the calendar `{calendar.id}` is closed on {day}")
    return _at(zone, day, hours[1])


def _at(zone: ZoneInfo, day: date, local: time) -> datetime:
    """A local time of a day, in UTC; where clocks go back it is the first of the two."""
    return datetime.combine(day, local.replace(fold=0), zone).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as fault:
        raise DeadlineError(f"`{name}` is not a time zone") from fault
