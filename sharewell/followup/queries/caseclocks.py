"""Reads of the clocks of a case, and of pauses: who paused what, why and until when."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, may, require
from sharewell.agencies.reckoning import state
from sharewell.cases import looked
from sharewell.cases.models import Case, CircleMember, Task
from sharewell.core.timetables import NamedClock
from sharewell.followup.escalating import CHASE_OF, CHASES, STEP
from sharewell.followup.held import SOON, held, in_sight
from sharewell.followup.meeting import ACTION
from sharewell.followup.models import CaseClock, ClockPause, Escalation


@dataclass(frozen=True, slots=True)
class Still:
    """How long a clock has stood still; ``now`` is the pause that holds, or None."""

    total: timedelta = timedelta()
    now: ClockPause | None = None

    def state(self, since: datetime, due_at: datetime, now: datetime) -> str:
        """``paused``, or how the clock stands with the time it stood still left out."""
        return "paused" if self.now else state(since, due_at, now, self.total)


RUNS = Still()


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A clock of a case as its page shows it."""

    row: CaseClock
    named: NamedClock | None  # None: the pack no longer has it
    event: str
    state: str  # done, paused, late, at_risk or in_time
    pause: ClockPause | None
    pauses: tuple[ClockPause, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class CaseClocks:
    """The clocks of a case, and everything in it that is paused now; ``pauses`` says whether the viewer may pause."""

    case: Case
    running: tuple[ClockShown, ...]
    done: tuple[ClockShown, ...]
    paused: tuple[ClockPause, ...]
    readers: tuple[Account, ...]  # who may be given a clock: those in the circle
    writes: bool
    pauses: bool


@dataclass(frozen=True, slots=True)
class Pausable:
    """A clock that somebody wants to pause: what it is, when it is due, and until when it may stand still.

    ``never`` says why it may not be paused, empty where it may.
    """

    case: Case
    label: str
    due_at: datetime
    latest: datetime
    never: str


def stood_still(ids: Collection[UUID], now: datetime) -> dict[tuple[str, UUID], Still]:
    """How long the clocks about these ids have stood still, in one question, by kind and id."""
    found: dict[tuple[str, UUID], Still] = {}
    for row in ClockPause.objects.filter(about_id__in=ids).select_related("paused_by"):
        before = found.get((row.kind, row.about_id), RUNS)
        holds = row if row.ended_at is None and row.until > now else before.now
        total = before.total + ((row.ended_at or row.until) - row.paused_at)
        found[row.kind, row.about_id] = Still(total, holds)
    return found


def climbing(tasks: Iterable[Task]) -> dict[tuple[UUID, str], UUID]:
    """The escalation that each chase began, by the message and the kind of the task."""
    about = {each.about_id for each in tasks if each.kind in CHASES}
    rows = Escalation.objects.filter(disclosure__in=about, ended_at=None, cause__in=CHASE_OF)
    return {
        (message, CHASE_OF[cause][0]): id_
        for id_, message, cause in rows.values_list("pk", "disclosure_id", "cause")
    }


def clock_of(task: Task, climbs: dict[tuple[UUID, str], UUID]) -> tuple[str, UUID]:
    """The clock that stands still where a task waits: its own, or of the action or the step behind it."""
    if task.about_id is None:
        return ("task", task.pk)
    if task.kind == ACTION:
        return ("meeting_action", task.about_id)
    if task.kind == STEP:
        return ("escalation", task.about_id)
    climbing = climbs.get((task.about_id, task.kind))
    return ("escalation", climbing) if climbing else ("task", task.pk)


def case_clocks(*, viewer: Account, case_id: UUID, now: datetime) -> CaseClocks:
    """The clocks of a case for its circle; raises ``NotFound`` outside it."""
    case = Case.objects.visible_to(viewer, now).select_related("person").filter(pk=case_id).first()
    if case is None:
        raise NotFound
    looked.note_all(viewer=viewer, cases=[case], now=now, what="actions")
    rows = list(CaseClock.objects.filter(case=case).select_related("owner", "done_by"))
    shown = _shown(rows, now)
    stands = ClockPause.objects.filter(case=case, ended_at=None, until__gt=now)
    return CaseClocks(
        case=case,
        running=tuple(each for each in shown if each.row.done_at is None),
        done=tuple(each for each in shown if each.row.done_at is not None),
        paused=tuple(stands.select_related("paused_by")),
        readers=_readers(case, now),
        writes=may(viewer=viewer, now=now, any_of=CASEWORK),
        pauses=may_pause(viewer=viewer, now=now),
    )


def case_clock(*, viewer: Account, clock_id: UUID, now: datetime) -> ClockShown:
    """One clock of a case for its circle, with its pauses; raises ``NotFound`` outside it, and ``NotAllowed``."""
    rows = CaseClock.objects.filter(case__in=Case.objects.visible_to(viewer, now))
    row = rows.select_related("case__person", "owner", "done_by").filter(pk=clock_id).first()
    if row is None:
        raise NotFound
    require(viewer=viewer, now=now, any_of=CASEWORK)
    looked.note_all(viewer=viewer, cases=[row.case], now=now, what="actions")
    return _shown([row], now, whole=True)[0]


def pausable(*, viewer: Account, kind: str, about_id: UUID, now: datetime) -> Pausable:
    """A clock as it is about to be paused, for those who may; raises ``NotFound`` and ``NotAllowed``."""
    if not in_sight(kind, about_id, viewer, now):
        raise NotFound
    with transaction.atomic():  # the row is held while it is read
        clock = held(kind, about_id, now)
    case = Case.objects.select_related("person").get(pk=clock.case.pk)
    looked.note_all(viewer=viewer, cases=[case], now=now, what="clocks")
    rules = packs.clock_rules()
    require(viewer=viewer, now=now, any_of=rules.paused_by)
    latest = now + timedelta(hours=rules.kinds[kind].hours)
    return Pausable(case, clock.label, clock.due_at, latest, clock.never)


def may_pause(*, viewer: Account, now: datetime) -> bool:
    """Whether the viewer holds a role that pauses clocks."""
    return may(viewer=viewer, now=now, any_of=packs.clock_rules().paused_by)


def pause(*, viewer: Account, pause_id: UUID, now: datetime) -> ClockPause:
    """One pause for the circle of its case; raises ``NotFound`` outside it."""
    rows = ClockPause.objects.filter(case__in=Case.objects.visible_to(viewer, now))
    found = rows.select_related("case__person", "paused_by").filter(pk=pause_id).first()
    if found is None:
        raise NotFound
    looked.note_all(viewer=viewer, cases=[found.case], now=now, what="clocks")
    return found


def clocks_at_risk(now: datetime) -> Iterable[UUID]:
    """Clocks of cases that are at risk; whether somebody was told is looked at again."""
    told = Task.objects.filter(about_id=OuterRef("pk"), kind=SOON)
    rows = CaseClock.objects.filter(~Exists(told), done_at=None, soon_at__lte=now)
    return list(rows.order_by("soon_at").values_list("pk", flat=True))


def pauses_over(now: datetime) -> Iterable[UUID]:
    """Pauses whose time has come."""
    rows = ClockPause.objects.filter(ended_at=None, until__lte=now)
    return list(rows.order_by("until").values_list("pk", flat=True))


def _readers(case: Case, now: datetime) -> tuple[Account, ...]:
    standing = CircleMember.objects.filter(case=case, left_at=None, account__is_active=True)
    standing = standing.filter(Q(expires_at=None) | Q(expires_at__gt=now))
    found = {each.account.pk: each.account for each in standing.select_related("account__team")}
    return tuple(sorted(found.values(), key=lambda each: each.name))


def _shown(rows: Iterable[CaseClock], now: datetime, *, whole: bool = False) -> list[ClockShown]:
    rows = list(rows)
    still = stood_still([row.pk for row in rows], now)
    clocks, events = packs.clocks(), packs.clock_events()
    found = []
    for row in rows:
        stood = still.get(("case_clock", row.pk), RUNS)
        how = "done" if row.done_at else stood.state(row.started_at, row.due_at, now)
        past = ClockPause.objects.filter(kind="case_clock", about_id=row.pk) if whole else ()
        found.append(
            ClockShown(
                row=row,
                named=clocks.get(row.clock),
                event=events.get(row.event, row.event),
                state=how,
                pause=None if row.done_at else stood.now,
                pauses=tuple(past),
            )
        )
    return found
