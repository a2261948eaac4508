"""Reads of tasks: what waits for somebody, or in a case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from sharewell.agencies.access import NotFound
from sharewell.agencies.kept import kept
from sharewell.agencies.models import Account
from sharewell.agencies.queries import may
from sharewell.agencies.reckoning import state
from sharewell.cases import catalogues, looked
from sharewell.cases.catalogues import TaskKind
from sharewell.cases.models import Case, ConcernCase, Task
from sharewell.cases.queries.cases import stands_in


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task as it waits for somebody: ``case`` is None where the viewer may not know of it."""

    task: Task
    kind: TaskKind
    late: bool
    case: Case | None
    state: str  # late, at_risk or in_time

    @property
    def note(self) -> str:
        """What was noted with it; nothing for one who may not know of its case."""
        return self.task.note if self.case or not self.task.case_id else ""

    @property
    def outcome(self) -> str:
        """What came of it; nothing for one who may not know of its case."""
        return self.task.outcome if self.case or not self.task.case_id else ""


def waiting(*, viewer: Account, now: datetime, size: int = 100) -> list[Waiting]:
    """What waits for the viewer, the most urgent first."""
    tasks = list(
        Task.objects.waiting()
        .filter(owner=viewer)
        .select_related("case__person")
        .order_by("due_at", "id")[:size]
    )
    return _as_waiting(tasks, viewer=viewer, now=now)


def case_tasks(*, viewer: Account, case: Case, now: datetime) -> list[Waiting]:
    """What waits in a case, whoever's it is, the most urgent first; raises ``NotFound`` outside the circle."""
    if not stands_in(viewer=viewer, case=case, now=now):
        raise NotFound
    return tasks_of(case, now)


def tasks_of(case: Case, now: datetime) -> list[Waiting]:
    """What waits in a case that was fetched with its viewer at this moment."""
    return [_waiting(task, {case.pk}, now) for task in _tasks_of(case=case.pk)]


@kept
def _tasks_of(*, case: UUID) -> QuerySet[Task]:
    about = ConcernCase.objects.filter(case=case).values("concern_id")
    tasks = Task.objects.waiting().filter(Q(case=case) | Q(case=None, about_id__in=about))
    return tasks.select_related("case__person", "owner").order_by("due_at", "id")


def task(*, viewer: Account, task_id: UUID, now: datetime) -> Waiting:
    """A task for its owner and for the circle of its case; raises ``NotFound`` for others."""
    # In one question, so that what is hidden takes no longer to refuse than what does not exist.
    reads = Q(owner=viewer) | Q(case__in=Case.objects.visible_to(viewer, now))
    found = (
        Task.objects.filter(reads, agency_id=viewer.agency_id, pk=task_id)
        .select_related("case__person", "owner", "done_by")
        .first()
    )
    if found is None:
        raise NotFound
    seen = _as_waiting([found], viewer=viewer, now=now)[0]
    if seen.case is not None:
        looked.note_all(viewer=viewer, cases=[seen.case], now=now, what="task")
    return seen


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task as its page shows it; ``latest`` is until when it may be put off, or None."""

    waiting: Waiting
    writes: bool
    latest: datetime | None
    concern: bool


def task_page(*, viewer: Account, task_id: UUID, now: datetime) -> TaskPage:
    """A task with what the viewer may do about it; raises ``NotFound``."""
    seen = task(viewer=viewer, task_id=task_id, now=now)
    return TaskPage(
        waiting=seen,
        writes=seen.task.done_at is None and may_do(viewer=viewer, seen=seen, now=now),
        latest=latest_deferral(seen.task),
        concern=seen.task.kind.startswith("concern_"),
    )


def may_do(*, viewer: Account, seen: Waiting, now: datetime) -> bool:
    """Whether the viewer may close a task: its owner, or a manager or lead in the circle of its case."""
    overseers = ("manager", "safeguarding_lead")
    return seen.task.owner_id == viewer.pk or (
        seen.case is not None and may(viewer=viewer, now=now, any_of=overseers)
    )


def latest_deferral(task: Task) -> datetime | None:
    """The latest moment to which a task may be put off, or None when it may not."""
    days = catalogues.task_kinds()[task.kind].defer_days_at_most
    return (task.deferred_from or task.due_at) + timedelta(days=days) if days else None


def _as_waiting(tasks: Sequence[Task], *, viewer: Account, now: datetime) -> list[Waiting]:
    ids = {task.case_id for task in tasks if task.case_id}
    visible = set(
        Case.objects.visible_to(viewer, now).filter(pk__in=ids).values_list("pk", flat=True)
    )
    return [_waiting(task, visible, now) for task in tasks]


def _waiting(task: Task, visible: Collection[UUID], now: datetime) -> Waiting:
    return Waiting(
        task=task,
        kind=catalogues.task_kinds()[task.kind],
        late=task.done_at is None and task.due_at < now,
        case=task.case if task.case_id in visible else None,
        state=state(task.opened_at, task.due_at, now),
    )
