"""Attempts to see a person alone: whether the next would only repeat the last, and when a manager must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sharewell.core.contacting.plan import DAYS


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: when (in the agency's time zone), by which way, and whether the person was alone."""

    at: datetime
    way: str
    alone: bool


def repeats(
    done: Sequence[Attempt], at: datetime, way: str, *, near: timedelta, same_ways: int, label: str
) -> list[str]:
    """Why an attempt planned or made now would not be a varied one; empty when it is.

    ``done`` are the attempts before it that did not find the person alone, oldest first. The same day of the
    week within ``near`` of the same hour is the same time; ``same_ways`` in a row are the same way.
    """
    tried = [each for each in done if not each.alone]
    found = []
    same = [each.at for each in tried if _same_time(each.at, at, near)]
    if same:
        found.append(
            f"It was tried on a {DAYS[at.weekday()]} about {same[-1]:%H:%M} before. "
            "Choose another day and hour, when others may be out."
        )
    last = [each.way for each in tried[-same_ways:]] if same_ways else []
    if len(last) == same_ways and set(last) == {way}:
        found.append(
            f"The same way ({label}) was tried {same_ways} times in a row. Choose another."
        )
    return found


def too_many(done: Sequence[Attempt], most: int) -> bool:
    """Whether so many attempts have failed since the person was last seen alone that a manager must know."""
    failed = 0
    for each in done:
        failed = 0 if each.alone else failed + 1
    return failed >= most


def _same_time(before: datetime, at: datetime, near: timedelta) -> bool:
    gap = abs(
        timedelta(hours=before.hour, minutes=before.minute)
        - timedelta(hours=at.hour, minutes=at.minute)
    )
    return before.weekday() == at.weekday() and gap < near
