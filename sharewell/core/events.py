"""What entries of the record may be marked as, so that they can be counted together; read from its pack."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row

FILE = "events.yaml"
ASKS = ("hours", "money")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One kind of event: its words, the number that goes with it, and what counts as it by itself."""

    id: str
    label: str
    hint: str
    asks: str  # hours, money, or empty
    offered_for: str  # adult, child, both
    red: bool  # on the red list of immediate safety
    indicators: frozenset[str]
    categories: frozenset[str]
    source: str
    status: str
    verified_on: date | None


def events(
    file: str, text: bytes, *, indicators: Collection[str], categories: Collection[str]
) -> dict[str, Event]:
    """The kinds of event by id; ``indicators`` and ``categories`` are those that exist. Raises PackError."""
    found = {}
    for raw in rows_of(file, opened(file, text).get("events"), "events"):
        row = Row(raw, failing(file, raw["id"]))
        status, verified_on = vouched(row)
        built = Event(
            id=row.text("id"),
            label=row.text("label"),
            hint=row.text("hint", ""),
            asks=row.choice("asks", ("", *ASKS), ""),
            offered_for=row.choice("offered_for", ("adult", "child", "both")),
            red=bool(row.flag("red", default=False)),
            indicators=frozenset(row.choices("indicators", indicators)),
            categories=frozenset(row.choices("categories", categories)),
            source=row.text("source"),
            status=status,
            verified_on=verified_on,
        )
        row.done()
        found[built.id] = built
    return found


def listed(text: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """The ids of the categories of the indicators' pack, and of their indicators, as ``category/indicator``."""
    rows = rows_of("indicators.yaml", opened("indicators.yaml", text).get("categories"), "rows")
    signs = {f"{row['id']}/{each['id']}" for row in rows for each in row.get("indicators", ())}
    return frozenset(row["id"] for row in rows), frozenset(signs)


def counted(
    known: Mapping[str, Event],
    *,
    marked: Iterable[str],
    indicators: Iterable[str],
    categories: Iterable[str],
) -> frozenset[str]:
    """The events that an entry counts as: those it was marked as, and those that its signs stand for."""
    signs, kinds = set(indicators), set(categories)
    implied = {
        each.id for each in known.values() if each.indicators & signs or each.categories & kinds
    }
    return frozenset(implied.union(marked))
