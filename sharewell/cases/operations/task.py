"""Tasks: opened for a named person, done with an outcome, put off with a reason and within bounds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid, NotAllowed
from sharewell.agencies.evidence import operation, record
from sharewell.agencies.models import Account, Agency
from sharewell.cases import catalogues, queries, records
from sharewell.cases.models import Case, Task


class TaskClosed(Conflict):
    """The task was done meanwhile."""

    code = "task_closed"
    sentence = "This task was already done. Nothing was changed; read what was recorded."


class ClosedByAct(NotAllowed):
    """The task ends with the act it asks for."""

    code = "task_closed_by_act"
    sentence = (
        "This task ends when what it asks for is done. Nothing was changed. Open what it is about, "
        "and decide there."
    )


@operation("task.opened")
def task_open(
    *,
    agency: Agency,
    case: Case | None,
    kind: str,
    owner: Account,
    due_at: datetime,
    now: datetime,
    about_id: UUID | None = None,
    note: str = "",
    actor: Account | None = None,
) -> Task:
    """Give a named person something to do by a moment; ``kind`` is one of packs/tasks.yaml."""
    task = records.open_task(
        agency=agency,
        kind=kind,
        owner=owner,
        now=now,
        case=case,
        due_at=due_at,
        about_id=about_id,
        note=note,
    )
    _record(task, actor, now, {"kind": kind, "owner": owner.id.hex, "due_at": due_at.isoformat()})
    return task


@operation("task.done")
def task_done(*, account: Account, task_id: UUID, now: datetime, outcome: str) -> Task:
    """Close a task with what came of it.

    For its owner, or a manager or safeguarding lead in the case's circle. Raises ``NotFound``,
    ``NotAllowed``, :class:`ClosedByAct`, ``Invalid`` without an outcome, and :class:`TaskClosed`.
    """
    task = _writable(account, task_id, now)
    if catalogues.task_kinds()[task.kind].closed_by_act:
        raise ClosedByAct
    if not outcome.strip():
        raise Invalid({"outcome": ["Say what came of it."]})
    task.done_at, task.done_by, task.outcome = now, account, outcome
    task.save(update_fields=["done_at", "done_by", "outcome"])
    if task.case is not None:
        label = catalogues.task_kinds()[task.kind].label
        records.add_chronology(
            case=task.case,
            now=now,
            by=account,
            section="action",
            text=f"Done: {label}. {outcome}",
            about_id=task.about_id,
        )
    _record(task, account, now, {"outcome": outcome})
    return task


@operation("task.deferred")
def task_defer(
    *, account: Account, task_id: UUID, now: datetime, due_at: datetime, reason: str
) -> Task:
    """Put a task off to a later moment, with the reason; never beyond the bound of its kind.

    The bound runs from the moment it was first due. Raises ``NotFound``, ``NotAllowed``, ``Invalid`` and
    :class:`TaskClosed`.
    """
    task = _writable(account, task_id, now)
    latest = queries.latest_deferral(task)
    errors: dict[str, list[str]] = {}
    if not reason.strip():
        errors["reason"] = ["Say why it is put off."]
    if latest is None:
        errors["due_at"] = ["This cannot be put off. Do it, or ask your manager to take it over."]
    elif not now < due_at <= latest:
        errors["due_at"] = ["Choose a moment from now to the latest one shown."]
    if errors:
        raise Invalid(errors)
    task.deferred_from = task.deferred_from or task.due_at
    task.due_at, task.defer_reason = due_at, reason
    task.save(update_fields=["deferred_from", "due_at", "defer_reason"])
    _record(task, account, now, {"due_at": due_at.isoformat(), "reason": reason})
    return task


def _writable(account: Account, task_id: UUID, now: datetime) -> Task:
    seen = queries.task(viewer=account, task_id=task_id, now=now)
    if seen.task.case is not None:
        records.lock(seen.task.case)  # before its tasks, as those do who close them by an act
    task = Task.objects.select_for_update().get(pk=seen.task.pk)
    if not queries.may_do(viewer=account, seen=seen, now=now):
        raise NotAllowed
    if task.done_at is not None:
        raise TaskClosed
    return task


def _record(task: Task, actor: Account | None, now: datetime, what: dict[str, object]) -> None:
    things = {"task": {"id": task.id.hex, **what}}
    record(at=now, agency=task.agency, actor=actor, case_id=task.case_id, things=things)
