"""Circles: who needs to know a case, why and until when. To let somebody in is an internal disclosure."""

from __future__ import annotations

from datetime import datetime

from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.agencies.queries import may
from sharewell.cases import letting, queries, records
from sharewell.cases.models import Case, CircleMember
from sharewell.cases.queries.circles import READERS, member


class OwnerStays(Conflict):
    """The owner of a case cannot leave its circle."""

    code = "owner_stays"
    sentence = (
        "The owner cannot leave the case. Nothing was changed. Hand the case over first; whoever owned it "
        "leaves with that."
    )


@operation("circle.invited")
def circle_invite(
    *,
    account: Account,
    case: Case,
    member: Account,
    now: datetime,
    reason: str,
    expires_at: datetime | None = None,
) -> CircleMember:
    """Let a colleague read a case, with the reason and until when; without an end, as long as is usual.

    It is a line of the timeline, and a task asks the account after a while whether it is still needed. One
    who stands as long already keeps that. Raises ``NotFound`` outside the circle, ``NotAllowed``,
    ``Invalid`` and ``ConflictOfInterest``.
    """
    _may_invite(account, case, now)
    expires_at = expires_at or letting.usual_end(case, now)
    errors = letting.mistakes(case, reason=reason, expires_at=expires_at, now=now)
    if member.agency_id != case.agency_id or not may(viewer=member, now=now, any_of=READERS):
        errors["member"] = ["Choose a colleague whose role lets them read cases."]
    if errors:
        raise Invalid(errors)
    records.lock(case)
    before = CircleMember.objects.standing(now).filter(case=case, account=member).first()
    joined = letting.let_in(
        case=case,
        account=member,
        relation="invited",
        reason=reason,
        now=now,
        expires_at=expires_at,
        by=account,
    )
    if before is not None and joined.pk == before.pk:
        return unchanged(joined)
    _record(account, case, joined, now)
    return joined


@operation("circle.renewed")
def circle_renew(
    *,
    account: Account,
    case: Case,
    member: CircleMember,
    now: datetime,
    reason: str,
    expires_at: datetime,
) -> CircleMember:
    """Let one who was invited go on reading until a new day, with the reason it is still needed.

    Nobody renews their own standing. The former stays readable. Raises ``NotFound``, ``NotAllowed`` and
    ``Invalid``.
    """
    _may_invite(account, case, now)
    if member.account_id == account.pk:
        raise NotAllowed
    errors = letting.mistakes(case, reason=reason, expires_at=expires_at, now=now)
    if errors:
        raise Invalid(errors)
    records.lock(case)
    standing = _standing(case, member.account)
    if standing.expires_at is None:
        raise NotFound
    records.leave_circle(case=case, account=member.account, now=now, by=account, why="Renewed")
    renewed = letting.let_in(
        case=case,
        account=member.account,
        relation=standing.relation,
        reason=reason,
        now=now,
        expires_at=expires_at,
        by=account,
    )
    _record(account, case, renewed, now)
    return renewed


@operation("circle.left")
def circle_leave(
    *, account: Account, case: Case, member: CircleMember, now: datetime, reason: str
) -> CircleMember:
    """End a standing at once: one's own, or a colleague's by one who may invite.

    What waited for them in the case goes to its owner, save what only they may decide. Raises ``NotFound``,
    ``NotAllowed``, :class:`OwnerStays` and ``Invalid`` without a reason.
    """
    if not queries.stands_in(viewer=account, case=case, now=now):
        raise NotFound
    if member.account_id != account.pk:
        _may_invite(account, case, now)
    if member.account_id == case.owner_id:
        raise OwnerStays
    if not reason.strip():
        raise Invalid({"reason": ["Say why it ends."]})
    records.lock(case)
    standing = _standing(case, member.account)
    leaver = standing.account
    records.leave_circle(case=case, account=leaver, now=now, by=account, why=reason)
    letting.end_review(case=case, account=leaver, now=now, by=account, outcome="ended")
    records.hand_over_tasks(case=case, owner=case.owner, of=leaver)
    text = f"{leaver.name} no longer reads this case: {reason}"
    records.add_chronology(case=case, now=now, by=account, section="disclosure", text=text)
    things = {"left": {"account": leaver.id.hex, "relation": standing.relation, "reason": reason}}
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return standing


def _may_invite(account: Account, case: Case, now: datetime) -> None:
    if not queries.stands_in(viewer=account, case=case, now=now):
        raise NotFound
    if not queries.may_invite(viewer=account, case=case, now=now):
        raise NotAllowed


def _standing(case: Case, account: Account) -> CircleMember:
    return member(case=case, member_id=account.pk)


def _record(account: Account, case: Case, joined: CircleMember, now: datetime) -> None:
    things = {"member": letting.as_json(joined)}
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
