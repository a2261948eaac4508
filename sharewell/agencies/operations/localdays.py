"""An agency's own closing days and opening hours: added and withdrawn, never altered; none of it is about a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sharewell import packs
from sharewell.agencies import localdays
from sharewell.agencies.access import Invalid
from sharewell.agencies.acting import acting
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account, LocalDays
from sharewell.agencies.queries import require


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days as they were entered: closed on them, or open on ``weekdays`` between two local times."""

    kind: str
    name: str
    first: date | None
    last: date | None = None
    weekdays: Sequence[int] = ()
    opens: time | None = None
    closes: time | None = None


@operation("local_days.added")
def local_days_add(
    *, account: Account, days: Days, reason: str, form_key: UUID, now: datetime
) -> LocalDays:
    """Enter days on which the account's agency is closed, or its opening hours; the same form adds once.

    They count for clocks that start from now on where this agency receives; clocks that run keep their due
    date. For administrators and governance leads. Raises ``NotAllowed``, and ``Invalid`` by field.
    """
    require(viewer=account, now=now, any_of=acting(localdays.KEEP))
    before = LocalDays.objects.filter(form_key=form_key, agency=account.agency).first()
    if before is not None:
        return unchanged(before)
    first = days.first
    errors = _wrong(days, now.astimezone(ZoneInfo(account.agency.time_zone)).date())
    if not reason.strip():
        errors["reason"] = ["Say why, in a few words."]
    if errors or first is None:
        raise Invalid(errors)
    open_on = days.kind == "hours"
    row = LocalDays.objects.create(
        agency=account.agency,
        kind=days.kind,
        name=days.name,
        first=first,
        last=days.last if open_on else days.last or first,
        weekdays=sorted(set(days.weekdays)) if open_on else [],
        opens=days.opens if open_on else None,
        closes=days.closes if open_on else None,
        reason=reason,
        added_at=now,
        added_by=account,
        form_key=form_key,
    )
    _leave(row, account, now, {"name": row.name, "reason": reason})
    return row


@operation("local_days.withdrawn")
def local_days_withdraw(*, account: Account, local_id: UUID, why: str, now: datetime) -> LocalDays:
    """Take days out of the agency's calendar again, for clocks that start from now on; with the reason.

    Raises ``NotAllowed``, ``NotFound``, and ``Invalid`` without a reason.
    """
    found = localdays.standing(viewer=account, local_id=local_id, now=now)
    row = LocalDays.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.withdrawn_at is not None:
        return unchanged(row)
    if not why.strip():
        raise Invalid({"why": ["Say why, in a few words."]})
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = now, account, why
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    _leave(row, account, now, {"why": why})
    return row


def _wrong(days: Days, today: date) -> dict[str, list[str]]:
    """What is wrong with the days as entered, by field."""
    most = packs.clock_rules().limits["closed_days"]
    errors: dict[str, list[str]] = {}
    if days.kind not in LocalDays.KINDS:
        errors["kind"] = ["Choose one of the two."]
    if not days.name.strip():
        errors["name"] = ["Say what people call it."]
    if days.first is None:
        errors["first"] = ["Give the first day."]
    elif days.first < today:
        errors["first"] = ["Give a day that has not passed: what has been counted stays as it is."]
    elif days.last and days.last < days.first:
        errors["last"] = ["The last day is before the first."]
    elif days.kind == "closed" and days.last and (days.last - days.first).days >= most:
        errors["last"] = [f"Close for {most} days at most, so that no clock is put off unseen."]
    if days.kind == "hours":
        if not days.weekdays or not set(days.weekdays) <= set(range(7)):
            errors["weekdays"] = ["Choose at least one day of the week."]
        if days.opens is None or days.closes is None or days.opens >= days.closes:
            errors["closes"] = ["Give the times it opens and closes, on the same day."]
    return errors


def _leave(row: LocalDays, account: Account, now: datetime, what: dict[str, Any]) -> None:
    about = {
        "id": row.pk.hex,
        "kind": row.kind,
        "first": str(row.first),
        "last": str(row.last) if row.last else None,
        "weekdays": row.weekdays,
        "opens": str(row.opens) if row.opens else None,
        "closes": str(row.closes) if row.closes else None,
        **what,
    }
    record(at=now, agency=row.agency, actor=account, things={"local_days": about})
