"""Take what others publish of services into the directory, and again later; what somebody here vouched for stays."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.hsds import slug_of
from sharewell.agencies.models import Agency, Function, Hours, NamedContact
from sharewell.agencies.operations.directory import agency_register
from sharewell.core import openings
from sharewell.core.hsds import ListedOrganization, ListedPerson, ListedService

TEXTS = ("name", "about", "phone", "area", "address", "link", "hours", "verified_on")
PEOPLE = uuid.UUID(
    "7a8f3f0e-5d1c-4a9e-9d58-5a1b4f9d2c11"
)  # of the ids of named contacts that come so


@dataclass(slots=True)
class Imported:
    """What an import did, by name of the service, in the order of the file."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # differs, and somebody here vouched for ours
    ended: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)  # agencies that were here by that name


@operation("directory.imported")
def hsds_import(
    *,
    now: datetime,
    source: str,
    organization: ListedOrganization,
    place: dict[str, str],
    digest: str,
    done: Imported,
) -> Agency:
    """Take one organization with its services into the directory of a place; says in ``done`` what that did.

    ``source`` names the publisher and, with their ids, what is already here; ``place`` are jurisdiction, state and
    time zone; ``digest`` is the SHA-256 of the file. An entry that somebody here changed or found right stays as it is.
    Nothing is sent to what comes so: it stands in the directory, to ring.
    """
    agency = _agency(source, organization, place, done, now)
    counts = {name: len(getattr(done, name)) for name in ("added", "changed", "ended")}
    for service in organization.services:
        _service(source, agency, service, done, now)
    more = {name: len(getattr(done, name)) - before for name, before in counts.items()}
    if not any(more.values()):
        return unchanged(agency)
    things = {"import": {"source": source, "file": digest, "agency": agency.slug, **more}}
    record(at=now, agency=agency, actor=None, things=things)
    return agency


def _agency(
    source: str,
    organization: ListedOrganization,
    place: dict[str, str],
    done: Imported,
    now: datetime,
) -> Agency:
    slug = slug_of(source, f"organization {organization.id}")
    found = Agency.objects.filter(slug=slug).first()
    if found is not None:
        return found
    same = Agency.objects.filter(
        name__iexact=organization.name, jurisdiction=place["jurisdiction"], state=place["state"]
    )
    if (here := same.first()) is not None:
        done.joined.append(here.name)
        return here
    made: Agency = agency_register(
        now=now, actor=None, slug=slug, name=organization.name, kind="", **place
    )
    return made


def _service(
    source: str, agency: Agency, service: ListedService, done: Imported, now: datetime
) -> None:
    slug = slug_of(source, service.id)
    function = Function.objects.filter(slug=slug).first()
    if function is None:
        if service.ended:
            return
        done.added.append(service.name)
        _fill(Function(agency=agency, slug=slug, role="", active=False), service, source, now)
        return
    if _stands(function) == _told(service, source):
        done.same.append(service.name)
    elif _vouched(function):
        done.kept.append(service.name)
    else:
        (done.ended if service.ended else done.changed).append(service.name)
        function.revision += 1
        _fill(function, service, source, now)


def _fill(function: Function, service: ListedService, source: str, now: datetime) -> None:
    for name in TEXTS:
        setattr(function, name, getattr(service, name))
    function.listed, function.verify_asked_at = not service.ended, None
    function.save()
    Hours.objects.filter(function=function, day=None).delete()
    Hours.objects.bulk_create(
        Hours(function=function, weekday=day, opens=opens, closes=closes)
        for day, spans in service.week.items()
        for opens, closes in spans
    )
    keys = {_key(source, service, each): each for each in service.contacts}
    standing = NamedContact.objects.filter(function=function, ended_at=None, verified_by=None)
    standing.exclude(form_key__in=keys).update(ended_at=now)
    for key, each in keys.items():
        NamedContact.objects.update_or_create(
            form_key=key,
            defaults={
                **_person(each),
                "agency": function.agency,
                "function": function,
                "verified_on": service.verified_on,
                "ended_at": None,
            },
        )


def _vouched(function: Function) -> bool:
    """Whether somebody here changed the entry, or a contact of it, or found it right."""
    people = NamedContact.objects.filter(function=function, verified_by__isnull=False)
    return function.verified_by_id is not None or people.exists()


def _told(service: ListedService, source: str) -> dict[str, Any]:
    return {
        **{name: getattr(service, name) for name in TEXTS},
        "listed": not service.ended,
        "week": {day: openings.words(spans) for day, spans in service.week.items()},
        "people": {_key(source, service, each): _person(each) for each in service.contacts},
    }


def _stands(function: Function) -> dict[str, Any]:
    week: dict[int, list[openings.Span]] = {}
    for row in function.hours_rows.filter(day=None).order_by("weekday", "opens"):
        if row.weekday is not None and row.opens is not None and row.closes is not None:
            week.setdefault(row.weekday, []).append((row.opens, row.closes))
    people = function.named_contacts.filter(ended_at=None)
    return {
        **{name: getattr(function, name) for name in TEXTS},
        "listed": function.listed,
        "week": {day: openings.words(spans) for day, spans in week.items()},
        "people": {
            each.form_key: {
                name: getattr(each, name) for name in ("name", "job_title", "phone", "email")
            }
            for each in people
        },
    }


def _key(source: str, service: ListedService, person: ListedPerson) -> uuid.UUID:
    return uuid.uuid5(PEOPLE, f"{source}\0{service.id}\0{person.id}")


def _person(person: ListedPerson) -> dict[str, str]:
    return {
        "name": person.name,
        "job_title": person.job_title,
        "phone": person.phone,
        "email": person.email,
    }
