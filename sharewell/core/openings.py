"""Weekly opening hours with their exceptions: read from a line that a person types, and asked for a moment.

A span that closes when or before it opens goes on past midnight; from midnight to midnight is the whole day.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[time, time]
MIDNIGHT = time(0)
ALL_DAY: tuple[Span, ...] = ((MIDNIGHT, MIDNIGHT),)
CLOSED, WHOLE = "closed", "all day"
MOST = 4  # spans in one day
AHEAD = 15  # days in which it is looked for when it opens next
_BETWEEN = re.compile(r"\s*(?:-|\u2013|\bto\b|\buntil\b)\s*", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?", re.IGNORECASE)


class HoursError(ValueError):
    """Hours that cannot be read; the text says how to type them."""

    code = "hours_unreadable"


@dataclass(frozen=True, slots=True)
class Openings:
    """When something is open: each week, on single days instead, and the days on which the week does not hold."""

    week: Mapping[int, tuple[Span, ...]]  # 0 is Monday
    days: Mapping[date, tuple[Span, ...]]
    off: Callable[[date], bool]  # whether a day is closed, where no single day says otherwise

    def on(self, day: date) -> tuple[Span, ...]:
        """The spans of a day; none where it is closed."""
        if day in self.days:
            return self.days[day]
        return () if self.off(day) else tuple(self.week.get(day.weekday(), ()))

    def open_at(self, moment: datetime, zone: str) -> bool:
        """Whether it is open at a moment (aware)."""
        today = moment.astimezone(ZoneInfo(zone)).date()
        return any(
            opens <= moment < closes
            for day in (today - timedelta(days=1), today)
            for opens, closes in self._moments(day, zone)
        )

    def opens_next(self, moment: datetime, zone: str) -> datetime | None:
        """When it opens next after a moment at which it is closed, in UTC; None where not within two weeks."""
        today = moment.astimezone(ZoneInfo(zone)).date()
        for ahead in range(AHEAD):
            found = [
                opens
                for opens, _ in self._moments(today + timedelta(days=ahead), zone)
                if opens > moment
            ]
            if found:
                return min(found)
        return None

    def _moments(self, day: date, zone: str) -> list[tuple[datetime, datetime]]:
        return [
            (
                _at(day, opens, zone),
                _at(day + timedelta(days=closes <= opens), closes, zone),
            )
            for opens, closes in self.on(day)
        ]


def spans(line: str) -> tuple[Span, ...]:
    """The hours of a day as typed: ``8:30 to 17:00``, several by commas, ``all day``, ``closed`` or nothing.

    Raises HoursError.
    """
    text = " ".join(line.split()).casefold()
    if text in ("", CLOSED):
        return ()
    if text in (WHOLE, "24 hours", "all hours"):
        return ALL_DAY
    found = [_span(each) for each in re.split(r"\s*(?:,|;|\band\b)\s*", text) if each]
    if len(found) > MOST:
        raise HoursError(f"Give {MOST} spans at most for one day.")
    ordered = sorted(found)
    for before, after in itertools.pairwise(ordered):
        if before[1] <= before[0] or before[1] > after[0]:
            raise HoursError("These hours overlap. Give each only once.")
    return tuple(ordered)


def words(given: Sequence[Span]) -> str:
    """The hours of a day as :func:`spans` reads them."""
    if not given:
        return CLOSED
    if tuple(given) == ALL_DAY:
        return WHOLE
    return ", ".join(f"{opens:%H:%M} to {closes:%H:%M}" for opens, closes in given)


def _span(text: str) -> Span:
    match [_time(each) for each in _BETWEEN.split(text)]:
        case [time() as opens, time() as closes]:
            return opens, closes
    raise HoursError("Give hours like 8:30 to 17:00, or all day, or closed.")


def _time(text: str) -> time | None:
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour == 24 and minute == 0:  # midnight, as it is often written
        hour = 0
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _at(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
