"""Who a person is: other names, numbers, how to speak with them, who decides, relations, a birth. Rows are added."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import people, queries, records
from sharewell.cases.concern_fields import birth_date_field
from sharewell.cases.models import (
    Case,
    Decider,
    Identifier,
    Need,
    Person,
    PersonName,
    Relation,
)
from sharewell.cases.operations._rows import add, check
from sharewell.cases.operations._writing import leave, may_write
from sharewell.cases.people import Ended
from sharewell.cases.records import Known
from sharewell.core import identifiers
from sharewell.core.identifiers import IdentifierError

REPLACED = "Replaced by another number"


class RowEnded(Conflict):
    """Somebody else has ended this meanwhile."""

    code = "row_ended"
    sentence = "Somebody else has ended this already. Nothing was changed; read what they recorded."


@operation("name.added")
def name_add(
    *,
    account: Account,
    case: Case,
    now: datetime,
    kind: str,
    name: str,
    source_role: str = "",
) -> PersonName:
    """Record another name of the person; those before stay. Raises ``NotFound``, ``NotAllowed``, ``Invalid``."""
    may_write(account, case, now)
    check(case, "name", kind, {"name": [] if name.strip() else ["Write the name."]})
    given = {"kind": kind, "name": name.strip(), "source_role": source_role}
    return add(PersonName, account, case, now, given)


@operation("identifier.added")
def identifier_add(
    *,
    account: Account,
    case: Case,
    now: datetime,
    kind: str,
    number: str,
    sure: bool = False,
    source_role: str = "",
) -> Identifier:
    """Record a number of the person, once its check digit holds; one of the same kind is ended as replaced.

    What looks odd without being wrong (a range of another scheme, a number that stands already) is told as
    ``Invalid`` of ``sure``, and recorded once ``sure`` is given. Raises ``Invalid`` of ``number`` with the
    reason in words where the check fails, ``NotFound`` and ``NotAllowed``.
    """
    may_write(account, case, now)
    check(case, "identifier", kind, {})
    try:
        found = identifiers.check(kind, number, born=case.person.birth_date)
    except IdentifierError as fault:
        raise Invalid({"number": [fault.sentence]}) from None
    records.lock(case)
    standing = Identifier.objects.filter(case=case, kind=kind, ended_at=None).first()
    if standing is not None and standing.value == found.value:
        return unchanged(standing)
    doubts = list(found.notes)
    if standing is not None:
        doubts.append("Another number of this kind is recorded; it will be ended as replaced.")
    if doubts and not sure:
        raise Invalid({"sure": [*doubts, "If the number is right all the same, tick the box."]})
    if standing is not None:
        people.end_row(standing, by=account, now=now, reason=REPLACED)
    given = {"kind": kind, "value": found.value, "source_role": source_role}
    return add(Identifier, account, case, now, given)


@operation("need.added")
def need_add(
    *,
    account: Account,
    case: Case,
    now: datetime,
    kind: str,
    detail: str = "",
    source_role: str = "",
) -> Need:
    """Record what others must know to speak with the person. Raises ``NotFound``, ``NotAllowed``, ``Invalid``."""
    may_write(account, case, now)
    short = kind in {"language", "other"} and not detail.strip()
    check(case, "need", kind, {"detail": ["Say which."] if short else []})
    given = {"kind": kind, "detail": detail.strip(), "source_role": source_role}
    return add(Need, account, case, now, given)


@operation("decider.added")
def decider_add(
    *,
    account: Account,
    case: Case,
    now: datetime,
    kind: str,
    name: str,
    contact: str = "",
    evidence: str = "",
    until: date | None = None,
    source_role: str = "",
) -> Decider:
    """Record who may decide for the person, what was seen as proof of it (empty: nothing), and until when.

    Raises ``NotFound``, ``NotAllowed`` and ``Invalid``.
    """
    may_write(account, case, now)
    check(case, "decider", kind, {"name": [] if name.strip() else ["Write who it is."]})
    given = {
        "kind": kind,
        "name": name.strip(),
        "contact": contact.strip(),
        "evidence": evidence.strip(),
        "until": until,
        "source_role": source_role,
    }
    return add(Decider, account, case, now, given)


@operation("relation.added")
def relation_add(
    *,
    account: Account,
    case: Case,
    now: datetime,
    kind: str,
    name: str = "",
    other: Case | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    note: str = "",
    source_role: str = "",
) -> Relation:
    """Record what somebody is to the person: by name, or the person of another case that the account may read.

    Raises ``NotFound`` (also for another case outside the account's circles), ``NotAllowed`` and ``Invalid``.
    """
    may_write(account, case, now)
    if other is not None and not queries.stands_in(viewer=account, case=other, now=now):
        raise NotFound
    name = name.strip() or (other.person.name if other is not None else "")
    errors = {"name": [] if name else ["Write who it is."], "other": [], "ends_on": []}
    if other is not None and other.person_id == case.person_id:
        errors["other"] = ["This is the same person. Choose somebody else."]
    if starts_on and ends_on and ends_on < starts_on:
        errors["ends_on"] = ["This is before the day on which it began."]
    check(case, "relation", kind, errors)
    given = {
        "kind": kind,
        "name": name,
        "other_case": other,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "note": note.strip(),
        "source_role": source_role,
    }
    return add(Relation, account, case, now, given)


@operation("row.ended")
def row_end(
    *, account: Account, case: Case, noun: str, row_id: UUID, now: datetime, reason: str
) -> Ended:
    """End a name, number, need, decider, relation, household member or person alleged, with the reason.

    It stays readable; its words leave what is known. Special handling and walls that came with a person
    alleged stay: they are taken back by those who may, one by one. Raises ``NotFound``, ``NotAllowed``,
    ``Invalid`` without a reason, and :class:`RowEnded`.
    """
    may_write(account, case, now)
    records.lock(case)
    row = queries.person_row(case=case, noun=noun, row_id=row_id)
    if row.ended_at is not None:
        raise RowEnded
    if not reason.strip():
        raise Invalid({"reason": ["Say why it no longer holds."]})
    ended = people.end_row(row, by=account, now=now, reason=reason.strip())
    things = {"row": {"noun": noun, "id": row_id.hex, "reason": reason.strip()}}
    leave(account, case, now, things)
    return ended


@operation("birth.recorded")
def birth_record(
    *, account: Account, case: Case, now: datetime, born_on: date, name: str = ""
) -> Person:
    """Record that a child was born; from then on they are a child, in the same case.

    ``name`` is what they are called, where that is known. Raises ``NotFound``, ``NotAllowed``, ``Invalid``,
    and ``Conflict`` where the birth was recorded already.
    """
    may_write(account, case, now)
    records.lock(case)
    person = Person.objects.select_for_update().get(pk=case.person_id)
    if not person.unborn:
        raise Conflict
    if born_on > now.date():
        raise Invalid({"born_on": ["This day has not come yet."]})
    person.unborn, person.birth_date = False, born_on
    person.name = name.strip()[:200] or person.name
    person.save(update_fields=["unborn", "birth_date", "name"])
    entries = [birth_date_field(person)]
    if name.strip():
        entries.append(Known(field="subject.name", text=name.strip(), kind="reported"))
    records.record_fields(case=case, entries=entries, now=now, by=account)
    records.add_chronology(
        case=case,
        now=now,
        by=account,
        section="note",
        kind="reported",
        text=f"Born on {people.day_words(born_on)}. The case goes on as that of a child.",
    )
    things = {
        "birth": {"person": person.pk.hex, "born_on": born_on.isoformat(), "name": name.strip()}
    }
    leave(account, case, now, things)
    case.person = person
    return person


@operation("birth.expected")
def birth_expect(*, account: Account, case: Case, now: datetime, expected_on: date) -> Person:
    """Record when a child is expected. Raises ``NotFound``, ``NotAllowed``, and ``Conflict`` after the birth."""
    may_write(account, case, now)
    records.lock(case)
    person = Person.objects.select_for_update().get(pk=case.person_id)
    if not person.unborn:
        raise Conflict
    person.expected_on = expected_on
    person.save(update_fields=["expected_on"])
    records.record_fields(case=case, entries=[birth_date_field(person)], now=now, by=account)
    things = {"expected": {"person": person.pk.hex, "expected_on": expected_on.isoformat()}}
    leave(account, case, now, things)
    case.person = person
    return person
