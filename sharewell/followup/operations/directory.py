"""The directory: its entries changed and found right by those who keep them, and asked for again when that is long ago.

Saving an entry says that what stands in it is right on that day, so it verifies it too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sharewell import packs
from sharewell.agencies import directory
from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.directory import Thing
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account, Agency, Function, Hours, NamedContact, Offer
from sharewell.agencies.queries import holders, on_duty
from sharewell.cases import records
from sharewell.cases.models import Task
from sharewell.core import openings
from sharewell.core.openings import HoursError
from sharewell.followup.entries import TASK, close_asked, held_as_read, mark_verified

OTHERS_AT_MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What stands in the directory of a function; ``week`` has a line for each weekday (0 is Monday) that is open.

    ``offers`` are ids of packs/directory.yaml, ``others`` what it offers beside them, in words.
    """

    phone: str = ""
    out_of_hours_phone: str = ""
    hours: str = ""
    about: str = ""
    area: str = ""
    address: str = ""
    link: str = ""
    on_holidays: bool = False
    week: Mapping[int, str] = field(default_factory=dict)
    offers: Sequence[str] = ()
    others: Sequence[str] = ()


TEXTS = (
    "phone",
    "out_of_hours_phone",
    "hours",
    "about",
    "area",
    "address",
    "link",
    "on_holidays",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A named contact as it is told; ``when`` is any, in_hours or out_of_hours."""

    name: str
    job_title: str = ""
    phone: str = ""
    email: str = ""
    when: str = "any"


@operation("function.described")
def function_describe(
    *, account: Account, function_id: UUID, told: Told, seen: int, now: datetime
) -> Function:
    """Change what stands in the directory of a function: numbers, hours, what it offers; found right by that.

    Where messages are delivered to stays as it is. ``seen`` is the revision that the writer read. Raises
    ``NotFound``, ``NotAllowed``, ``EntryChanged``, and ``Invalid`` by field.
    """
    listed = directory.listed(viewer=account, function_id=function_id)
    directory.require_keeps(viewer=account, agency=listed.agency, now=now)
    function = held_as_read(listed, seen)
    week = _week(told)
    for name in TEXTS:
        setattr(function, name, getattr(told, name))
    mark_verified(function, account, now)
    function.save()
    Hours.objects.filter(function=function, day=None).delete()
    Hours.objects.bulk_create(
        Hours(function=function, weekday=day, opens=opens, closes=closes)
        for day, spans in week.items()
        for opens, closes in spans
    )
    Offer.objects.filter(function=function).delete()
    Offer.objects.bulk_create(
        [
            *(Offer(function=function, kind=kind) for kind in dict.fromkeys(told.offers)),
            *(Offer(function=function, name=name) for name in dict.fromkeys(told.others)),
        ]
    )
    said = {name: getattr(told, name) for name in TEXTS}
    said |= {"week": {str(day): openings.words(spans) for day, spans in week.items()}}
    said |= {"offers": list(told.offers), "others": list(told.others)}
    _leave(function, account, now, said)
    return function


@operation("function.day_set")
def function_day_set(
    *, account: Account, function_id: UUID, day: date, hours: str, note: str = "", now: datetime
) -> Function:
    """Say that a function is open at other times on one day, or closed, instead of its week; replaces what stood.

    Raises ``NotFound``, ``NotAllowed``, and ``Invalid`` by field.
    """
    function = directory.listed(viewer=account, function_id=function_id)
    directory.require_keeps(viewer=account, agency=function.agency, now=now)
    if day < directory.local_day(function.agency, now):
        raise Invalid({"day": ["Give a day that has not passed."]})
    spans = _spans(hours, "hours")
    Hours.objects.filter(function=function, day=day).delete()
    Hours.objects.bulk_create(
        Hours(function=function, day=day, opens=opens, closes=closes, note=note)
        for opens, closes in spans or ((None, None),)
    )
    _leave(function, account, now, {"day": day.isoformat(), "hours": openings.words(spans)})
    return function


@operation("function.day_taken_out")
def function_day_take_out(
    *, account: Account, function_id: UUID, day: date, now: datetime
) -> Function:
    """Let the week of a function hold on a day again. Raises ``NotFound`` and ``NotAllowed``."""
    function = directory.listed(viewer=account, function_id=function_id)
    directory.require_keeps(viewer=account, agency=function.agency, now=now)
    if not Hours.objects.filter(function=function, day=day).delete()[0]:
        return unchanged(function)
    _leave(function, account, now, {"day": day.isoformat(), "hours": None})
    return function


@operation("named_contact.added")
def named_contact_add(
    *,
    account: Account,
    agency_id: UUID,
    function_id: UUID | None = None,
    person: Person,
    form_key: UUID,
    now: datetime,
) -> NamedContact:
    """Name somebody to ask for at an agency, or at one of its functions; the same form once.

    Raises ``NotFound``, ``NotAllowed``, and ``Invalid`` by field.
    """
    agency = directory.agency_near(viewer=account, agency_id=agency_id)
    directory.require_keeps(viewer=account, agency=agency, now=now)
    function = None
    if function_id is not None:
        function = directory.listed(viewer=account, function_id=function_id)
        if function.agency_id != agency.pk:
            raise NotFound
    before = NamedContact.objects.filter(form_key=form_key, agency=agency).first()
    if before is not None:
        return unchanged(before)
    made = NamedContact(agency=agency, function=function, form_key=form_key)
    _fill(made, person)
    made.verified_on, made.verified_by = directory.local_day(agency, now), account
    made.save()
    _leave(made, account, now, _said(person))
    return made


@operation("named_contact.changed")
def named_contact_change(
    *, account: Account, contact_id: UUID, person: Person, seen: int, now: datetime
) -> NamedContact:
    """Change a named contact; found right by that.

    Raises ``NotFound``, ``NotAllowed``, ``EntryChanged``, and ``Invalid`` by field.
    """
    found = directory.contact(viewer=account, contact_id=contact_id)
    directory.require_keeps(viewer=account, agency=found.agency, now=now)
    contact = held_as_read(found, seen)
    _fill(contact, person)
    mark_verified(contact, account, now)
    contact.save()
    _leave(contact, account, now, _said(person))
    return contact


@operation("named_contact.ended")
def named_contact_end(*, account: Account, contact_id: UUID, now: datetime) -> NamedContact:
    """Take a named contact out of the directory. Raises ``NotFound`` and ``NotAllowed``."""
    found = directory.contact(viewer=account, contact_id=contact_id)
    directory.require_keeps(viewer=account, agency=found.agency, now=now)
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    close_asked(found, account, now)
    _leave(found, account, now, {"ended": True})
    return found


@operation("directory.verified")
def directory_verify(*, account: Account, entry_id: UUID, seen: int, now: datetime) -> Thing:
    """Say that an entry is still right: a function with its contacts, a contact, or a pathway; closes its task.

    ``seen`` is the revision that was read. Raises ``NotFound``, ``NotAllowed`` and ``EntryChanged``.
    """
    found = directory.found(entry_id)
    if found is None:
        raise NotFound
    directory.agency_near(viewer=account, agency_id=found.agency_id)
    directory.require_keeps(viewer=account, agency=found.agency, now=now)
    thing = held_as_read(found, seen)
    mark_verified(thing, account, now, changed=False)
    thing.save()
    if isinstance(thing, Function):
        for each in NamedContact.objects.filter(function=thing, ended_at=None):
            mark_verified(each, account, now, changed=False)
            each.save()
    _leave(thing, account, now, {"verified_on": str(thing.verified_on)})
    return thing


@operation("directory.verification_asked")
def directory_ask(*, entry_id: UUID, now: datetime) -> Thing | None:
    """Ask, once, for an entry to be verified again: the administrator who keeps it, else the manager on duty.

    For the clock. Raises ``NobodyOnDuty``; the clock then tries again.
    """
    found = directory.found(entry_id)
    keeper = directory.keeping_agency(found.agency, now) if found else None
    if found is None or keeper is None:
        return unchanged(None)
    thing = type(found).objects.select_for_update(of=("self",)).get(pk=found.pk)
    waits = Task.objects.waiting().filter(kind=TASK, about_id=thing.pk)  # an import asks anew
    if thing.verify_asked_at is not None or waits.exists():
        return unchanged(thing)
    thing.verify_asked_at = now
    thing.save(update_fields=["verify_asked_at"])
    if isinstance(thing, Function):
        NamedContact.objects.filter(function=thing).update(verify_asked_at=now)
    owner = _owner(keeper, now)
    records.open_task(
        agency=keeper, kind=TASK, owner=owner, now=now, about_id=thing.pk, note=str(thing)
    )
    _leave(thing, None, now, {"asked": owner.pk.hex})
    return thing


def _owner(agency: Agency, now: datetime) -> Account:
    first = next(iter(holders(agency=agency, role="administrator", now=now)), None)
    return first or on_duty(agency=agency, kind="manager_on_duty", now=now)


def _week(told: Told) -> dict[int, tuple[openings.Span, ...]]:
    """The hours of each weekday, where what is told of a function can be kept."""
    errors: dict[str, list[str]] = {}
    week: dict[int, tuple[openings.Span, ...]] = {}
    for day, line in told.week.items():
        try:
            week[day] = _spans(line, f"week_{day}")
        except Invalid as wrong:
            errors |= wrong.errors
    if not set(told.offers) <= set(packs.directory().offers):
        errors["offers"] = ["Choose from those offered."]
    if len(told.others) > OTHERS_AT_MOST or any(len(each) > 200 for each in told.others):
        errors["others"] = [f"Write {OTHERS_AT_MOST} lines at most, each of 200 characters."]
    if errors:
        raise Invalid(errors)
    return week


def _spans(line: str, name: str) -> tuple[openings.Span, ...]:
    try:
        return openings.spans(line)
    except HoursError as fault:
        raise Invalid({name: [str(fault)]}) from fault


def _fill(contact: NamedContact, person: Person) -> None:
    if not person.phone and not person.email:
        raise Invalid({"phone": ["Give a telephone number or an e-mail address."]})
    for name, value in _said(person).items():
        setattr(contact, name, value)


def _said(person: Person) -> dict[str, str]:
    return {name: getattr(person, name) for name in ("name", "job_title", "phone", "email", "when")}


def _leave(thing: Thing, by: Account | None, now: datetime, said: Mapping[str, Any]) -> None:
    about = {"kind": directory.kind_of(thing), "id": thing.pk.hex, **said}
    record(at=now, agency=thing.agency, actor=by, things={"entry": about})
