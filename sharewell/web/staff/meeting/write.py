"""Writing up a meeting: who was there, decisions, actions, and the closing of the record."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.models import Account
from sharewell.followup import operations, queries
from sharewell.followup.meeting import begins
from sharewell.followup.queries import MeetingShown
from sharewell.web.fields import Form
from sharewell.web.staff.caseclock import pausing
from sharewell.web.staff.forms.meeting import (
    ActionForm,
    AttendanceForm,
    ClosingForm,
    DecisionForm,
    SettleForm,
)
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.staff.meeting.acting import ONE, done
from sharewell.web.views import page, staff


@staff(methods="GET POST")
def meeting_attendance_record(
    request: HttpRequest, *, viewer: Account, now: datetime, meeting_id: UUID
) -> HttpResponse:
    """Record who was there, by agency."""
    shown = _shown(viewer, meeting_id, now)
    form = AttendanceForm(request.POST or None, invited=[each.invited for each in shown.asked])

    def run() -> object:
        return operations.meeting_attendance_record(
            account=viewer, meeting_id=meeting_id, attended=form.attended(), now=now
        )

    if answer := done(request, form, run, said="Recorded.", meeting_id=meeting_id):
        return answer
    return _page(request, "attendance", shown, form)


@staff(methods="GET POST")
def meeting_decision_add(
    request: HttpRequest, *, viewer: Account, now: datetime, meeting_id: UUID
) -> HttpResponse:
    """Record a decision with its reasons and dissent, or correct one."""
    shown = _shown(viewer, meeting_id, now)
    closed = shown.meeting.state == "closed"
    form = DecisionForm(request.POST or None, closed=closed, decisions=shown.decisions)
    restored = restore(form, viewer=viewer, name="meeting_decision_add", about=meeting_id)

    def run() -> object:
        return operations.meeting_decision_add(
            account=viewer, meeting_id=meeting_id, now=now, **form.answer()
        )

    if answer := done(request, form, run, said="The decision is recorded.", meeting_id=meeting_id):
        forget(viewer=viewer, name="meeting_decision_add", about=meeting_id)
        return answer
    return _page(request, "decision", shown, form, restored=restored)


@staff(methods="GET POST")
def meeting_action_add(
    request: HttpRequest, *, viewer: Account, now: datetime, meeting_id: UUID
) -> HttpResponse:
    """Record an action with its owner and day."""
    shown = _shown(viewer, meeting_id, now)
    form = ActionForm(
        request.POST or None,
        closed=shown.meeting.state == "closed",
        invited=[each.invited for each in shown.asked],
        colleagues=queries.colleagues_for(viewer=viewer, case=shown.meeting.case, now=now),
    )
    restored = restore(form, viewer=viewer, name="meeting_action_add", about=meeting_id)

    def run() -> object:
        return operations.meeting_action_add(
            account=viewer, meeting_id=meeting_id, now=now, **form.answer()
        )

    if answer := done(request, form, run, said="The action is recorded.", meeting_id=meeting_id):
        forget(viewer=viewer, name="meeting_action_add", about=meeting_id)
        return answer
    return _page(request, "action", shown, form, restored=restored)


@staff(methods="GET POST")
def meeting_action_settle(
    request: HttpRequest, *, viewer: Account, now: datetime, action_id: UUID
) -> HttpResponse:
    """Record what came of an action of a meeting."""
    action = queries.meeting_action(viewer=viewer, action_id=action_id, now=now)
    form = SettleForm(request.POST or None)

    def run() -> object:
        outcome = form.cleaned_data["outcome"]
        return operations.meeting_action_settle(
            account=viewer, action_id=action_id, outcome=outcome, now=now
        )

    if answer := done(request, form, run, said="Recorded.", meeting_id=action.meeting_id):
        return answer
    return page(
        request,
        "staff/meeting/settle.html",
        section="actions",
        case=action.meeting.case,
        meeting=action.meeting,
        action=action,
        answered=queries.answered_to(viewer=viewer, action=action, now=now),
        form=form,
        pausing=pausing(
            ("meeting_action", action.pk),
            viewer,
            now,
            waits=action.done_at is None and action.due_at > now,
        ),
    )


@staff(methods="GET POST")
def meeting_close(
    request: HttpRequest, *, viewer: Account, now: datetime, meeting_id: UUID
) -> HttpResponse:
    """Close the record of a meeting, or correct what it was closed with."""
    shown = _shown(viewer, meeting_id, now)
    names = ("no_actions_why", "missing_why", "review_on", "escalation")
    first = {name: getattr(shown.record, name) for name in names} if shown.record else {}
    form = ClosingForm(
        request.POST or None, closed=bool(shown.record), begins=begins(shown.meeting), initial=first
    )
    restored = restore(form, viewer=viewer, name="meeting_close", about=meeting_id)

    def run() -> object:
        return operations.meeting_close(
            account=viewer, meeting_id=meeting_id, closing=form.closing(), now=now
        )

    said = "The record is closed. Its chair is asked to confirm it, and each agency can be given its part."
    if answer := done(request, form, run, said=said, meeting_id=meeting_id):
        forget(viewer=viewer, name="meeting_close", about=meeting_id)
        return answer
    return _page(request, "close", shown, form, restored=restored)


@staff(methods="POST")
def meeting_confirm(
    request: HttpRequest, *, viewer: Account, now: datetime, meeting_id: UUID
) -> HttpResponse:
    """Confirm, as its chair, the version of the record that was read."""
    given = request.POST.get("number", "")
    number = int(given) if given.isdecimal() and len(given) < 6 else 0
    operations.meeting_confirm(account=viewer, meeting_id=meeting_id, number=number, now=now)
    return redirect("meeting_detail", meeting_id=meeting_id)


def _shown(viewer: Account, meeting_id: UUID, now: datetime) -> MeetingShown:
    return queries.meeting(
        viewer=viewer, meeting_id=meeting_id, now=now, what="meeting_record", to_write=True
    )


def _page(
    request: HttpRequest, name: str, shown: MeetingShown, form: Form, **context: Any
) -> HttpResponse:
    return page(
        request,
        f"staff/meeting/{name}.html",
        section="cases",
        case=shown.meeting.case,
        meeting=shown.meeting,
        shown=shown,
        form=form,
        **context,
    )


urls = [
    path(f"{ONE}/attendance/", meeting_attendance_record, name="meeting_attendance_record"),
    path(f"{ONE}/decision/", meeting_decision_add, name="meeting_decision_add"),
    path(f"{ONE}/action/", meeting_action_add, name="meeting_action_add"),
    path(f"{ONE}/close/", meeting_close, name="meeting_close"),
    path(f"{ONE}/confirm/", meeting_confirm, name="meeting_confirm"),
    path("meetings/actions/<uuid:action_id>/", meeting_action_settle, name="meeting_action_settle"),
]
