"""Who may act, who is on duty, who receives what: reads of agencies, always for a viewer or an agency."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from sharewell import packs
from sharewell.agencies.access import NotAllowed, NotFound, Refusal
from sharewell.agencies.agreements import (
    Route,
    agreement_between,
    agreement_state,
    partner_ids,
    routes,
)
from sharewell.agencies.kept import kept
from sharewell.agencies.models import Absence, Account, Agency, Duty, Function, RoleHeld

if TYPE_CHECKING:
    from sharewell.core.policy import Policy

__all__ = [
    "CASEWORK",
    "NobodyOnDuty",
    "Route",
    "agreement_between",
    "agreement_state",
    "colleagues",
    "decider",
    "function",
    "function_outside",
    "holders",
    "is_on_duty",
    "may",
    "on_duty",
    "policy_for",
    "receives",
    "require",
    "roles",
    "routes",
]

CASEWORK = ("practitioner", "manager", "safeguarding_lead")


class NobodyOnDuty(Refusal):
    """No duty, lead or deputy without a conflict could be found in the agency."""

    code = "nobody_on_duty"
    status = 409
    sentence = (
        "Nobody is on duty who may receive this. What you typed is kept. Ring your safeguarding lead "
        "now; in danger ring the emergency number at the top of the page."
    )


def roles(*, viewer: Account, now: datetime) -> frozenset[str]:
    """The roles that the viewer holds at this moment; none when the account is switched off."""
    if not viewer.is_active:
        return frozenset()
    return frozenset(_roles(account=viewer.pk, now=now))


@kept
def _roles(*, account: UUID, now: datetime) -> QuerySet[RoleHeld, str]:
    return RoleHeld.objects.current(now).filter(account=account).values_list("role", flat=True)


def may(*, viewer: Account, now: datetime, any_of: Iterable[str]) -> bool:
    """Whether the viewer holds one of these roles at this moment."""
    return not roles(viewer=viewer, now=now).isdisjoint(any_of)


def receives(*, viewer: Account) -> bool:
    """Whether the viewer works in a receiving function, be it of a partner or of their own agency."""
    return viewer.is_active and bool(_receives(account=viewer.pk))


@kept
def _receives(*, account: UUID) -> QuerySet[Function, UUID]:
    return Function.objects.filter(staff=account, active=True).values_list("pk", flat=True)[:1]


def require(*, viewer: Account, now: datetime, any_of: Iterable[str]) -> None:
    """Go on only when the viewer holds one of these roles; raises :class:`NotAllowed`."""
    if not may(viewer=viewer, now=now, any_of=any_of):
        raise NotAllowed


def holders(
    *, agency: Agency, role: str, now: datetime, without: Collection[Account] = ()
) -> list[Account]:
    """The active accounts of an agency that hold a role now, longest first, without those named."""
    held = (
        RoleHeld.objects.current(now)
        .filter(role=role, account__agency=agency, account__is_active=True)
        .exclude(account__in=without)
        .exclude(account__in=Absence.objects.current(now).values("account"))
        .select_related("account")
        .order_by("starts_at", "id")
    )
    return [row.account for row in held]


def on_duty(
    *, agency: Agency, kind: str, now: datetime, without: Collection[Account] = ()
) -> Account:
    """The first person who answers for this duty now and is not one of ``without``.

    Falls back from the manager on duty to the on-call manager, the safeguarding lead and the governance
    lead, so that a concern never waits for a rota. Raises :class:`NobodyOnDuty`.
    """
    kinds = ["manager_on_duty", "on_call_manager"] if kind == "manager_on_duty" else [kind]
    for each in kinds:
        found = (
            Duty.objects.filter(agency=agency, kind=each, starts_at__lte=now)
            .filter(Q(ends_at=None) | Q(ends_at__gt=now))
            .filter(account__is_active=True)
            .exclude(account__in=without)
            .exclude(account__in=Absence.objects.current(now).values("account"))
            .select_related("account")
            .order_by("rank", "-starts_at", "id")
            .first()
        )
        if found is not None:
            return found.account
    for role in ("safeguarding_lead", "governance_lead"):
        for account in holders(agency=agency, role=role, now=now, without=without):
            return account
    raise NobodyOnDuty


def is_on_duty(*, viewer: Account, kind: str, now: datetime) -> bool:
    """Whether the viewer holds this duty at this moment."""
    return (
        Duty.objects.filter(account=viewer, agency_id=viewer.agency_id, kind=kind)
        .filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)
        .exists()
    )


def decider(
    *,
    agency: Agency,
    decider_role: str,
    now: datetime,
    without: Collection[Account] = (),
) -> tuple[Account, Account | None]:
    """Who decides a question referred to this role, and the deputy who takes over.

    ``decider_role`` is one of the vocabulary's deciders. The privacy officer, data protection officer and
    Caldicott guardian are the agency's governance leads. The deputy is the next holder, or the on-call
    manager. Raises :class:`NobodyOnDuty`.
    """
    if decider_role == "on_call_manager":
        first = on_duty(agency=agency, kind="on_call_manager", now=now, without=without)
        people = [first]
    else:
        role = "safeguarding_lead" if decider_role == "safeguarding_lead" else "governance_lead"
        people = holders(agency=agency, role=role, now=now, without=without)
    if len(people) < 2:
        try:
            avoid = [*without, *people]
            people.append(on_duty(agency=agency, kind="on_call_manager", now=now, without=avoid))
        except NobodyOnDuty:
            if not people:
                raise
    return people[0], people[1] if len(people) > 1 else None


def colleagues(*, viewer: Account) -> list[Account]:
    """The active accounts of the viewer's own agency, by name."""
    found = Account.objects.filter(agency_id=viewer.agency_id, is_active=True)
    return list(found.select_related("team").order_by("name"))


