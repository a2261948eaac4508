"""Search in the timelines that a viewer may read: nothing outside them is found, counted or ranked by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sharewell.agencies.models import Account
from sharewell.cases import finding, looked
from sharewell.cases.models import Case, ChronologyEntry, ChronologyWords
from sharewell.cases.queries import cases as reads
from sharewell.cases.queries.chronology import SHOWN, Line, shown
from sharewell.core.findable import sought

# What a line that was found says: itself, and of its case the person's name and the reference.
OF_LINE = tuple(field.name for field in ChronologyEntry._meta.concrete_fields)  # noqa: SLF001
OF_CASE = ("case__agency", "case__reference", "case__person__name")


@dataclass(frozen=True, slots=True)
class Found:
    """Lines that hold all the words sought, the newest recorded first; ``after`` is the line to go on from.

    ``words`` are those sought, as :func:`sharewell.core.findable.marked` takes them. ``case`` is the one that was
    searched in, or None for all of the viewer's.
    """

    words: Sequence[str]
    lines: Sequence[Line]
    after: UUID | None
    case: Case | None = None


def chronology_search(
    *,
    viewer: Account,
    now: datetime,
    words: str,
    case_id: UUID | None = None,
    after: UUID | None = None,
    size: int = SHOWN,
) -> Found:
    """Lines with these words in one case, or in all that the viewer may read.

    Leaves a line in the access table for each case that a line is shown of. Raises ``NotFound`` for a case
    outside whose circle the viewer stands.
    """
    case = None
    if case_id is not None:
        case = reads.case(viewer=viewer, case_id=case_id, now=now, what="search")
    asked = sought(words)
    if not asked or not viewer.is_active:
        return Found(asked, [], None, case)
    keys = finding.newest(
        asked,
        visible=reads.visible_ids(viewer, now),
        case_id=case.pk if case else None,
        agency_id=viewer.agency_id,
        before=_row_of(after, viewer, now) if after else finding.NEWEST,
        size=size + 1,
    )
    lines = _in_order(keys[:size])
    if case is None:
        read = {line.entry.case_id: line.entry.case for line in lines}
        looked.note_all(viewer=viewer, cases=read.values(), now=now, what="search")
    return Found(asked, lines, keys[size - 1] if len(keys) > size else None, case)


def _row_of(after: UUID, viewer: Account, now: datetime) -> int:
    """The row of the index to go on from; beyond all of them for a line that the viewer may not read."""
    visible = Case.objects.visible_to(viewer, now)
    last = ChronologyWords.objects.filter(entry=after, entry__case__in=visible)
    return last.values_list("pk", flat=True).first() or finding.NEWEST


def _in_order(keys: Sequence[UUID]) -> list[Line]:
    entries = ChronologyEntry.objects.filter(pk__in=keys).select_related("case__person")
    entries = entries.only(*OF_LINE, *OF_CASE)
    by_key = {line.entry.pk: line for line in shown(entries)}
    return [by_key[key] for key in keys if key in by_key]
