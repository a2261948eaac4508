"""Raising a worry in confidence, read from its pack: whom to turn to outside, and when it is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

FILE = "whistleblowing.yaml"


@dataclass(frozen=True, slots=True)
class Beyond:
    """A public body to which a worry may be taken, in some places."""

    id: str
    places: tuple[str, ...]
    label: str
    phone: str
    when: str


@dataclass(frozen=True, slots=True)
class Whistleblowing:
    """After how many days it is asked whether anything was held against somebody, and who there is outside."""

    follow_up_days: int
    outside: tuple[Beyond, ...]


def whistleblowing(file: str, text: bytes, vocabulary: Vocabulary) -> Whistleblowing:
    """The rules of a pack. Raises PackError naming the row and the key, or the place without anybody outside."""
    head = Row(opened(file, text), failing(file, ""))
    settings = head.inner("settings", head.need("settings"))
    days = settings.number("follow_up_days", 1, 365) or 1
    settings.text("source")
    vouched(settings)
    settings.done()
    rows = rows_of(file, head.need("outside"), "outside")
    head.done()
    built = Whistleblowing(days, tuple(_beyond(file, raw, vocabulary) for raw in rows))
    for place in vocabulary.jurisdictions:
        if not any(place in each.places for each in built.outside):
            failing(file, "")("outside", f"has nobody for {place}")
    return built


def _beyond(file: str, raw: Mapping[str, Any], vocabulary: Vocabulary) -> Beyond:
    row = Row(raw, failing(file, str(raw["id"])))
    row.text("source")
    vouched(row)
    built = Beyond(
        row.text("id"),
        row.choices("places", vocabulary.jurisdictions, need=True),
        row.text("label"),
        row.text("phone"),
        row.text("when"),
    )
    row.done()
    return built
