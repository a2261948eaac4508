"""Opening hours: as people type them, past midnight, on holidays, on single days, and where clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from sharewell.core.openings import ALL_DAY, HoursError, Openings, spans, words

LONDON = "Europe/London"


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("8:30 to 17:00", "08:30 to 17:00"),
        ("8.30-17", "08:30 to 17:00"),
        ("9am until 5pm", "09:00 to 17:00"),
        ("13:00 to 17:00, 8:00 to 12:00", "08:00 to 12:00, 13:00 to 17:00"),
        ("17:00 to 24:00", "17:00 to 00:00"),
        ("22:00 to 6:00", "22:00 to 06:00"),
        ("All day", "all day"),
        ("", "closed"),
        ("closed", "closed"),
    ],
)
def test_hours_are_read_as_people_type_them(typed: str, read: str) -> None:
    assert words(spans(typed)) == read
    assert spans(words(spans(typed))) == spans(typed)


@pytest.mark.parametrize(
    "typed", ["mornings", "9", "25:00 to 26:00", "9:00 to 12:00, 11:00 to 13:00", "13pm to 14pm"]
)
def test_hours_that_cannot_be_read_are_refused(typed: str) -> None:
    with pytest.raises(HoursError):
        spans(typed)


def hours(**changes: object) -> Openings:
    week = dict.fromkeys(range(5), spans("8:30 to 17:00"))
    given: dict[str, object] = {"week": week, "days": {}, "off": lambda _day: False, **changes}
    return Openings(**given)  # type: ignore[arg-type]


def test_open_from_the_first_minute_until_the_last_in_local_time() -> None:
    summer = hours()
    assert not summer.open_at(at(2026, 7, 6, 7, 29), LONDON)
    assert summer.open_at(at(2026, 7, 6, 7, 30), LONDON)
    assert not summer.open_at(at(2026, 7, 6, 16, 0), LONDON)
    assert summer.opens_next(at(2026, 7, 3, 16, 0), LONDON) == at(2026, 7, 6, 7, 30)


def test_a_night_desk_is_open_past_midnight() -> None:
    night = hours(week={4: ((time(22), time(6)),)})  # Friday
    assert night.open_at(at(2026, 11, 21, 2, 0), LONDON)
    assert not night.open_at(at(2026, 11, 22, 2, 0), LONDON)
    always = hours(week=dict.fromkeys(range(7), ALL_DAY))
    assert always.open_at(at(2026, 10, 25, 1, 30), LONDON)  # the hour that comes twice


def test_a_holiday_closes_the_week_and_a_single_day_says_otherwise() -> None:
    christmas = date(2026, 12, 25)
    shut = hours(off=lambda day: day == christmas)
    assert not shut.open_at(at(2026, 12, 25, 10, 0), LONDON)
    some = hours(off=lambda day: day == christmas, days={christmas: spans("9:00 to 12:00")})
    assert some.open_at(at(2026, 12, 25, 10, 0), LONDON)
    assert not some.open_at(at(2026, 12, 25, 13, 0), LONDON)
    closed = hours(days={date(2026, 11, 23): ()})
    assert closed.opens_next(at(2026, 11, 23, 9, 0), LONDON) == at(2026, 11, 24, 8, 30)
    assert hours(week={}).opens_next(at(2026, 11, 23, 9, 0), LONDON) is None
