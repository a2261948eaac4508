"""Tasks: read, done with an outcome, put off with a reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import operations, queries
from sharewell.followup import queries as clocks
from sharewell.web.fields import Form
from sharewell.web.staff.caseclock import pausing
from sharewell.web.staff.forms.task import DeferForm, DoneForm
from sharewell.web.staff.places import OF_ITS_OWN, WITNESS, act
from sharewell.web.views import page, staff


@staff()
def task_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, task_id: UUID
) -> HttpResponse:
    """Read a task: what to do, whose it is, by when."""
    return _show(request, viewer, now, task_id)


@staff(methods="POST")
def task_done(
    request: HttpRequest, *, viewer: Account, now: datetime, task_id: UUID
) -> HttpResponse:
    """Close a task with what came of it."""
    form = DoneForm(request.POST)
    if form.is_valid():
        try:
            operations.task_done(account=viewer, task_id=task_id, now=now, **form.cleaned_data)
        except Refusal as refusal:
            _again(refusal)
            form.refused(refusal)
        else:
            messages.success(request, "Done, with its outcome recorded.")
            return redirect("home")
    return _show(request, viewer, now, task_id, done=form)


@staff(methods="POST")
def task_defer(
    request: HttpRequest, *, viewer: Account, now: datetime, task_id: UUID
) -> HttpResponse:
    """Put a task off, with the reason."""
    form = DeferForm(request.POST)
    if form.is_valid():
        try:
            operations.task_defer(account=viewer, task_id=task_id, now=now, **form.cleaned_data)
        except Refusal as refusal:
            _again(refusal)
            form.refused(refusal)
        else:
            messages.success(request, "Put off, with the reason recorded.")
            return redirect("task_detail", task_id=task_id)
    return _show(request, viewer, now, task_id, defer=form)


def _again(refusal: Refusal) -> None:
    # One who may not see or do the task gets the refusal itself, not the form.
    if refusal.status in {403, 404}:
        raise refusal


def _show(
    request: HttpRequest,
    viewer: Account,
    now: datetime,
    task_id: UUID,
    *,
    done: Form | None = None,
    defer: Form | None = None,
) -> HttpResponse:
    shown = queries.task_page(viewer=viewer, task_id=task_id, now=now)
    task = shown.waiting.task
    return page(
        request,
        "staff/task_detail.html",
        section="home",
        shown=shown,
        case=shown.waiting.case,
        act=act(task) if shown.waiting.case or task.kind in {WITNESS, *OF_ITS_OWN} else None,
        form=done or defer,
        done=done or DoneForm(),
        defer=defer or DeferForm(),
        pausing=_pausing(shown, viewer, now),
        now=now,
    )


def _pausing(shown: queries.TaskPage, viewer: Account, now: datetime) -> dict[str, object]:
    """The pause that holds, or the way to pause the clock of a task that can wait."""
    task = shown.waiting.task
    if shown.waiting.case is None:
        return {}
    clock = clocks.clock_of(task, clocks.climbing([task]))
    waits = not task.done_at and (bool(shown.latest) if clock[0] == "task" else task.due_at > now)
    return pausing(clock, viewer, now, waits=waits)


urls = [
    path("tasks/<uuid:task_id>/", task_detail, name="task_detail"),
    path("tasks/<uuid:task_id>/done/", task_done, name="task_done"),
    path("tasks/<uuid:task_id>/defer/", task_defer, name="task_defer"),
]
