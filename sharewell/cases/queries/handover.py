"""The handover sheet: what the next shift has to watch, and what was handed over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.fields.json import KT

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account, Site, Team
from sharewell.agencies.queries import CASEWORK, colleagues, require
from sharewell.cases import catalogues, looked
from sharewell.cases.models import (
    Case,
    ChronologyEntry,
    Handover,
    HandoverCase,
    RiskFacts,
    SafeContact,
    Task,
)

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Watched:
    """One case on the sheet: what is due before the shift ends, how grave it is, what was last recorded."""

    case: Case
    due: Sequence[tuple[str, datetime]]
    harm: str
    last: ChronologyEntry | None
    safe: SafeContact | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of a shift: cases to watch, to whom it may go, teams to narrow it by, what was handed over."""

    rows: Sequence[Watched]
    more: bool
    to: Sequence[Account]
    teams: Sequence[Team]
    sites: Sequence[Site]
    mine: Sequence[Handover]


def handover_sheet(
    *,
    viewer: Account,
    now: datetime,
    until: datetime,
    team: UUID | None = None,
    site: UUID | None = None,
) -> Sheet:
    """The viewer's cases with something to watch until a moment; team or site of their owners narrow them.

    The gravest stand first. Each case shown leaves a line in the access table. Raises ``NotAllowed``.
    """
    require(viewer=viewer, now=now, any_of=CASEWORK)
    visible = Case.objects.visible_to(viewer, now).filter(state="open")
    teams = Team.objects.filter(pk__in=visible.order_by().values("owner__team_id"))
    sites = Site.objects.filter(pk__in=visible.order_by().values("owner__team__site_id"))
    if site is not None:
        visible = visible.filter(owner__team__site_id=site)
    if team is not None:
        visible = visible.filter(owner__team_id=team)
    newest = RiskFacts.objects.filter(case=OuterRef("pk")).order_by("-id")
    judged = newest.annotate(judged=KT("facts__harm")).values("judged")[:1]
    harm = visible.annotate(harm=Subquery(judged, output_field=TextField()))
    due = Task.objects.waiting().filter(due_at__lte=until)
    grave = list(packs.handover().watched)
    watched = harm.filter(Q(harm__in=grave) | Q(pk__in=due.values("case_id")))
    found = list(watched.select_related("person", "owner").order_by("-opened_at")[: SHOWN + 1])
    cases = found[:SHOWN]
    looked.note_all(viewer=viewer, cases=cases, now=now, what="handover")
    rows = _rows(cases, due)
    rows.sort(key=partial(_rank, grave))
    return Sheet(
        rows=rows,
        more=len(found) > SHOWN,
        to=[each for each in colleagues(viewer=viewer) if each != viewer],
        teams=list(teams.order_by("name")),
        sites=list(sites.order_by("name")),
        mine=handovers(viewer=viewer, now=now),
    )


def _rank(grave: Sequence[str], row: Watched) -> tuple[int, datetime]:
    place = grave.index(row.harm) if row.harm in grave else len(grave)
    return place, min((at for _, at in row.due), default=row.case.opened_at)


def _rows(cases: Sequence[Case], due: QuerySet[Task]) -> list[Watched]:
    tasks: dict[UUID | None, list[tuple[str, datetime]]] = defaultdict(list)
    kinds = catalogues.task_kinds()
    for task in due.filter(case__in=cases).order_by("due_at"):
        tasks[task.case_id].append((kinds[task.kind].label, task.due_at))
    plans = _newest(SafeContact.objects.filter(case__in=cases).order_by("id"))
    last = Subquery(
        ChronologyEntry.objects.filter(case=OuterRef("case"))
        .order_by("-event_at", "-line")
        .values("pk")[:1]
    )
    lines = ChronologyEntry.objects.filter(case__in=cases, pk=last)
    newest = {line.case_id: line for line in lines}
    return [
        Watched(
            case=case,
            due=tasks[case.pk],
            harm=getattr(case, "harm", None) or "unknown",
            last=newest.get(case.pk),
            safe=plans.get(case.pk),
        )
        for case in cases
    ]


def _newest(plans: Iterable[SafeContact]) -> Mapping[UUID, SafeContact]:
    return {plan.case_id: plan for plan in plans}


def handovers(*, viewer: Account, now: datetime) -> list[Handover]:
    """The handovers that the viewer gave or was given and whose shift has not ended, the newest first."""
    mine = Handover.objects.filter(Q(given_by=viewer) | Q(given_to=viewer), until__gt=now)
    return list(mine.select_related("given_by", "given_to").order_by("-given_at", "pk"))


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A handover as its page shows it: the cases that the reader may see, with what to watch in each."""

    handover: Handover
    cases: Sequence[HandoverCase]
    takes: bool


def handover(*, viewer: Account, handover_id: UUID, now: datetime) -> HandedOver:
    """A handover for whoever gave it or was given it, until its shift ends; raises ``NotFound``."""
    found = next((h for h in handovers(viewer=viewer, now=now) if h.pk == handover_id), None)
    if found is None:
        raise NotFound
    visible = Case.objects.visible_to(viewer, now)
    rows = found.cases.filter(case__in=visible).select_related("case__person", "case__owner")
    shown = list(rows.order_by("pk"))
    cases = [row.case for row in shown]
    looked.note_all(viewer=viewer, cases=cases, now=now, what="handover")
    return HandedOver(found, shown, found.given_to_id == viewer.pk and found.taken_at is None)
