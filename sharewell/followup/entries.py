"""What the operations of the directory share: an entry held as it was read, marked as verified, its task closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sharewell.agencies import directory
from sharewell.agencies.access import Conflict
from sharewell.agencies.models import Account
from sharewell.cases import records

TASK = "directory_verify"


class EntryChanged(Conflict):
    """Somebody else changed the entry after the writer read it."""

    code = "directory_entry_changed"


def held_as_read(thing: Any, seen: int) -> Any:
    """The row of an entry, locked; raises :class:`EntryChanged` where it is not the revision that was read."""
    rows = type(thing).objects.select_for_update(of=("self",)).select_related("agency")
    held = rows.get(pk=thing.pk)
    if held.revision != seen:
        raise EntryChanged
    return held


def mark_verified(thing: Any, account: Account, now: datetime, *, changed: bool = True) -> None:
    """Mark an entry as found right today, and close what asked for it; the caller saves."""
    thing.verified_on = directory.local_day(thing.agency, now)
    thing.verified_by, thing.verify_asked_at = account, None
    thing.revision += changed
    close_asked(thing, account, now)


def close_asked(thing: Any, account: Account, now: datetime) -> None:
    """Close the task that asks for an entry to be verified."""
    records.close_tasks(about_id=thing.pk, kinds=[TASK], now=now, by=account)
