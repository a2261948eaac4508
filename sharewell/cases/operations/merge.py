"""Two records about one person brought together and parted again; and two that somebody found not to be the same."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import merging, queries, records
from sharewell.cases.models import Case, CircleMember, Merge, NotSame, PrivatePlan
from sharewell.cases.operations._writing import CaseClosed, may_write
from sharewell.cases.oversight import Outside, resolve

CHECK, UNDONE = "merge_check", "merge_undone"


class MergeUndone(Conflict):
    """Somebody else has parted the two again."""

    code = "merge_undone"
    sentence = "Somebody else has parted these two records already. Nothing was changed."


@operation("case.merged")
def case_merge(*, account: Account, case: Case, other: Case, now: datetime, reason: str) -> Merge:
    """Take another case into this one, because both are about one person; :func:`case_unmerge` undoes it.

    The account reads both. Only those who read both read what comes of it; walls, special handling and
    restrictions of either hold for both, and of harm the worse stands. Raises ``NotFound``, ``NotAllowed``, and
    ``Invalid`` without a reason or for two that cannot be one.
    """
    _check_pair(account, case, other, now, reason)
    merge = Merge.objects.create(
        case=case,
        taken_in=other,
        reason=reason.strip(),
        before=_before(case, other),
        merged_at=now,
        merged_by=account,
    )
    merging.take_in(merge, by=account, now=now)
    case.flags = merging.flags_of(case, other)
    case.restrictions = [
        *case.restrictions,
        *(r for r in other.restrictions if r not in case.restrictions),
    ]
    _give_to_one_inside(case, account, now)
    case.save(update_fields=["flags", "restrictions", "owner", "manager"])
    other.state = "merged"
    other.save(update_fields=["state"])
    _ask_to_check(merge, now)
    rows = merge.rows.count()
    things: dict[str, object] = {
        "merge": {
            "id": merge.pk.hex,
            "taken_in": other.pk.hex,
            "reason": merge.reason,
            "rows": rows,
        },
        "taken_in": {"merge": merge.pk.hex, "into": case.pk.hex},
    }
    record(
        at=now,
        agency=case.agency,
        actor=account,
        case_id=case.id,
        things=things,
        of_case={"taken_in": other.pk},
    )
    return merge


@operation("case.unmerged")
def case_unmerge(
    *, account: Account, case: Case, merge_id: UUID, now: datetime, reason: str
) -> Merge:
    """Part two records that were brought together and are not about one person; all is put back as it was.

    What was recorded since stays in the case where it was recorded. The wrong person's facts may have gone out
    meanwhile, so the safeguarding lead is given a task. Raises ``NotFound``, ``NotAllowed``, ``Invalid`` without a
    reason, and :class:`MergeUndone`.
    """
    may_write(account, case, now)
    records.lock(case)
    found = Merge.objects.select_for_update().filter(case=case, pk=merge_id)
    merge = found.select_related("case", "taken_in").first()
    if merge is None:
        raise NotFound
    if merge.undone_at is not None:
        raise MergeUndone
    if not reason.strip():
        raise Invalid({"reason": ["Say how you know that they are two people."]})
    later = Merge.objects.filter(case=case, undone_at=None, merged_at__gt=merge.merged_at)
    if later.exists():
        raise Invalid(
            {"reason": ["Another record was taken in after this one. Part that one first."]}
        )
    merging.put_back(merge)
    _restore(merge)
    merge.undone_at, merge.undone_by, merge.undo_reason = now, account, reason.strip()
    merge.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    records.close_tasks(about_id=merge.pk, kinds=[CHECK], now=now, by=account, outcome=UNDONE)
    lead = _tell_lead(merge, now)
    things: dict[str, object] = {
        "merge": {"id": merge.pk.hex, "reason": merge.undo_reason, "told": lead.pk.hex},
        "taken_in": {"merge": merge.pk.hex, "parted": True},
    }
    record(
        at=now,
        agency=case.agency,
        actor=account,
        case_id=case.id,
        things=things,
        of_case={"taken_in": merge.taken_in_id},
    )
    return merge


@operation("duplicate.dismissed")
def duplicate_dismiss(
    *, account: Account, case: Case, other: Case, now: datetime, reason: str
) -> NotSame:
    """Say that two cases are about two people; they are not suggested to anybody again.

    Raises ``NotFound``, ``NotAllowed`` and ``Invalid`` without a reason.
    """
    may_write(account, case, now)
    may_write(account, other, now)
    if case.pk == other.pk:
        raise NotFound
    if not reason.strip():
        raise Invalid({"reason": ["Say how you know that they are two people."]})
    found = queries.not_same(case, other)
    if found is not None:
        return unchanged(found)
    one, two = sorted((case, other), key=lambda each: each.pk)
    kept = NotSame.objects.create(
        one=one, other=two, reason=reason.strip(), decided_at=now, decided_by=account
    )
    things: dict[str, object] = {
        "decision": {"other": other.pk.hex, "reason": kept.reason},
        "other": {"other": case.pk.hex},
    }
    record(
        at=now,
        agency=case.agency,
        actor=account,
        case_id=case.id,
        things=things,
        of_case={"other": other.pk},
    )
    return kept


def _ask_to_check(merge: Merge, now: datetime) -> None:
    case = merge.case
    records.open_task(
        agency=case.agency,
        kind=CHECK,
        owner=case.owner,
        now=now,
        case=case,
        about_id=merge.pk,
        note=_to_settle(merge),
    )


def _to_settle(merge: Merge) -> str:
    """What the two said that cannot stand twice in one case, in words for whoever checks it."""
    said = []
    if merge.rows.filter(deed="made", table="cases.SafeContact").exists():
        said.append(
            "Each had a safe contact plan. Until you record one, only what both allow is safe; read them, ask the "
            "person, and record it."
        )
    if PrivatePlan.objects.filter(case=merge.case, ended_at=None).count() > 1:
        said.append("Two plans to see them alone are open. End the one that is not needed.")
    return " ".join(said)


def _tell_lead(merge: Merge, now: datetime) -> Account:
    """Give the incident to the first who is free, or to the owner with whom to ring outside."""
    case = merge.case
    found = resolve(agency=case.agency, case=case, purpose="oversight", now=now)
    lead = case.owner if isinstance(found, Outside) else found
    note = found.says[:500] if isinstance(found, Outside) else ""
    records.open_task(
        agency=case.agency,
        kind=UNDONE,
        owner=lead,
        now=now,
        case=case,
        about_id=merge.pk,
        note=note,
    )
    return lead


def _check_pair(account: Account, case: Case, other: Case, now: datetime, reason: str) -> None:
    may_write(account, case, now)
    may_write(account, other, now)
    if case.pk == other.pk:
        raise NotFound
    for each in sorted(
        (case, other), key=lambda one: one.pk
    ):  # in one order, so that two never wait on each other
        records.lock(each)
        each.refresh_from_db()
    errors: dict[str, list[str]] = {}
    if not reason.strip():
        errors["reason"] = ["Say how you know that it is one person."]
    if "merged" in {case.state, other.state}:
        raise NotFound
    if "closed" in {case.state, other.state}:
        raise CaseClosed
    if case.kind != other.kind:
        errors["other"] = ["An allegation stays in its own closed space."]
    elif (case.person.subject_kind, case.person.unborn) != (
        other.person.subject_kind,
        other.person.unborn,
    ):
        errors["other"] = [
            "One is an adult, the other a child, or not born yet. Put that right first."
        ]
    if errors:
        raise Invalid(errors)


def _before(case: Case, other: Case) -> dict[str, object]:
    return {
        "owner": case.owner_id.hex,
        "manager": case.manager_id.hex,
        "flags": case.flags,
        "restrictions": case.restrictions,
        "state": other.state,
    }


def _give_to_one_inside(case: Case, account: Account, now: datetime) -> None:
    """Where owner or manager no longer read the case, who brought the two together answers for it."""
    inside = set(
        CircleMember.objects.standing(now).filter(case=case).values_list("account_id", flat=True)
    )
    if case.owner_id not in inside:
        case.owner = account
    if case.manager_id not in inside:
        case.manager = account


def _restore(merge: Merge) -> None:
    """Owner, manager, special handling and restrictions as they were, with what was added since."""
    case, other, before = merge.case, merge.taken_in, merge.before
    together = set(merging.flags_of(other)) | set(before["flags"])
    added = [flag for flag in case.flags if flag not in together]
    case.flags = [*before["flags"], *added]
    both = {*other.restrictions, *before["restrictions"]}
    case.restrictions = [
        *before["restrictions"],
        *(each for each in case.restrictions if each not in both),
    ]
    out = records.conflicted(case)
    for role in ("owner", "manager"):
        former = UUID(before[role])
        if former not in out:
            setattr(case, f"{role}_id", former)
    case.save(update_fields=["flags", "restrictions", "owner", "manager"])
    other.state = before["state"]
    other.save(update_fields=["state"])
