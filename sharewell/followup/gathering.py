"""What the rules of patterns look at: the entries of one agency, gathered in a fixed number of queries.

An entry's id is ``what:id of the row:id of the case``, the same each time it is read; nothing of what it says is
read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from sharewell import packs
from sharewell.agencies.models import Agency
from sharewell.cases import queries as cases
from sharewell.cases.models import (
    Alleged,
    ChronologyEntry,
    Concern,
    ConcernCase,
    Marking,
    Statement,
)
from sharewell.consent.models import Conversation
from sharewell.core import events
from sharewell.core.patterns import Entry, shift_of, starts
from sharewell.disclosures.models import Disclosure

SPARE = timedelta(days=1)  # clocks differ, and a night is missed
REFUSED = ("refused", "withdrawn")
LINE = (
    "pk",
    "line",
    "case_id",
    "case__person_id",
    "case__person__subject_kind",
    "event_at",
    "recorded_at",
    "recorded_by_id",
    "section",
    "verbatim",
    "team_id",
    "team__site_id",
    "team__site__kind",
)
Marks = dict[tuple[str, UUID, UUID], list[tuple[str, Decimal | None]]]


def gather(*, agency: Agency, now: datetime, people: Collection[UUID] | None = None) -> list[Entry]:
    """The entries of an agency (or about some of its people) that a rule may count at ``now``."""
    since, zone = _since(agency, now), ZoneInfo(agency.time_zone)
    whose: dict[str, Any] = {} if people is None else {"case__person_id__in": list(people)}
    marked = _markings(agency, since, whose)
    found = [
        *_concerns(agency, since, whose, marked),
        *_lines(agency, since, whose, marked),
        *_refusals(agency, whose),
        *_unanswered(agency, now, whose),
        *_household(agency, since, whose),
        *_alleged(agency, since, whose),
    ]
    night = packs.patterns().night
    return [replace(entry, shift=shift_of(entry.at, night, zone)) for entry in found]


def gather_alike(*, agency: Agency, now: datetime, entries: Iterable[Entry]) -> list[Entry]:
    """What names the same members of staff as these entries, or was told in the same service."""
    naming = [entry for entry in entries if entry.kind in ("concern", "alleged")]
    sources = {UUID(source) for entry in naming for source in entry.sources}
    services = {UUID(entry.service) for entry in naming if entry.service}
    if not sources and not services:
        return []
    since = _since(agency, now)
    named = Concern.about_staff.through.objects.filter(account_id__in=sources)
    here = Q(raised_by__team__site__in=services) | Q(pk__in=named.values("concern_id"))
    whose = {"concern__in": Concern.objects.filter(here, agency=agency).values("pk")}
    alleged = Q(recorded_by__team__site__in=services) | Q(account__in=sources)
    rows = Alleged.objects.filter(alleged)
    return [
        *_concerns(agency, since, whose, {}),
        *_alleged(agency, since, {"pk__in": rows.values("pk")}),
    ]


def entry_ids(entry: Entry) -> tuple[str, UUID, UUID]:
    """What an entry is, which row it is, and of which case."""
    what, about, case = entry.id.split(":")
    return what, UUID(about), UUID(case)


def _since(agency: Agency, now: datetime) -> datetime:
    zone = ZoneInfo(agency.time_zone)
    windows = [rule.window for rule in packs.patterns().rules.values() if rule.window]
    return min((starts(window, now, zone) for window in windows), default=now) - SPARE


def _markings(agency: Agency, since: datetime, whose: dict[str, Any]) -> Marks:
    rows = Marking.objects.filter(agency=agency, recorded_at__gte=since, ended_at=None, **whose)
    rows = rows.filter(Q(line=None) | Q(line__corrected_by=None))
    found: Marks = defaultdict(list)
    for line, concern, case, event, number in rows.values_list(
        "line_id", "concern_id", "case_id", "event", "number"
    ):
        key = ("line", line, case) if line else ("concern", concern, case)
        found[key].append((event, number))
    return found


def _concerns(agency: Agency, since: datetime, whose: dict[str, Any], marked: Marks) -> list[Entry]:
    own_words = Statement.objects.filter(
        Q(case=None) | Q(case=OuterRef("case")), concern=OuterRef("concern"), verbatim=True
    )
    rows = ConcernCase.objects.filter(
        concern__agency=agency, concern__raised_at__gte=since, **whose
    ).annotate(told=Exists(own_words))
    listed = list(
        rows.values(
            "concern_id",
            "case_id",
            "case__person_id",
            "case__person__subject_kind",
            "case__kind",
            "categories",
            "indicators",
            "told",
            "concern__raised_at",
            "concern__happened_at",
            "concern__raised_by__team_id",
            "concern__raised_by__team__site_id",
            "concern__raised_by__team__site__kind",
        )
    )
    named = _named({row["concern_id"] for row in listed})
    # A concern about staff stands in the closed space too; about one person it counts once.
    listed.sort(key=lambda row: row["case__kind"] == "allegation")
    once = {(row["concern_id"], row["case__person_id"]): row for row in reversed(listed)}
    return [_concern(dict(row), named, marked) for row in once.values()]


def _concern(row: dict[str, Any], named: dict[UUID, frozenset[str]], marked: Marks) -> Entry:
    concern, case = row["concern_id"], row["case_id"]
    marks = marked.get(("concern", concern, case), [])
    counted = events.counted(
        packs.events(),
        marked=[event for event, _ in marks],
        indicators=row["indicators"],
        categories=row["categories"],
    )
    raised_at = row["concern__raised_at"]
    return Entry(
        id=f"concern:{concern.hex}:{case.hex}",
        at=min(row["concern__happened_at"] or raised_at, raised_at),
        recorded_at=raised_at,
        kind="concern",
        person=row["case__person_id"].hex,
        subject_kind=row["case__person__subject_kind"],
        events=counted,
        categories=frozenset(row["categories"]),
        told=row["told"] or "told_of_harm" in counted,
        team=_hex(row["concern__raised_by__team_id"]),
        service=_service(row, "concern__raised_by__team"),
        sources=named.get(concern, frozenset()),
        **_numbers(marks),
    )


def _named(concerns: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """The members of staff whom these concerns are about."""
    found: dict[UUID, set[str]] = defaultdict(set)
    through = Concern.about_staff.through.objects.filter(concern_id__in=concerns)
    for concern, account in through.values_list("concern_id", "account_id"):
        found[concern].add(account.hex)
    return {concern: frozenset(accounts) for concern, accounts in found.items()}


def _lines(agency: Agency, since: datetime, whose: dict[str, Any], marked: Marks) -> list[Entry]:
    """Lines that people wrote as a concern, and those that count as something: an event once, however many lines."""
    stand = ChronologyEntry.objects.filter(
        case__agency=agency, recorded_at__gte=since, corrected_by=None, **whose
    )
    # Two queries, each by an index of its own.
    written = stand.filter(section="concern", about_id=None, recorded_by__isnull=False)
    marks = Marking.objects.filter(agency=agency, recorded_at__gte=since, line__isnull=False)
    marks = marks.filter(ended_at=None)
    counting = stand.filter(pk__in=marks.values("line_id"))
    rows = {row["pk"]: row for some in (written, counting) for row in some.values(*LINE)}
    told: dict[tuple[UUID, datetime, UUID | None], Entry] = {}
    for row in sorted(rows.values(), key=lambda row: (row["case_id"].hex, row["line"])):
        one = (row["case_id"], row["recorded_at"], row["recorded_by_id"])
        entry = _line(row, marked)
        first = told.get(one)
        told[one] = _together(first, entry) if first else entry
    return list(told.values())


def _line(row: dict[str, Any], marked: Marks) -> Entry:
    marks = marked.get(("line", row["pk"], row["case_id"]), [])
    counted = frozenset(event for event, _ in marks)
    concern = row["section"] == "concern"
    return Entry(
        id=f"line:{row['pk'].hex}:{row['case_id'].hex}",
        at=min(row["event_at"], row["recorded_at"]),
        recorded_at=row["recorded_at"],
        kind="concern" if concern else "note",
        person=row["case__person_id"].hex,
        subject_kind=row["case__person__subject_kind"],
        events=counted,
        told=(concern and row["verbatim"]) or "told_of_harm" in counted,
        team=_hex(row["team_id"]),
        service=_service(row, "team"),
        **_numbers(marks),
    )


def _together(first: Entry, more: Entry) -> Entry:
    return replace(
        first,
        events=first.events | more.events,
        told=first.told or more.told,
        hours=first.hours if first.hours is not None else more.hours,
        amount=first.amount if first.amount is not None else more.amount,
    )


def _refusals(agency: Agency, whose: dict[str, Any]) -> list[Entry]:
    """Refusals that still stand: since the person last agreed, or was last asked with another answer."""
    newest = Conversation.objects.filter(followed_by=None, position__in=REFUSED)
    newest = newest.filter(case__agency=agency, **whose)
    rows = Conversation.objects.filter(case__in=newest.values("case_id"))
    found: dict[UUID, list[Entry]] = defaultdict(list)
    for row in rows.order_by("case_id", "recorded_at", "held_at").values(
        "pk",
        "case_id",
        "case__person_id",
        "case__person__subject_kind",
        "position",
        "held_at",
        "recorded_at",
    ):
        if row["position"] not in REFUSED:
            found[row["case_id"]].clear()
            continue
        found[row["case_id"]].append(
            Entry(
                id=f"refusal:{row['pk'].hex}:{row['case_id'].hex}",
                at=row["held_at"],
                recorded_at=row["recorded_at"],
                kind="refusal",
                person=row["case__person_id"].hex,
                subject_kind=row["case__person__subject_kind"],
            )
        )
    return [entry for entries in found.values() for entry in entries[:1]]


def _unanswered(agency: Agency, now: datetime, whose: dict[str, Any]) -> list[Entry]:
    rows = Disclosure.objects.filter(
        agency=agency, state="sent", acknowledgement=None, ack_due_at__lt=now, **whose
    )
    listed: Any = rows.values(
        "pk", "case_id", "case__person_id", "case__person__subject_kind", "sent_at", "ack_due_at"
    )
    return [
        Entry(
            id=f"disclosure:{row['pk'].hex}:{row['case_id'].hex}",
            at=row["sent_at"],
            recorded_at=row["sent_at"],
            kind="unanswered",
            person=row["case__person_id"].hex,
            subject_kind=row["case__person__subject_kind"],
            due_at=row["ack_due_at"],
        )
        for row in listed
    ]


def _household(agency: Agency, since: datetime, whose: dict[str, Any]) -> list[Entry]:
    """Children, and adults at risk, who were recorded as living with a person, and still stand so."""
    rows = cases.household_added(since=since).filter(case__agency=agency, **whose)
    return [
        Entry(
            id=f"relation:{row['pk'].hex}:{row['case_id'].hex}",
            at=row["recorded_at"],
            recorded_at=row["recorded_at"],
            kind="relation",
            person=row["case__person_id"].hex,
            subject_kind=row["case__person__subject_kind"],
            team=_hex(row["recorded_by__team_id"]),
        )
        for row in rows.values(
            "pk",
            "case_id",
            "case__person_id",
            "case__person__subject_kind",
            "recorded_at",
            "recorded_by__team_id",
        )
    ]


def _alleged(agency: Agency, since: datetime, whose: dict[str, Any]) -> list[Entry]:
    """Members of staff who were recorded as alleged to cause harm, and still stand so."""
    rows: Any = Alleged.objects.filter(
        ended_at=None, case__agency=agency, account__isnull=False, recorded_at__gte=since, **whose
    )
    listed = rows.values(
        "pk",
        "case_id",
        "case__person_id",
        "case__person__subject_kind",
        "account_id",
        "recorded_at",
        "recorded_by__team_id",
        "recorded_by__team__site_id",
        "recorded_by__team__site__kind",
    )
    return [
        Entry(
            id=f"alleged:{row['pk'].hex}:{row['case_id'].hex}",
            at=row["recorded_at"],
            recorded_at=row["recorded_at"],
            kind="alleged",
            person=row["case__person_id"].hex,
            subject_kind=row["case__person__subject_kind"],
            team=_hex(row["recorded_by__team_id"]),
            service=_service(row, "recorded_by__team"),
            sources=frozenset([row["account_id"].hex]),
        )
        for row in listed
    ]


def _numbers(marks: Sequence[tuple[str, Decimal | None]]) -> dict[str, Any]:
    """The hours and the money of an entry, from the events that ask for them."""
    known = packs.events()
    found: dict[str, Any] = {"hours": None, "amount": None}
    for event, number in marks:
        asks = known[event].asks if event in known else ""
        if number is not None and asks:
            found["hours" if asks == "hours" else "amount"] = number
    return found


def _service(row: dict[str, Any], team: str) -> str:
    """The site of a team, where it is one that looks after people."""
    kind = packs.sites().get(row[f"{team}__site__kind"])
    return _hex(row[f"{team}__site_id"]) if kind and kind.service else ""


def _hex(id_: UUID | None) -> str:
    return id_.hex if id_ else ""
