"""When clocks run out for an agency: its nation's calendar with its own days, in its own time zone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from sharewell import packs
from sharewell.agencies.models import Agency, LocalDays
from sharewell.agencies.queries import policy_for
from sharewell.core import deadlines
from sharewell.core.deadlines import Calendar, Clock, OwnDays
from sharewell.core.policy import PackError


@dataclass(frozen=True, slots=True)
class Reckoning:
    """By which calendar, in which zone, as they stood at one moment, the clocks of an agency are counted."""

    calendar: Calendar
    zone: str

    def due(self, clock: Clock, start: datetime) -> datetime:
        """When a clock that starts at ``start`` (aware) runs out, in UTC."""
        return deadlines.due(clock, start, self.calendar, self.zone)

    def left(self, unit: str, now: datetime, due_at: datetime) -> timedelta:
        """How much of a clock of this unit is left at ``now``; of a working clock, time in which it is open."""
        return deadlines.left(unit, now, due_at, self.calendar, self.zone)

    def goes_on(self, unit: str, rest: timedelta, start: datetime) -> datetime:
        """When a clock of this unit of which ``rest`` is left runs out if it goes on at ``start``."""
        return deadlines.goes_on(unit, rest, start, self.calendar, self.zone)

    def open_at(self, moment: datetime) -> bool:
        """Whether business is open there at a moment."""
        local = moment.astimezone(ZoneInfo(self.zone))
        hours = self.calendar.hours(local.date())
        return hours is not None and hours[0] <= local.time() < hours[1]

    def day_off(self, day: date) -> bool:
        """Whether a day is a public holiday there, or one on which the agency is closed."""
        closed = (each for each in self.calendar.own if each.opens is None)
        return day in self.calendar.holidays or any(each.covers(day) for each in closed)

    def opens_next(self, moment: datetime) -> datetime:
        """When business opens next after a moment at which it is closed."""
        return deadlines.opens_next(moment, self.calendar, self.zone)

    @property
    def named(self) -> str:
        """Which calendar it is, so that a due date can be explained, e.g. ``england_wales 2026.1, own days 2``."""
        own = f", own days {len(self.calendar.own)}" if self.calendar.own else ""
        return f"{self.calendar.id} {self.calendar.version}{own}"


def reckoning(agency: Agency, at: datetime, *, calendar: str = "", zone: str = "") -> Reckoning:
    """How a clock that started at ``at`` is counted where this agency receives.

    ``calendar`` and ``zone`` are those of an agreement in force; left out, those of the agency and its nation.
    The agency's own days count as they stood at that moment. Raises ``PackError`` or ``KeyError`` where the packs
    cannot be read.
    """
    zone = zone or agency.time_zone
    shipped = packs.calendars()[calendar or policy_for(agency).calendar]
    known = shipped.known_on(at.astimezone(ZoneInfo(zone)).date())
    return Reckoning(replace(known, own=tuple(_own(agency, at))), zone)


def reckonings(agencies: Collection[Agency], at: datetime) -> dict[UUID, Reckoning]:
    """How clocks that start now are counted at each of several agencies, by id, in one question to the database.

    One whose packs cannot be read is left out.
    """
    own, found = _own_of(agencies, at), {}
    for agency in agencies:
        try:
            shipped = packs.calendars()[policy_for(agency).calendar]
        except (PackError, KeyError):
            continue
        known = shipped.known_on(at.astimezone(ZoneInfo(agency.time_zone)).date())
        found[agency.pk] = Reckoning(replace(known, own=tuple(own[agency.pk])), agency.time_zone)
    return found


def state(since: datetime, due_at: datetime, now: datetime, paused: timedelta = timedelta()) -> str:
    """How a clock stands, by the share of the pack: ``late``, ``at_risk`` or ``in_time``; the same on every page."""
    try:
        share = packs.clock_rules().share
    except PackError:
        share = deadlines.AT_RISK
    return deadlines.state(since, due_at, now, share=share, paused=paused)


def _own(agency: Agency, at: datetime) -> list[OwnDays]:
    """The agency's own days as they stood at a moment, in the order in which they were added."""
    return _own_of([agency], at)[agency.pk]


def _own_of(agencies: Collection[Agency], at: datetime) -> dict[UUID, list[OwnDays]]:
    """The own days of each agency as they stood at a moment, in the order in which they were added."""
    stood = LocalDays.objects.filter(agency__in=agencies, added_at__lte=at)
    stood = stood.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))
    found: dict[UUID, list[OwnDays]] = {each.pk: [] for each in agencies}
    for row in stood.order_by("added_at", "id"):
        days = OwnDays(
            first=row.first,
            last=row.last,
            name=row.name,
            weekdays=frozenset(row.weekdays),
            opens=row.opens if row.kind == "hours" else None,
            **({"closes": row.closes} if row.closes else {}),
        )
        found[row.agency_id].append(days)
    return found
