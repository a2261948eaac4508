"""What makes a read of a case worth asking about: rules as data, applied to plain facts of one read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row

FILE = "access_signs.yaml"
IDS = ("outside_hours", "long_ago", "many_cases")


@dataclass(frozen=True, slots=True)
class Sign:
    """One rule: a read outside these local hours, after so many days, or among so many cases in an hour."""

    id: str
    says: str
    opens: time | None
    closes: time | None
    days: int | None
    cases: int | None
    source: str
    status: str
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class Look:
    """One read: when, when the same person last looked, and how many cases they opened within the hour."""

    at: datetime
    before: datetime | None
    cases: int


def signs(file: str, text: bytes) -> tuple[Sign, ...]:
    """The rules of a pack. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    rows = rows_of(file, head.need("signs"), "signs")
    head.done()
    return tuple(_sign(file, row) for row in rows)


def seen(look: Look, rules: Sequence[Sign], zone: str) -> list[str]:
    """What is pointed out of a read, in words; empty where it is as usual."""
    return [rule.says for rule in rules if _fires(look, rule, zone)]


def _fires(look: Look, rule: Sign, zone: str) -> bool:
    if rule.opens is not None and rule.closes is not None:
        local = look.at.astimezone(ZoneInfo(zone)).time()
        return not rule.opens <= local < rule.closes
    if rule.days is not None:
        return look.before is not None and look.at - look.before >= timedelta(days=rule.days)
    return rule.cases is not None and look.cases >= rule.cases


def _sign(file: str, raw: Mapping[str, Any]) -> Sign:
    row = Row(raw, failing(file, str(raw["id"])))
    status, day = vouched(row)
    id_ = row.choice("id", IDS)
    opens = closes = days = cases = None
    if id_ == "outside_hours":
        opens, closes = _time(row, "from"), _time(row, "until")
    elif id_ == "long_ago":
        days = row.number("days", 1, 3650) or row.refuse("days", "is missing")
    else:
        cases = row.number("cases", 2, 1000) or row.refuse("cases", "is missing")
    says = row.text("says").format(days=days, cases=cases)
    sign = Sign(id_, says, opens, closes, days, cases, row.text("source"), status, day)
    row.done()
    return sign


def _time(row: Row, key: str) -> time:
    try:
        return time.fromisoformat(row.text(key))
    except ValueError:
        row.refuse(key, "is not a time like 07:00")
