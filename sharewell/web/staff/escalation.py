"""An escalation on its ladder, and what is done about it: attempts, the danger, early, both views, the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell import packs
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.disclosures.catalogues import UNREADABLE
from sharewell.followup import operations, queries
from sharewell.followup.models import Escalation
from sharewell.followup.queries import EscalationPage
from sharewell.web.staff.forms.escalation import (
    AttemptForm,
    DisagreeForm,
    EarlyForm,
    EndForm,
    JudgeForm,
    PositionForm,
)
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.views import page, staff

DETAIL = "escalation_detail"
ABOUT = {
    "no_acknowledgement": "They have not acknowledged a message",
    "no_action": "They have not said what they do",
    "late_action": "What they said they would do is late",
    "answer": "We do not agree with their answer",
    "decision": "A decision not to share is disputed",
}
EMERGENCY = (
    "Ring the emergency number now. The safeguarding lead is told. What you wrote is recorded."
)


@staff()
def escalation_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, escalation_id: UUID
) -> HttpResponse:
    """Show where a matter stands on its ladder, what is to be done now, and what was done."""
    shown = queries.escalation(viewer=viewer, escalation_id=escalation_id, now=now)
    found = shown.escalation
    return page(
        request,
        "staff/escalation_detail.html",
        section="cases",
        now=now,
        case=found.case,
        shown=shown,
        escalation=found,
        about=ABOUT[found.cause],
        disputed=found.cause in ("answer", "decision"),
        attempts=[
            {"attempt": each, "how": _label("hows", each.how), "result": _label("results", each.result)}
            for each in shown.attempts
        ],
        risks=[{"risk": each, "label": _label("dangers", each.danger)} for each in shown.risks],
        ending=_label("endings", found.ending or shown.coming),
        ladder=_picture(shown),
    )  # fmt: skip


@staff(methods="GET POST")
def escalation_attempt(
    request: HttpRequest, *, viewer: Account, now: datetime, escalation_id: UUID
) -> HttpResponse:
    """Write down an attempt to settle it."""
    form = AttemptForm(request.POST or None, initial={"tried_at": now})
    return _act(request, viewer, now, escalation_id, form, operations.escalation_attempt)


@staff(methods="GET POST")
def escalation_judge(
    request: HttpRequest, *, viewer: Account, now: datetime, escalation_id: UUID
) -> HttpResponse:
    """Say whether the danger has changed."""
    form = JudgeForm(request.POST or None)
    return _act(request, viewer, now, escalation_id, form, operations.escalation_judge)


@staff(methods="GET POST")
def escalation_early(
    request: HttpRequest, *, viewer: Account, now: datetime, escalation_id: UUID
) -> HttpResponse:
    """Take it up a step before its time."""
    form = EarlyForm(request.POST or None)
    return _act(request, viewer, now, escalation_id, form, operations.escalation_early)


@staff(methods="GET POST")
def escalation_position(
    request: HttpRequest, *, viewer: Account, now: datetime, escalation_id: UUID
) -> HttpResponse:
    """Add what one side holds."""
    form = PositionForm(request.POST or None)
    return _act(request, viewer, now, escalation_id, form, operations.escalation_position)


@staff(methods="GET POST")
def escalation_end(
    request: HttpRequest, *, viewer: Account, now: datetime, escalation_id: UUID
) -> HttpResponse:
    """End it, with what came of it."""
    form = EndForm(request.POST or None)
    return _act(request, viewer, now, escalation_id, form, operations.escalation_end)


@staff(methods="GET POST")
def escalation_start(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Start a professional disagreement about an answer, or about a decision not to share."""
    about = queries.to_dispute(viewer=viewer, disclosure_id=disclosure_id, now=now)
    form, name = DisagreeForm(request.POST or None), "escalation_start"
    restored = restore(form, viewer=viewer, name=name, about=disclosure_id)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.escalation_start(
                account=viewer, disclosure_id=disclosure_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=name, about=disclosure_id)
            messages.success(request, "Started. Both views are kept.")
            return redirect(DETAIL, escalation_id=made.pk)
    return page(
        request,
        "staff/escalation_start.html",
        section="cases",
        case=about.case,
        disclosure=about,
        form=form,
        restored=restored,
    )


# For each form: the heading, what the button says, and what is said when it is done.
WORDS = {
    "escalation_attempt": ("Write down an attempt", "Write it down", "The attempt is recorded."),
    "escalation_judge": ("Look at the danger again", "Record it", "Recorded."),
    "escalation_early": ("Take it up now", "Take it up", "It went to the next step."),
    "escalation_position": ("Add a view", "Add it", "The view is kept beside the others."),
    "escalation_end": ("End it", "End it", "It is ended, with what came of it."),
}


def _act(
    request: HttpRequest,
    viewer: Account,
    now: datetime,
    escalation_id: UUID,
    form: Any,
    operation: Callable[..., Escalation],
) -> HttpResponse:
    """One form about an escalation: shown, sent, and the way on; in immediate danger to the emergency steps."""
    shown = queries.escalation(viewer=viewer, escalation_id=escalation_id, now=now)
    name = operation.__name__
    heading, button, done = WORDS[name]
    restored = restore(form, viewer=viewer, name=name, about=escalation_id)
    if request.method == "POST" and form.is_valid():
        more = {"step": request.POST.get("step", "")} if isinstance(form, EarlyForm) else {}
        given = {**form.answer(), **more}
        try:
            operation(account=viewer, escalation_id=escalation_id, now=now, **given)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=name, about=escalation_id)
            if given.get("danger") == "immediate":
                messages.warning(request, EMERGENCY)
                return redirect("emergency_start", case_id=shown.escalation.case_id)
            messages.success(request, done)
            return redirect(DETAIL, escalation_id=escalation_id)
    return page(
        request,
        "staff/escalation_form.html",
        section="cases",
        case=shown.escalation.case,
        escalation=shown.escalation,
        shown=shown,
        form=form,
        name=name,
        heading=heading,
        button=button,
        restored=restored,
    )


def _label(list_: str, id_: str) -> str:
    """The words for an id of a list; one that the pack no longer has stands for itself."""
    try:
        words = getattr(packs.escalation(), list_)
    except UNREADABLE:
        return id_
    return words[id_].label if id_ in words else id_


def _picture(shown: EscalationPage) -> dict[str, Any]:
    """The ladder as it is drawn, the lowest step below: where each rung stands, and how it is marked."""
    rungs = [
        {"rung": each, "y": 40 * (len(shown.rungs) - number) - 20}
        for number, each in enumerate(shown.rungs)
    ]
    return {"rungs": rungs, "height": 40 * len(shown.rungs)}


ONE = "escalations/<uuid:escalation_id>"
urls = [
    path(f"{ONE}/", escalation_detail, name=DETAIL),
    path(f"{ONE}/attempt/", escalation_attempt, name="escalation_attempt"),
    path(f"{ONE}/danger/", escalation_judge, name="escalation_judge"),
    path(f"{ONE}/early/", escalation_early, name="escalation_early"),
    path(f"{ONE}/view/", escalation_position, name="escalation_position"),
    path(f"{ONE}/end/", escalation_end, name="escalation_end"),
    path("sharing/<uuid:disclosure_id>/disagree/", escalation_start, name="escalation_start"),
]
