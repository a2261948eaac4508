"""An agency's own closing days and opening hours, as the one who keeps them sees them; nothing is about a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.acting import acting
from sharewell.agencies.models import Account, LocalDays
from sharewell.agencies.queries import may, require
from sharewell.agencies.reckoning import Reckoning, reckoning

KEEP = "local_days_keep"  # of packs/acts.yaml


@dataclass(frozen=True, slots=True)
class Shown:
    """The calendar of an agency as it stands: by what it counts, the next days off, and its own rows."""

    reckoning: Reckoning
    open_now: bool
    holidays: Sequence[tuple[date, str]]  # of the next year or so
    rows: Sequence[LocalDays]  # those that stand, the first day first
    withdrawn: Sequence[LocalDays]


def keeps(*, viewer: Account, now: datetime) -> bool:
    """Whether the viewer keeps the calendar of their agency."""
    return may(viewer=viewer, now=now, any_of=acting(KEEP))


def calendar(*, viewer: Account, now: datetime) -> Shown:
    """The calendar of the viewer's agency; raises ``NotAllowed`` for all but its keepers."""
    require(viewer=viewer, now=now, any_of=acting(KEEP))
    agency = viewer.agency
    counted = reckoning(agency, now)
    today = now.astimezone(ZoneInfo(agency.time_zone)).date()
    off = counted.calendar.holidays.items()
    ahead = today + timedelta(days=packs.directory().limits["calendar_ahead"])
    rows = list(
        LocalDays.objects.filter(agency=agency)
        .select_related("added_by", "withdrawn_by")
        .order_by("first", "added_at")
    )
    return Shown(
        reckoning=counted,
        open_now=counted.open_at(now),
        holidays=[each for each in sorted(off) if today <= each[0] <= ahead],
        rows=[each for each in rows if each.withdrawn_at is None],
        withdrawn=[each for each in rows if each.withdrawn_at is not None],
    )


def standing(*, viewer: Account, local_id: UUID, now: datetime) -> LocalDays:
    """One row of the viewer's agency that stands; raises ``NotAllowed`` and ``NotFound``."""
    require(viewer=viewer, now=now, any_of=acting(KEEP))
    rows = LocalDays.objects.filter(agency_id=viewer.agency_id, withdrawn_at=None)
    found = rows.select_related("agency").filter(pk=local_id).first()
    if found is None:
        raise NotFound
    return found
