"""The person alleged to cause harm: who they are, what that makes the case need, and a wall where they work here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from sharewell.cases.walls import Walled, wall_off_alleged
from sharewell.core.people import Choice

TRUST = "staff"  # of the list `handling`


@dataclass(frozen=True, slots=True, kw_only=True)
class AllegedTold:
    """What is told of a person alleged: ``kind`` and ``handling`` are ids of packs/people.yaml.

    ``colleague`` goes with the kind ``account``, ``member`` with ``household``, ``name`` with the others;
    ``relation`` is what they are to the person.
    """

    kind: str
    relation: str
    name: str = ""
    colleague: Account | None = None
    member: HouseholdMember | None = None
    birth_date: date | None = None
    access: str = ""
    work: str = ""
    handling: Sequence[str] = ()
    source_role: str = ""

    def called(self) -> str:
        """Their name, or the words that tell who is meant."""
        if self.kind == "account":
            return self.colleague.name if self.colleague else ""
        if self.kind == "household" and self.member is not None:
            return self.member.name
        return self.name.strip()


@dataclass(frozen=True, slots=True)
class AllegedKept:
    """The record of a person alleged, and what happened with it; ``walled`` where they work here."""

    row: Alleged
    flags: tuple[str, ...]
    walled: Walled | None


@operation("alleged.added")
def alleged_add(*, account: Account, case: Case, now: datetime, told: AllegedTold) -> AllegedKept:
    """Record a person alleged to cause harm; facts only, and nothing about them is told to them.

    What they make the case need (special handling, a fact) is set on it at once. A colleague and their team
    are walled off in the same transaction, and what they had in the case goes to one without a conflict.
    Raises ``NotFound``, ``NotAllowed`` and ``Invalid``.
    """
    may_write(account, case, now)
    if told.member is not None and told.member.case_id != case.pk:
        raise NotFound
    offered = _offered(case)
    check(case, "alleged", told.kind, _errors(case, told, {row.id for row in offered}, now))
    trusted = told.kind in {"account", "staff"}
    wanted = {*told.handling, TRUST} if trusted else set(told.handling)
    given = {
        "kind": told.kind,
        "name": told.called(),
        "account": told.colleague,
        "member": told.member,
        "relation": told.relation,
        "birth_date": told.birth_date,
        "access": told.access.strip(),
        "work": told.work.strip(),
        "handling": [row.id for row in offered if row.id in wanted],
        "source_role": told.source_role,
    }
    row = people.add_row(Alleged, case=case, by=account, now=now, **given)
    if row.recorded_at != now or row.recorded_by_id != account.pk:  # the same form sent twice
        return unchanged(AllegedKept(row, (), None))
    flags = _handle(case, row, account, now)
    walled = None
    if told.colleague is not None:
        walled = wall_off_alleged(case=case, colleague=told.colleague, by=account, now=now)
    things = {
        "row": people.as_json(row),
        "flags": case.flags,
        "walled": walled.as_json() if walled else None,
    }
    leave(account, case, now, things)
    return AllegedKept(row, flags, walled)


def _offered(case: Case) -> list[Choice]:
    kind = case.person.subject_kind
    return packs.people().offered("handling", case.agency.jurisdiction, kind)


def _errors(
    case: Case, told: AllegedTold, handling: Collection[str], now: datetime
) -> dict[str, list[str]]:
    ours = told.colleague is None or told.colleague.agency_id == case.agency_id
    wrong = {
        "name": (not told.called(), "Write who it is, or words that tell who is meant."),
        "colleague": (
            (told.kind == "account") != (told.colleague is not None) or not ours,
            "Choose the member of staff.",
        ),
        "member": (
            told.kind == "household" and told.member is None,
            "Choose who of the household it is.",
        ),
        "relation": (
            told.relation not in packs.people().lists["relations"],
            "Say what they are to the person.",
        ),
        "handling": (not set(told.handling) <= set(handling), "Choose from those offered."),
        "birth_date": (
            told.birth_date is not None and told.birth_date > now.date(),
            "This day has not come yet.",
        ),
    }
    return {field: [sentence] for field, (true, sentence) in wrong.items() if true}


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
