"""When patterns are looked at: right after something was recorded, and every night. Neither fails what it follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef

from sharewell import packs
from sharewell.agencies.evidence import Recorded
from sharewell.agencies.models import Agency
from sharewell.cases.marks import money_sign
from sharewell.cases.models import Case
from sharewell.core.patterns import ACROSS, Entry, Fired, fired, words
from sharewell.followup import operations
from sharewell.followup.gathering import entry_ids, gather, gather_alike
from sharewell.followup.models import Pattern, PatternEntry, PatternRun

log = structlog.get_logger("sharewell.patterns")
DAY = timedelta(days=1)

# What may add to a pattern; all else waits for the night.
ADDING = frozenset(
    {
        "concern.raised",
        "concern.triaged",
        "chronology.added",
        "chronology.corrected",
        "conversation.recorded",
        "consent.withdrawn",
        "household.added",
        "alleged.added",
    }
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look came to: entries looked at, reviews opened or grown, rules that could not be followed."""

    entries: int
    raised: int
    failed: int


_held: ContextVar[bool] = ContextVar("sharewell_looks_held", default=False)


@contextmanager
def held() -> Iterator[None]:
    """Look at nothing that is recorded inside, for what is told out of its time; who holds looks afterwards."""
    token = _held.set(True)
    try:
        yield
    finally:
        _held.reset(token)


def after(recorded: Recorded) -> None:
    """Look at the people of the cases that an operation touched, once its transaction is over.

    For :func:`sharewell.agencies.evidence.operation`. What was recorded stays, whatever fails here.
    """
    if recorded.kind in ADDING and recorded.case_ids and not _held.get():
        transaction.on_commit(partial(_after, recorded), robust=True)


def _after(recorded: Recorded) -> None:
    try:
        agency = Agency.objects.get(pk=recorded.agency_id)
        people = set(
            Case.objects.filter(pk__in=recorded.case_ids).values_list("person_id", flat=True)
        )
        look(agency=agency, people=people, now=recorded.at)
    except Exception:  # the nightly look finds it; what was recorded is kept
        log.exception("look_failed", agency=recorded.agency_id.hex)


def look(*, agency: Agency, people: Collection[UUID], now: datetime) -> Looked:
    """Follow every rule for some people of an agency, and for what names the same staff or service."""
    entries = gather(agency=agency, now=now, people=people)
    alike = gather_alike(agency=agency, now=now, entries=entries)
    return _follow(agency, entries, alike, now)


def look_at_all(*, agency: Agency, now: datetime) -> Looked:
    """Follow every rule for everybody in an agency; the queries do not grow with its cases."""
    entries = gather(agency=agency, now=now)
    return _follow(agency, entries, entries, now)


def nightly(now: datetime) -> int:
    """Take the nightly look of each agency whose hour has come and that has not had it; returns how many.

    One that was killed in the middle is taken again: what was raised is not raised twice. One agency's fault holds
    up no other's night.
    """
    recent = PatternRun.objects.filter(finished_at__isnull=False, day__gte=now.date() - DAY)
    done = set(recent.values_list("agency_id", "day"))
    count = 0
    for agency in Agency.objects.filter(Exists(Case.objects.filter(agency=OuterRef("pk")))):
        try:
            day = due_on(agency, now, packs.patterns().nightly_after)
            if day is not None and (agency.pk, day) not in done:
                _night_of(agency, day, now)
                count += 1
        except Exception:
            log.exception("night_failed", agency=agency.pk.hex)
    return count


def due_on(agency: Agency, now: datetime, begins: time) -> date | None:
    """The day whose nightly look may be taken now, in the agency's own calendar; None before its hour."""
    local = now.astimezone(ZoneInfo(agency.time_zone))
    return local.date() if local.time() >= begins else None


def _night_of(agency: Agency, day: date, now: datetime) -> None:
    run, _ = PatternRun.objects.get_or_create(agency=agency, day=day, defaults={"started_at": now})
    found = look_at_all(agency=agency, now=now)
    run.looked_at, run.raised, run.failed = found.entries, found.raised, found.failed
    run.finished_at = now
    run.save()
    log.info("night_looked", agency=agency.pk.hex, raised=found.raised, failed=found.failed)


def _follow(
    agency: Agency, entries: Sequence[Entry], alike: Sequence[Entry], now: datetime
) -> Looked:
    zone, sign = ZoneInfo(agency.time_zone), money_sign(agency.jurisdiction)
    found: list[Fired] = []
    failed = 0
    for rule in packs.patterns().rules.values():
        if rule.about in ACROSS and "vawa" in agency.regimes:
            continue
        try:
            found += fired(rule, alike if rule.about in ACROSS else entries, now, zone)
        except Exception:  # one rule's fault holds up no other
            failed += 1
            log.exception("rule_failed", rule=rule.id)
    raised = 0
    for each in _unknown(agency, found):
        try:
            says = words(each, zone, sign)
            done = operations.pattern_raise(agency=agency, found=each, says=says, now=now)
            raised += done is not None
        except Exception:
            failed += 1
            log.exception("raise_failed", rule=each.rule.id)
    return Looked(len(entries), raised, failed)


def _unknown(agency: Agency, found: Iterable[Fired]) -> list[Fired]:
    """Those that have entries their review does not have yet, or no review that somebody has: in two queries."""
    listed = list(found)
    if not listed:
        return []
    rows = Pattern.objects.filter(agency=agency, rule__in={each.rule.id for each in listed})
    known = {(row.rule, row.key): row for row in rows.filter(key__in={each.key for each in listed})}
    has: dict[UUID, set[tuple[str, UUID, UUID]]] = {row.pk: set() for row in known.values()}
    kept = PatternEntry.objects.filter(pattern__in=has)
    for pattern, what, about, case in kept.values_list("pattern_id", "what", "about_id", "case_id"):
        has[pattern].add((what, about, case))

    def waits(each: Fired) -> bool:
        row = known.get((each.rule.id, each.key))
        if row is None or (row.state == "open" and row.task_id is None):
            return True
        return not {entry_ids(entry) for entry in each.entries} <= has[row.pk]

    return [each for each in listed if waits(each)]
