"""What the handover sheet goes by: shift lengths and the harm that is watched; and which kinds of site look after people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.needtoknow import Vouched, vouched_as
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

FILE, SITES = "handover.yaml", "sites.yaml"
SITE_KINDS = (
    "region",
    "service",
    "school",
    "club",
    "home",
    "office",
)  # a column of the table of sites


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(Vouched):
    """How many hours ahead a sheet can look; the ``usual`` one is shown first."""

    hours: int
    usual: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch(Vouched):
    """A value of the fact ``harm`` for which a case is watched, and how the sheet says so."""

    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteKind(Vouched):
    """A kind of site; a ``service`` looks after people, and to one with ``parts`` other sites may belong."""

    label: str
    hint: str
    service: bool
    parts: bool


@dataclass(frozen=True, slots=True)
class Handover:
    """The shifts in the order of the pack, and the harm that is watched, the gravest first."""

    shifts: tuple[Shift, ...]
    watched: Mapping[str, Watch]

    @property
    def usual(self) -> Shift:
        """The shift that is shown first."""
        return next(each for each in self.shifts if each.usual)


def handover(file: str, text: bytes, vocabulary: Vocabulary) -> Handover:
    """What a pack says of handovers. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    shifts = rows_of(file, head.need("shifts"), "shifts")
    watched = rows_of(file, head.need("watched"), "watched")
    head.done()
    found = tuple(_shift(file, raw) for raw in shifts)
    if sum(each.usual for each in found) != 1:
        failing(file, "")("shifts", "needs one row that is usual, and no more")
    harm = [each for each in vocabulary.facts["harm"] if each != "unknown"]
    return Handover(found, {each.id: each for each in (_watch(file, raw, harm) for raw in watched)})


def sites(file: str, text: bytes) -> dict[str, SiteKind]:
    """The kinds of site that are offered, by id. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    rows = rows_of(file, head.need("sites"), "sites")
    head.done()
    return {str(raw["id"]): _site(file, raw) for raw in rows}


def _shift(file: str, raw: Mapping[str, Any]) -> Shift:
    row = Row(raw, failing(file, str(raw["id"])))
    shift = Shift(
        hours=row.number("hours", 1, 24 * 7) or row.refuse("hours", "is missing"),
        usual=bool(row.flag("usual", default=False)),
        **vouched_as(row),
    )
    row.done()
    return shift


def _watch(file: str, raw: Mapping[str, Any], harm: Collection[str]) -> Watch:
    row = Row(raw, failing(file, str(raw["id"])))
    watch = Watch(label=row.text("label"), **vouched_as(row))
    if watch.id not in harm:
        row.refuse("id", f"is not one of: {', '.join(sorted(harm))}")
    row.done()
    return watch


def _site(file: str, raw: Mapping[str, Any]) -> SiteKind:
    row = Row(raw, failing(file, str(raw["id"])))
    service = row.flag("service")
    kind = SiteKind(
        label=row.text("label"),
        hint=row.text("hint", ""),
        service=row.refuse("service", "is missing") if service is None else service,
        parts=bool(row.flag("parts", default=False)),
        **vouched_as(row),
    )
    if kind.id not in SITE_KINDS:
        row.refuse("id", f"is not one of: {', '.join(SITE_KINDS)}")
    row.done()
    return kind
