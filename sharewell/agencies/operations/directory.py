"""Register who takes part: agencies, accounts, duties and receiving functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings

from sharewell.agencies import staffchecks, systems
from sharewell.agencies.access import Conflict, Invalid
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import (
    DUTIES,
    ROLES,
    Account,
    Agency,
    Duty,
    Function,
    RoleHeld,
    Team,
)
from sharewell.core.webhooks import fault_of


class WebhookChanged(Conflict):
    """Somebody else changed the address after the writer read it."""

    code = "webhook_changed"
    sentence = (
        "Somebody else changed this address while you were writing. Nothing was saved; what you typed is still below. "
        "Look at the address that stands now, then save this again if it still holds."
    )


@operation("agency.registered")
def agency_register(*, now: datetime, actor: Account | None, slug: str, **fields: Any) -> Agency:
    """Take an agency in; ``fields`` are those of :class:`Agency`. Once for each slug."""
    found = Agency.objects.filter(slug=slug).first()
    if found is not None:
        return unchanged(found)
    agency = Agency.objects.create(slug=slug, **fields)
    record(at=now, agency=agency, actor=actor, things={"agency": {"slug": slug}})
    return agency


@operation("account.registered")
def account_register(
    *,
    now: datetime,
    actor: Account | None,
    agency: Agency,
    email: str,
    name: str,
    job_title: str = "",
    team: str = "",
    roles: Sequence[str] = (),
    password: str | None = None,
) -> Account:
    """Give a person an account in an agency with these roles; without a password they cannot sign in yet."""
    wrong = [role for role in roles if role not in ROLES]
    if wrong:
        raise Invalid({"roles": [f"{wrong[0]} is not a role. Roles are: {', '.join(ROLES)}."]})
    found = Account.objects.filter(email=email.lower()).first()
    if found is not None:
        return unchanged(found)
    account = Account.objects.create_user(
        email,
        password,
        name=name,
        job_title=job_title,
        agency=agency,
        team=Team.objects.get_or_create(agency=agency, name=team)[0] if team else None,
    )
    RoleHeld.objects.bulk_create(
        RoleHeld(account=account, role=role, starts_at=now) for role in roles
    )
    things = {"account": {"id": account.id.hex, "roles": sorted(roles)}}
    record(at=now, agency=agency, actor=actor, things=things)
    return account


@operation("duty.assigned")
def duty_assign(
    *,
    now: datetime,
    actor: Account | None,
    account: Account,
    kind: str,
    rank: int = 1,
    ends_at: datetime | None = None,
    despite: str = "",
) -> Duty:
    """Put a person on a duty from now until a moment (None: until changed); once for the same duty.

    ``despite`` is why, although training or vetting that the duty needs is missing or has run out. Raises ``Invalid``
    where that is not said.
    """
    if kind not in DUTIES:
        raise Invalid({"kind": [f"{kind} is not a duty. Duties are: {', '.join(DUTIES)}."]})
    same = Duty.objects.filter(
        account=account, kind=kind, rank=rank, starts_at__lte=now, ends_at=ends_at
    ).first()
    if same is not None and (ends_at is None or ends_at > now):
        return unchanged(same)
    lacks = staffchecks.lacking(account=account, holds=[kind], now=now)
    if lacks and not despite.strip():
        raise Invalid({"despite": [staffchecks.pointed_out(account, lacks)]})
    duty = Duty.objects.create(
        agency=account.agency,
        account=account,
        kind=kind,
        rank=rank,
        starts_at=now,
        ends_at=ends_at,
    )
    said: dict[str, object] = {"account": account.id.hex, "kind": kind, "rank": rank}
    if lacks:
        said |= {"lacks": [each.kind.id for each in lacks], "despite": despite}
    record(at=now, agency=account.agency, actor=actor, things={"duty": said})
    return duty


@operation("function.registered")
def function_register(
    *,
    now: datetime,
    actor: Account | None,
    agency: Agency,
    slug: str,
    staff: Sequence[Account] = (),
    verified_on: date | None = None,
    **fields: Any,
) -> Function:
    """Take a receiving function of an agency into the directory, with the accounts that staff it.

    Raises ``Invalid`` where the address of its webhook may not be called.
    """
    _check_webhook(fields.get("webhook", ""))
    if fields.get("webhook"):
        fields["webhook_since"] = now
    found = Function.objects.filter(slug=slug).first()
    if found is not None:
        return unchanged(found)
    function = Function.objects.create(agency=agency, slug=slug, verified_on=verified_on, **fields)
    function.staff.set(staff)
    things = {"function": {"slug": slug, "role": function.role}}
    record(at=now, agency=agency, actor=actor, things=things)
    return function


@operation("function.webhook_set")
def function_webhook_set(
    *,
    now: datetime,
    actor: Account | None,
    function: Function,
    address: str,
    seen: str | None = None,
) -> Function:
    """Say where a function's own system takes messages, or (empty) that it takes none from now on.

    Raises ``Invalid`` where that address may not be called, and :class:`WebhookChanged` where it is no longer
    ``seen``, the one that the writer read. What was written down for the address before still goes there.
    """
    systems.require_keeps(actor=actor, function=function, now=now)
    _check_webhook(address)
    held = Function.objects.select_for_update(of=("self",)).select_related("agency")
    function = held.get(pk=function.pk)
    if function.webhook == address:
        return unchanged(function)
    if seen is not None and function.webhook != seen:
        raise WebhookChanged
    function.webhook, function.webhook_since = address, now if address else None
    function.save(update_fields=["webhook", "webhook_since"])
    things = {"function": {"slug": function.slug, "webhook": address}}
    record(at=now, agency=function.agency, actor=actor, things=things)
    return function


def _check_webhook(address: str) -> None:
    fault = fault_of(address, settings.WEBHOOK_PRIVATE_HOSTS) if address else ""
    if fault:
        raise Invalid({"webhook": [fault]})
