"""Training and vetting as those who roster see it, and each person their own; nothing of it is about a case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.acting import acting
from sharewell.agencies.models import Account, Agency, Duty, RoleHeld, StaffCheck
from sharewell.agencies.queries import may, require
from sharewell.core.staffchecks import CheckKind

KEEP = "staff_checks_keep"  # of packs/acts.yaml
LACKS = ("expired", "missing")


@dataclass(frozen=True, slots=True)
class Line:
    """How one kind stands for one person: in_date, soon, expired or missing; ``check`` is None where it is missing."""

    kind: CheckKind
    check: StaffCheck | None
    state: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person with every kind that they need or have."""

    account: Account
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """Those whom the viewer may see: all of the agency for those who roster, else the viewer alone."""

    people: tuple[Person, ...]
    rosters: bool


def roster(*, viewer: Account, now: datetime) -> Roster:
    """How training and vetting stand, in three questions to the database."""
    rosters = may(viewer=viewer, now=now, any_of=acting(KEEP))
    rows = Account.objects.filter(agency_id=viewer.agency_id, is_active=True)
    people = list(rows.order_by("name") if rosters else rows.filter(pk=viewer.pk))
    return Roster(tuple(_people(people, viewer.agency, now)), rosters)


def person(*, viewer: Account, account_id: UUID, now: datetime) -> Person:
    """One colleague, for those who roster; raises ``NotAllowed`` and ``NotFound``."""
    require(viewer=viewer, now=now, any_of=acting(KEEP))
    found = Account.objects.filter(pk=account_id, agency_id=viewer.agency_id, is_active=True)
    of = found.select_related("agency").first()
    if of is None:
        raise NotFound
    return _people([of], of.agency, now)[0]


def check(*, viewer: Account, check_id: UUID, now: datetime) -> StaffCheck:
    """One record of a colleague that stands, for those who roster; raises ``NotAllowed`` and ``NotFound``."""
    require(viewer=viewer, now=now, any_of=acting(KEEP))
    rows = StaffCheck.objects.filter(account__agency_id=viewer.agency_id, withdrawn_at=None)
    found = rows.select_related("account__agency", "seen_by").filter(pk=check_id).first()
    if found is None:
        raise NotFound
    return found


def lacking(*, account: Account, holds: Collection[str], now: datetime) -> list[Line]:
    """What is missing or has run out for roles or duties that somebody is to hold.

    Nothing in an agency that keeps none of this here: it keeps it elsewhere.
    """
    if not StaffCheck.objects.filter(account__agency_id=account.agency_id).exists():
        return []
    today = local_day(account.agency, now)
    newest = _newest([account])
    kinds = (k for k in packs.staff_checks().of(account.agency.jurisdiction))
    lines = [
        _line(kind, newest.get((account.pk, kind.id)), today)
        for kind in kinds
        if not set(kind.needed_for).isdisjoint(holds)
    ]
    return [each for each in lines if each.state in LACKS]


def pointed_out(account: Account, lacks: Sequence[Line]) -> str:
    """What is missing, in a sentence for whoever appoints."""
    said = "; ".join(f"{each.kind.label}, {_how(each)}" for each in lacks)
    return f"{account.name}: {said}. Choose somebody else, or say here why they are appointed all the same."


def local_day(agency: Agency, now: datetime) -> date:
    """The day of a moment where an agency is."""
    return now.astimezone(ZoneInfo(agency.time_zone)).date()


def expiring(now: datetime) -> list[UUID]:
    """Records that it is time to renew or that have run out, where nobody was asked yet; for the clock."""
    rows = StaffCheck.objects.filter(asked_at=None, withdrawn_at=None, account__is_active=True)
    waiting = rows.exclude(expires_on=None).select_related("account__agency")
    kinds = packs.staff_checks().kinds
    return [
        each.pk
        for each in waiting.order_by("expires_on")
        if (kind := kinds.get(each.kind))
        and kind.state(each.expires_on, local_day(each.account.agency, now)) != "in_date"
    ]


def _people(people: Sequence[Account], agency: Agency, now: datetime) -> list[Person]:
    held: dict[UUID, set[str]] = {}
    for account_id, role in (
        RoleHeld.objects.current(now).filter(account__in=people).values_list("account", "role")
    ):
        held.setdefault(account_id, set()).add(role)
    duties = Duty.objects.filter(account__in=people).filter(Q(ends_at=None) | Q(ends_at__gt=now))
    for account_id, duty in duties.values_list("account", "kind"):
        held.setdefault(account_id, set()).add(duty)
    newest, today = _newest(people), local_day(agency, now)
    kinds = packs.staff_checks().kinds.values()
    return [
        Person(
            each,
            tuple(
                _line(kind, found, today)
                for kind in kinds
                if (found := newest.get((each.pk, kind.id))) is not None
                or (
                    agency.jurisdiction in kind.places
                    and not held.get(each.pk, set()).isdisjoint(kind.needed_for)
                )
            ),
        )
        for each in people
    ]


def _newest(people: Sequence[Account]) -> dict[tuple[UUID, str], StaffCheck]:
    """The newest of each kind that stands, by account and kind."""
    rows = StaffCheck.objects.filter(account__in=people, withdrawn_at=None)
    ordered = rows.select_related("seen_by").order_by("done_on", "recorded_at")
    return {(each.account_id, each.kind): each for each in ordered}


def _line(kind: CheckKind, found: StaffCheck | None, today: date) -> Line:
    state = kind.state(found.expires_on, today) if found else "missing"
    return Line(kind, found, state)


def _how(line: Line) -> str:
    if line.check is None or line.check.expires_on is None:
        return "not recorded"
    day = line.check.expires_on
    return f"ran out on {day.day} {day:%B %Y}"
