"""By which ways other agencies tell us something, and how far a source is to be trusted: data, and the reading of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row

FILE = "received.yaml"


@dataclass(frozen=True, slots=True)
class Named:
    """One way, or one grading of a source, with where it comes from and how far it can be trusted."""

    id: str
    label: str
    hint: str
    source: str
    status: str
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class Told:
    """The pack, each part by id in its order."""

    ways: Mapping[str, Named]
    gradings: Mapping[str, Named]


def told(file: str, text: bytes) -> Told:
    """Read the pack. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    raw = {name: rows_of(file, head.need(name), name) for name in ("ways", "gradings")}
    head.done()
    ways, gradings = (
        {each["id"]: _named(Row(each, failing(file, str(each["id"])))) for each in raw[name]}
        for name in ("ways", "gradings")
    )
    return Told(ways, gradings)


def _named(row: Row) -> Named:
    status, verified_on = vouched(row)
    found = Named(
        id=row.text("id"),
        label=row.text("label"),
        hint=row.text("hint", ""),
        source=row.text("source"),
        status=status,
        verified_on=verified_on,
    )
    row.done()
    return found
