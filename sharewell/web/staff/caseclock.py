"""The clocks of a case: what runs, what started it, what is paused; started, done, paused and resumed here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from sharewell import packs
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.followup import casing, operations, queries
from sharewell.followup.models import ClockPause
from sharewell.followup.operations.pause import Pause
from sharewell.web.staff.clock import FORCES, span_words
from sharewell.web.staff.forms.caseclock import ClockDoneForm, ClockStartForm, PauseForm
from sharewell.web.views import page, staff


@staff()
def case_clock_list(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Show the clocks of a case and what is paused in it."""
    shown = queries.case_clocks(viewer=viewer, case_id=case_id, now=now)
    return page(
        request,
        "staff/case_clock_list.html",
        section="cases",
        case=shown.case,
        shown=shown,
        paused=[_pause(each) for each in shown.paused],
        now=now,
    )


@staff(methods="GET POST")
def case_clock_start(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record that something happened which starts clocks."""
    shown = queries.case_clocks(viewer=viewer, case_id=case_id, now=now)
    starts = casing.started_by(viewer.agency)
    form = ClockStartForm(
        request.POST if request.method == "POST" else None,
        events=[(event, _starts(event, rows)) for event, rows in starts.items()],
        readers=shown.readers,
        initial={"at": now, "owner": str(shown.case.owner_id)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.case_clock_start(account=viewer, case=shown.case, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "The clocks run, and the timeline says what started them.")
            return redirect("case_clock_list", case_id=case_id)
    return page(request, "staff/case_clock_start.html", section="cases", case=shown.case, form=form)


@staff(methods="GET POST")
def case_clock_done(
    request: HttpRequest, *, viewer: Account, now: datetime, clock_id: UUID
) -> HttpResponse:
    """Read one clock: what it asks for and why, when it is due; and say that it is done."""
    shown = queries.case_clock(viewer=viewer, clock_id=clock_id, now=now)
    form = ClockDoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.case_clock_done(
                account=viewer, clock_id=clock_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Done, with its outcome recorded.")
            return redirect("case_clock_list", case_id=shown.row.case_id)
    return page(
        request,
        "staff/case_clock_done.html",
        section="cases",
        case=shown.row.case,
        shown=shown,
        span=span_words(shown.named.within) if shown.named else "",
        force=FORCES[shown.named.force] if shown.named else "",
        pauses=[_pause(each) for each in shown.pauses],
        may_pause=queries.may_pause(viewer=viewer, now=now),
        form=form,
        now=now,
    )


@staff(methods="GET POST")
def clock_pause(
    request: HttpRequest, *, viewer: Account, now: datetime, clock_kind: str, timed_id: UUID
) -> HttpResponse:
    """Pause a clock, with the reason and until when."""
    shown = queries.pausable(viewer=viewer, kind=clock_kind, about_id=timed_id, now=now)
    form = PauseForm(
        request.POST if request.method == "POST" else None, reasons=packs.clock_rules().reasons
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        what = Pause(
            kind=clock_kind,
            about_id=timed_id,
            reason=given["reason"],
            words=given["words"],
            until=given["until"],
        )
        try:
            operations.clock_pause(account=viewer, pause=what, form_key=given["form_key"], now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Paused. It runs on by itself.")
            return redirect("case_clock_list", case_id=shown.case.pk)
    return page(
        request,
        "staff/clock_pause.html",
        section="cases",
        case=shown.case,
        shown=shown,
        form=form,
        now=now,
    )


@staff(methods="GET POST")
def clock_resume(
    request: HttpRequest, *, viewer: Account, now: datetime, pause_id: UUID
) -> HttpResponse:
    """Let a paused clock run on before its time."""
    row = queries.pause(viewer=viewer, pause_id=pause_id, now=now)
    if request.method == "POST":
        operations.clock_resume(account=viewer, pause_id=pause_id, now=now)
        messages.success(request, "It runs on with the time that was left.")
        return redirect("case_clock_list", case_id=row.case_id)
    return page(
        request,
        "staff/clock_resume.html",
        section="cases",
        case=row.case,
        pause=_pause(row),
        may_pause=queries.may_pause(viewer=viewer, now=now),
        now=now,
    )


def pausing(
    clock: tuple[str, UUID], viewer: Account, now: datetime, *, waits: bool
) -> dict[str, Any]:
    """The pause of a clock that holds, or, where it ``waits``, the way to pause it for those who may."""
    still = queries.stood_still([clock[1]], now).get(clock)
    paused = still.now if still else None
    if paused or not waits or not queries.may_pause(viewer=viewer, now=now):
        return {"paused": paused}
    return {"pause_url": reverse("clock_pause", args=clock)}


def _pause(row: ClockPause) -> dict[str, Any]:
    """A pause with its kind and reason in words."""
    rules = packs.clock_rules()
    kind = rules.kinds.get(row.kind)
    return {
        "row": row,
        "what": kind.label if kind else row.kind,
        "why": rules.reasons.get(row.reason, row.reason),
    }


def _starts(event: str, rows: list[Any]) -> str:
    """An event with the clocks that it starts, in words."""
    musts = "; ".join(f"{each.must} ({span_words(each.within)})" for each in rows)
    return f"{packs.clock_events()[event]}: {musts}"


urls = [
    path("cases/<uuid:case_id>/clocks/", case_clock_list, name="case_clock_list"),
    path("cases/<uuid:case_id>/clocks/start/", case_clock_start, name="case_clock_start"),
    path("clocks/<uuid:clock_id>/", case_clock_done, name="case_clock_done"),
    path("clocks/<slug:clock_kind>/<uuid:timed_id>/pause/", clock_pause, name="clock_pause"),
    path("clocks/pauses/<uuid:pause_id>/resume/", clock_resume, name="clock_resume"),
]
