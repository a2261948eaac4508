"""The life of a case: handed over, restricted and unrestricted, closed with an outcome, opened again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sharewell import packs
from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.agencies.evidence import operation, record
from sharewell.agencies.models import Account
from sharewell.cases import letting, queries, records
from sharewell.cases.catalogues import task_kinds
from sharewell.cases.models import Case, CircleMember, Closing

STAY = ("owner", "safeguarding_lead", "oversight")  # whatever is named, these stand on


class AlreadyClosed(Conflict):
    """Somebody closed, or opened, the case meanwhile."""

    code = "case_state_changed"
    sentence = (
        "Somebody else closed this case, or opened it again, in the meantime. Nothing was changed; what you "
        "typed is still below. Read what they recorded."
    )


class StillToDecide(Conflict):
    """Something waits in the case that only its act can end."""

    code = "still_to_decide"
    sentence = (
        "Something in this case still waits for a decision, an approval or a first reading. Nothing was "
        "changed; what you typed is still below. Have it decided, then close the case."
    )


@operation("case.handed_over")
def case_hand_over(
    *, account: Account, case: Case, owner: Account, reason: str, now: datetime
) -> Case:
    """Give a case to another owner, with the reason; what waited for the former goes with it.

    The former owner leaves the circle, or stays as one who raised a concern. Raises ``NotFound``,
    ``NotAllowed``, ``Invalid`` and ``ConflictOfInterest``.
    """
    _may_steer(account, case, now)
    if owner not in queries.ownable(viewer=account, case=case, now=now):
        sentence = "Choose a practitioner, manager or safeguarding lead without a conflict."
        raise Invalid({"owner": [sentence]})
    if not reason.strip():
        raise Invalid({"reason": ["Say why the case is handed over."]})
    former = case.owner
    records.give_owner(case=case, owner=owner, now=now)
    records.hand_over_tasks(case=case, owner=owner, of=former)
    if owner != account:
        records.open_task(
            agency=case.agency, case=case, kind="case_handed_over", owner=owner, now=now
        )
    _line(case, account, now, f"Handed over from {former.name} to {owner.name}: {reason}")
    things = {"owner": {"account": owner.id.hex, "former": former.id.hex, "reason": reason}}
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return case


@operation("case.restricted")
def case_restrict(
    *,
    account: Account,
    case: Case,
    restrictions: Sequence[str],
    reason: str,
    now: datetime,
    stay: Collection[Account] = (),
) -> Case:
    """Say why a case is restricted, in place of what was said before; nothing named lifts it.

    When it becomes restricted only its owner, its leads, the account and those named in ``stay`` stand on, and
    those named as invited, for as long as is usual then. Raises ``NotFound``, ``NotAllowed``, ``Invalid``.
    """
    if not queries.stands_in(viewer=account, case=case, now=now):
        raise NotFound
    if not queries.may_restrict(viewer=account, case=case, now=now):
        raise NotAllowed
    errors: dict[str, list[str]] = {}
    if not set(restrictions) <= set(packs.restrictions()):
        errors["restrictions"] = ["Choose from those offered."]
    if not reason.strip():
        errors["reason"] = ["Say why it is restricted, or why it no longer is."]
    records.lock(case)
    case.refresh_from_db(fields=["restrictions"])
    chosen = [id_ for id_ in packs.restrictions() if id_ in restrictions]
    if chosen == case.restrictions:
        errors["restrictions"] = ["This is how it stands already. Change something, or go back."]
    if errors:
        raise Invalid(errors)
    became = bool(chosen) and not case.restrictions
    case.restrictions = chosen
    case.save(update_fields=["restrictions"])
    left = _narrow(case, account, reason, stay, now) if became else []
    words = "Restricted" if became else "Restriction changed" if chosen else "Restriction lifted"
    _line(case, account, now, f"{words}: {reason}")
    things = {"restricted": {"restrictions": chosen, "reason": reason, "left": left}}
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return case


@operation("case.closed")
def case_close(
    *,
    account: Account,
    case: Case,
    outcome: str,
    words: str,
    now: datetime,
    stay: Collection[Account] = (),
    tasks_to: Account | None = None,
) -> Closing:
    """Close a case with its outcome; only its owner, its leads and those in ``stay`` can read it from then on.

    What still waits is handed to ``tasks_to``, who stays; without, it is refused. Raises ``NotFound``,
    ``NotAllowed``, ``Invalid``, :class:`StillToDecide` and :class:`AlreadyClosed`.
    """
    _may_steer(account, case, now)
    records.lock(case)
    case.refresh_from_db(fields=["state", "closed_at"])
    if case.state != "open":
        raise AlreadyClosed
    errors = _unclosable(case, outcome, words, tasks_to, stay, now)
    if errors:
        raise Invalid(errors)
    if tasks_to is not None:
        records.hand_over_tasks(case=case, owner=tasks_to)
    left = _leave_but(case, {*stay, account}, account, "The case was closed", now)
    case.state, case.closed_at = "closed", now
    case.save(update_fields=["state", "closed_at"])
    closing = Closing.objects.create(
        case=case, outcome=outcome, words=words, closed_at=now, closed_by=account
    )
    label = packs.closings()[outcome].label
    _line(case, account, now, f"Closed. {label}. {words}")
    things = {
        "closed": {
            "outcome": outcome,
            "words": words,
            "left": left,
            "tasks_to": tasks_to.id.hex if tasks_to else None,
        }
    }
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return closing


@operation("case.reopened")
def case_reopen(*, account: Account, case: Case, reason: str, now: datetime) -> Case:
    """Open a closed case again, with the reason; those who stayed in its circle, and a lead, stand in it.

    Raises ``NotFound``, ``NotAllowed``, ``Invalid`` and :class:`AlreadyClosed`.
    """
    _may_steer(account, case, now)
    if not reason.strip():
        raise Invalid({"reason": ["Say why the case is opened again."]})
    records.lock(case)
    case.refresh_from_db(fields=["state", "closed_at"])
    closing = queries.closing(case)
    if case.state != "closed" or closing is None:
        raise AlreadyClosed
    case.state, case.closed_at = "open", None
    case.save(update_fields=["state", "closed_at"])
    closing.reopened_at, closing.reopened_by, closing.reopened_why = now, account, reason
    closing.save(update_fields=["reopened_at", "reopened_by", "reopened_why"])
    if not case.restrictions:
        records.join_lead(case=case, now=now)
    _line(case, account, now, f"Opened again: {reason}")
    things = {"reopened": {"reason": reason}}
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
    return case


def _may_steer(account: Account, case: Case, now: datetime) -> None:
    if not queries.stands_in(viewer=account, case=case, now=now):
        raise NotFound
    if not queries.may_steer(viewer=account, case=case, now=now):
        raise NotAllowed


def _unclosable(
    case: Case,
    outcome: str,
    words: str,
    tasks_to: Account | None,
    stay: Collection[Account],
    now: datetime,
) -> Mapping[str, list[str]]:
    """What keeps a case from being closed, by field; raises :class:`StillToDecide`."""
    errors: dict[str, list[str]] = {}
    if outcome not in packs.closings():
        errors["outcome"] = ["Choose how it ended."]
    if not words.strip():
        errors["words"] = ["Say in a sentence or two how it ended, and how that is known."]
    waiting = queries.tasks_waiting(case)
    if any(task_kinds()[task.kind].closed_by_act for task in waiting):
        raise StillToDecide
    if tasks_to is None and waiting:
        errors["tasks_to"] = [
            "Something still waits in this case. Do it, or say who takes it over."
        ]
    elif tasks_to is not None:
        stands = CircleMember.objects.standing(now).filter(case=case, account=tasks_to)
        lasting = stands.filter(relation__in=STAY).exists() or tasks_to.pk == case.owner_id
        if not lasting and not (tasks_to in stay and stands.exists()):
            errors["tasks_to"] = ["Choose somebody who can still read the case once it is closed."]
    return errors


def _leave_but(
    case: Case, named: Collection[Account], by: Account, why: str, now: datetime
) -> list[str]:
    """End the standing of all but the owner, leads, oversight and those named; returns the ids that left."""
    ids = {case.owner_id, *(each.pk for each in named)}
    standing = CircleMember.objects.filter(case=case, left_at=None).select_related("account")
    gone = standing.exclude(relation__in=STAY).exclude(account__in=ids)
    left = []
    for each in gone.order_by("id"):
        records.leave_circle(case=case, account=each.account, now=now, by=by, why=why)
        records.hand_over_tasks(case=case, owner=case.owner, of=each.account)
        left.append(each.account_id.hex)
    return left


def _narrow(
    case: Case, account: Account, reason: str, stay: Collection[Account], now: datetime
) -> list[str]:
    """Leave a case that becomes restricted to its owner, its leads and those named; returns who left."""
    left = _leave_but(case, {*stay, account}, account, "The case was restricted", now)
    latest = now + timedelta(days=letting.terms_of(case).longest_days)
    standing = CircleMember.objects.standing(now).filter(case=case)
    for each in standing.exclude(relation__in=STAY).select_related("account").order_by("id"):
        if each.expires_at is not None and each.expires_at <= latest:
            continue
        records.leave_circle(
            case=case, account=each.account, now=now, by=account, why="The case was restricted"
        )
        letting.let_in(
            case=case,
            account=each.account,
            relation="invited",
            reason=reason,
            now=now,
            by=account,
        )
    return left


def _line(case: Case, account: Account, now: datetime, text: str) -> None:
    records.add_chronology(
        case=case, now=now, by=account, section="decision", kind="observed", text=text
    )
