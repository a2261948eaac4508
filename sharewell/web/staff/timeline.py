"""Lines of a timeline as the pages, the sheet of paper and the files show them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from sharewell.cases.queries import Found, Line, LineCaveat
from sharewell.core.findable import marked
from sharewell.followup.models import Pattern
from sharewell.web.staff.words import SECTIONS, kind_words
from sharewell.web.templatetags.sharewell import moment


def rows(
    lines: Iterable[Line],
    *,
    writes: bool = False,
    caveats: Mapping[UUID, Sequence[LineCaveat]] | None = None,
    patterns: Mapping[UUID, Sequence[Pattern]] | None = None,
) -> list[dict[str, Any]]:
    """Lines for ``components/timeline.html``; with ``writes`` each leads to where it is corrected.

    ``caveats`` is what stands on a line, by its id; ``patterns`` those of the viewer's reviews that it made, by its
    id or that of what it is about.
    """
    said = caveats or {}
    made = patterns or {}
    return [
        {
            **row(line, correct=_way("chronology_correct", line) if writes else ""),
            "caveat_url": _way("caveat_set", line) if writes else "",
            "caveats": said.get(line.entry.pk, ()),
            "patterns": _reviews(made, line) if made else (),
        }
        for line in lines
    ]


def _reviews(made: Mapping[UUID, Sequence[Pattern]], line: Line) -> list[Pattern]:
    about = line.entry.about_id
    return [*made.get(line.entry.pk, ()), *(made.get(about, ()) if about else ())]


def _way(name: str, line: Line) -> str:
    """Where a line is corrected, or a caveat put on it; nowhere once it was corrected."""
    if line.corrected:
        return ""
    before, after = _around(name, line.entry.case_id)
    return f"{before}{line.entry.pk}{after}"


@functools.lru_cache(maxsize=128)
def _around(name: str, case_id: UUID) -> tuple[str, str]:
    """The parts of that address around the line, which is looked up once for all lines of a case."""
    arguments = {"case_id": case_id, "entry_id": UUID(int=0)}
    before, _, after = reverse(name, kwargs=arguments).partition(str(UUID(int=0)))
    return before, after


def row(line: Line, *, correct: str = "") -> dict[str, Any]:
    """One line for ``components/timeline.html``; ``correct`` is where it is corrected."""
    entry = line.entry
    return {
        "number": entry.line,
        "title": SECTIONS[entry.section],
        "by": writer(line),
        "at": moment(entry.event_at),
        "recorded_at": moment(entry.recorded_at),
        "kind": kind_words(entry.kind, verbatim=entry.verbatim),
        "source": entry.source_role,
        "verbatim": entry.verbatim,
        "text": entry.text,
        "late": line.late,
        "corrected": line.corrected,
        "corrects": line.corrects,
        "correct_url": correct,
    }


def staying(caveats: Mapping[UUID, Sequence[LineCaveat]]) -> set[UUID]:
    """The lines that no copy holds: whoever gave them has not agreed that they are passed on."""
    return {line for line, standing in caveats.items() if any(each.stays for each in standing)}


def found_rows(found: Found, caveats: Mapping[UUID, Sequence[LineCaveat]]) -> list[dict[str, Any]]:
    """Lines that were found, with the words marked; each with its case where several were searched in."""
    return [
        {
            **row(line),
            "caveats": caveats.get(line.entry.pk, ()),
            "pieces": marked(line.entry.text, found.words),
            "case": None if found.case else line.entry.case,
        }
        for line in found.lines
    ]


def writer(line: Line) -> str:
    """Who wrote a line, and in which team; empty where Sharewell did by itself."""
    return ", ".join(filter(None, (line.by, line.team)))
