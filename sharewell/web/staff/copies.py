"""A chronology as it leaves the screen: one page of paper, a tagged PDF, a table."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from sharewell.agencies.models import Account
from sharewell.cases.models import Case
from sharewell.cases.queries import Line, LineCaveat
from sharewell.web import typeset
from sharewell.web.staff.timeline import writer
from sharewell.web.staff.words import SECTIONS, kind_words

MOST_LINES = 12  # of the one page
ROOM = 2_200  # widths of an ordinary letter that all texts of the one page may take
FOR_TEXTS = (
    800  # of these what caveats and the handling note leave at least, or lines must be taken out
)
LEFT_OUT = "Lines are left out that whoever gave them has not agreed to have passed on."
NARROW = frozenset(" iljtfr.,:;'!|()[]")
CUT = " … (shortened)"
COLUMNS = (
    "case",
    "line",
    "happened_at",
    "recorded_at",
    "recorded_late",
    "event",
    "known",
    "own_words",
    "source_role",
    "text",
    "written_by",
    "team",
    "corrects_line",
    "corrected",
    "caveat",
    "exported_at",
    "exported_by",
    "handling",
)
# What a spreadsheet takes for the beginning of a formula.
FORMULA = (
    *("=", "+", "-", "@", "\t", "\r"),
    *("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}"),
    *("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What is copied: lines of one case, the earliest first; by whom and when; how to handle it.

    ``minds`` is the handling note of the safe contact plan. Lines that a caveat keeps in are not among ``lines``;
    ``left_out`` tells that there were such. ``caveats`` travel with their lines.
    """

    case: Case
    lines: Sequence[Line]
    handling: Sequence[str]
    by: Account
    at: datetime
    minds: Sequence[str] = ()
    caveats: Mapping[UUID, Sequence[LineCaveat]] = field(default_factory=dict)
    left_out: bool = False
    narrowed: bool = False

    @property
    def made(self) -> str:
        """Who made it, when."""
        return f"Made {when(self.at)} by {self.by.name}, {self.case.agency.name}"

    @property
    def how(self) -> list[str]:
        """All that its reader must mind, each a sentence."""
        minds = [f"{each}." for each in self.minds]
        return [*minds, *([LEFT_OUT] if self.left_out else []), *self.handling]

    def caveat(self, line: Line) -> str:
        """What travels with a line: the words of its caveats."""
        return " ".join(each.words for each in self.caveats.get(line.entry.pk, ()))

    @property
    def room(self) -> float:
        """The widths of an ordinary letter that are left for the texts of the one page."""
        taken = "".join([*self.minds, *map(self.caveat, self.lines)])
        return ROOM - sum(map(_width, taken))


def when(moment: datetime) -> str:
    """A moment in words, where the agency is."""
    local = timezone.localtime(moment)
    return f"{local.day} {local:%B %Y at %H:%M}"


def short(copy: Copy) -> dict[str, Any]:
    """The one page: long texts are shortened, marked, so that all chosen lines share its room."""
    room = int(copy.room) // max(len(copy.lines), 1)
    texts = [shortened(line.entry.text, room) for line in copy.lines]
    return {
        "copy": copy,
        "lines": [
            {**plain(line), "text": text, "caveat": copy.caveat(line)}
            for line, text in zip(copy.lines, texts, strict=True)
        ],
        "shortened": any(text.endswith(CUT) for text in texts),
    }


def shortened(text: str, room: int) -> str:
    """A text on one line, cut after a word where it takes more than so many widths of an ordinary letter."""
    whole = " ".join(text.split())
    taken = 0.0
    for position, character in enumerate(whole):
        taken += _width(character)
        if taken > room:
            kept = whole[:position]
            return (kept.rpartition(" ")[0] or kept) + CUT
    return whole


def _width(character: str) -> float:
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 2.2
    if character in NARROW:
        return 0.6
    return 1.9 if character.isupper() or character in "mw—…%@&" else 1.15


def plain(line: Line) -> dict[str, str]:
    """One line in words, without mark-up."""
    entry = line.entry
    known = kind_words(entry.kind, verbatim=entry.verbatim)
    notes = []
    if line.late:
        notes.append("recorded late")
    if line.corrected:
        notes.append("corrected later")
    if line.corrects:
        notes.append(f"corrects line {line.corrects}")
    return {
        "number": str(entry.line),
        "event": SECTIONS[entry.section],
        "happened": when(entry.event_at),
        "recorded": when(entry.recorded_at),
        "known": f"{known}, from {entry.source_role}" if entry.source_role else known,
        "by": writer(line) or "noted by Sharewell",
        "text": f"“{entry.text}”" if entry.verbatim else entry.text,
        "notes": "; ".join(notes),
    }


def as_pdf(copy: Copy) -> bytes:
    """All lines as a PDF that is tagged for those who hear it (PDF/UA-1)."""
    return typeset.pdf(
        "chronology.typ",
        {
            "title": "Chronology",
            "language": "en",
            "region": "us" if copy.case.agency.jurisdiction == "us" else "gb",
            "person": f"{copy.case.person.name}, {copy.case.reference}",
            "made": copy.made,
            "narrowed": copy.narrowed,
            "handling": copy.how,
            "lines": [{**plain(line), "caveat": copy.caveat(line)} for line in copy.lines],
        },
        at=copy.at,
    )


def as_csv(copy: Copy) -> bytes:
    """All lines as a table in UTF-8 with its mark, no cell of which a spreadsheet takes for a formula."""
    kept = io.StringIO()
    table = csv.writer(kept)
    table.writerow(COLUMNS)
    for line in copy.lines:
        table.writerow([guarded(cell) for cell in _cells(copy, line)])
    return kept.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """A cell that a spreadsheet shows as it is typed."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _cells(copy: Copy, line: Line) -> list[str]:
    entry = line.entry
    return [
        copy.case.reference,
        str(entry.line),
        _iso(entry.event_at),
        _iso(entry.recorded_at),
        _yes(told=line.late),
        entry.section,
        entry.kind,
        _yes(told=entry.verbatim),
        entry.source_role,
        entry.text,
        line.by,
        line.team,
        str(line.corrects or ""),
        _yes(told=line.corrected),
        copy.caveat(line),
        _iso(copy.at),
        copy.by.name,
        " ".join(copy.how),
    ]


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes")


def _yes(*, told: bool) -> str:
    return "yes" if told else "no"
