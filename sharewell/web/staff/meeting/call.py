"""Calling a meeting, asking people to it, changing it and calling it off."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sharewell.agencies.models import Account
from sharewell.cases import queries as cases
from sharewell.followup import operations, queries
from sharewell.followup.models import Meeting
from sharewell.web.staff.forms.meeting import GuestForm, PlanForm, WhyForm
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.staff.meeting.acting import GUEST, ONE, done
from sharewell.web.views import page, staff

CALL = "meeting_call"


@staff(methods="GET POST")
def meeting_call(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Call a meeting about a case."""
    case = cases.case_to_reach(viewer=viewer, case_id=case_id, now=now)
    colleagues = queries.colleagues_for(viewer=viewer, case=case, now=now)
    first = {"note_taker": str(viewer.pk), "minutes": "60"}
    form = PlanForm(request.POST or None, colleagues=colleagues, initial=first)
    restored = restore(form, viewer=viewer, name=CALL, about=case_id)

    def run() -> Meeting:
        key = form.cleaned_data["form_key"]
        return operations.meeting_call(
            account=viewer, case=case, plan=form.plan(), form_key=key, now=now
        )

    said = "The meeting is called. Now ask those who are needed there."
    if answer := done(request, form, run, said=said, meeting_id=None):
        forget(viewer=viewer, name=CALL, about=case_id)
        return answer
    return page(
        request,
        "staff/meeting/call.html",
        section="cases",
        case=case,
        form=form,
        restored=restored,
    )


@staff(methods="GET POST")
def meeting_reschedule(
    request: HttpRequest, *, viewer: Account, now: datetime, meeting_id: UUID
) -> HttpResponse:
    """Change when, where or how a meeting is held, or who chairs and writes."""
    meeting = _held(viewer, meeting_id, now)
    colleagues = queries.colleagues_for(viewer=viewer, case=meeting.case, now=now)
    names = ("kind", "purpose", "starts_at", "way", "place")
    first = {name: getattr(meeting, name) for name in names}
    first |= {"chair": str(meeting.chair_id), "note_taker": str(meeting.note_taker_id)}
    first["minutes"] = str(meeting.minutes)
    form = PlanForm(request.POST or None, colleagues=colleagues, initial=first, moved=True)

    def run() -> Meeting:
        return operations.meeting_reschedule(
            account=viewer,
            meeting_id=meeting_id,
            plan=form.plan(),
            why=form.cleaned_data["why"],
            now=now,
        )

    said = "The meeting is changed. Those who were invited by e-mail are told."
    if answer := done(request, form, run, said=said, meeting_id=meeting_id):
        return answer
    return _page(request, "staff/meeting/reschedule.html", meeting, form)


@staff(methods="GET POST")
def meeting_cancel(
    request: HttpRequest, *, viewer: Account, now: datetime, meeting_id: UUID
) -> HttpResponse:
    """Call a meeting off."""
    meeting = _held(viewer, meeting_id, now)
    label = "Why is it called off, and what happens instead?"
    form = WhyForm(request.POST or None, label=label)

    def run() -> Meeting:
        why = form.cleaned_data["why"]
        return operations.meeting_cancel(account=viewer, meeting_id=meeting_id, why=why, now=now)

    said = "The meeting is called off. Those who were invited by e-mail are told."
    if answer := done(request, form, run, said=said, meeting_id=meeting_id):
        return answer
    context = {"heading": "Call the meeting off", "button": "Call it off"}
    return _page(request, "staff/meeting/why.html", meeting, form, **context)


@staff(methods="GET POST")
def meeting_invite(
    request: HttpRequest, *, viewer: Account, now: datetime, meeting_id: UUID
) -> HttpResponse:
    """Ask somebody to a meeting, with the reason."""
    meeting = _held(viewer, meeting_id, now)
    form = GuestForm(
        request.POST or None,
        functions=queries.functions_for(viewer=viewer, meeting=meeting, now=now),
        colleagues=queries.colleagues_for(viewer=viewer, case=meeting.case, now=now),
    )

    def run() -> object:
        guest = form.guest()
        return operations.meeting_invite(
            account=viewer, meeting_id=meeting_id, guest=guest, now=now
        )

    said = "They are asked. An agency or a colleague is sent a neutral invitation."
    if answer := done(request, form, run, said=said, meeting_id=meeting_id):
        return answer
    return _page(request, "staff/meeting/invite.html", meeting, form)


@staff(methods="GET POST")
def meeting_uninvite(
    request: HttpRequest, *, viewer: Account, now: datetime, invited_id: UUID
) -> HttpResponse:
    """Take an invitation back."""
    invited = queries.meeting_invited(viewer=viewer, invited_id=invited_id, now=now)
    form = WhyForm(request.POST or None, label=f"Why is {invited.who} not needed any more?")

    def run() -> object:
        why = form.cleaned_data["why"]
        return operations.meeting_uninvite(account=viewer, invited_id=invited_id, why=why, now=now)

    said = "The invitation is taken back. Who was invited by e-mail is told."
    if answer := done(request, form, run, said=said, meeting_id=invited.meeting_id):
        return answer
    context = {"heading": "Take an invitation back", "button": "Take it back"}
    return _page(request, "staff/meeting/why.html", invited.meeting, form, **context)


def _held(viewer: Account, meeting_id: UUID, now: datetime) -> Meeting:
    return queries.meeting_to_write(viewer=viewer, meeting_id=meeting_id, now=now, what=CALL)


def _page(
    request: HttpRequest, template: str, meeting: Meeting, form: Any, **context: Any
) -> HttpResponse:
    return page(
        request,
        template,
        section="cases",
        case=meeting.case,
        meeting=meeting,
        form=form,
        **context,
    )


urls = [
    path("cases/<uuid:case_id>/meetings/call/", meeting_call, name=CALL),
    path(f"{ONE}/change/", meeting_reschedule, name="meeting_reschedule"),
    path(f"{ONE}/cancel/", meeting_cancel, name="meeting_cancel"),
    path(f"{ONE}/invite/", meeting_invite, name="meeting_invite"),
    path(f"{GUEST}/take-back/", meeting_uninvite, name="meeting_uninvite"),
]
