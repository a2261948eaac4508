"""Walls around an allegation and the case of its person: raised and lifted by the one who looks after it."""

from __future__ import annotations

from datetime import datetime

from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, record
from sharewell.agencies.models import Account, Team
from sharewell.cases import queries, records, walls
from sharewell.cases.closed import may_oversee
from sharewell.cases.models import Case, Wall


class NamedStays(Conflict):
    """The wall of one whom the allegation names is never lifted."""

    code = "wall_of_the_named"
    sentence = (
        "The wall of somebody whom the allegation names stays. Nothing was changed. What they are told, "
        "and when, is recorded under “What the named person was told”."
    )


@operation("wall.raised")
def wall_raise(
    *,
    account: Account,
    case: Case,
    now: datetime,
    reason: str,
    colleague: Account | None = None,
    team: Team | None = None,
) -> list[Wall]:
    """Keep one colleague, or a team and all who work in it, out of an allegation from now on.

    They leave its circle, and their open tasks in it go to somebody without a conflict. Raises ``NotFound``,
    ``OversightOnly`` and ``Invalid``.
    """
    may_oversee(account, case, now)
    errors: dict[str, list[str]] = {}
    if not reason.strip():
        errors["reason"] = ["Say why they must not learn of it."]
    if (colleague is None) == (team is None):
        errors["who"] = ["Choose a colleague or a team."]
    out = walls.members([team]) if team else {colleague.pk} if colleague else set()
    if account.pk in out:
        errors["who"] = ["You look after this allegation yourself. Ask your governance lead first."]
    of_agency = {each.agency_id for each in (colleague, team) if each} <= {case.agency_id}
    if not of_agency:
        errors["who"] = ["Choose somebody of your own agency."]
    if errors:
        raise Invalid(errors)
    made = walls.wall_off(
        case=case,
        accounts=out,
        teams=[team.pk] if team else [],
        reason=reason,
        now=now,
        by=account,
    )
    who = {"accounts": sorted(pk.hex for pk in out), "team": team.pk.hex if team else ""}
    things = {"wall": who | {"reason": reason}}
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return made


@operation("wall.lifted")
def wall_lift(*, account: Account, case: Case, now: datetime, wall_id: int, reason: str) -> Wall:
    """Lift one wall around an allegation, or around the case of its person, with the reason.

    Nobody reads more by that alone: they still have to be invited. A team's wall that stands in the way of
    one colleague becomes walls for each of the others. Raises ``NotFound``, ``OversightOnly``, ``Invalid``,
    and :class:`NamedStays`.
    """
    allegation = may_oversee(account, case, now)
    found = queries.wall(viewer=account, case=case, wall_id=wall_id, now=now)
    wall = Wall.objects.select_for_update(of=("self",)).filter(pk=found.pk, lifted_at=None).first()
    if wall is None:
        raise NotFound
    if wall.account_id and allegation.named.filter(pk=wall.account_id).exists():
        raise NamedStays
    if not reason.strip():
        raise Invalid({"reason": ["Say why it is lifted."]})
    _open_team_for(wall, now=now, by=account)
    wall.lifted_at, wall.lifted_by = now, account
    wall.save(update_fields=["lifted_at", "lifted_by"])
    records.add_chronology(
        case=case,
        now=now,
        by=account,
        section="decision",
        text=f"A wall was lifted for {wall.account or wall.team}: {reason}",
    )
    things = {"wall": {"id": wall.pk, "reason": reason}}
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return wall


def _open_team_for(wall: Wall, *, now: datetime, by: Account) -> None:
    """Where a team's wall would still keep this colleague out, wall off each of the others by name."""
    if wall.account is None or wall.account.team_id is None:
        return
    rows = Wall.objects.filter(case=wall.case, team=wall.account.team_id, lifted_at=None)
    if not rows.exists():
        return
    others = walls.members([wall.account.team_id]) - {wall.account_id}
    walls.wall_off(case=wall.case, accounts=others, reason=wall.reason, now=now, by=by)
    rows.update(lifted_at=now, lifted_by=by)
