"""Whether a function is open at a moment, and whom to ring there: its own hours, else the calendar of its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sharewell.agencies.agreements.binding import Standing
from sharewell.agencies.models import Function
from sharewell.agencies.reckoning import Reckoning
from sharewell.core.openings import Openings, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How a function is reached at a moment: whom to ring, and when it opens next where it is closed.

    ``by_week`` is False where nobody entered its hours by the week: it is then told by the calendar of its place, and
    what stands there (``Function.hours``) counts. ``open_now`` None: not even that can be read.
    """

    open_now: bool | None
    by_week: bool
    name: str
    phone: str
    when: str = ""
    opens_at: datetime | None = None
    zone: str = ""


def openings(function: Function, by: Reckoning | None) -> Openings | None:
    """The hours of a function as entered by the week and by day; None where nobody entered any.

    ``by`` is the calendar of its place: on its holidays and closing days the week does not hold.
    """
    week: dict[int, tuple[Span, ...]] = {}
    days: dict[date, tuple[Span, ...]] = {}
    for row in function.hours_rows.all():
        span: tuple[Span, ...] = ()
        if row.opens is not None and row.closes is not None:
            span = ((row.opens, row.closes),)
        if row.day is not None:
            days[row.day] = (*days.get(row.day, ()), *span)
        elif row.weekday is not None:
            week[row.weekday] = (*week.get(row.weekday, ()), *span)
    if not week and not days:
        return None

    def off(day: date) -> bool:
        return not function.on_holidays and by is not None and by.day_off(day)

    return Openings(week, days, off)


def reach(
    function: Function, standing: Standing | None, by: Reckoning | None, now: datetime
) -> Reach:
    """How a function is reached at a moment; ``by`` is the calendar of its place, None where it cannot be read."""
    zone = function.agency.time_zone
    hours = openings(function, by)
    open_now, opens_at = None, None
    if hours is not None:
        open_now = hours.open_at(now, zone)
        opens_at = None if open_now else hours.opens_next(now, zone)
    elif by is not None:
        open_now = by.open_at(now)
        opens_at = None if open_now else by.opens_next(now)
    night = standing.night if standing and open_now is False else None
    phone = function.phone
    if open_now is False:
        own = function.out_of_hours_phone or function.agency.out_of_hours_phone
        phone = night.phone if night else own
    return Reach(
        open_now=open_now,
        by_week=hours is not None,
        name=night.name if night else function.name,
        phone=phone,
        when=night.when if night else "",
        opens_at=opens_at,
        zone=zone,
    )
