"""When something is due, at risk or breached, in clock hours or in working days.

Clock hours run through nights and weekends. Working days count from the day after the start; what
arrives after the close of business, or on a day off, counts from the next working day, and a working
day ends at the close of business. Months end on the same date, or the last day of a shorter month, or the
next working day after it. Local time is that of the receiving partnership.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

UNITS = ("minutes", "hours", "days", "months", "working_hours", "working_days")
AT_RISK = 0.75
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
class Calendar:
    """Which days are worked, and from when until when, local time. Monday is weekday 0."""

    id: str
    weekdays: frozenset[int]
    holidays: Mapping[date, str]
    opens: time = time(9)
    closes: time = time(17)
    known_until: date | None = None  # the last day for which holidays are entered

    def working(self, day: date) -> bool:
        """Whether this day is worked."""
        return day.weekday() in self.weekdays and day not in self.holidays


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
        return _working_hours(clock.amount, local, calendar, zone)
    return _working_days(clock.amount, local, calendar, zone)


def at_risk(start: datetime, due_at: datetime, now: datetime) -> bool:
    """Whether three quarters of the time have passed, and it is not breached yet."""
    return not breached(due_at, now) and now >= start + (due_at - start) * AT_RISK


def breached(due_at: datetime, now: datetime) -> bool:
    """Whether the time is over: due at the very moment is still in time."""
    return now > due_at


def _months(amount: int, local: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """Close of business on the same date of a later month, or on the next working day."""
    years, month = divmod(local.month - 1 + amount, 12)
    year, month = local.year + years, month + 1
    day = date(year, month, min(local.day, monthrange(year, month)[1]))
    return _at(zone, _next_working(day, calendar), calendar.closes)


def _working_days(amount: int, local: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """Close of business of the last day; the day of the start, or its next working day, is day 0."""
    day = _next_working(local.date(), calendar)
    if day == local.date() and local.time() > calendar.closes:
        day = _next_working(day + timedelta(days=1), calendar)
    for _ in range(amount):
        day = _next_working(day + timedelta(days=1), calendar)
    return _at(zone, day, calendar.closes)


def _working_hours(amount: int, local: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """Hours while business is open, carried over to the next working day."""
    left = timedelta(hours=amount)
    day = _next_working(local.date(), calendar)
    begin = _at(zone, day, calendar.opens)
    if day == local.date():
        begin = max(begin, local.astimezone(UTC))
    for _ in range(LONGEST):
        end = _at(zone, day, calendar.closes)
        if end - begin >= left:
            return begin + left
        left -= max(end - begin, timedelta())
        day = _next_working(day + timedelta(days=1), calendar)
        begin = _at(zone, day, calendar.opens)
    raise DeadlineError(f"the calendar `{calendar.id}` has no hours to count")


def _next_working(day: date, calendar: Calendar) -> date:
    """The day itself where it is worked, else the first after it that is."""
    for ahead in range(LONGEST):
        found = day + timedelta(days=ahead)
        if calendar.working(found):
            return found
    raise DeadlineError(f"the calendar `{calendar.id}` has no working day")


def _at(zone: ZoneInfo, day: date, local: time) -> datetime:
    """A local time of a day, in UTC; where clocks go back it is the first of the two."""
    return datetime.combine(day, local.replace(fold=0), zone).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as fault:
        raise DeadlineError(f"`{name}` is not a time zone") from fault
