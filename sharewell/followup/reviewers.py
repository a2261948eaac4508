"""Who reviews a pattern: the oversight point or the one on call, past everybody with a conflict in any of its cases."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from sharewell.agencies.models import Account, Agency
from sharewell.cases import oversight
from sharewell.cases.models import Case, ConcernCase, Wall
from sharewell.followup.models import Pattern

LISTS = {"oversight": "oversight", "on_call_manager": "escalation"}  # of packs/oversight.yaml


def avoided_by(pattern: Pattern) -> set[UUID]:
    """Accounts that may not learn of a pattern: those apart in any case of anybody it concerns, and whom it is about."""
    found: set[UUID] = set()
    people = pattern.entries.values("case__person_id")
    for case in Case.objects.filter(person__in=people):
        found |= oversight.apart(case)
    if pattern.person_id is None and (about := _account(pattern.key)):
        found |= oversight.with_teams([about])
    return found


def reviewer(*, agency: Agency, to: str, now: datetime, avoid: set[UUID]) -> Account | None:
    """The first person who may review it; None where nobody inside the agency may."""
    found = oversight.candidates(agency=agency, purpose=LISTS[to], now=now, avoid=avoid)
    return next(found, None)


def _account(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def conflicts(viewer: Account) -> Q:
    """Entries about people in some case of whom the viewer has a conflict, for a query over many patterns."""
    mates = Account.objects.filter(pk=viewer.pk)
    if viewer.team_id is not None:
        mates |= Account.objects.filter(team_id=viewer.team_id)
    about = ConcernCase.objects.filter(concern__about_staff__in=mates.values("pk"))
    walls = Wall.objects.filter(lifted_at=None, account__in=mates.values("pk"))
    mine = Wall.objects.against(viewer)
    found = Q()
    for rows in (about, walls, mine):
        found |= Q(case__person__in=rows.values("case__person_id"))
    return found
