"""To wall a colleague and their team off from a case, and find who takes over what was theirs in it.

For use inside an operation; it leaves no evidence of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sharewell.agencies.models import Account
from sharewell.agencies.queries import NobodyOnDuty, on_duty
from sharewell.cases import records
from sharewell.cases.models import Case, CircleMember, Task, Wall
from sharewell.cases.oversight import Outside, apart, resolve


@dataclass(frozen=True, slots=True)
class Walled:
    """Who was walled off, and who took over; ``outside`` is whom to ring where nobody inside is free."""

    team: bool
    takes_over: Account | None
    outside: Outside | None

    def as_json(self) -> dict[str, Any]:
        """What evidence commits to."""
        return {
            "team": self.team,
            "takes_over": self.takes_over.pk.hex if self.takes_over else None,
            "outside": self.outside.as_json() if self.outside else None,
        }


def wall_off(*, case: Case, account: Account, by: Account, now: datetime, reason: str) -> Walled:
    """Wall an account and its team off from a case, at once, and give what was theirs to one without a conflict.

    Where nobody outside the team is left to take the case, only the account is walled off: a wall that left
    the person at risk with nobody would fail them. Whom to ring outside the agency is then returned too.
    """
    records.lock(case)
    _raise(case, by, now, reason, account=account)
    found = resolve(agency=case.agency, case=case, purpose="triage", now=now)
    if isinstance(found, Outside):
        return Walled(
            team=False, takes_over=_take_over(case, _anybody(case, now), now), outside=found
        )
    if account.team is not None:
        _raise(case, by, now, reason, team=account.team)
    return Walled(
        team=account.team is not None, takes_over=_take_over(case, found, now), outside=None
    )


def _raise(case: Case, by: Account, now: datetime, reason: str, **whom: Any) -> None:
    if not Wall.objects.filter(case=case, lifted_at=None, **whom).exists():
        Wall.objects.create(case=case, raised_at=now, raised_by=by, reason=reason, **whom)


def _anybody(case: Case, now: datetime) -> Account | None:
    out = Account.objects.filter(pk__in=records.conflicted(case))
    try:
        return on_duty(agency=case.agency, kind="manager_on_duty", now=now, without=list(out))
    except NobodyOnDuty:
        return None


def _take_over(case: Case, found: Account | None, now: datetime) -> Account | None:
    """End the standing of all who are walled off; what they owned goes to the one who was found."""
    out = records.conflicted(case)
    for member in CircleMember.objects.filter(case=case, left_at=None, account__in=out):
        records.leave_circle(case=case, account=member.account, now=now)
    case.refresh_from_db(fields=["owner", "manager"])
    roles = [role for role in ("owner", "manager") if getattr(case, f"{role}_id") in out]
    inside = CircleMember.objects.standing(now).filter(case=case).exclude(account__in=apart(case))
    if found is None or not (roles or not inside.exists()):
        return None
    for role in roles:
        setattr(case, role, found)
    case.save(update_fields=["owner", "manager"])
    records.join_circle(
        case=case, account=found, relation=roles[0] if roles else "manager", now=now
    )
    Task.objects.waiting().filter(case=case, owner__in=out).update(owner=found)
    return found
