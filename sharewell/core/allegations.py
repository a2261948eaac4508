"""What an allegation against staff is recorded in: capacities, evidence, steers and outcomes, from their pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row

LISTS = ("capacities", "evidence", "steers", "outcomes")


@dataclass(frozen=True, slots=True)
class Word:
    """One choice with what people read: ``hint`` may be empty; ``keep`` is the retention note of an outcome."""

    id: str
    label: str
    hint: str
    keep: str
    source: str
    status: str
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class Words:
    """The four lists, each by id in the order of the pack."""

    capacities: Mapping[str, Word]
    evidence: Mapping[str, Word]
    steers: Mapping[str, Word]
    outcomes: Mapping[str, Word]


def words(file: str, text: bytes) -> Words:
    """The lists of a pack. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    raw = {name: rows_of(file, head.need(name), name) for name in LISTS}
    head.done()
    return Words(
        **{name: {w.id: w for w in (_word(file, row, name) for row in raw[name])} for name in LISTS}
    )


def _word(file: str, raw: Mapping[str, object], name: str) -> Word:
    row = Row(raw, failing(file, str(raw["id"])))
    status, verified_on = vouched(row)
    outcome = name == "outcomes"
    found = Word(
        id=row.text("id"),
        label=row.text("label"),
        hint=row.text("means")
        if outcome
        else row.text("ask" if name == "evidence" else "hint", ""),
        keep=row.text("keep") if outcome else "",
        source=row.text("source"),
        status=status,
        verified_on=verified_on,
    )
    row.done()
    return found
