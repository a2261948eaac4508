"""Training and vetting: recorded by somebody who saw it, withdrawn where it was wrong, asked for again before it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sharewell import packs
from sharewell.agencies import staffchecks
from sharewell.agencies.access import Invalid
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account, StaffCheck
from sharewell.agencies.queries import on_duty
from sharewell.cases import records

TASK = "staff_check_renew"
ENDING_AT_MOST = 4  # of the number of a certificate, never more


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A certificate as it was seen; ``expires_on`` None: as long as its kind counts."""

    kind: str
    done_on: date
    seen_on: date
    expires_on: date | None = None
    ending: str = ""


@operation("staff_check.recorded")
def staff_check_record(
    *, account: Account, of_id: UUID, seen: Seen, form_key: UUID, now: datetime
) -> StaffCheck:
    """Record that one saw a colleague's certificate: its kind and days, never what it says; the same form once.

    For managers, safeguarding leads and administrators, and never of themselves. Closes the task to have the kind
    renewed. Raises ``NotAllowed``, ``NotFound``, and ``Invalid`` by field.
    """
    of = staffchecks.person(viewer=account, account_id=of_id, now=now).account
    before = StaffCheck.objects.filter(form_key=form_key, account=of).first()
    if before is not None:
        return unchanged(before)
    if errors := _wrong(account, of, seen, staffchecks.local_day(of.agency, now)):
        raise Invalid(errors)
    kind = packs.staff_checks().kinds[seen.kind]
    older = list(StaffCheck.objects.filter(account=of, kind=seen.kind).values_list("pk", flat=True))
    made = StaffCheck.objects.create(
        account=of,
        kind=seen.kind,
        done_on=seen.done_on,
        expires_on=seen.expires_on or kind.ends(seen.done_on),
        ending=seen.ending,
        seen_on=seen.seen_on,
        seen_by=account,
        recorded_at=now,
        form_key=form_key,
    )
    StaffCheck.objects.filter(pk__in=older, asked_at=None).update(asked_at=now)
    for each in older:
        records.close_tasks(about_id=each, kinds=[TASK], now=now, by=account)
    _leave(made, account, now)
    return made


@operation("staff_check.withdrawn")
def staff_check_withdraw(
    *, account: Account, check_id: UUID, why: str, now: datetime
) -> StaffCheck:
    """Take back what was recorded, with the reason; what was recorded before it counts again.

    Raises ``NotAllowed``, ``NotFound``, and ``Invalid`` without a reason or for one's own.
    """
    found = staffchecks.check(viewer=account, check_id=check_id, now=now)
    if found.account_id == account.pk:
        raise Invalid({"why": ["Somebody else changes what is recorded of you."]})
    if not why.strip() or len(why) > 300:
        raise Invalid({"why": ["Say why, in 300 characters at most."]})
    found.withdrawn_at, found.withdrawn_by, found.withdrawn_why = now, account, why
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    records.close_tasks(about_id=found.pk, kinds=[TASK], now=now, by=account)
    _leave(found, account, now)
    return found


@operation("staff_check.asked")
def staff_check_ask(*, check_id: UUID, now: datetime) -> StaffCheck:
    """Ask the manager on duty, once, to have a record renewed that ends soon or has ended. For the clock.

    Nobody is asked about themself. Raises ``NobodyOnDuty``; the clock then tries again.
    """
    found = StaffCheck.objects.select_for_update(of=("self",)).get(pk=check_id)
    if found.asked_at is not None or found.withdrawn_at is not None:
        return unchanged(found)
    of = Account.objects.select_related("agency").get(pk=found.account_id)
    owner = on_duty(agency=of.agency, kind="manager_on_duty", now=now, without=[of])
    found.asked_at = now
    found.save(update_fields=["asked_at"])
    records.open_task(agency=of.agency, kind=TASK, owner=owner, now=now, about_id=found.pk)
    _leave(found, None, now)
    return found


def _wrong(account: Account, of: Account, seen: Seen, today: date) -> dict[str, list[str]]:
    """What is wrong with a certificate as it was typed, by field."""
    errors: dict[str, list[str]] = {}
    offered = {each.id: each for each in packs.staff_checks().of(of.agency.jurisdiction)}
    if account == of:
        errors["kind"] = ["Somebody else looks at your own certificate and records it."]
    elif seen.kind not in offered:
        errors["kind"] = ["Choose one of those offered."]
    if seen.done_on > today:
        errors["done_on"] = ["This day has not come yet. Give the day on the certificate."]
    if not seen.done_on <= seen.seen_on <= today:
        errors["seen_on"] = [
            "Give the day on which you saw it, from the day of the certificate to today."
        ]
    if seen.expires_on is not None and seen.expires_on < seen.done_on:
        errors["expires_on"] = ["Give a day after the one on which it was done."]
    if len(seen.ending) > ENDING_AT_MOST:
        errors["ending"] = [f"Give its last {ENDING_AT_MOST} characters, not the whole number."]
    elif seen.ending and seen.kind in offered and not offered[seen.kind].numbered:
        errors["ending"] = ["Leave this empty: nothing of its number is kept for this kind."]
    return errors


def _leave(check: StaffCheck, by: Account | None, now: datetime) -> None:
    ends = check.expires_on.isoformat() if check.expires_on else None
    things: dict[str, object] = {
        "check": {"id": check.pk.hex, "of": check.account_id.hex, "kind": check.kind, "ends": ends}
    }
    if check.withdrawn_at is not None:
        things["withdrawn"] = {"why": check.withdrawn_why}
    record(at=now, agency=check.account.agency, actor=by, things=things)
