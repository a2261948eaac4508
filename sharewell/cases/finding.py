"""The search index of the chronology: what is kept in it, and how it is asked.

Beside the words of a line stands a mark of its agency and one of its case, so that a search is held within
what its viewer may read by the index itself: how often a word stands in hidden lines changes neither what is
found nor, as far as it goes, how long it takes. Nothing is ranked by how rare a word is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Value

from sharewell.cases.models import Case, ChronologyEntry, ChronologyWords
from sharewell.core.findable import stems

# No word begins with these: a word is made of letters, digits and marks.
CASE, AGENCY = "§", "¶"
# For more cases than these the mark of the agency is asked for: the index takes one mark faster than many.
FEW = 60


def kept(text: str, *, case_id: UUID, agency_id: UUID) -> str:
    """What the index holds of a line."""
    return " ".join([f"{AGENCY}{agency_id.hex}", f"{CASE}{case_id.hex}", *stems(text)])


def kept_of(entry: ChronologyEntry, case: Case) -> str:
    """What the index holds of a line of this case."""
    words = f"{entry.text} {entry.source_role}"
    return kept(words, case_id=case.pk, agency_id=case.agency_id)


def index_again(case: Case) -> None:
    """Make the index of a case's lines anew from the lines themselves."""
    ChronologyWords.objects.filter(entry__case=case).delete()
    entries = ChronologyEntry.objects.filter(case=case).order_by("line")
    ChronologyWords.objects.bulk_create(
        ChronologyWords(entry=entry, words=kept_of(entry, case)) for entry in entries
    )


def holding(
    words: Sequence[str], *, case_ids: Collection[UUID], agency_id: UUID
) -> QuerySet[ChronologyWords]:
    """The lines that hold all of these stems, as far as their marks tell: the viewer's filter comes on top."""
    marks = [f"{CASE}{each.hex}" for each in case_ids]
    if len(marks) > FEW:
        marks = [f"{AGENCY}{agency_id.hex}"]
    if connection.vendor == "postgresql":
        return ChronologyWords.objects.filter(_in_postgresql(words, marks))
    return ChronologyWords.objects.filter(_in_sqlite(words, marks))


class _Test(Func):
    """A condition in the words of one database."""

    output_field: Any = BooleanField()


def _in_sqlite(words: Sequence[str], marks: Sequence[str]) -> _Test:
    both = " OR ".join(f'"{mark}"' for mark in marks)
    asked = " AND ".join([f"({both})", *(f'"{word}"' for word in words)])
    template = "%(expressions)s)"
    joiner = " IN (SELECT rowid FROM cases_chronologyfts WHERE cases_chronologyfts MATCH "
    return _Test(F("pk"), Value(asked), template=template, arg_joiner=joiner)


def _in_postgresql(words: Sequence[str], marks: Sequence[str]) -> _Test:
    both = " | ".join(f"'{mark}'" for mark in marks)
    asked = " & ".join([f"({both})", *(f"'{word}'" for word in words)])
    # As the index is written: migration chronology_words.
    template = "array_to_tsvector(string_to_array(%(expressions)s::tsquery"
    return _Test(F("words"), Value(asked), template=template, arg_joiner=", ' ')) @@ ")
