"""Lines of a timeline as the pages, the sheet of paper and the files show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from sharewell.cases.queries import Found, Line
from sharewell.core.findable import marked
from sharewell.web.staff.words import SECTIONS, kind_words
from sharewell.web.templatetags.sharewell import moment


def rows(lines: Iterable[Line], *, writes: bool = False) -> list[dict[str, Any]]:
    """Lines for ``components/timeline.html``; with ``writes`` each leads to where it is corrected."""
    return [row(line, writes=writes) for line in lines]


def row(line: Line, *, writes: bool = False) -> dict[str, Any]:
    """One line for ``components/timeline.html``."""
    entry = line.entry
    correct = ""
    if writes and not line.corrected:
        arguments = {"case_id": entry.case_id, "entry_id": entry.pk}
        correct = reverse("chronology_correct", kwargs=arguments)
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
        "corrects": entry.corrects.line if entry.corrects else 0,
        "correct_url": correct,
    }


def found_rows(found: Found) -> list[dict[str, Any]]:
    """Lines that were found, with the words marked; each with its case where several were searched in."""
    return [
        {
            **row(line),
            "pieces": marked(line.entry.text, found.words),
            "case": None if found.case else line.entry.case,
        }
        for line in found.lines
    ]


def writer(line: Line) -> str:
    """Who wrote a line, and in which team; empty where Sharewell did by itself."""
    entry = line.entry
    parts = (entry.recorded_by, entry.team)
    return ", ".join(part.name for part in parts if part)
