"""Reads of patterns, for the one who has the review: what fired, the entries that made it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.kept import kept
from sharewell.agencies.models import Account
from sharewell.agencies.queries import may, require
from sharewell.cases import looked
from sharewell.cases.models import (
    READERS,
    Alleged,
    Case,
    ChronologyEntry,
    Concern,
    HouseholdMember,
    Task,
)
from sharewell.core.patterns import Pattern as Rule
from sharewell.followup import reviewers
from sharewell.followup.models import Pattern, PatternEntry, PatternReview, PatternRun
from sharewell.followup.queries.clocks import LATE
from sharewell.followup.telling import Told, tell

OVERSEERS = ("manager", "safeguarding_lead", "governance_lead", "administrator")
MOST = 100


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One of the people a pattern concerns, by number.

    ``named`` says whether the viewer may read who it is, ``reads`` whether they stand in the circle, ``closed``
    that the case is restricted or a closed space.
    """

    number: int
    case: Case
    named: bool
    reads: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry of a pattern as its reader may see it: ``told`` is None where only that it is there may be known."""

    entry: PatternEntry
    person: Reviewed
    team: str
    told: Told | None
    new: bool  # came since the last review
    current: bool  # among those that made the rule fire last


@dataclass(frozen=True, slots=True)
class PatternPage:
    """A pattern as its reviewer reads it, the oldest entry first; ``closes`` whether it is theirs to close now."""

    pattern: Pattern
    rule: Rule | None
    people: Sequence[Reviewed]
    entries: Sequence[Shown]
    reviews: Sequence[PatternReview]
    closes: bool


def patterns(*, viewer: Account, now: datetime) -> list[Pattern]:
    """The reviews that the viewer has or had, open ones first, then the newest; each with how many entries it has.

    Raises ``NotAllowed`` for roles that oversee nothing.
    """
    require(viewer=viewer, now=now, any_of=OVERSEERS)
    rows = _free(viewer, now).select_related("task")
    found = rows.annotate(count=Count("entries")).order_by("-state", F("fired_at").desc(), "pk")
    return list(found[:MOST])


def line_patterns(*, viewer: Account, case: Case, now: datetime) -> dict[UUID, list[Pattern]]:
    """The patterns of a case fetched with its viewer that are theirs to review, by what made them.

    By the line itself, or by the concern, conversation or disclosure that lines are about. Empty for everybody else.
    """
    made = PatternEntry.objects.filter(case=case)
    if not _made(case=case.pk):
        return {}
    found: dict[UUID, list[Pattern]] = {}
    rows = made.filter(pattern__in=_free(viewer, now)).select_related("pattern")
    for each in rows.order_by("pattern__found_at", "pattern_id"):
        found.setdefault(each.about_id, []).append(each.pattern)
    return found


@kept
def _made(*, case: UUID) -> QuerySet[PatternEntry, int]:
    return PatternEntry.objects.filter(case=case).values_list("pk", flat=True)[:1]


def runs(*, viewer: Account, now: datetime, size: int = 7) -> list[PatternRun]:
    """When the nightly look at the viewer's agency was last taken, the newest first; no case content.

    Raises ``NotAllowed`` for roles that oversee nothing.
    """
    require(viewer=viewer, now=now, any_of=OVERSEERS)
    return list(PatternRun.objects.filter(agency_id=viewer.agency_id).order_by("-day")[:size])


def pattern(*, viewer: Account, pattern_id: UUID, now: datetime) -> PatternPage:
    """A pattern with the entries that made it; raises ``NotFound`` for all but its reviewer.

    The entries are shown also where the reviewer stands in no circle, and nothing else of those cases; where
    several people are concerned, or a case is restricted, only inside the circle. Leaves a line in the access table for
    each case.
    """
    found = _fetch(viewer, pattern_id, now)
    entries = list(found.entries.select_related("case__person").order_by("event_at", "pk"))
    people = _people(found, entries, viewer, now)
    of_case = {each.case.pk: each for each in people}
    open_ = [
        e for e in entries if of_case[e.case_id].reads or not _hidden(found, of_case[e.case_id])
    ]
    told, teams = tell(open_), _teams(entries)
    reviews = list(found.reviews.select_related("by").order_by("-at", "-pk"))
    since = reviews[0].at if reviews else None
    looked.note_all(
        viewer=viewer,
        cases=[each.case for each in people],
        now=now,
        what="pattern",
        otherwise="oversight",
    )
    return PatternPage(
        pattern=found,
        rule=packs.patterns().rules.get(found.rule),
        people=people,
        entries=[
            Shown(
                entry=entry,
                person=of_case[entry.case_id],
                team=teams.get(entry.pk, ""),
                told=told.get(entry.pk),
                new=since is not None and entry.added_at > since,
                current=entry.fired_at == found.fired_at,
            )
            for entry in entries
        ],
        reviews=reviews,
        closes=found.state == "open" and found.task is not None,
    )


def pattern_hold(*, viewer: Account, pattern_id: UUID, now: datetime) -> Pattern:
    """A pattern to close, its row locked until the transaction ends; raises ``NotFound`` for all but its reviewer."""
    found = _fetch(viewer, pattern_id, now)
    Pattern.objects.select_for_update().only("pk").get(pk=found.pk)
    found.refresh_from_db(fields=["state", "task", "says"])
    return found


def _theirs(viewer: Account, now: datetime) -> QuerySet[Pattern]:
    """The patterns whose review an account has, or took up when it was late; none without a role that reads cases."""
    if not may(viewer=viewer, now=now, any_of=READERS):
        return Pattern.objects.none()
    late = Task.objects.filter(kind=LATE, about_id=OuterRef("task_id"), owner=viewer)
    mine = Q(task__owner=viewer) | Exists(late)
    return Pattern.objects.filter(mine, agency_id=viewer.agency_id)


def _free(viewer: Account, now: datetime) -> QuerySet[Pattern]:
    """The same, without those of which the viewer may not learn."""
    against = PatternEntry.objects.filter(reviewers.conflicts(viewer), pattern=OuterRef("pk"))
    return _theirs(viewer, now).filter(~Exists(against))


def _fetch(viewer: Account, pattern_id: UUID, now: datetime) -> Pattern:
    rows = _theirs(viewer, now).select_related("agency", "task__owner", "person")
    found = rows.filter(pk=pattern_id).first()
    if found is None or viewer.pk in reviewers.avoided_by(found):
        raise NotFound
    return found


def _hidden(found: Pattern, person: Reviewed) -> bool:
    """Whether entries of this case are shown only inside its circle."""
    return found.person_id is None or person.closed


def _people(
    found: Pattern, entries: Sequence[PatternEntry], viewer: Account, now: datetime
) -> list[Reviewed]:
    cases = {entry.case_id: entry.case for entry in entries}
    visible = Case.objects.visible_to(viewer, now).filter(pk__in=cases)
    reads = set(visible.values_list("pk", flat=True))
    return [
        Reviewed(
            number=number,
            case=case,
            named=found.person_id is not None or case.pk in reads,
            reads=case.pk in reads,
            closed=case.kind != "protection" or bool(case.restrictions),
        )
        for number, case in enumerate(cases.values(), 1)
    ]


def _teams(entries: Sequence[PatternEntry]) -> dict[int, str]:
    """The team of each entry's writer, by name."""

    def of(what: str) -> list[UUID]:
        return [entry.about_id for entry in entries if entry.what == what]

    concerns = Concern.objects.filter(pk__in=of("concern"))
    lines = ChronologyEntry.objects.filter(pk__in=of("line"))
    names = dict(concerns.values_list("pk", "raised_by__team__name"))
    names |= dict(lines.values_list("pk", "team__name"))
    household = HouseholdMember.objects.filter(pk__in=of("relation"))
    names |= dict(household.values_list("pk", "recorded_by__team__name"))
    alleged = Alleged.objects.filter(pk__in=of("alleged"))
    names |= dict(alleged.values_list("pk", "recorded_by__team__name"))
    return {entry.pk: names.get(entry.about_id) or "" for entry in entries}
