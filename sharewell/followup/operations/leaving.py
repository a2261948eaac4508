"""Somebody leaves or is away: what they hold goes to others, by choice or by itself, and nothing is left lying."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sharewell.agencies import staffchecks
from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Absence, Account, RoleHeld
from sharewell.agencies.queries import require
from sharewell.cases import records
from sharewell.cases.models import Case
from sharewell.followup import leaving
from sharewell.followup.leaving import Held
from sharewell.followup.models import WhistleLead

HANDERS = ("manager", "safeguarding_lead")
RECORDERS = (*HANDERS, "administrator")


class StillHeld(Conflict):
    """Something that this account holds can go to nobody inside."""

    code = "still_held"
    sentence = (
        "Nothing was changed. This account still holds something that nobody else here may take: nobody is "
        "free of a conflict of interest. The safeguarding lead arranges it outside the agency first."
    )


@operation("absence.recorded")
def absence_record(
    *, account: Account, of: Account, starts_at: datetime, until: datetime | None, now: datetime
) -> Absence:
    """Say that somebody is away from and until a moment, or leaves at ``starts_at`` (no ``until``).

    What they still hold then goes to others by itself. For managers, safeguarding leads and administrators; the
    latter see nothing of what it is. Raises ``NotAllowed``, ``NotFound`` for another agency, and ``Invalid``.
    """
    require(viewer=account, now=now, any_of=RECORDERS)
    _colleague(account, of)
    errors = {}
    if until is not None and (until <= starts_at or until <= now):
        errors["until"] = ["Give the day they are back, after the first day away."]
    if of == account and until is None:
        errors["until"] = ["Somebody else ends your account."]
    if errors:
        raise Invalid(errors)
    made = Absence.objects.create(
        account=of, starts_at=starts_at, until=until, recorded_at=now, recorded_by=account
    )
    ends = until.isoformat() if until else None
    things = {"absence": {"of": of.pk.hex, "from": starts_at.isoformat(), "until": ends}}
    record(at=now, agency=of.agency, actor=account, things=things)
    return made


@operation("work.handed_over")
def work_hand_over(
    *,
    account: Account,
    of: Account,
    takers: Mapping[str, UUID],
    now: datetime,
    despite: str = "",
) -> int:
    """Hand over what somebody holds, thing by thing (``takers``, by key); returns how many went.

    For managers and safeguarding leads, and only what they may know of themselves. ``despite`` is why a duty goes
    to one whose training or vetting for it is missing. Raises ``NotAllowed``, ``NotFound``, and ``Invalid`` naming
    each thing whose taker may not have it, or that why is not said.
    """
    require(viewer=account, now=now, any_of=HANDERS)
    _colleague(account, of)
    visible = Case.objects.visible_to(account, now)
    things = {each.key: each for each in leaving.held(of, now)}
    given: list[tuple[Held, Account]] = []
    errors: dict[str, list[str]] = {}
    for key, taker in takers.items():
        each = things.get(key)
        if (
            each is None
            or leaving.passed_behind(each)
            or (each.case and not visible.filter(pk=each.case.pk).exists())
        ):
            raise NotFound
        to = Account.objects.filter(pk=taker).first()
        if to is None or not leaving.may_take(each, to, of, now):
            errors[key] = ["This colleague cannot take it. Choose another."]
        else:
            given.append((each, to))
    lacks = [(to, found) for each, to in given if (found := leaving.lacking(each, to, now))]
    if lacks and not despite.strip():
        errors["despite"] = list({staffchecks.pointed_out(*each): "" for each in lacks})
    if errors:
        raise Invalid(errors)
    if not given:
        return unchanged(0)
    _give_all(given, of, account, now, despite)
    return len(given)


@operation("account.ended")
def account_end(*, account: Account, of: Account, now: datetime) -> int:
    """Switch an account off; whatever it still holds goes to the managers of the cases and the leads first.

    For an administrator, who sees nothing of what it is; returns how much went. Raises ``NotAllowed``,
    ``NotFound``, ``Invalid`` for one's own account, and :class:`StillHeld`; then nothing is changed.
    """
    require(viewer=account, now=now, any_of=["administrator"])
    _colleague(account, of)
    if of == account:
        raise Invalid({"of": ["Another administrator ends your account."]})
    return _end(of, account, now)


@operation("absence.begun")
def absence_begin(*, absence_id: UUID, now: datetime) -> int:
    """Hand over what somebody still holds on the first day away; one who leaves is switched off. For the clock.

    What nobody inside may take stays with one who comes back; for one who leaves it raises :class:`StillHeld`,
    the account stays on, and the clock tries again.
    """
    absence = Absence.objects.select_for_update().get(pk=absence_id)
    if absence.handed_at is not None or absence.starts_at > now:
        return unchanged(0)
    absence.handed_at = now
    absence.save(update_fields=["handed_at"])
    if absence.until is None:
        return _end(absence.account, None, now)
    given = [(each, to) for each, to in _found(absence.account, now) if to is not None]
    _give_all(given, absence.account, None, now)
    records.open_task(
        agency=absence.account.agency,
        kind="absence_over",
        owner=absence.recorded_by,
        now=now,
        due_at=absence.until,
        about_id=absence.account_id,
    )
    return len(given)


def _end(of: Account, by: Account | None, now: datetime) -> int:
    given = _proposed(of, now)
    of.is_active = False
    of.save(update_fields=["is_active"])
    _give_all(given, of, by, now)
    leaving.leave_circles(of, now)
    RoleHeld.objects.current(now).filter(account=of).update(ends_at=now)
    WhistleLead.objects.filter(account=of, ends_at=None).update(ends_at=now)
    return len(given)


def _found(of: Account, now: datetime) -> list[tuple[Held, Account | None]]:
    return [(each, leaving.proposed(each, of, now)) for each in leaving.held(of, now)]


def _proposed(of: Account, now: datetime) -> list[tuple[Held, Account]]:
    found = _found(of, now)
    if any(to is None for _, to in found):
        raise StillHeld
    return [(each, to) for each, to in found if to is not None]


def _give_all(
    given: list[tuple[Held, Account]],
    of: Account,
    by: Account | None,
    now: datetime,
    despite: str = "",
) -> None:
    """Hand these over, say it in the timeline of each case, and leave the one entry."""
    cases: dict[UUID, Case] = {}
    of_case: dict[str, UUID] = {}
    things: dict[str, object] = {"of": {"account": of.pk.hex, "things": len(given)}}
    for number, (each, to) in enumerate(given):
        lacks = [line.kind.id for line in leaving.lacking(each, to, now)]
        leaving.give(each, to, of, now)
        name = f"thing_{number}"
        things[name] = {"what": each.key, "to": to.pk.hex} | (
            {"lacks": lacks, "despite": despite} if lacks else {}
        )
        if each.case is not None:
            of_case[name] = each.case.pk
            if each.case.pk not in cases:
                cases[each.case.pk] = each.case
                text = f"What {of.name} had to do here went to {to.name}."
                records.add_chronology(case=each.case, now=now, by=by, section="action", text=text)
    record(at=now, agency=of.agency, actor=by, things=things, of_case=of_case)


def _colleague(account: Account, of: Account) -> None:
    if of.agency_id != account.agency_id or not of.is_active:
        raise NotFound
