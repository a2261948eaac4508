"""When something is due: clock hours run on, working days end at the close of business."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharewell import packs
from sharewell.core.deadlines import (
    Calendar,
    Clock,
    DeadlineError,
    at_risk,
    breached,
    due,
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
    assert not at_risk(start, end, utc(2026, 11, 16, 2, 59))
    assert at_risk(start, end, utc(2026, 11, 16, 3))
    assert at_risk(start, end, end)
    assert not breached(end, end)
    assert breached(end, end + timedelta(microseconds=1))
    assert not at_risk(start, end, end + timedelta(seconds=1))


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
