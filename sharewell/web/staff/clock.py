"""The clocks of a place in words, and an agency's own closing days and opening hours."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies import localdays, operations
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.core.deadlines import Clock
from sharewell.followup import casing
from sharewell.web.staff.forms.clock import LocalDaysForm, WithdrawForm, days_words
from sharewell.web.views import page, staff

FORCES = {
    "statute": "Law",
    "statutory_guidance": "Statutory guidance",
    "local": "Local procedure",
    "article": "Good practice",
    "proposal": "Proposal of this product",
}
UNITS = {
    "minutes": "minute",
    "hours": "hour",
    "days": "day",
    "months": "month",
    "working_hours": "working hour",
    "working_days": "working day",
}


def span_words(clock: Clock) -> str:
    """How long a clock runs, e.g. ``2 working days``, ``at once``, ``the same working day``."""
    if not clock.amount:
        return "the same working day" if clock.unit == "working_days" else "at once"
    return f"{clock.amount} {UNITS[clock.unit]}{'' if clock.amount == 1 else 's'}"


@staff()
def clock_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Show the clocks that hold where the viewer's agency is: what starts each, what must happen, by when."""
    rows = [
        {"clock": each, "span": span_words(each.within), "force": FORCES[each.force]}
        for each in casing.here(viewer.agency)
    ]
    keeps = localdays.keeps(viewer=viewer, now=now)
    return page(request, "staff/clock_list.html", section="calendar", rows=rows, keeps=keeps)


@staff()
def local_days_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Show the calendar by which clocks run where the viewer's agency receives."""
    shown = localdays.calendar(viewer=viewer, now=now)
    return page(
        request,
        "staff/local_days_list.html",
        section="calendar",
        shown=shown,
        rows=[(each, days_words(each)) for each in shown.rows],
        withdrawn=[(each, days_words(each)) for each in shown.withdrawn],
    )


@staff(methods="GET POST")
def local_days_add(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Enter closing days or opening hours of the viewer's agency."""
    localdays.calendar(viewer=viewer, now=now)
    form = LocalDaysForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.local_days_add(account=viewer, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Saved. It counts for clocks that start from now on.")
            return redirect("local_days_list")
    return page(request, "staff/local_days_add.html", section="calendar", form=form)


@staff(methods="GET POST")
def local_days_withdraw(
    request: HttpRequest, *, viewer: Account, now: datetime, local_id: UUID
) -> HttpResponse:
    """Take days out of the calendar again, with the reason."""
    row = localdays.standing(viewer=viewer, local_id=local_id, now=now)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.local_days_withdraw(
                account=viewer, local_id=row.pk, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Taken out, for clocks that start from now on.")
            return redirect("local_days_list")
    return page(
        request,
        "staff/local_days_withdraw.html",
        section="calendar",
        form=form,
        row=row,
        words=days_words(row),
    )


urls = [
    path("clocks/", clock_list, name="clock_list"),
    path("calendar/", local_days_list, name="local_days_list"),
    path("calendar/add/", local_days_add, name="local_days_add"),
    path("calendar/<uuid:local_id>/withdraw/", local_days_withdraw, name="local_days_withdraw"),
]
