"""The copies of a packet beside each other: what differs between them first, and what all get alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sharewell.core.policy import Policy
from sharewell.web.staff.disclosure import show

NOT_FOR_THEM = "Not for them"


@dataclass(frozen=True, slots=True)
class Copied:
    """What one partner's copy holds: words by field, and the reason by field for what does not go to it."""

    to_whom: str
    words: Mapping[str, str]
    reasons: Mapping[str, str]
    kept: Collection[str]  # what is recorded and stays here


@dataclass(frozen=True, slots=True)
class Cell:
    """What one partner gets of a field: the words, or the reason why there are none."""

    to_whom: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Row:
    """One field, and what becomes of it for each partner."""

    label: str
    cells: tuple[Cell, ...]
    differs: bool

    @property
    def alone(self) -> str:
        """The words, where all who get it get the same; empty where they differ."""
        found = {cell.words for cell in self.cells if cell.words}
        return found.pop() if len(found) == 1 else ""

    @property
    def reasons(self) -> list[tuple[str, list[str]]]:
        """Each reason why it does not go, with those to whom it does not go for it."""
        whys = dict.fromkeys(cell.why for cell in self.cells if not cell.words)
        return [(why, [c.to_whom for c in self.cells if c.why == why]) for why in whys]


@dataclass(frozen=True, slots=True)
class Beside:
    """All rows in the order of the catalogue (``rows``), and the same sorted by what becomes of them."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]  # what differs, by heading
    withheld: tuple[Row, ...]  # what nobody gets
    alike: tuple[Row, ...]


def beside(copies: Sequence[Copied], policy: Policy) -> Beside:
    """Compare the copies field by field; with a single one nothing differs."""
    named = {field for copy in copies for field in (*copy.words, *copy.kept)}
    rows = tuple(_row(copies, policy, each) for each in policy.fields if each in named)
    alone = tuple(r for r in rows if r.differs and _getting(r) == 1)
    words = tuple(r for r in rows if r.differs and _getting(r) == len(copies))
    some = tuple(r for r in rows if r.differs and 1 < _getting(r) < len(copies))
    headed = (
        ("Each in other words", words),
        ("Only one of them gets it", alone),
        ("Some of them get it", some),
    )
    return Beside(
        heads=tuple(copy.to_whom for copy in copies),
        rows=rows,
        groups=tuple((heading, found) for heading, found in headed if found),
        withheld=tuple(r for r in rows if not _getting(r)),
        alike=tuple(r for r in rows if _getting(r) and not r.differs),
    )


def _row(copies: Sequence[Copied], policy: Policy, field: str) -> Row:
    cells = tuple(
        Cell(
            to_whom=copy.to_whom,
            words=copy.words.get(field, ""),
            why="" if field in copy.words else copy.reasons.get(field, NOT_FOR_THEM),
        )
        for copy in copies
    )
    told = {cell.words for cell in cells}
    return Row(label=show.field_label(policy, field), cells=cells, differs=len(told) > 1)


def _getting(row: Row) -> int:
    return sum(bool(cell.words) for cell in row.cells)
