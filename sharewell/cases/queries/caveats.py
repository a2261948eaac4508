"""Reads of caveats: which stand in a case, and which of its fields may not be passed on to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.cases.models import Case, Caveat
from sharewell.cases.queries import cases as reads

EXTRACT = "chronology.extract"


def caveats(case: Case) -> list[Caveat]:
    """The caveats that stand in a case that was fetched with its viewer, with what was agreed."""
    standing = Caveat.objects.filter(case=case, lifted_at=None).select_related("entry", "set_by")
    return list(standing.prefetch_related("agreements").order_by("set_at", "pk"))


def line_caveats(case: Case) -> dict[UUID, list[str]]:
    """What stands on lines of the timeline of a case fetched with its viewer: by line, in words."""
    kinds = packs.caveats()
    rows = Caveat.objects.filter(case=case, lifted_at=None, entry__isnull=False)
    found: dict[UUID, list[str]] = {}
    for entry_id, kind in rows.order_by("set_at").values_list("entry_id", "kind"):
        found.setdefault(entry_id, []).append(kinds[kind].label if kind in kinds else kind)
    return found


def caveat(*, viewer: Account, caveat_id: UUID, now: datetime) -> Caveat:
    """One caveat of a case the viewer may read; raises ``NotFound``."""
    rows = Caveat.objects.filter(case__in=Case.objects.visible_to(viewer, now), pk=caveat_id)
    found = rows.select_related("case__agency", "case__person", "entry").first()
    if found is None:
        raise NotFound
    reads.case(viewer=viewer, case_id=found.case_id, now=now, what="caveat")
    return found


def caveated(case: Case) -> dict[str, list[Caveat]]:
    """The catalogue fields of a case under a caveat that stands, each with its caveats.

    The extract of the chronology is under those of the lines chosen for it.
    """
    found: dict[str, list[Caveat]] = {}
    lines = []
    for each in caveats(case):
        if each.field:
            found.setdefault(each.field, []).append(each)
        else:
            lines.append(each)
    if lines and (extract := reads.known_fields(case).get(EXTRACT)):
        chosen = [each for each in lines if _among(each, extract.items)]
        if chosen:
            found.setdefault(EXTRACT, []).extend(chosen)
    return found


def _among(caveat: Caveat, items: Sequence[str]) -> bool:
    """Whether the line of a caveat is among the items chosen; an item ends with the words of its line."""
    text = caveat.entry.text if caveat.entry else ""
    return any(item.endswith(text) for item in items)


def must_ask(of_field: Mapping[str, Sequence[Caveat]], recipient_role: str) -> frozenset[str]:
    """The fields that wait for an originator to agree that this kind of recipient gets them.

    A caveat of a kind that the pack no longer knows waits as well.
    """
    kinds = packs.caveats()

    def waits(each: Caveat) -> bool:
        agreed = any(row.recipient_role == recipient_role for row in each.agreements.all())
        return not agreed and (each.kind not in kinds or kinds[each.kind].onward == "ask")

    return frozenset(field for field, rows in of_field.items() if any(map(waits, rows)))
