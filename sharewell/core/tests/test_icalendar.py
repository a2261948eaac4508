"""Appointments as iCalendar files: read back by a parser, folded and escaped as RFC 5545 says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from sharewell.core.icalendar import LINE, Appointment, written

AT = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
ONE = Appointment(
    method="REQUEST",
    uid="7f3a@sharewell",
    sequence=0,
    made_at=AT - timedelta(days=1),
    starts_at=AT,
    ends_at=AT + timedelta(hours=1),
    summary="Appointment",
    description="One line\nand another, with a comma; and more",
    location="Room 4, The Old Mill; ring at the side \\ gate",
    organizer="desk@alder.example",
    attendee="pat@police.example",
)


def event(appointment: Appointment) -> object:
    """The one event of the file, as a calendar reads it."""
    return Calendar.from_ical(written(appointment)).walk("VEVENT")[0]


def test_a_calendar_reads_what_was_written() -> None:
    calendar = Calendar.from_ical(written(ONE))
    (found,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert found["UID"] == ONE.uid
    assert found["SEQUENCE"] == 0
    assert found.decoded("DTSTART") == AT
    assert found.decoded("DTEND") == ONE.ends_at
    assert found["LOCATION"] == ONE.location
    assert found["DESCRIPTION"] == ONE.description
    assert found["ATTENDEE"] == "mailto:pat@police.example"


def test_one_called_off_says_so_under_the_same_uid() -> None:
    calendar = Calendar.from_ical(written(replace(ONE, method="CANCEL", sequence=2)))
    (found,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], found["STATUS"], found["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert found["UID"] == ONE.uid


@given(st.text(min_size=1, max_size=300))
def test_whatever_is_typed_stays_in_its_place_and_on_short_lines(text: str) -> None:
    """No text ends its property, adds another, or leaves a line of more than 75 octets."""
    file = written(replace(ONE, location=text))
    assert file.endswith(b"\r\n")
    lines = file.removesuffix(b"\r\n").split(b"\r\n")
    assert max(map(len, lines)) <= LINE
    assert all(line.decode() for line in lines)
    plain = written(replace(ONE, location="x")).replace(b"\r\n ", b"").split(b"\r\n")
    assert len(file.replace(b"\r\n ", b"").split(b"\r\n")) == len(plain)
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in kept if c == "\n" or (c >= " " and c != "\x7f"))
    row = next(
        each for each in file.replace(b"\r\n ", b"").split(b"\r\n") if each.startswith(b"LOCATION:")
    )
    assert unescaped(row.decode().removeprefix("LOCATION:")) == kept


def unescaped(value: str) -> str:
    """A TEXT value as it was before it was escaped."""
    found, rest = "", iter(value)
    for sign in rest:
        if sign == "\\":
            following = next(rest)
            found += "\n" if following in "nN" else following
        else:
            found += sign
    return found
