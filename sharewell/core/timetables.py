"""Calendars of working days and the clocks of law and guidance, read from their packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from sharewell.core.catalogue import vouched
from sharewell.core.deadlines import UNITS, Calendar, Clock
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

FORCES = ("statute", "statutory_guidance", "local", "article", "proposal")


@dataclass(frozen=True, slots=True)
class NamedClock:
    """A clock with what starts it, what must happen, where it holds and how binding it is."""

    id: str
    places: tuple[str, ...]
    starts: str
    must: str
    within: Clock
    force: str
    source: str
    status: str
    verified_on: date | None
    events: tuple[str, ...]  # those on a case that start it; none: it is not started on a case
    may_pause: bool  # a clock of law only where its row says so
    confirms: tuple[str, ...]  # roles to whom a call is followed by this writing


def calendars(file: str, text: bytes) -> dict[str, Calendar]:
    """The calendars of a pack by id. Raises PackError naming the row and the key."""
    pack = opened(file, text)
    head = Row(pack, failing(file, ""))
    head.text("source")
    vouched(head)
    listed = head.need("calendars")
    head.done()
    if not isinstance(listed, Mapping):
        head.refuse("calendars", "is not a mapping of keys to values")
    return {str(id_): _calendar(file, str(id_), raw) for id_, raw in listed.items()}


def clocks(file: str, text: bytes, vocabulary: Vocabulary) -> dict[str, NamedClock]:
    """The clocks of a pack by id. Raises PackError naming the row and the key."""
    pack = opened(file, text)
    known = tuple(clock_events(file, text))
    found = {}
    for raw in rows_of(file, pack.get("clocks"), "clocks"):
        row = Row(raw, failing(file, raw["id"]))
        places = (*vocabulary.jurisdictions, *vocabulary.states)
        status, verified_on = vouched(row)
        built = NamedClock(
            id=row.text("id"),
            places=row.choices("places", places, need=True),
            starts=row.text("starts"),
            must=row.text("must"),
            within=within(row.inner("within", row.need("within"))),
            force=row.choice("force", FORCES),
            source=row.text("source"),
            status=status,
            verified_on=verified_on,
            events=row.choices("events", known),
            may_pause=bool(row.flag("pause", default=raw.get("force") != "statute")),
            confirms=row.choices("confirms", vocabulary.recipient_roles),
        )
        row.done()
        found[built.id] = built
    return found


def clock_events(file: str, text: bytes) -> dict[str, str]:
    """What may happen in a case that starts clocks, in words by id. Raises PackError naming the key."""
    head = Row(opened(file, text), failing(file, ""))
    events = head.inner("events", head.need("events"))
    found = {key: events.text(key) for key in events.keys()}  # noqa: SIM118 - those that are texts
    events.done()
    return found


def within(row: Row) -> Clock:
    """A length of time: exactly one unit with its number."""
    given = [(unit, row.number(unit, 0, 100_000)) for unit in UNITS]
    row.done()
    named = [Clock(amount, unit) for unit, amount in given if amount is not None]
    if len(named) != 1:
        row.refuse("", "names exactly one of: " + ", ".join(UNITS))
    return named[0]


def _calendar(file: str, id_: str, raw: object) -> Calendar:
    row = Row(raw, failing(file, id_))
    days = row.need("weekdays")
    if not isinstance(days, list) or not days or not all(d in range(7) for d in days):
        row.refuse("weekdays", "is not a list of days, 0 for Monday to 6 for Sunday")
    holidays, announced = _holidays(row)
    built = Calendar(
        id=id_,
        weekdays=frozenset(days),
        holidays=holidays,
        announced=announced,
        opens=_time(row, "opens"),
        closes=_time(row, "closes"),
        known_until=row.day("known_until"),
        version=row.text("version"),
    )
    row.done()
    if built.opens >= built.closes:
        row.refuse("closes", "is not after it opens")
    return built


def _holidays(row: Row) -> tuple[dict[date, str], dict[date, date]]:
    """The holidays by date, and of those announced after the version since when they are known."""
    raw = row.need("holidays")
    if not isinstance(raw, Mapping) or not all(type(day) is date for day in raw):
        row.refuse("holidays", "is not a mapping of dates to names")
    names, announced = {}, {}
    for day, given in raw.items():
        if isinstance(given, str):
            names[day] = given
            continue
        inner = row.inner(f"holidays.{day}", given)
        names[day] = inner.text("name")
        since = inner.day("announced")
        inner.done()
        if since is None:
            row.refuse(f"holidays.{day}", "does not say when it was announced")
        announced[day] = since
    return names, announced


def _time(row: Row, key: str) -> time:
    try:
        return time.fromisoformat(row.text(key))
    except ValueError:
        row.refuse(key, "is not a time of day like 17:00")
