"""Break-glass: the essentials of a record in danger, then the whole of it to read; told at once and reviewed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import operations, queries
from sharewell.disclosures import queries as disclosures
from sharewell.web import sheets
from sharewell.web.staff.forms.breakglass import ReviewForm, SeekForm, WholeForm
from sharewell.web.staff.reading import read_words
from sharewell.web.views import page, staff


@staff(methods="GET POST")
def break_glass_open(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Say before what it means; find a person by name and date of birth, and open the essentials."""
    sheet = queries.break_glass_sheet(viewer=viewer, now=now)
    form = SeekForm(request.POST or None, reasons=sheet.reasons)
    nothing = False
    if request.method == "POST" and form.is_valid():
        try:
            tried = operations.break_glass_open(account=viewer, now=now, **form.cleaned_data)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            if tried.own is not None:
                messages.success(request, "You may open this case at any time.")
                return redirect("case_detail", case_id=tried.own.pk)
            if tried.opened is not None:
                return redirect("break_glass_show", access_id=tried.opened.pk)
            nothing = True
            form.data = _new_key(form.data)
    return page(
        request,
        "staff/break_glass_open.html",
        section="cases",
        form=form,
        sheet=sheet,
        nothing=nothing,
    )


@staff()
def break_glass_show(
    request: HttpRequest, *, viewer: Account, now: datetime, access_id: UUID
) -> HttpResponse:
    """Show the essentials of what the viewer opened, and until when; once it has ended, that it has."""
    shown = disclosures.essentials(viewer=viewer, access_id=access_id, now=now)
    message = sheets.sheet(shown.message.as_dict()) if shown.message else None
    return page(
        request,
        "staff/break_glass_show.html",
        section="cases",
        shown=shown,
        opened=shown.opened,
        message=message,
        case=None if shown.ended_at else shown.opened.case,
        works=False,  # the banner leads to no form here
        now=now,
    )


@staff(methods="GET POST")
def break_glass_whole(
    request: HttpRequest, *, viewer: Account, now: datetime, access_id: UUID
) -> HttpResponse:
    """Ask why the essentials are not enough, and open the whole record to read."""
    opened, reasons = queries.break_glass_whole(viewer=viewer, access_id=access_id, now=now)
    form = WholeForm(request.POST or None, reasons=reasons)
    if request.method == "POST" and form.is_valid():
        try:
            operations.break_glass_whole(
                account=viewer, access_id=access_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("case_detail", case_id=opened.case_id)
    return page(
        request, "staff/break_glass_whole.html", section="cases", form=form, opened=opened, now=now
    )


@staff(methods="POST")
def break_glass_end(
    request: HttpRequest, *, viewer: Account, now: datetime, access_id: UUID
) -> HttpResponse:
    """Give up what was opened, at once."""
    operations.break_glass_end(account=viewer, access_id=access_id, now=now)
    messages.success(request, "Closed. What you did is kept for the review.")
    return redirect("home")


@staff(methods="GET POST")
def break_glass_review(
    request: HttpRequest, *, viewer: Account, now: datetime, access_id: UUID
) -> HttpResponse:
    """Show those who were told what was opened, why and what was read; its reviewer says what it was."""
    shown = queries.break_glass_review(viewer=viewer, access_id=access_id, now=now)
    form = ReviewForm(request.POST or None, findings=shown.findings, follows=shown.follows)
    if request.method == "POST" and form.is_valid():
        try:
            operations.break_glass_review(
                account=viewer, access_id=access_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            form.refused(refusal)
        else:
            messages.success(request, "Reviewed. What you found is recorded.")
            return redirect("home")
    return page(
        request,
        "staff/break_glass_review.html",
        section="home",
        shown=shown,
        opened=shown.broken.opened,
        reads=[(line.at, read_words(line.what)) for line in shown.reads],
        form=form,
        now=now,
    )


def _new_key(data: Any) -> Any:
    """The same answers for another search: what was found nowhere may be sought again."""
    again = data.copy()
    again["form_key"] = str(uuid4())
    return again


urls = [
    path("emergency/record/", break_glass_open, name="break_glass_open"),
    path("emergency/record/<uuid:access_id>/", break_glass_show, name="break_glass_show"),
    path("emergency/record/<uuid:access_id>/whole/", break_glass_whole, name="break_glass_whole"),
    path("emergency/record/<uuid:access_id>/end/", break_glass_end, name="break_glass_end"),
    path(
        "emergency/record/<uuid:access_id>/review/", break_glass_review, name="break_glass_review"
    ),
]
