"""Starting the clocks that an event on a case starts; for use inside an operation, of this room or above."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sharewell import packs
from sharewell.agencies.models import Account, Agency
from sharewell.agencies.reckoning import reckoning
from sharewell.cases.models import Case
from sharewell.core.timetables import NamedClock
from sharewell.followup.models import CaseClock


def here(agency: Agency) -> list[NamedClock]:
    """The clocks of law, guidance and habit that hold where an agency is, in the order of the pack."""
    places = {agency.jurisdiction, agency.state}
    return [each for each in packs.clocks().values() if places & set(each.places)]


def started_by(agency: Agency) -> dict[str, list[NamedClock]]:
    """The clocks that each event starts where an agency is; events that start none are left out."""
    found: dict[str, list[NamedClock]] = {event: [] for event in packs.clock_events()}
    for each in here(agency):
        for event in each.events:
            found[event].append(each)
    return {event: rows for event, rows in found.items() if rows}


def start(
    *,
    case: Case,
    event: str,
    at: datetime,
    owner: Account,
    by: Account | None,
    form_key: UUID,
    now: datetime,
    note: str = "",
) -> list[CaseClock]:
    """Start the clocks that an event of ``at`` (aware) starts where the case is; each once for that moment."""
    counted = reckoning(case.agency, at)
    share = packs.clock_rules().share
    made = []
    for named in started_by(case.agency).get(event, ()):
        due_at = counted.due(named.within, at)
        row, new = CaseClock.objects.get_or_create(
            case=case,
            clock=named.id,
            started_at=at,
            defaults={
                "agency": case.agency,
                "event": event,
                "owner": owner,
                "note": note,
                "recorded_at": now,
                "recorded_by": by,
                "counted_by": f"{counted.named}, {counted.zone}",
                "due_at": due_at,
                "soon_at": at + (due_at - at) * share,
                "form_key": form_key,
            },
        )
        if new:
            made.append(row)
    return made


def as_json(rows: Iterable[CaseClock]) -> list[dict[str, str]]:
    """Clocks as what evidence commits to."""
    return [
        {
            "id": row.pk.hex,
            "clock": row.clock,
            "event": row.event,
            "owner": row.owner_id.hex,
            "started_at": row.started_at.isoformat(),
            "due_at": row.due_at.isoformat(),
            "counted_by": row.counted_by,
        }
        for row in rows
    ]
