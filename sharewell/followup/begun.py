"""What the record itself shows to have happened that starts clocks, and whose clocks do not run yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from sharewell import packs
from sharewell.agencies.models import Agency
from sharewell.cases.models import Allegation, Marking
from sharewell.core.clockrules import Shown
from sharewell.disclosures.models import Disclosure
from sharewell.followup import casing
from sharewell.followup.models import CaseClock


@dataclass(frozen=True, slots=True)
class Begun:
    """An event of packs/clocks.yaml that the record of a case shows, and when it happened (aware)."""

    case_id: UUID
    event: str
    at: datetime


def begun(_now: datetime) -> list[Begun]:
    """Everything recorded that starts clocks where the agency is, and has not started them yet."""
    shows = packs.clock_rules().shows
    found: list[Begun] = []
    for agency in Agency.objects.filter(cases__isnull=False).distinct():
        here = casing.started_by(agency)
        for row in shows:
            if row.event in here and _fits(row, agency):
                found += (
                    Begun(case, row.event, at) for case, at in RECORDS[row.record](row, agency)
                )
    return found


def _fits(row: Shown, agency: Agency) -> bool:
    by_kind = not row.sender_kinds or agency.kind in row.sender_kinds
    return by_kind and (not row.regimes or bool(set(row.regimes) & set(agency.regimes)))


def _marked(row: Shown, agency: Agency) -> Iterator[tuple[UUID, datetime]]:
    """Entries that say so; one that was corrected counts no more. Recorded by hand for the same moment: runs."""
    runs = CaseClock.objects.filter(
        case=OuterRef("case"), event=row.event, started_at=OuterRef("event_at")
    )
    rows = Marking.objects.filter(
        ~Exists(runs),
        agency=agency,
        event=row.mark,
        ended_at=None,
        line__corrected_by=None,
        case__state="open",
        case__person__subject_kind__in=row.subjects,
    )
    yield from rows.values_list("case_id", "event_at")


def _allegations(row: Shown, agency: Agency) -> Iterator[tuple[UUID, datetime]]:
    """Allegations that somebody inside looks after, and that have no outcome; several people count for any of them."""
    rows = Allegation.objects.filter(
        ~Exists(_any_of(row.event, "case")),
        case__agency=agency,
        case__state="open",
        outside={},
        outcomes=None,
        concern__on_cases__case__person__subject_kind__in=row.subjects,
    )
    yield from rows.values_list("case_id", "concern__raised_at").distinct()


def _emergencies(row: Shown, agency: Agency) -> Iterator[tuple[UUID, datetime]]:
    """Emergency messages whose reasons nobody has written yet."""
    rows = Disclosure.objects.filter(
        ~Exists(_any_of(row.event, "case", started_at=OuterRef("sent_at"))),
        agency=agency,
        route="emergency",
        state="sent",
        completed_at=None,
        case__state="open",
        case__person__subject_kind__in=row.subjects,
    )
    for case_id, sent_at in rows.values_list("case_id", "sent_at"):
        if sent_at is not None:
            yield case_id, sent_at


def _any_of(event: str, case: str, **more: Any) -> QuerySet[CaseClock]:
    return CaseClock.objects.filter(case=OuterRef(case), event=event, **more)


RECORDS = {"mark": _marked, "allegation": _allegations, "emergency": _emergencies}
