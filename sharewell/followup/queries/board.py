"""The board of what is to be done: what is late, on whose desk, and since when; ours and our partners'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, require
from sharewell.agencies.reckoning import state
from sharewell.cases import catalogues, looked
from sharewell.cases.models import Case, Task
from sharewell.core.deadlines import STATES
from sharewell.disclosures.models import Disclosure, PartnerAction
from sharewell.followup.meeting import ACTION
from sharewell.followup.models import CaseClock, Escalation, MeetingAction
from sharewell.followup.queries.caseclocks import climbing, clock_of, stood_still

SCOPES = ("mine", "team", "all")
MOST = 200
TOLD = ("action", "meeting_action", "case_clock")  # in whose words something of a case is told


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to be done: ``case`` is None where the viewer may not know of it.

    ``desk`` is who has it; ``about`` is what it is (``task``, ``answer``, ``escalation``, ``action``,
    ``meeting_action`` or ``case_clock``) and ``about_id`` which;
    ``state`` is late, at_risk (three quarters of its time have passed), in_time or paused.
    """

    what: str
    desk: str
    ours: bool
    case: Case | None
    since: datetime
    due_at: datetime
    state: str
    about: str
    about_id: UUID
    clock: tuple[str, UUID] | None = None  # what a pause of it is about: its kind, and which


@dataclass(frozen=True, slots=True)
class Desk:
    """How much lies on one desk, by state."""

    name: str
    ours: bool
    late: int
    at_risk: int
    in_time: int
    paused: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """What is to be done, the first due first; ``more`` says that only the first of them are shown."""

    rows: tuple[Due, ...]
    desks: tuple[Desk, ...]  # of the rows shown, those with most that is late first
    more: bool


def board(*, viewer: Account, scope: str, now: datetime) -> Board:
    """What waits for the viewer (``mine``), their team, or anybody in the cases the viewer stands in (``all``).

    What partners have not acknowledged, and said they will do, belongs to whoever owns the case. Nothing of a
    case outside the viewer's circles is counted or shown. Raises ``NotAllowed`` for a role without casework.
    """
    require(viewer=viewer, now=now, any_of=CASEWORK)
    visible = Case.objects.visible_to(viewer, now)
    found = sorted(
        [
            *_tasks(viewer, scope, visible, now),
            *_unacknowledged(viewer, scope, visible, now),
            *_promised(viewer, scope, visible, now),
            *_agreed(viewer, scope, visible, now),
            *_case_clocks(viewer, scope, visible, now),
        ],
        key=lambda each: (each.due_at, each.about_id),
    )
    rows = _with_pauses(found[:MOST], now)
    told = {each.case.pk: each.case for each in rows if each.case and each.about in TOLD}
    looked.note_all(viewer=viewer, cases=told.values(), now=now, what="actions")
    return Board(rows=rows, desks=_desks(rows), more=len(found) > MOST)


def _tasks(viewer: Account, scope: str, visible: QuerySet[Case], now: datetime) -> Iterator[Due]:
    kinds = catalogues.task_kinds()
    waiting = Task.objects.waiting().filter(agency_id=viewer.agency_id)
    waiting = waiting.filter(owner=viewer) if scope == "mine" else waiting.filter(case__in=visible)
    if scope == "team":
        mine = Q(owner__team=viewer.team_id) if viewer.team_id else Q(owner=viewer)
        waiting = waiting.filter(mine)
    first = waiting.select_related("case__person", "owner").order_by("due_at", "id")
    found = list(first[: MOST + 1])
    ids = {task.case_id for task in found if task.case_id}
    seen = set(visible.filter(pk__in=ids).values_list("pk", flat=True))
    climbs = climbing(found)
    for task in found:
        told = task.kind == ACTION and task.case_id in seen
        yield Due(
            what=task.note if told else kinds[task.kind].label,
            desk=task.owner.name,
            ours=True,
            case=task.case if task.case_id in seen else None,
            since=task.opened_at,
            due_at=task.due_at,
            state=state(task.opened_at, task.due_at, now),
            about="task",
            about_id=task.pk,
            clock=clock_of(task, climbs),
        )


