"""The person alleged to cause harm: who they are, what that makes the case need, and a wall where they work here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.evidence import operation, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import catalogues, people, queries, records
from sharewell.cases.models import Alleged, Case, HouseholdMember
from sharewell.cases.operations._rows import check
from sharewell.cases.operations._writing import leave, may_write
from sharewell.cases.walling import Walled, wall_off

REASON = "They are recorded as the person alleged to cause harm"
TRUST = "staff"  # of the list `handling`


@dataclass(frozen=True, slots=True)
class AllegedKept:
    """The record of a person alleged, and what happened with it; ``walled`` where they work here."""

    row: Alleged
    flags: tuple[str, ...]
    walled: Walled | None


@operation("alleged.added")
def alleged_add(
    *,
    account: Account,
    case: Case,
    now: datetime,
    kind: str,
    relation: str,
    name: str = "",
    colleague: Account | None = None,
    member: HouseholdMember | None = None,
    birth_date: date | None = None,
    access: str = "",
    work: str = "",
    handling: Sequence[str] = (),
    source_role: str = "",
) -> AllegedKept:
    """Record a person alleged to cause harm; facts only, and nothing about them is told to them.

    ``colleague`` goes with the kind ``account``, ``member`` with ``household``, ``name`` with the others.
    ``handling`` are ids of packs/people.yaml: each sets its special handling or its fact on the case, at once. A
    colleague and their team are walled off in the same transaction, and what they had in the case goes to one
    without a conflict. Raises ``NotFound``, ``NotAllowed`` and ``Invalid``.
    """
    may_write(account, case, now)
    if member is not None and member.case_id != case.pk:
        raise NotFound
    lists = packs.people()
    offered = lists.offered("handling", case.agency.jurisdiction, case.person.subject_kind)
    known = {row.id for row in offered}
    name = _name(kind, name, colleague, member)
    wrong_account = (kind == "account") != (colleague is not None)
    if colleague is not None and colleague.agency_id != case.agency_id:
        wrong_account = True
    errors = {
        "name": [] if name else ["Write who it is, or words that tell who is meant."],
        "colleague": ["Choose the member of staff."] if wrong_account else [],
        "member": ["Choose who of the household it is."]
        if kind == "household" and member is None
        else [],
        "relation": []
        if relation in lists.lists["relations"]
        else ["Say what they are to the person."],
        "handling": [] if set(handling) <= known else ["Choose from those offered."],
        "birth_date": ["This day has not come yet."]
        if birth_date and birth_date > now.date()
        else [],
    }
    check(case, "alleged", kind, errors)
    wanted = {*handling, TRUST} if kind in {"account", "staff"} else set(handling)
    given = {
        "kind": kind,
        "name": name,
        "account": colleague,
        "member": member,
        "relation": relation,
        "birth_date": birth_date,
        "access": access.strip(),
        "work": work.strip(),
        "handling": [row.id for row in offered if row.id in wanted],
        "source_role": source_role,
    }
    row = people.add_row(Alleged, case=case, by=account, now=now, **given)
    if row.recorded_at != now or row.recorded_by_id != account.pk:  # the same form sent twice
        return unchanged(AllegedKept(row, (), None))
    flags = _handle(case, row, account, now)
    walled = None
    if colleague is not None:
        walled = wall_off(case=case, account=colleague, by=account, now=now, reason=REASON)
    things = {
        "row": people.as_json(row),
        "flags": case.flags,
        "walled": walled.as_json() if walled else None,
    }
    leave(account, case, now, things)
    return AllegedKept(row, flags, walled)


def _name(kind: str, name: str, colleague: Account | None, member: HouseholdMember | None) -> str:
    if kind == "account":
        return colleague.name if colleague else ""
    if kind == "household" and member is not None:
        return member.name
    return name.strip()


def _handle(case: Case, row: Alleged, account: Account, now: datetime) -> tuple[str, ...]:
    """Set what this person makes the case need; returns the special handling that is new."""
    rows = packs.people().lists["handling"]
    asked = [rows[each] for each in row.handling]
    case.refresh_from_db(fields=["flags"])
    new = [each.flag for each in asked if each.flag and each.flag not in case.flags]
    if new:
        order = [flag.id for flag in catalogues.flags()]
        case.flags = sorted({*case.flags, *new}, key=order.index)
        case.save(update_fields=["flags"])
    known = queries.facts(case)
    facts = {each.fact: "true" for each in asked if each.fact and known.get(each.fact) != "true"}
    if facts:
        records.record_facts(case=case, facts=facts, now=now, by=account)
    return tuple(new)
