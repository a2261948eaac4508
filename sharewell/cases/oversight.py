"""Who takes a matter: the first person without a conflict of interest, on a list that ends outside the agency.

The lists are data (``packs/oversight.yaml``). A person named in a concern, their team, and whoever is walled
off from the case is passed over, whatever role or duty they hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from sharewell import packs
from sharewell.agencies.models import Absence, Account, Agency, Duty, RoleHeld
from sharewell.agencies.queries import function_outside
from sharewell.agencies.sites import near_first
from sharewell.cases import records
from sharewell.cases.models import READERS, Case, Task

NOBODY = "Nobody in this agency can take this."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Whom to ring outside the agency because nobody inside can take it, and what to say there.

    ``function_id`` is that of the function in the directory; None where the directory holds none that fits
    and ``name`` and ``phone`` are those of the pack.
    """

    name: str
    phone: str
    out_of_hours_phone: str = ""
    hours: str = ""
    do: str = ""
    role: str = ""
    function_id: UUID | None = None

    @property
    def says(self) -> str:
        """What a person reads: that nobody here can take it, whom to ring, and what to say."""
        later = ""
        if self.out_of_hours_phone and self.out_of_hours_phone != self.phone:
            later = f", out of hours {self.out_of_hours_phone}"
        return f"{NOBODY} Ring {self.name}: {self.phone}{later}. {self.do}"

    def as_json(self) -> dict[str, str]:
        """What is kept, and what evidence commits to."""
        return {
            "name": self.name,
            "phone": self.phone,
            "role": self.role,
            "function": self.function_id.hex if self.function_id else "",
            "says": self.says,
        }


def resolve(
    *,
    agency: Agency,
    case: Case | None,
    purpose: str,
    now: datetime,
    without: Collection[Account] = (),
    subject_kind: str = "adult",
) -> Account | Outside:
    """The first person who may take a matter of a case now, or whom to ring outside the agency.

    ``purpose`` is a list of packs/oversight.yaml (``triage``, ``oversight``, ``break_glass``, ``review``,
    ``escalation``, ``handover``); ``without`` are passed over too, such as one whose own act is reviewed.
    ``subject_kind`` matters where there is no case. Never raises because nobody is there: who calls records
    which of the two it was.
    """
    avoid = {account.pk for account in without}
    if case is not None:
        avoid |= apart(case)
        subject_kind = case.person.subject_kind
    team_id = case.owner.team_id if case is not None else None
    all_ = candidates(agency=agency, purpose=purpose, now=now, avoid=avoid, team_id=team_id)
    found = next(all_, None)
    return found or outside(agency=agency, subject_kind=subject_kind, now=now)


def apart(case: Case) -> set[UUID]:
    """Accounts to pass over in a case: those walled off, those a concern is about, and their teams."""
    return with_teams(records.conflicted(case))


def case_behind(task: Task) -> Case | None:
    """The case that a task is about, also where it does not name it; to look for somebody, not to show."""
    if task.case is not None:
        return task.case
    cases = Case.objects.select_related("agency", "person", "owner", "manager")
    return (
        cases.filter(allegation__witnesses=task.about_id).first()
        or cases.filter(concerns__concern=task.about_id).order_by("opened_at").first()
    )


def with_teams(accounts: Iterable[UUID]) -> set[UUID]:
    """These accounts and everybody who works in a team with one of them."""
    named = set(accounts)
    teams = Account.objects.filter(pk__in=named, team__isnull=False).values("team_id")
    return named | set(Account.objects.filter(team__in=teams).values_list("pk", flat=True))


def candidates(
    *,
    agency: Agency,
    purpose: str,
    now: datetime,
    avoid: Collection[UUID],
    team_id: UUID | None = None,
) -> Iterator[Account]:
    """Everybody inside who could take a matter, in the order of its list; one may come more than once.

    Of the safeguarding leads those of the team's site come first, then those who stand above all sites.
    """
    for step in packs.oversight().inside[purpose].steps:
        yield from of_step(step, agency=agency, now=now, avoid=avoid, team_id=team_id)


def of_step(
    step: str,
    *,
    agency: Agency,
    now: datetime,
    avoid: Collection[UUID],
    team_id: UUID | None = None,
) -> Iterator[Account]:
    """Everybody inside for one step of a list, ``duty.<duty>`` or ``role.<role>``, in order."""
    kind, _, name = step.partition(".")
    if kind == "duty":
        yield from _on_duty(agency, name, now, avoid)
        return
    found = _holding(agency, name, now, avoid)
    if name == "safeguarding_lead":
        yield from near_first(agency=agency, leads=list(found), team_id=team_id, now=now)
    else:
        yield from found


def outside(*, agency: Agency, subject_kind: str, now: datetime) -> Outside:
    """Where every list of an agency ends, for an ``adult`` or a ``child``."""
    end = packs.oversight().outside[agency.jurisdiction, subject_kind]
    found = function_outside(agency=agency, roles=end.roles, now=now)
    if found is None:
        return Outside(name=end.name, phone=end.phone, do=end.do)
    return Outside(
        name=f"{found.name}, {found.agency.name}",
        phone=found.phone,
        out_of_hours_phone=found.out_of_hours_phone,
        hours=found.hours,
        do=end.do,
        role=found.role,
        function_id=found.pk,
    )


def _on_duty(
    agency: Agency, kind: str, now: datetime, avoid: Collection[UUID]
) -> Iterator[Account]:
    # One who reads no cases would be given what they cannot open.
    reads = RoleHeld.objects.current(now).filter(account=OuterRef("account"), role__in=READERS)
    rows = (
        Duty.objects.filter(agency=agency, kind=kind, starts_at__lte=now)
        .filter(Q(ends_at=None) | Q(ends_at__gt=now), Exists(reads), account__is_active=True)
        .exclude(account__in=avoid)
        .exclude(account__in=Absence.objects.current(now).values("account"))
        .select_related("account")
        .order_by("rank", "-starts_at", "id")
    )
    return (row.account for row in rows)


def _holding(
    agency: Agency, role: str, now: datetime, avoid: Collection[UUID]
) -> Iterator[Account]:
    rows = (
        RoleHeld.objects.current(now)
        .filter(role=role, account__agency=agency, account__is_active=True)
        .exclude(account__in=avoid)
        .exclude(account__in=Absence.objects.current(now).values("account"))
        .select_related("account")
        .order_by("starts_at", "id")
    )
    return (row.account for row in rows)
