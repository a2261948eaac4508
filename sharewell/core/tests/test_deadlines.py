"""When something is due: clock hours run on, working days end at the close of business."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharewell import packs
from sharewell.core.deadlines import (
    WORKING,
    Calendar,
    Clock,
    DeadlineError,
    OwnDays,
    breached,
    due,
    goes_on,
    left,
    state,
    worked,
)

ENGLAND = packs.calendars()["england_wales"]
US = packs.calendars()["us_federal"]
LONDON, LOS_ANGELES = "Europe/London", "America/Los_Angeles"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


CASES = [
    # clock, start, calendar, zone, due
    ("hours run through nights", Clock(24, "hours"), utc(2026, 11, 20, 18), ENGLAND, LONDON, utc(2026, 11, 21, 18)),
    ("hours run through weekends", Clock(72, "hours"), utc(2026, 11, 20, 18), ENGLAND, LONDON, utc(2026, 11, 23, 18)),
    ("hours run over the change of clocks", Clock(24, "hours"), utc(2026, 10, 24, 12), ENGLAND, LONDON, utc(2026, 10, 25, 12)),
    ("minutes", Clock(10, "minutes"), utc(2026, 3, 29, 0, 55), ENGLAND, LONDON, utc(2026, 3, 29, 1, 5)),
    ("the day after is day 1", Clock(1, "working_days"), utc(2026, 11, 16, 10), ENGLAND, LONDON, utc(2026, 11, 17, 17)),
    ("Friday's working day ends on Monday", Clock(1, "working_days"), utc(2026, 11, 20, 10), ENGLAND, LONDON, utc(2026, 11, 23, 17)),
    ("after close counts as the next working day", Clock(1, "working_days"), utc(2026, 11, 16, 17, 1), ENGLAND, LONDON, utc(2026, 11, 18, 17)),
    ("at close is still the day", Clock(1, "working_days"), utc(2026, 11, 16, 17), ENGLAND, LONDON, utc(2026, 11, 17, 17)),
    ("a Saturday counts as Monday", Clock(1, "working_days"), utc(2026, 11, 21, 9), ENGLAND, LONDON, utc(2026, 11, 24, 17)),
    ("bank holidays are skipped", Clock(1, "working_days"), utc(2026, 12, 24, 10), ENGLAND, LONDON, utc(2026, 12, 29, 17)),
    ("a month is the same date of the next", Clock(1, "months"), utc(2026, 11, 16, 10), ENGLAND, LONDON, utc(2026, 12, 16, 17)),
    ("or the last day of a shorter month", Clock(1, "months"), utc(2027, 1, 31, 10), ENGLAND, LONDON, utc(2027, 3, 1, 17)),
    ("a shorter month that ends on a working day", Clock(1, "months"), utc(2026, 8, 31, 10), ENGLAND, LONDON, utc(2026, 9, 30, 16)),
    ("a month that ends on a day off ends on the next working day", Clock(1, "months"), utc(2026, 11, 25, 10), ENGLAND, LONDON, utc(2026, 12, 29, 17)),
    ("twelve months are a year later", Clock(12, "months"), utc(2026, 12, 1, 10), ENGLAND, LONDON, utc(2027, 12, 1, 17)),
    ("Good Friday and Easter Monday", Clock(1, "working_days"), utc(2026, 4, 2, 10), ENGLAND, LONDON, utc(2026, 4, 7, 16)),
    ("close is local: summer", Clock(1, "working_days"), utc(2026, 7, 1, 10), ENGLAND, LONDON, utc(2026, 7, 2, 16)),
    ("over the change of clocks", Clock(1, "working_days"), utc(2026, 10, 23, 10), ENGLAND, LONDON, utc(2026, 10, 26, 17)),
    ("the same working day", Clock(0, "working_days"), utc(2026, 11, 16, 10), ENGLAND, LONDON, utc(2026, 11, 16, 17)),
    ("a federal holiday", Clock(1, "working_days"), utc(2026, 11, 25, 20), US, LOS_ANGELES, utc(2026, 11, 28, 1)),
    ("observed on Friday", Clock(1, "working_days"), utc(2026, 7, 2, 20), US, LOS_ANGELES, utc(2026, 7, 7, 0)),
    ("the zone of the receiver decides the day", Clock(1, "working_days"), utc(2026, 11, 17, 0, 30), US, LOS_ANGELES, utc(2026, 11, 18, 1)),
    ("working hours", Clock(4, "working_hours"), utc(2026, 11, 16, 10), ENGLAND, LONDON, utc(2026, 11, 16, 14)),
    ("working hours run into the next day", Clock(4, "working_hours"), utc(2026, 11, 16, 15), ENGLAND, LONDON, utc(2026, 11, 17, 11)),
    ("working hours begin when it opens", Clock(4, "working_hours"), utc(2026, 11, 16, 3), ENGLAND, LONDON, utc(2026, 11, 16, 13)),
    ("working hours from the weekend", Clock(4, "working_hours"), utc(2026, 11, 21, 12), ENGLAND, LONDON, utc(2026, 11, 23, 13)),
    ("calendar days keep the local hour", Clock(3, "days"), utc(2026, 10, 23, 9), ENGLAND, LONDON, utc(2026, 10, 26, 10)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "clock", "start", "calendar", "zone", "expected"), CASES, ids=[c[0] for c in CASES]
)
def test_due(
    name: str, clock: Clock, start: datetime, calendar: Calendar, zone: str, expected: datetime
) -> None:
    assert due(clock, start, calendar, zone) == expected


def test_at_risk_from_three_quarters_until_it_is_breached() -> None:
    start, end = utc(2026, 11, 16, 0), utc(2026, 11, 16, 4)
    assert state(start, end, utc(2026, 11, 16, 2, 59)) == "in_time"
    assert state(start, end, utc(2026, 11, 16, 3)) == "at_risk"
    assert state(start, end, end) == "at_risk"
    assert not breached(end, end)
    assert breached(end, end + timedelta(microseconds=1))
    assert state(start, end, end + timedelta(seconds=1)) == "late"


def test_the_time_that_a_clock_stood_still_is_no_time_that_passed() -> None:
    start, end, still = utc(2026, 11, 16, 0), utc(2026, 11, 17, 4), timedelta(hours=24)
    assert state(start, end, utc(2026, 11, 17, 2, 59), paused=still) == "in_time"
    assert state(start, end, utc(2026, 11, 17, 3), paused=still) == "at_risk"
    assert state(start, end, utc(2026, 11, 17, 3), paused=still, share=0.9) == "in_time"


@pytest.mark.parametrize(
    ("clock", "zone"), [(Clock(1, "fortnights"), LONDON), (Clock(1, "working_days"), "Mars/Base")]
)
def test_a_clock_that_cannot_be_reckoned_is_refused(clock: Clock, zone: str) -> None:
    with pytest.raises(DeadlineError):
        due(clock, utc(2026, 11, 16), ENGLAND, zone)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(DeadlineError):
        due(Clock(1, "hours"), datetime(2026, 11, 16), ENGLAND, LONDON)  # noqa: DTZ001


def test_a_calendar_without_working_days_never_hangs() -> None:
    never = replace(ENGLAND, weekdays=frozenset())
    for unit in ("working_days", "working_hours"):
        with pytest.raises(DeadlineError):
            due(Clock(1, unit), utc(2026, 11, 16), never, LONDON)


OWN = (
    OwnDays(date(2026, 11, 17), date(2026, 11, 17), "Staff day"),
    OwnDays(date(2026, 11, 23), None, "Six days", frozenset(range(6)), time(8), time(20)),
    OwnDays(date(2026, 11, 28), date(2026, 11, 28), "Flood"),
)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 11, 16), (time(9), time(17))),
        (date(2026, 11, 17), None),
        (date(2026, 11, 21), None),  # a Saturday before the new hours
        (date(2026, 11, 23), (time(8), time(20))),
        (date(2026, 11, 28), None),  # a Saturday of the new hours, closed
        (date(2026, 12, 5), (time(8), time(20))),
        (date(2026, 12, 25), None),  # a public holiday stays one
    ],
)
def test_an_agency_is_open_on_its_own_days_and_closed_on_holidays(
    day: date, hours: tuple[time, time] | None
) -> None:
    assert replace(ENGLAND, own=OWN).hours(day) == hours


def test_a_clock_goes_by_the_closing_days_and_hours_of_the_agency() -> None:
    own = replace(ENGLAND, own=OWN)
    one = Clock(1, "working_days")
    assert due(one, utc(2026, 11, 16, 10), own, LONDON) == utc(2026, 11, 18, 17)
    assert due(one, utc(2026, 11, 23, 19), own, LONDON) == utc(2026, 11, 24, 20)
    assert due(Clock(4, "working_hours"), utc(2026, 11, 27, 18), own, LONDON) == utc(2026, 11, 30, 10)  # fmt: skip


def test_a_holiday_announced_later_is_not_known_to_a_clock_that_started_before() -> None:
    thanks = date(2027, 5, 10)
    calendar = replace(
        ENGLAND,
        holidays={**ENGLAND.holidays, thanks: "Thanksgiving"},
        announced={thanks: date(2026, 12, 1)},
    )
    assert calendar.known_on(date(2026, 11, 30)).working(thanks)
    assert not calendar.known_on(date(2026, 12, 1)).working(thanks)
    assert calendar.known_on(date(2026, 12, 1)) is calendar


MOMENTS = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2031, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(
    MOMENTS,
    st.integers(0, 40),
    st.sampled_from(["minutes", "hours", "days", "working_hours", "working_days"]),
)
def test_never_due_before_it_starts_and_later_with_more_time(
    start: datetime, amount: int, unit: str
) -> None:
    one = due(Clock(amount, unit), start, ENGLAND, LONDON)
    more = due(Clock(amount + 1, unit), start, ENGLAND, LONDON)
    assert start - timedelta(hours=1) <= one < more
    assert one >= start or unit == "days"


@given(MOMENTS, st.integers(0, 30))
def test_a_working_day_ends_at_the_close_of_a_working_day(start: datetime, amount: int) -> None:
    end = due(Clock(amount, "working_days"), start, ENGLAND, LONDON).astimezone(ZoneInfo(LONDON))
    assert (end.hour, end.minute) == (17, 0)
    assert ENGLAND.working(end.date())


CALENDARS = st.sampled_from(
    [(ENGLAND, LONDON), (US, LOS_ANGELES), (replace(ENGLAND, own=OWN), LONDON)]
)
UNIT = st.sampled_from(["minutes", "hours", "working_hours", "working_days"])


@given(MOMENTS, st.integers(0, 10**7), st.integers(0, 30), UNIT, CALENDARS)
def test_what_starts_later_is_never_due_earlier(
    start: datetime, seconds: int, amount: int, unit: str, where: tuple[Calendar, str]
) -> None:
    later = start + timedelta(seconds=seconds)
    assert due(Clock(amount, unit), start, *where) <= due(Clock(amount, unit), later, *where)


@given(MOMENTS, st.integers(0, 40), st.floats(0, 1), st.integers(0, 10**6), UNIT, CALENDARS)
def test_a_pause_neither_shortens_nor_lengthens_what_is_left(
    start: datetime,
    amount: int,
    part: float,
    seconds: int,
    unit: str,
    where: tuple[Calendar, str],
) -> None:
    """Paused at some point of its time and resumed a while later, over weekends, holidays and changes of clocks."""
    ends = due(Clock(amount, unit), start, *where)
    at = start + (ends - start) * part
    rest = left(unit, at, ends, *where)
    resumed = at + timedelta(seconds=seconds)
    again = goes_on(unit, rest, resumed, *where)
    assert left(unit, resumed, again, *where) == rest
    assert again >= resumed
    assert not seconds or again >= ends or unit in WORKING


@given(MOMENTS, st.integers(1, 40), st.floats(0, 0.99), UNIT, CALENDARS)
def test_a_pause_of_no_time_changes_nothing(
    start: datetime, amount: int, part: float, unit: str, where: tuple[Calendar, str]
) -> None:
    ends = due(Clock(amount, unit), start, *where)
    at = start + (ends - start) * part
    rest = left(unit, at, ends, *where)
    again = goes_on(unit, rest, at, *where)
    assert again == ends or (not rest and again <= ends)


CHANGES = [
    (LONDON, ENGLAND, date(2026, 3, 29), 23),
    (LONDON, ENGLAND, date(2026, 10, 25), 25),
    (LOS_ANGELES, US, date(2027, 3, 14), 23),
    (LOS_ANGELES, US, date(2026, 11, 1), 25),
]


@pytest.mark.parametrize(("zone", "calendar", "day", "hours"), CHANGES)
def test_the_days_on_which_clocks_change(
    zone: str, calendar: Calendar, day: date, hours: int
) -> None:
    """Hours of the clock run through; a day is a local day, be it of 23 or 25 hours; close of business is local."""
    noon = datetime.combine(day - timedelta(days=1), time(12), ZoneInfo(zone)).astimezone(UTC)
    assert due(Clock(24, "hours"), noon, calendar, zone) == noon + timedelta(hours=24)
    assert due(Clock(1, "days"), noon, calendar, zone) == noon + timedelta(hours=hours)
    friday = datetime.combine(day - timedelta(days=2), time(16), ZoneInfo(zone))
    monday = datetime.combine(day + timedelta(days=1), time(17), ZoneInfo(zone))
    assert due(Clock(1, "working_days"), friday, calendar, zone) == monday
    assert worked(friday, monday, calendar, zone) == timedelta(hours=9)
    always = replace(calendar, weekdays=frozenset(range(7)), opens=time(0), closes=time(23, 59))
    opens = datetime.combine(day, time(0), ZoneInfo(zone))
    closes = datetime.combine(day, time(23, 59), ZoneInfo(zone))
    assert worked(opens, closes, always, zone) == timedelta(hours=hours, minutes=-1)
