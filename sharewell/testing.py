"""The cast of the tests: named people in their agencies, made as plain rows, with the moment they live in.

Alice is a practitioner, Bea her manager, Sam the safeguarding lead, Gita the governance lead and Hana of
human resources at the first agency; Stan is a practitioner there who stands outside every circle. Pat works
the police desk. Olu is a practitioner of another agency. Ada administers and Ivo inspects: neither sees a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.test import Client

from sharewell.agencies.models import Account, Agency, Duty, Function, RoleHeld, Team

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody a test may need; attribute names are first names."""

    agency: Agency
    other_agency: Agency
    police_agency: Agency
    police: Function
    alice: Account
    bea: Account
    sam: Account
    gita: Account
    hana: Account
    pat: Account
    olu: Account
    ada: Account
    ivo: Account
    stranger: Account


def make_cast() -> Cast:
    """Create the agencies, accounts, roles, duties and the police desk; roles began long ago."""
    agency = make_agency("alder-care", "Alder Care", kind="care_provider")
    other = make_agency("birch-homes", "Birch Homes", kind="housing_provider")
    force = make_agency("downshire-police", "Downshire Police", kind="police")
    pat = make_account("Pat Desk", force, "partner")
    bea = make_account("Bea Manager", agency, "manager")
    sam = make_account("Sam Lead", agency, "safeguarding_lead", in_team=False)
    put_on_duty(bea, "manager_on_duty")
    put_on_duty(sam, "on_call_manager")
    return Cast(
        agency=agency,
        other_agency=other,
        police_agency=force,
        police=make_function("Downshire Police public protection desk", force, "police", pat),
        alice=make_account("Alice Practitioner", agency, "practitioner"),
        bea=bea,
        sam=sam,
        gita=make_account("Gita Governance", agency, "governance_lead", in_team=False),
        hana=make_account("Hana People", agency, "hr", in_team=False),
        pat=pat,
        olu=make_account("Olu Elsewhere", other, "practitioner"),
        ada=make_account("Ada Administrator", agency, "administrator"),
        ivo=make_account("Ivo Inspector", agency, "inspector"),
        stranger=make_account("Stan Stranger", agency, "practitioner"),
    )


def make_agency(slug: str, name: str, *, kind: str, jurisdiction: str = "england") -> Agency:
    """Create one agency with a duty phone and one team."""
    agency = Agency.objects.create(
        slug=slug,
        name=name,
        kind=kind,
        jurisdiction=jurisdiction,
        duty_phone="01632 960001",
        out_of_hours_phone="01632 960002",
    )
    Team.objects.create(agency=agency, name="First team")
    return agency


def make_account(
    name: str, agency: Agency, *roles: str, since: datetime = LONG_AGO, in_team: bool = True
) -> Account:
    """Create an account that holds these roles, in the first team or none; it has no password (see sign_in)."""
    first = name.split(maxsplit=1)[0].lower()
    email = f"{first}@{agency.slug}.example"
    team = agency.teams.first() if in_team else None
    account = Account.objects.create_user(email, name=name, agency=agency, team=team)
    RoleHeld.objects.bulk_create(
        RoleHeld(account=account, role=role, starts_at=since) for role in roles
    )
    return account


def make_function(name: str, agency: Agency, role: str, *staff: Account) -> Function:
    """Create a receiving function of a recipient role, staffed by these accounts."""
    slug = f"{agency.slug}-{role.replace('_', '-')}"
    function = Function.objects.create(
        agency=agency,
        slug=slug,
        name=name,
        role=role,
        phone="01632 960100",
        out_of_hours_phone="01632 960101",
        hours="All day, every day",
        email=f"desk@{agency.slug}.example",
        code_email=f"code@{agency.slug}.example",
        verified_on=None,
    )
    function.staff.set(staff)
    return function


def put_on_duty(account: Account, kind: str, *, rank: int = 1, since: datetime = LONG_AGO) -> Duty:
    """Make this account the manager on duty, or on call, from a moment without an end."""
    return Duty.objects.create(
        agency=account.agency, account=account, kind=kind, rank=rank, starts_at=since
    )


def sign_in(client: Client, account: Account) -> Client:
    """Sign an account in without its password; returns the same client."""
    client.force_login(account)
    return client
