"""A directory of services as others publish it: Human Services Data Specification 3, JSON or CSV tables.

What is read is what our directory keeps; everything else in a file is counted by its name, so that nothing is
dropped in silence. Nothing is guessed: a service that cannot be read is a fault with its place.
Source: Open Referral, Human Services Data Specification 3.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from sharewell.core import openings
from sharewell.core.openings import Span

Raw = Mapping[str, Any]
MOST = 20_000  # services in one file
OFFSET = re.compile(r"(Z|[+-]\d{2}(?::?\d{2})?)$")
DAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
SPOKEN = ("", "voice", "cell", "hotline")
LISTS = ("phones", "contacts", "schedules", "service_areas", "service_at_locations", "locations")
READ = {
    "organization": {"id", "name", "services", "phones", "contacts"},
    "service": {
        *("id", "name", "description", "url", "status", "assured_date", "organization"),
        *("organization_id", *LISTS),
    },
    "contact": {"id", "name", "title", "email", "phones"},
    "phone": {"id", "number", "extension", "type"},
    "service_area": {"id", "name"},
    "service_at_location": {"id", "location", "phones", "contacts", "schedules"},
    "location": {"id", "addresses", "phones", "schedules"},
    "address": {"id", "address_1", "address_2", "city", "state_province", "postal_code"},
    "schedule": {
        *("id", "freq", "interval", "byday", "opens_at", "closes_at", "timezone", "description"),
        *("valid_from", "valid_to", "until", "count", "bymonthday", "byyearday", "byweekno"),
    },
}
# The keys by which tables refer to each other: they are followed, and say nothing by themselves.
LINKS = {f"{each}_id" for each in ("organization", "service", "location", "contact")}
LINKS |= {"service_at_location_id"}


class HsdsError(ValueError):
    """A file that cannot be read as a directory: the place in it and what is wrong there."""

    code = "hsds_unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """Somebody to ask for at a service."""

    id: str
    name: str
    job_title: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedService:
    """One service with what our directory keeps of it; ``week`` holds the spans of each weekday, 0 is Monday.

    ``hours`` says in words what the week cannot. ``verified_on`` is the day on which its publisher says that it
    was found right, None where they say none. ``ended`` are those that no longer exist.
    """

    id: str
    name: str
    about: str
    phone: str
    area: str
    address: str
    link: str
    hours: str
    week: Mapping[int, tuple[Span, ...]]
    verified_on: date | None
    contacts: tuple[ListedPerson, ...]
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrganization:
    """One organization with its services, in the order of the file."""

    id: str
    name: str
    services: tuple[ListedService, ...]


@dataclass(slots=True)
class Reading:
    """How a file is read: where times are told, on which day, and what is not kept of it, counted by name."""

    zone: ZoneInfo
    today: date
    left_out: Counter[str] = field(default_factory=Counter)

    def beside(self, kind: str, raw: Raw) -> None:
        """Count what a thing says that is not kept."""
        known = READ[kind] | LINKS
        self.left_out.update(
            f"{kind}.{key}" for key, value in raw.items() if key not in known and said(value)
        )


def organizations(
    rows: Iterable[tuple[str, Raw]], reading: Reading
) -> tuple[ListedOrganization, ...]:
    """The organizations of a file, from its organization objects, each with its place.

    Raises :class:`HsdsError` naming the place; ``reading`` counts what is not kept.
    """
    found, ids = [], set()
    for place, raw in rows:
        reading.beside("organization", raw)
        services = tuple(
            _service(f"{place}.services[{at}]", each, raw, reading)
            for at, each in enumerate(listing(raw, "services", place))
        )
        for each in services:
            if each.id in ids:
                fail(place, f"has the service id {each.id} twice")
            ids.add(each.id)
        if len(ids) > MOST:
            fail(place, f"is past {MOST:,} services: import it in parts")
        name = text(raw, "name", place, 200, need=True)
        found.append(
            ListedOrganization(
                id=text(raw, "id", place, 200, need=True), name=name, services=services
            )
        )
    return tuple(found)


def said(value: object) -> bool:
    """Whether a value says anything."""
    return value not in (None, "", [], {})


def fail(place: str, why: str) -> NoReturn:
    """Raise :class:`HsdsError` for a place in the file."""
    raise HsdsError(f"{place} {why}")


def text(raw: Raw, key: str, place: str, most: int, *, need: bool = False) -> str:
    """A text of one line or more, without blanks around it; raises :class:`HsdsError`."""
    value = raw.get(key)
    if value is not None and not isinstance(value, str):
        fail(f"{place}.{key}", "is not a text")
    told = (value or "").strip()
    if need and not told:
        fail(f"{place}.{key}", "is missing")
    if len(told) > most:
        fail(f"{place}.{key}", f"is longer than {most} characters")
    if "\0" in told or any("\ud800" <= each <= "\udfff" for each in told):
        fail(f"{place}.{key}", "holds a character that cannot be kept")
    return told


def listing(raw: Raw, key: str, place: str) -> list[Raw]:
    """A list of objects, empty where there is none; raises :class:`HsdsError`."""
    value = raw.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        fail(f"{place}.{key}", "is not a list of objects")
    return value


def _service(place: str, raw: Raw, organization: Raw, reading: Reading) -> ListedService:
    reading.beside("service", raw)
    at_places = listing(raw, "service_at_locations", place)
    locations = [each["location"] for each in at_places if isinstance(each.get("location"), dict)]
    for kind, rows in (("service_at_location", at_places), ("location", locations)):
        for each in rows:
            reading.beside(kind, each)
    about, here = text(raw, "description", place, 100_000), "service_at_location"
    if len(about) > 1000:
        reading.left_out["service.description (shortened)"] += 1
        about = about[:999] + "…"
    week, words = _hours(raw, at_places, locations, place, reading)
    people = [
        *listing(raw, "contacts", place),
        *_of(at_places, "contacts", f"{place}.{here}"),
        *listing(organization, "contacts", place),
    ]
    contacts = (
        _contact(f"{place}.contacts[{at}]", each, reading) for at, each in enumerate(people)
    )
    areas = [text(each, "name", place, 300) for each in listing(raw, "service_areas", place)]
    link = text(raw, "url", place, 300)
    if link and not link.startswith(("https://", "http://")):
        fail(f"{place}.url", "is no web address: it begins with https://")
    status = text(raw, "status", place, 40)
    if status == "temporarily closed":
        week, words = {}, "Closed for now."
    return ListedService(
        id=text(raw, "id", place, 200, need=True),
        name=text(raw, "name", place, 200, need=True),
        about=about,
        phone=_nearest_phone(raw, at_places, locations, organization, place, reading),
        area=_short("service.service_areas", ", ".join(filter(None, areas)), reading),
        address=_short("location.addresses", _address(locations, place, reading), reading),
        link=link,
        hours=words,
        week=week,
        verified_on=_day(raw, "assured_date", place),
        contacts=tuple(each for each in contacts if each is not None),
        ended=status in ("inactive", "defunct"),
    )


def _short(name: str, told: str, reading: Reading) -> str:
    if len(told) <= 300:
        return told
    reading.left_out[f"{name} (shortened)"] += 1
    return told[:299] + "…"


def _of(rows: Iterable[Raw], key: str, place: str) -> list[Raw]:
    return [row for each in rows for row in listing(each, key, place)]


def _address(locations: Iterable[Raw], place: str, reading: Reading) -> str:
    keys = ("address_1", "address_2", "city", "state_province", "postal_code")
    for row in _of(locations, "addresses", f"{place}.location"):
        reading.beside("address", row)
        return ", ".join(filter(None, (text(row, key, place, 300) for key in keys)))
    return ""


def _phone(raw: Raw, place: str, reading: Reading) -> str:
    """The first number on which somebody speaks; the others are counted."""
    numbers = []
    for at, row in enumerate(listing(raw, "phones", place)):
        reading.beside("phone", row)
        here = f"{place}.phones[{at}]"
        if text(row, "type", here, 40).casefold() not in SPOKEN:
            reading.left_out["phone (no voice)"] += 1
            continue
        number = text(row, "number", here, 40, need=True).strip('"')
        extension = row.get("extension")
        numbers.append(f"{number} ext {extension}" if said(extension) else number)
        if len(numbers[-1]) > 40:
            fail(here, "is longer than 40 characters")
    if numbers[1:]:
        reading.left_out["phone (a second one)"] += len(numbers[1:])
    return numbers[0] if numbers else ""


def _nearest_phone(
    raw: Raw,
    at_places: list[Raw],
    locations: list[Raw],
    organization: Raw,
    place: str,
    reading: Reading,
) -> str:
    """The number of the service, else of it at its place, else of the place, else of the organization."""
    at_place, location = f"{place}.service_at_location", f"{place}.location"
    nearer = (
        (place, raw),
        (at_place, {"phones": _of(at_places, "phones", at_place)}),
        (location, {"phones": _of(locations, "phones", location)}),
        (f"{place}.organization", organization),
    )
    return next((told for where, each in nearer if (told := _phone(each, where, reading))), "")


def _contact(place: str, raw: Raw, reading: Reading) -> ListedPerson | None:
    """Somebody to ask for; None, counted, where they have no name or no way to reach them."""
    reading.beside("contact", raw)
    person = ListedPerson(
        id=text(raw, "id", place, 200, need=True),
        name=text(raw, "name", place, 200),
        job_title=text(raw, "title", place, 200),
        phone=_phone(raw, place, reading),
        email=text(raw, "email", place, 254),
    )
    if person.name and (person.phone or person.email):
        return person
    reading.left_out["contact (nobody that can be reached)"] += 1
    return None


def _hours(
    raw: Raw, at_places: Iterable[Raw], locations: Iterable[Raw], place: str, reading: Reading
) -> tuple[dict[int, tuple[Span, ...]], str]:
    """The hours of each weekday, and in words those that do not come every week; the service's own first."""
    rows = (
        listing(raw, "schedules", place)
        or _of(at_places, "schedules", f"{place}.service_at_location")
        or _of(locations, "schedules", f"{place}.location")
    )
    week: dict[int, list[Span]] = {}
    words: list[str] = []
    for at, row in enumerate(rows):
        here = f"{place}.schedules[{at}]"
        reading.beside("schedule", row)
        since, last, until = (_day(row, key, here) for key in ("valid_from", "valid_to", "until"))
        ended = any(each is not None and each < reading.today for each in (last, until))
        if ended or (since and since > reading.today):
            reading.left_out["schedule (of another time)"] += 1
            continue
        days, span = _weekly(row), _span(row, here)
        if days and span and _near(row, reading):
            for day in days:
                week.setdefault(day, []).append(span)
        elif told := text(row, "description", here, 2000):
            words.append(told)
        else:
            reading.left_out["schedule (not every week, or in the time of elsewhere)"] += 1
    hours = "; ".join(dict.fromkeys(words))
    if len(hours) > 200:
        reading.left_out["schedule.description (shortened)"] += 1
        hours = hours[:199] + "…"
    return {day: _joined(spans, place) for day, spans in sorted(week.items())}, hours


