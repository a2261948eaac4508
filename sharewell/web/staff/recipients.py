"""What the directory says of those who may be chosen as recipients: whom to ring now, by what way, how far it is right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sharewell.agencies import directory
from sharewell.agencies.directory import Row
from sharewell.agencies.models import Account, Function
from sharewell.core.policy import PackError
from sharewell.web.staff.directory import CHANNELS
from sharewell.web.staff.disclosure.show import clock

VERIFIED = {
    "verified": "Last found right on {}.",
    "stale": "Last found right on {}: verify again.",
    "never": "Nobody has said that this is right. Ring before you rely on it.",
}


def entries(viewer: Account, functions: Iterable[Function], now: datetime) -> Mapping[UUID, str]:
    """What stands in the directory of each of these functions, in a few sentences; without one that is not listed."""
    try:
        rows = directory.rows_of(viewer=viewer, functions=[each.pk for each in functions], now=now)
    except PackError:  # it stops nobody who has to choose
        return {}
    return {each.function.pk: in_words(each) for each in rows}


def in_words(row: Row) -> str:
    """Whether it is open and whom to ring now, its other number, the way in force, and when it was found right."""
    function = row.function
    ways = ", ".join(CHANNELS[each].lower() for each in row.channels)
    day = f"{function.verified_on:%-d %B %Y}" if function.verified_on else ""
    return " ".join(
        filter(
            None,
            [
                _now(row),
                f"{function.hours}." if function.hours else "",
                f"Reached by: {ways}." if ways else "No way to reach it is recorded.",
                VERIFIED[row.verified].format(day),
            ],
        )
    )


def _now(row: Row) -> str:
    reach, function = row.reach, row.function
    other = function.out_of_hours_phone
    if not reach.by_week:
        number = function.phone or "no number is recorded"
        night = f" When nobody answers, {other}." if other and other != number else ""
        return f"Hours to be checked. Ring {number}.{night}"
    state = "Open now." if reach.open_now else "Closed now."
    if reach.opens_at and not reach.open_now:
        state = f"Closed now, opens {clock(reach.opens_at)}."
    called = reach.name if reach.name != function.name else ""
    ring = f"Ring {called} {reach.phone}.".replace("  ", " ") if reach.phone else ""
    spare = other if reach.open_now else function.phone
    more = f"When it is {'closed' if reach.open_now else 'open'}, {spare}."
    return " ".join(
        filter(
            None,
            [
                state,
                ring or "No number is recorded.",
                more if spare and spare != reach.phone else "",
            ],
        )
    )