def function(*, viewer: Account, function_id: UUID) -> Function:
    """An active receiving function of the viewer's jurisdiction by its id; raises :class:`NotFound`."""
    near = Function.objects.filter(active=True, agency__jurisdiction=viewer.agency.jurisdiction)
    found = near.select_related("agency").filter(pk=function_id).first()
    if found is None:
        raise NotFound
    return found


def functions(*, viewer: Account) -> list[Function]:
    """The active receiving functions of the viewer's jurisdiction outside their own agency, by agency and name."""
    near = Function.objects.filter(active=True, agency__jurisdiction=viewer.agency.jurisdiction)
    found = near.exclude(agency=viewer.agency_id).select_related("agency")
    return list(found.order_by("agency__name", "name"))


def function_outside(*, agency: Agency, roles: Sequence[str], now: datetime) -> Function | None:
    """The function of another agency to turn to, by the order of these recipient roles, or None.

    Partners under an agreement in force come before the rest; only one with a telephone number is found.
    """
    near = (
        Function.objects.filter(active=True, role__in=roles)
        .filter(agency__jurisdiction=agency.jurisdiction, agency__state=agency.state)
        .exclude(agency=agency)
        .exclude(phone="")
        .select_related("agency")
    )
    partners = partner_ids(agency=agency, now=now)
    return min(
        near,
        key=lambda each: (
            each.agency_id not in partners,
            roles.index(each.role),
            each.agency.name,
            each.name,
        ),
        default=None,
    )


def policy_for(agency: Agency) -> Policy:
    """The policy pack that an agency's decisions are made under."""
    return packs.policy(agency.jurisdiction, agency.state or None)


def accounts_by_email(*, emails: Iterable[str]) -> dict[str, Account]:
    """The active accounts with these e-mail addresses, by address, with their agency: for the demo's cast."""
    found = Account.objects.filter(email__in=list(emails), is_active=True)
    return {account.email: account for account in found.select_related("agency")}
