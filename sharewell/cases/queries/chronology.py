"""Reads of the timeline of a case: a page of it, narrowed as asked, and one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from sharewell.agencies.access import NotFound
from sharewell.agencies.kept import kept
from sharewell.agencies.models import Account, Team
from sharewell.agencies.queries import CASEWORK, may
from sharewell.cases import catalogues
from sharewell.cases.models import Case, ChronologyEntry
from sharewell.cases.queries import cases as reads
from sharewell.cases.queries.breakglass import open_glass

SHOWN = 50
THEIR_WORDS = "their_words"  # a kind to ask for: what somebody said, verbatim


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What of a timeline is asked for; what is left empty does not narrow it.

    ``source`` is the number of a line: all lines whose source has the same role as that of this line. So an
    address can carry it without a word of the case. ``since`` and ``until`` bound when it happened; the
    second is not reached.
    """

    section: str = ""
    kind: str = ""
    source: int = 0
    team: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = Narrowed()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline as shown: late when recorded long after it happened.

    ``by`` and ``team`` name who wrote it and where, empty where nobody did; ``corrects`` is the number of another line, or 0.
    """

    entry: ChronologyEntry
    late: bool
    corrected: bool
    by: str = ""
    team: str = ""
    corrects: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of a timeline, newest first; ``before`` is the line to go on from, or None at the end."""

    lines: Sequence[Line]
    before: UUID | None


def chronology(
    *,
    viewer: Account,
    case: Case,
    now: datetime,
    narrowed: Narrowed = EVERYTHING,
    before: UUID | None = None,
    size: int = SHOWN,
) -> Timeline:
    """A page of a case's timeline; raises ``NotFound`` outside the circle."""
    if not reads.stands_in(viewer=viewer, case=case, now=now):
        raise NotFound
    return timeline(case, narrowed, before, size)


def timeline(
    case: Case,
    narrowed: Narrowed = EVERYTHING,
    before: UUID | None = None,
    size: int = SHOWN,
) -> Timeline:
    """A page of the timeline of a case that was fetched with its viewer."""
    entries = _narrow(case, narrowed)
    last = ChronologyEntry.objects.filter(case=case, pk=before).first() if before else None
    if last is not None:
        same = Q(event_at=last.event_at, line__lt=last.line)
        entries = entries.filter(Q(event_at__lt=last.event_at) | same, event_at__lte=last.event_at)
    return _page(shown(entries.order_by("-event_at", "-line")[: size + 1]), size)


def newest(case: Case) -> Timeline:
    """The newest page of the timeline of a case that was fetched with its viewer."""
    return _page(as_lines(_newest(case=case.pk)), SHOWN)


@kept
def _newest(*, case: UUID) -> QuerySet[ChronologyEntry]:
    entries = ChronologyEntry.objects.filter(case=case).order_by("-event_at", "-line")
    return with_writers(entries)[: SHOWN + 1]


def _page(found: list[Line], size: int) -> Timeline:
    return Timeline(found[:size], found[size - 1].entry.pk if len(found) > size else None)


def chronology_whole(
    *, viewer: Account, case: Case, now: datetime, narrowed: Narrowed = EVERYTHING
) -> list[Line]:
    """All lines of a timeline, narrowed as asked, the earliest first; raises ``NotFound`` outside the circle."""
    if not reads.stands_in(viewer=viewer, case=case, now=now):
        raise NotFound
    return shown(_narrow(case, narrowed).order_by("event_at", "line"))


def chronology_chosen(
    *, viewer: Account, case: Case, now: datetime, numbers: Sequence[int]
) -> list[Line]:
    """The lines of these numbers, the earliest first; raises ``NotFound`` outside the circle."""
    if not reads.stands_in(viewer=viewer, case=case, now=now):
        raise NotFound
    entries = ChronologyEntry.objects.filter(case=case, line__in=numbers)
    return shown(entries.order_by("event_at", "line"))


