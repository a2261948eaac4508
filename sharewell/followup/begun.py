"""What the record itself shows to have happened that starts clocks, and whose clocks do not run yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

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


@dataclass(frozen=True, slots=True)
class _Seen:
    """One thing in the record of a case, whom it is about, and whose case it is."""

    record: str
    mark: str
    case_id: UUID
    at: datetime
    subjects: frozenset[str]
    agency: Agency


def begun(_now: datetime) -> list[Begun]:
    """Everything recorded that starts clocks where the agency is, and has not started them yet.

    Three reads, however many agencies there are; each holds only what is open and unsettled.
    """
    shows = packs.clock_rules().shows
    seen = [
        *_marked([row.mark for row in shows if row.mark]),
        *_allegations(),
        *_emergencies(),
    ]
    found = [
        Begun(each.case_id, row.event, each.at)
        for each in seen
        for row in shows
        if each.record == row.record and each.mark == row.mark and _fits(row, each)
    ]
    return _not_running(found)


def _fits(row: Shown, seen: _Seen) -> bool:
    agency = seen.agency
    return (
        bool(seen.subjects & set(row.subjects))
        and (not row.sender_kinds or agency.kind in row.sender_kinds)
        and (not row.regimes or bool(set(row.regimes) & set(agency.regimes)))
        and row.event in casing.started_by(agency)
    )


def _not_running(found: list[Begun]) -> list[Begun]:
    """Those whose clocks nobody has started for the same moment, by hand or by itself."""
    if not found:
        return []
    running = CaseClock.objects.filter(case__in={each.case_id for each in found})
    known = set(running.values_list("case_id", "event", "started_at"))
    return [each for each in found if (each.case_id, each.event, each.at) not in known]


def _marked(marks: list[str]) -> Iterator[_Seen]:
    """Entries that say so; one that was corrected counts no more."""
    rows = Marking.objects.filter(
        event__in=marks, ended_at=None, line__corrected_by=None, case__state="open"
    )
    for row in rows.select_related("agency", "case__person"):
        about = frozenset({row.case.person.subject_kind})
        yield _Seen("mark", row.event, row.case_id, row.event_at, about, row.agency)


def _allegations() -> Iterator[_Seen]:
    """Allegations that somebody inside looks after, and that have no outcome; the people are all of the concern."""
    rows = Allegation.objects.filter(case__state="open", outside={}, outcomes=None)
    kinds = rows.values_list("pk", "concern__on_cases__case__person__subject_kind")
    about: dict[int, set[str]] = defaultdict(set)
    for pk, kind in kinds:
        about[pk].add(kind)
    for row in rows.select_related("case__agency", "concern") if about else ():
        people = frozenset(about[row.pk])
        at = row.concern.raised_at
        yield _Seen("allegation", "", row.case_id, at, people, row.case.agency)


def _emergencies() -> Iterator[_Seen]:
    """Emergency messages whose reasons nobody has written yet."""
    rows = Disclosure.objects.filter(
        route="emergency", state="sent", completed_at=None, case__state="open"
    ).only("case", "sent_at", "agency", "case__person__subject_kind")
    for row in rows.select_related("agency", "case__person"):
        if row.sent_at is not None:
            about = frozenset({row.case.person.subject_kind})
            yield _Seen("emergency", "", row.case_id, row.sent_at, about, row.agency)
