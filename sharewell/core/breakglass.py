"""Break-glass as data: the reasons, the limits, which restricted cases it opens and what a review says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

FILE = "break_glass.yaml"
LISTS = ("reasons", "whole", "findings", "follows")
LIMITS = (
    "minutes",
    "review_working_days",
    "searches_an_hour",
    "searches_a_day",
    "watched_after",
    "name_alike",
)
MOST = 1440


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of a list: what people read, and where it comes from."""

    id: str
    label: str
    hint: str
    source: str
    status: str
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class Rules:
    """All that break-glass goes by; the lists by id in the order of the pack."""

    reasons: Mapping[str, Choice]
    whole: Mapping[str, Choice]
    findings: Mapping[str, Choice]
    follows: Mapping[str, Choice]
    limits: Mapping[str, int]
    opens: frozenset[str]  # restrictions
    calendars: Mapping[str, str]  # by jurisdiction

    def reaches(self, kind: str, restrictions: list[str]) -> bool:
        """Whether it may open a case of this kind with these restrictions at all."""
        return kind == "protection" and set(restrictions) <= self.opens


def rules(file: str, text: bytes, vocabulary: Vocabulary) -> Rules:
    """The rules of a pack. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    lists = {name: _choices(file, rows_of(file, head.need(name), name)) for name in LISTS}
    limits = dict(_limit(file, raw) for raw in rows_of(file, head.need("limits"), "limits"))
    opens = [_opens(file, raw) for raw in rows_of(file, head.need("opens"), "opens")]
    calendars = head.inner("calendars")
    places = {place: calendars.text(place) for place in vocabulary.jurisdictions}
    calendars.done()
    head.done()
    for name in LIMITS:
        if name not in limits:
            failing(file, "")("limits", f"has no row `{name}`")
    return Rules(**lists, limits=limits, opens=frozenset(opens), calendars=places)


def _choices(file: str, rows: list[Mapping[str, Any]]) -> dict[str, Choice]:
    found: dict[str, Choice] = {}
    for raw in rows:
        row = Row(raw, failing(file, str(raw["id"])))
        status, day = vouched(row)
        each = Choice(
            id=row.text("id"),
            label=row.text("label"),
            hint=row.text("hint", ""),
            source=row.text("source"),
            status=status,
            verified_on=day,
        )
        row.done()
        found[each.id] = each
    return found


def _limit(file: str, raw: Mapping[str, Any]) -> tuple[str, int]:
    row = Row(raw, failing(file, str(raw["id"])))
    vouched(row)
    name = row.choice("id", LIMITS)
    value = row.number("value", 1, MOST)
    row.text("means")
    row.text("source")
    if value is None:
        row.refuse("value", "is missing")
    row.done()
    return name, value


def _opens(file: str, raw: Mapping[str, Any]) -> str:
    row = Row(raw, failing(file, str(raw["id"])))
    vouched(row)
    name = row.text("id")
    row.text("source")
    row.done()
    return name
