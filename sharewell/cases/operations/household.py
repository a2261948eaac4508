"""Households: who lives with the person, and a case of their own for one of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sharewell.agencies.access import Conflict, NotFound
from sharewell.agencies.evidence import operation, record
from sharewell.agencies.models import Account
from sharewell.cases import people, queries, records
from sharewell.cases.concern_fields import person_fields
from sharewell.cases.models import (
    AT_RISK,
    Case,
    HouseholdCase,
    HouseholdMember,
    Person,
    Wall,
)
from sharewell.cases.operations._rows import add, check
from sharewell.cases.operations._writing import may_write
from sharewell.cases.oversight import resolve
from sharewell.cases.people import BETWEEN

OLDEST = 120
# Special handling that is as true of everybody who lives there.
OF_THE_HOME = frozenset({"confidential_address", "refuge", "referrer_protected", "vawa"})
NAMED = "A concern about somebody of this household names them"


class HasCase(Conflict):
    """The member has a case that the account can read."""

    code = "household_member_has_case"
    sentence = "There is a case about them already. Nothing was changed; open it from the list."


@operation("household.added")
def household_add(
    *,
    account: Account,
    case: Case,
    now: datetime,
    kind: str,
    name: str,
    subject_kind: str,
    at_risk: str = "unknown",
    birth_date: date | None = None,
    age: int | None = None,
    source_role: str = "",
) -> HouseholdMember:
    """Record somebody who lives with the person: what they are to them, how old, and whether they are at risk.

    ``subject_kind`` is ``adult``, ``child`` or ``unborn`` (then ``birth_date`` is when they are expected). Each
    row is found by :func:`sharewell.cases.queries.household_added`. Raises ``NotFound``, ``NotAllowed`` and
    ``Invalid``.
    """
    may_write(account, case, now)
    unborn = subject_kind == "unborn"
    errors: Mapping[str, list[str]] = {
        "name": [] if name.strip() else ["Write a name, or words that tell who is meant."],
        "subject_kind": []
        if subject_kind in HouseholdMember.SUBJECT_KINDS
        else ["Say whether they are an adult, a child or not born yet."],
        "at_risk": [] if at_risk in AT_RISK else ["Say whether they are at risk."],
        "age": []
        if age is None or (0 <= age <= OLDEST and not unborn)
        else ["Enter the age as a number of years, and none for one not born yet."],
        "birth_date": ["This day has not come yet."]
        if birth_date and birth_date > now.date() and not unborn
        else [],
    }
    check(case, "household", kind, errors)
    given = {
        "kind": kind,
        "name": name.strip(),
        "subject_kind": subject_kind,
        "birth_date": birth_date,
        "age": age,
        "at_risk": at_risk,
        "source_role": source_role,
    }
    return add(HouseholdMember, account, case, now, given)


@operation("household.case_opened")
def household_open(*, account: Account, case: Case, row_id: UUID, now: datetime) -> Case:
    """Open a case about a member of the household; whoever is walled off from the first is so from theirs.

    Whether another colleague has a case about them is not told; where the account can read one, it is
    refused. Where nobody inside may manage it, who opens it does. Raises ``NotFound``, ``NotAllowed`` and
    :class:`HasCase`.
    """
    may_write(account, case, now)
    records.lock(case)
    row = queries.person_row(case=case, noun="household", row_id=row_id)
    if not isinstance(row, HouseholdMember) or row.ended_at is not None:
        raise NotFound
    opened = HouseholdCase.objects.filter(member=row)
    if Case.objects.visible_to(account, now).filter(pk__in=opened.values("case_id")).exists():
        raise HasCase
    new = _open(account, case, row, now)
    HouseholdCase.objects.create(member=row, case=new, opened_at=now, opened_by=account)
    things = {"household": {"member": row.pk.hex, "case": new.pk.hex}, "case": {"id": new.pk.hex}}
    of_case = {"case": new.pk}
    record(
        at=now, agency=case.agency, actor=account, case_id=case.id, things=things, of_case=of_case
    )
    return new


def _open(account: Account, case: Case, row: HouseholdMember, now: datetime) -> Case:
    unborn = row.subject_kind == "unborn"
    person = Person.objects.create(
        agency=case.agency,
        name=row.name,
        subject_kind="adult" if row.subject_kind == "adult" else "child",
        unborn=unborn,
        expected_on=row.birth_date if unborn else None,
        birth_date=None if unborn else row.birth_date,
        age=row.age,
        age_on=row.recorded_at.date() if row.age is not None else None,
    )
    manager = case.manager
    without = list(Account.objects.filter(pk__in=records.conflicted(case)))
    if not case.restrictions:
        found = resolve(agency=case.agency, case=case, purpose="triage", now=now, without=without)
        manager = found if isinstance(found, Account) else account  # nobody else is there
    new = records.open_case(person=person, owner=account, manager=manager, now=now, without=without)
    new.flags = [flag for flag in case.flags if flag in OF_THE_HOME]
    new.restrictions = case.restrictions
    new.save(update_fields=["flags", "restrictions"])
    _keep_out(case, new, account, now)
    records.record_fields(case=new, entries=person_fields(person), now=now, by=account)
    records.record_facts(case=new, facts={}, now=now, by=account)
    said = BETWEEN.join(people.pieces(row).values())
    text = f"Case opened because they live with somebody at risk: {said}"
    records.add_chronology(
        case=new, now=now, by=account, section="note", kind="reported", text=text
    )
    return new


def _keep_out(case: Case, new: Case, account: Account, now: datetime) -> None:
    """Wall off from the new case whoever is kept out of the first: by a wall, or by a concern about them."""
    keep = {"case": new, "raised_at": now, "raised_by": account}
    for wall in Wall.objects.filter(case=case, lifted_at=None):
        Wall.objects.create(account=wall.account, team=wall.team, reason=wall.reason, **keep)
    walled = Wall.objects.filter(case=new).exclude(account=None).values("account_id")
    named = Account.objects.filter(concerns_about__on_cases__case=case).exclude(pk__in=walled)
    for each in named.distinct():
        Wall.objects.create(account=each, reason=NAMED, **keep)
