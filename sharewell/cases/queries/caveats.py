"""Reads of caveats: which stand in a case, and which of its fields may not be passed on to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.kept import kept
from sharewell.agencies.models import Account
from sharewell.cases.models import Case, Caveat, ChronologyEntry
from sharewell.cases.queries import cases as reads
from sharewell.core.needtoknow import CaveatKind

EXTRACT = "chronology.extract"
ASK_FIRST = "Ask before sharing it further."  # of a kind that the pack no longer knows


@dataclass(frozen=True, slots=True)
class LineCaveat:
    """A caveat as a line of the timeline carries it: its kind, its words in full, and whether it keeps the line in.

    ``stays``: no copy holds the line, for it names no recipient: whoever gave it is to agree first, or it is kept
    from some.
    """

    label: str
    words: str
    stays: bool


def caveats(case: Case) -> list[Caveat]:
    """The caveats that stand in a case that was fetched with its viewer, with what was agreed."""
    standing = Caveat.objects.filter(case=case, lifted_at=None).select_related("entry", "set_by")
    return list(standing.prefetch_related("agreements").order_by("set_at", "pk"))


def line_caveats(*among: Case) -> dict[UUID, list[LineCaveat]]:
    """What stands on lines of the timelines of cases fetched with their viewer, by line.

    A line that corrects one under a caveat is under it too.
    """
    rows = Caveat.objects.filter(lifted_at=None, entry__isnull=False).order_by("set_at", "pk")
    several = len(among) != 1
    standing_on = list(rows.filter(case__in=among)) if several else _on_lines(case=among[0].pk)
    kinds = packs.caveats()
    found = _with_corrections(standing_on)
    return {
        line: [
            LineCaveat(_label(each, kinds), caveat_words(each, kinds), _stays(each, kinds))
            for each in standing
        ]
        for line, standing in found.items()
    }


@kept
def _on_lines(*, case: UUID) -> QuerySet[Caveat]:
    rows = Caveat.objects.filter(case=case, lifted_at=None, entry__isnull=False)
    return rows.order_by("set_at", "pk")


def caveat_words(caveat: Caveat, kinds: Mapping[str, CaveatKind]) -> str:
    """What travels with whatever goes under a caveat: what it says, who gave it, on which conditions."""
    says = kinds[caveat.kind].says if caveat.kind in kinds else ASK_FIRST
    return " ".join(filter(None, (f"{says} From {caveat.originator}.", caveat.conditions)))


def _label(caveat: Caveat, kinds: Mapping[str, CaveatKind]) -> str:
    return kinds[caveat.kind].label if caveat.kind in kinds else caveat.kind


def _asks(caveat: Caveat, kinds: Mapping[str, CaveatKind]) -> bool:
    """Whether the originator is asked first; also of a kind that the pack no longer knows."""
    return caveat.kind not in kinds or kinds[caveat.kind].onward == "ask"


def _never(caveat: Caveat, kinds: Mapping[str, CaveatKind]) -> frozenset[str]:
    """The recipient roles from which it is kept."""
    return kinds[caveat.kind].never if caveat.kind in kinds else frozenset()


def _stays(caveat: Caveat, kinds: Mapping[str, CaveatKind]) -> bool:
    return _asks(caveat, kinds) or bool(_never(caveat, kinds))


def _with_corrections(of_lines: Sequence[Caveat]) -> dict[UUID, list[Caveat]]:
    """Caveats by line, those of a line also on the lines that correct it, and so on."""
    found: dict[UUID, list[Caveat]] = {}
    for each in of_lines:
        if each.entry_id:
            found.setdefault(each.entry_id, []).append(each)
    if not found:
        return {}
    newer = ChronologyEntry.objects.filter(
        case__in={each.case_id for each in of_lines}, corrects__isnull=False
    )
    # A correction is numbered after what it corrects.
    for line, corrects in newer.order_by("line").values_list("pk", "corrects_id"):
        if corrects in found:
            found[line] = [*found[corrects], *found.get(line, [])]
    return found


def caveat(*, viewer: Account, caveat_id: UUID, now: datetime) -> Caveat:
    """One caveat of a case the viewer may read; raises ``NotFound``."""
    rows = Caveat.objects.filter(case__in=Case.objects.visible_to(viewer, now), pk=caveat_id)
    found = rows.select_related("case__agency", "case__person", "entry").first()
    if found is None:
        raise NotFound
    reads.case(viewer=viewer, case_id=found.case_id, now=now, what="caveat")
    return found


def caveated(case: Case, extract: Sequence[str] | None = None) -> dict[str, list[Caveat]]:
    """The catalogue fields of a case under a caveat that stands, each with its caveats.

    The extract of the chronology is under those of the lines chosen for it; ``extract`` are lines chosen in place
    of those of the case.
    """
    found: dict[str, list[Caveat]] = {}
    lines = []
    for each in caveats(case):
        if each.field:
            found.setdefault(each.field, []).append(each)
        else:
            lines.append(each)
    if lines and extract is None:
        known = reads.known_fields(case).get(EXTRACT)
        extract = known.items if known else []
    if lines and extract:
        chosen = _chosen(_with_corrections(lines), extract)
        if chosen:
            found.setdefault(EXTRACT, []).extend(chosen)
    return found


def _chosen(of_line: Mapping[UUID, Sequence[Caveat]], items: Sequence[str]) -> list[Caveat]:
    """The caveats of lines that are among the items chosen; an item ends with the words of its line."""
    texts = ChronologyEntry.objects.filter(pk__in=list(of_line)).values_list("pk", "text")
    flat = [" ".join(item.split()) for item in items]
    among = [pk for pk, text in texts if any(i.endswith(" ".join(text.split())) for i in flat)]
    return list({each.pk: each for line in among for each in of_line[line]}.values())


def must_ask(of_field: Mapping[str, Sequence[Caveat]], recipient_role: str) -> frozenset[str]:
    """The fields that wait for an originator to agree that this kind of recipient gets them.

    A caveat of a kind that the pack no longer knows waits as well.
    """
    kinds = packs.caveats()

    def waits(each: Caveat) -> bool:
        agreed = any(row.recipient_role == recipient_role for row in each.agreements.all())
        return not agreed and (_asks(each, kinds) or recipient_role in _never(each, kinds))

    return frozenset(field for field, rows in of_field.items() if any(map(waits, rows)))