def shown(entries: QuerySet[ChronologyEntry]) -> list[Line]:
    """Lines with who wrote them, in which team, what they correct, and whether they were corrected: one query."""
    return as_lines(with_writers(entries))


def with_writers(entries: QuerySet[ChronologyEntry]) -> QuerySet[ChronologyEntry]:
    """The same entries as :func:`as_lines` takes them."""
    newer = ChronologyEntry.objects.filter(corrects=OuterRef("pk"))
    return entries.annotate(
        is_corrected=Exists(newer),
        by_name=F("recorded_by__name"),
        by_team=F("team__name"),
        corrects_line=F("corrects__line"),
    )


def as_lines(entries: Iterable[Any]) -> list[Line]:
    """Entries that came from :func:`with_writers` as lines."""
    late_after = catalogues.limit("late_entry")
    return [
        Line(
            entry=entry,
            late=entry.recorded_at - entry.event_at > late_after,
            corrected=entry.is_corrected,
            by=entry.by_name or "",
            team=entry.by_team or "",
            corrects=entry.corrects_line or 0,
        )
        for entry in entries
    ]


def chronology_line(
    *, viewer: Account, case: Case, entry_id: UUID, now: datetime
) -> ChronologyEntry:
    """One line of a case's timeline; raises ``NotFound``."""
    found = ChronologyEntry.objects.filter(case=case, pk=entry_id).first()
    if found is None or not reads.stands_in(viewer=viewer, case=case, now=now):
        raise NotFound
    return found


def sources(case: Case) -> list[tuple[int, str]]:
    """The roles of the sources on a timeline, each with the number of its first line, by name."""
    named = ChronologyEntry.objects.filter(case=case).exclude(source_role="")
    first = named.order_by().values("source_role").annotate(first=Min("line"))
    found = first.values_list("first", "source_role")
    return sorted(found, key=lambda row: (row[1].casefold(), row[0]))


def teams(case: Case) -> list[Team]:
    """The teams whose people wrote on a timeline, by name."""
    wrote = ChronologyEntry.objects.filter(case=case).order_by().values("team_id")
    return list(Team.objects.filter(pk__in=wrote).order_by("name"))


def _narrow(case: Case, narrowed: Narrowed) -> QuerySet[ChronologyEntry]:
    entries = ChronologyEntry.objects.filter(case=case)
    if narrowed.section:
        entries = entries.filter(section=narrowed.section)
    if narrowed.kind == THEIR_WORDS:
        entries = entries.filter(verbatim=True)
    elif narrowed.kind:
        entries = entries.filter(kind=narrowed.kind, verbatim=False)
    if narrowed.source:
        named = ChronologyEntry.objects.filter(case=case, line=narrowed.source)
        entries = entries.filter(source_role__in=named.values("source_role"))
    if narrowed.team:
        entries = entries.filter(team_id=narrowed.team)
    if narrowed.since:
        entries = entries.filter(event_at__gte=narrowed.since)
    if narrowed.until:
        entries = entries.filter(event_at__lt=narrowed.until)
    return entries


@dataclass(frozen=True, slots=True)
class ChronologyPage:
    """A case with what its timeline may be narrowed by; ``writes`` tells whether the viewer may add to it."""

    case: Case
    sources: Sequence[tuple[int, str]]
    teams: Sequence[Team]
    writes: bool


def chronology_page(
    *, viewer: Account, case_id: UUID, now: datetime, what: str = "chronology"
) -> ChronologyPage:
    """What the pages of a timeline ask for besides its lines; raises ``NotFound`` outside the circle.

    Leaves a line in the access table that names ``what`` was read.
    """
    case = reads.case(viewer=viewer, case_id=case_id, now=now, what=what)
    return ChronologyPage(
        case=case,
        sources=sources(case),
        teams=teams(case),
        writes=not open_glass(case)
        and case.state == "open"
        and may(viewer=viewer, now=now, any_of=CASEWORK),
    )
