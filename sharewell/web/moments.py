"""Form fields for days and times, typed in parts as people say them, in the time zone of the agency."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

TIME = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*(am|pm)?", re.IGNORECASE)
PARTS = (("day", 2), ("month", 2), ("year", 4))
NOON = 12
NO_SUCH_DATE = "There is no such date: check day and month"


class PartsWidget(forms.MultiWidget):
    """Boxes for day, month and year, and one for the time where it is asked."""

    def __init__(self, *, timed: bool) -> None:
        """Make three boxes, or four with the time."""
        self.timed = timed
        names = [name for name, _ in PARTS] + (["time"] if timed else [])
        super().__init__({name: forms.TextInput() for name in names})

    def decompress(self, value: date | datetime | None) -> list[str]:
        """Return the parts of a value, in the local time zone."""
        if value is None:
            return [""] * len(self.widgets)
        local = timezone.localtime(value) if isinstance(value, datetime) else value
        parts = [str(local.day), str(local.month), str(local.year)]
        return [*parts, local.strftime("%H:%M")] if isinstance(local, datetime) else parts


class Day(forms.Field):
    """A date in three boxes; returns a date, or None when it is left empty and not required."""

    timed = False

    def __init__(self, **options: Any) -> None:
        """Make the boxes."""
        super().__init__(widget=PartsWidget(timed=self.timed), **options)

    def to_python(self, value: Any) -> date | datetime | None:
        """Return what the parts say; raises ValidationError that says what is wrong."""
        parts = [str(part or "").strip() for part in value or []]
        if not any(parts):
            return None
        return read_day(parts)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the parts differ from the value they started with."""
        before = self.widget.decompress(initial)
        return before != [str(part or "") for part in data or [""] * len(before)]


class Moment(Day):
    """A date and time in four boxes; returns an aware UTC datetime, or None when left empty."""

    timed = True

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment the parts say, read in the agency's time zone."""
        parts = [str(part or "").strip() for part in value or []]
        if not any(parts):
            return None
        local = datetime.combine(read_day(parts[:3]), read_time(parts[3]))
        try:
            return local.replace(tzinfo=timezone.get_current_timezone()).astimezone(UTC)
        except OverflowError as error:  # the last hours of the year 9999
            raise forms.ValidationError(NO_SUCH_DATE) from error


class TimeOfDay(forms.CharField):
    """A time of day in one box; returns a time, or None when it is left empty and not required."""

    width = 5

    def to_python(self, value: Any) -> Any:
        """Return the time; raises ValidationError that says how to type it."""
        text = str(value or "").strip()
        return read_time(text) if text else None


def read_day(parts: list[str]) -> date:
    """Return the date of day, month and year; raises ValidationError that names the part at fault."""
    for (name, _), part in zip(PARTS, parts, strict=True):
        if not (part.isascii() and part.isdigit()):
            raise forms.ValidationError(f"Enter the {name} as a number, like 23 11 2026", code=name)
    if any(len(part) > 4 for part in parts):
        raise forms.ValidationError(NO_SUCH_DATE)
    day, month, year = (int(part) for part in parts)
    if year < 1900:
        raise forms.ValidationError("Enter the year in four figures, like 2026", code="year")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise forms.ValidationError(NO_SUCH_DATE) from error


def read_time(text: str) -> time:
    """Return a time of day from ``14:05``, ``2.05pm`` or ``1405``; raises ValidationError."""
    found = TIME.fullmatch(text)
    message = "Enter the time as hours and minutes, like 14:05 or 2:05pm"
    if not found:
        raise forms.ValidationError(message, code="time")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= NOON:
        raise forms.ValidationError(message, code="time")
    if half:
        hour = hour % NOON + (NOON if half == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError as error:
        raise forms.ValidationError(message, code="time") from error