def _unacknowledged(
    viewer: Account, scope: str, visible: QuerySet[Case], now: datetime
) -> Iterator[Due]:
    rows = Disclosure.objects.filter(
        case__in=_of(viewer, scope, visible),
        state="sent",
        acknowledgement=None,
        ack_due_at__isnull=False,
    )
    climbs = Escalation.objects.filter(
        disclosure=OuterRef("pk"), cause="no_acknowledgement", ended_at=None
    )
    first = rows.select_related("case__person", "recipient").defer("message", "message_bytes")
    first = first.annotate(escalation=Subquery(climbs.values("pk")[:1]))
    for sent in first.order_by("ack_due_at", "id")[: MOST + 1]:
        if sent.sent_at and sent.ack_due_at:
            yield Due(
                what="Acknowledge a message",
                desk=sent.to_whom,
                ours=False,
                case=sent.case,
                since=sent.sent_at,
                due_at=sent.ack_due_at,
                state=state(sent.sent_at, sent.ack_due_at, now),
                about="escalation" if sent.escalation else "answer",
                about_id=sent.escalation or sent.pk,
                clock=("escalation", sent.escalation)
                if sent.escalation
                else ("acknowledge", sent.pk),
            )


def _promised(viewer: Account, scope: str, visible: QuerySet[Case], now: datetime) -> Iterator[Due]:
    rows = PartnerAction.objects.filter(
        disclosure__case__in=_of(viewer, scope, visible), disclosure__state="sent", done_at=None
    )
    first = rows.select_related("disclosure__case__person", "disclosure__recipient", "answer")
    first = first.prefetch_related("moved")
    for each in first.order_by("due_at", "id")[: MOST + 1]:
        yield Due(
            what=f"{each.what} ({', '.join(filter(None, [each.owner, each.put_off]))})",
            desk=each.disclosure.to_whom,
            ours=False,
            case=each.disclosure.case,
            since=each.answer.at,
            due_at=each.due_at,
            state=state(each.answer.at, each.due_at, now),
            about="action",
            about_id=each.disclosure_id,
            clock=("partner_action", each.pk),
        )


def _agreed(viewer: Account, scope: str, visible: QuerySet[Case], now: datetime) -> Iterator[Due]:
    """What partners took on in meetings; what ours did is among the tasks."""
    rows = MeetingAction.objects.filter(
        meeting__case__in=_of(viewer, scope, visible), owner=None, done_at=None
    )
    first = rows.select_related("meeting__case__person", "partner__function")
    for each in first.order_by("due_at", "id")[: MOST + 1]:
        yield Due(
            what=each.what,
            desk=each.whose,
            ours=False,
            case=each.meeting.case,
            since=each.recorded_at,
            due_at=each.due_at,
            state=state(each.recorded_at, each.due_at, now),
            about="meeting_action",
            about_id=each.pk,
            clock=("meeting_action", each.pk),
        )


def _case_clocks(
    viewer: Account, scope: str, visible: QuerySet[Case], now: datetime
) -> Iterator[Due]:
    """Clocks of law, guidance and habit that run on cases; told in the words of the pack."""
    rows = CaseClock.objects.filter(case__in=visible, done_at=None)
    if scope == "mine":
        rows = rows.filter(owner=viewer)
    elif scope == "team":
        rows = rows.filter(Q(owner__team=viewer.team_id) if viewer.team_id else Q(owner=viewer))
    known = packs.clocks()
    for row in rows.select_related("case__person", "owner").order_by("due_at", "id")[: MOST + 1]:
        yield Due(
            what=known[row.clock].must.capitalize() if row.clock in known else row.clock,
            desk=row.owner.name,
            ours=True,
            case=row.case,
            since=row.started_at,
            due_at=row.due_at,
            state=state(row.started_at, row.due_at, now),
            about="case_clock",
            about_id=row.pk,
            clock=("case_clock", row.pk),
        )


def _with_pauses(rows: Iterable[Due], now: datetime) -> tuple[Due, ...]:
    """The rows with the time that their clocks stood still left out, and those that stand still now as paused."""
    rows = list(rows)
    still = stood_still([row.clock[1] for row in rows if row.clock], now)
    return tuple(
        replace(row, state=still[row.clock].state(row.since, row.due_at, now))
        if row.clock in still
        else row
        for row in rows
    )


def _of(viewer: Account, scope: str, visible: QuerySet[Case]) -> QuerySet[Case]:
    """The cases whose partners are the viewer's to follow, their team's, or all of those they stand in."""
    if scope == "mine":
        return visible.filter(owner=viewer)
    if scope == "team":
        return visible.filter(Q(owner__team=viewer.team_id) if viewer.team_id else Q(owner=viewer))
    return visible


def _desks(rows: Iterable[Due]) -> tuple[Desk, ...]:
    counts: dict[tuple[str, bool], dict[str, int]] = {}
    for each in rows:
        count = counts.setdefault((each.desk, each.ours), dict.fromkeys((*STATES, "paused"), 0))
        count[each.state] += 1
    desks = [Desk(name, ours, **count) for (name, ours), count in counts.items()]
    return tuple(sorted(desks, key=lambda desk: (-desk.late, -desk.at_risk, desk.name)))
