"""Walls around a case, raised and lifted inside an operation: whoever stands behind one never learns of it.

A wall names an account, so that moving to another team or giving up a role lifts nothing; a wall on a team
keeps out those who join it later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from sharewell.agencies.models import Account, Team
from sharewell.cases import records
from sharewell.cases.models import Case, CircleMember, Concern, ConcernCase, Task, Wall
from sharewell.cases.oversight import Outside, resolve, with_teams

NAMED = "Named in a concern, or works in the team of somebody named"
ALLEGED = "Recorded as the person alleged to cause harm, or works in their team"


def wall_off(
    *,
    case: Case,
    accounts: Iterable[UUID],
    teams: Iterable[UUID] = (),
    reason: str,
    now: datetime,
    by: Account,
) -> list[Wall]:
    """Keep these accounts and teams out of a case from now on; returns the walls that were not there yet.

    They leave its circle, and what they were to do in it goes to somebody without a conflict, or to ``by``
    where there is nobody.
    """
    records.lock(case)
    standing = Wall.objects.filter(case=case, lifted_at=None)
    had = set(standing.values_list("account_id", flat=True))
    had_teams = set(standing.values_list("team_id", flat=True))
    new = [Wall(account_id=pk) for pk in accounts if pk not in had]
    new += [Wall(team_id=pk) for pk in teams if pk not in had_teams]
    for wall in new:
        wall.case, wall.reason, wall.raised_at, wall.raised_by = case, reason, now, by
    made = Wall.objects.bulk_create(new)
    out = records.conflicted(case)
    CircleMember.objects.filter(case=case, account__in=out, left_at=None).update(left_at=now)
    _hand_over(case, out, now, by)
    return made


def wall_off_named(concern: Concern, case: Case, *, spare: Account | None, now: datetime) -> None:
    """Keep the named and their teams out of a case; ``spare`` wrote the concern and knows it already."""
    named = set(concern.about_staff.values_list("pk", flat=True))
    out = with_teams(named)
    teams: set[UUID] = set()
    if spare is None:
        rows = Account.objects.filter(pk__in=named, team__isnull=False)
        teams = set(rows.values_list("team_id", flat=True))
    elif spare.pk not in named:
        out.discard(spare.pk)
    wall_off(case=case, accounts=out, teams=teams, reason=NAMED, now=now, by=concern.raised_by)


@dataclass(frozen=True, slots=True)
class Walled:
    """How many were walled off from a case; ``outside`` is whom to ring where nobody inside is free."""

    accounts: int
    outside: Outside | None

    def as_json(self) -> dict[str, Any]:
        """What evidence commits to."""
        return {
            "accounts": self.accounts,
            "outside": self.outside.as_json() if self.outside else None,
        }


def wall_off_alleged(*, case: Case, colleague: Account, by: Account, now: datetime) -> Walled:
    """Keep a colleague who is alleged to cause harm, and their team, out of a case.

    Who wrote it down knows it already and stays, even of the same team, so that the person at risk is not left
    with nobody; where nobody else inside is free, whom to ring outside the agency is returned too.
    """
    out = with_teams([colleague.pk])
    teams = {colleague.team_id} if colleague.team_id else set()
    if by.pk in out and by.pk != colleague.pk:
        out.discard(by.pk)
        teams = set()
    made = wall_off(case=case, accounts=out, teams=teams, reason=ALLEGED, now=now, by=by)
    found = resolve(agency=case.agency, case=case, purpose="oversight", now=now)
    accounts = sum(wall.account_id is not None for wall in made)
    return Walled(accounts, found if isinstance(found, Outside) else None)


def members(teams: Iterable[Team | UUID]) -> set[UUID]:
    """The ids of those who work in these teams now."""
    return set(Account.objects.filter(team__in=list(teams)).values_list("pk", flat=True))


def _hand_over(case: Case, out: set[UUID], now: datetime, by: Account) -> None:
    about = ConcernCase.objects.filter(case=case).values("concern_id")
    waiting = Task.objects.waiting().filter(Q(case=case) | Q(case=None, about_id__in=about))
    left = waiting.filter(owner__in=out)
    owned = {case.owner_id, case.manager_id} & out
    if not owned and not left.exists():
        return
    found = resolve(agency=case.agency, case=case, purpose="handover", now=now)
    heir = found if isinstance(found, Account) else by
    left.update(owner=heir)
    if case.owner_id in out:
        case.owner = heir
    if case.manager_id in out:
        case.manager = heir
    case.save(update_fields=["owner", "manager"])
    if owned and heir.pk not in out:
        relation = "oversight" if case.kind == "allegation" else "owner"
        records.join_circle(case=case, account=heir, relation=relation, now=now)