def _weekly(row: Raw) -> list[int]:
    """The weekdays on which a row holds every week; none where it does not come every week."""
    if row.get("interval") not in (None, "", 1, "1") or any(
        said(row.get(key)) for key in ("count", "bymonthday", "byyearday", "byweekno")
    ):
        return []
    freq = str(row.get("freq") or "").upper()
    byday = [
        each.strip().upper() for each in str(row.get("byday") or "").split(",") if each.strip()
    ]
    if freq == "DAILY" and not byday:
        return list(range(7))
    if freq not in ("WEEKLY", "DAILY", "") or not all(each in DAYS for each in byday):
        return []
    return [DAYS[each] for each in byday]


def _near(row: Raw, reading: Reading) -> bool:
    """Whether times are told in the time of the place: without an offset, or with one that the place has in the year."""
    named = str(row.get("timezone") if said(row.get("timezone")) else "").strip()
    if named == reading.zone.key:
        named = ""
    year = [datetime(reading.today.year, month, 1, tzinfo=reading.zone) for month in (1, 7)]
    here = {each.utcoffset() for each in year}
    told = [str(row.get(key) or "") for key in ("opens_at", "closes_at")]
    offsets = [named, *(found[0] if (found := OFFSET.search(each)) else "" for each in told)]
    return all(_offset(each) in here for each in offsets if each)


