"""The examples of docs/clocks.md come out as the page says."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sharewell import packs
from sharewell.core.deadlines import Clock, due, goes_on, left

PAGE = (Path(__file__).parents[3] / "docs" / "clocks.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| ").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| 20")
]
DUE = [row for row in ROWS if len(row) == 4]
PAUSED = [row for row in ROWS if len(row) == 5]


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize("row", DUE, ids=[" ".join(row[:3]) for row in DUE])
def test_an_example_is_due_when_the_page_says(row: list[str]) -> None:
    start, clock, where, ends = row
    amount, unit = clock.split()
    calendar, zone = where.split()
    found = due(Clock(int(amount), unit), at(start, zone), packs.calendars()[calendar], zone)
    assert f"{found.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" == ends


@pytest.mark.parametrize("row", PAUSED, ids=[" ".join(row[:3]) for row in PAUSED])
def test_a_paused_example_goes_on_as_the_page_says(row: list[str]) -> None:
    zone, calendar = "Europe/London", packs.calendars()["england_wales"]
    paused, until, unit, before, after = row
    rest = left(unit, at(paused, zone), at(before, zone), calendar, zone)
    found = goes_on(unit, rest, at(until, zone), calendar, zone)
    assert f"{found.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" == after


def test_the_page_has_examples_of_each() -> None:
    assert (len(DUE), len(PAUSED)) == (15, 3)
