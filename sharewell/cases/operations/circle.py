"""Circles: who needs to know a case, why and until when."""

from __future__ import annotations

from datetime import datetime

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, may, require
from sharewell.cases import queries, records
from sharewell.cases.models import Case, CircleMember

READERS = (*CASEWORK, "governance_lead")


@operation("circle.joined")
def circle_join(
    *,
    account: Account,
    case: Case,
    member: Account,
    now: datetime,
    reason: str,
    relation: str = "invited",
    expires_at: datetime | None = None,
) -> CircleMember:
    """Let a colleague read a case, with the reason and until when.

    Raises ``NotFound`` outside the circle, ``NotAllowed``, ``Invalid`` and ``ConflictOfInterest``.
    """
    if not queries.stands_in(viewer=account, case=case, now=now):
        raise NotFound
    require(viewer=account, now=now, any_of=CASEWORK)
    errors: dict[str, list[str]] = {}
    if not reason.strip():
        errors["reason"] = ["Say why this person needs to know."]
    if member.agency_id != case.agency_id or not may(viewer=member, now=now, any_of=READERS):
        errors["member"] = ["Choose a colleague whose role lets them read cases."]
    if expires_at is not None and expires_at <= now:
        errors["expires_at"] = ["Give a moment that is still to come."]
    if errors:
        raise Invalid(errors)
    records.lock(case)
    before = CircleMember.objects.standing(now).filter(case=case, account=member).first()
    joined = records.join_circle(
        case=case, account=member, relation=relation, now=now, reason=reason, expires_at=expires_at
    )
    if before is not None and joined.pk == before.pk:
        return unchanged(joined)
    things = {
        "member": {
            "account": member.id.hex,
            "relation": relation,
            "reason": reason,
            "expires_at": expires_at.isoformat() if expires_at else None,
        }
    }
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return joined