def _offset(told: str) -> timedelta | None:
    """An offset from UTC as it is written: ``Z``, ``-5``, ``+01:00``; None for anything else."""
    if told == "Z":
        return timedelta(0)
    match = re.fullmatch(r"([+-]?)(\d{1,2})(?::?(\d{2}))?", told)
    if not match:
        return None
    away = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return -away if match[1] == "-" else away


def _span(row: Raw, place: str) -> Span | None:
    opens, closes = (_time(row, key, place) for key in ("opens_at", "closes_at"))
    if opens is None or closes is None:
        return None
    # The specification has no sign for the whole day; a minute before midnight is how it is written.
    return opens, time(0) if (closes.hour, closes.minute) == (23, 59) else closes


def _joined(spans: Iterable[Span], place: str) -> tuple[Span, ...]:
    try:
        return openings.spans(", ".join(openings.words([each]) for each in dict.fromkeys(spans)))
    except openings.HoursError as fault:
        raise HsdsError(f"{place}.schedules: {fault}") from fault


def _time(row: Raw, key: str, place: str) -> time | None:
    told = text(row, key, place, 40)
    if not told:
        return None
    clock = OFFSET.sub("", told)
    try:
        return time.fromisoformat(clock if len(clock) != 4 else f"0{clock}").replace(second=0)
    except ValueError:
        fail(f"{place}.{key}", "is no time of day, like 09:00")


def _day(row: Raw, key: str, place: str) -> date | None:
    told = text(row, key, place, 40)
    try:
        return date.fromisoformat(told[:10]) if told else None
    except ValueError:
        fail(f"{place}.{key}", "is no day, like 2026-11-23")
