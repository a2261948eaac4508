"""Raising a worry in confidence, reading the answers, and the lead's side of it; and who is the lead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import NotFound, Refusal
from sharewell.agencies.models import Account
from sharewell.followup import operations, queries
from sharewell.web.fields import Choice, Form, KeyedForm, Select, Several, Words
from sharewell.web.views import page, staff

YES_NO = (("yes", "Yes"), ("no", "No"))


class RaiseForm(KeyedForm):
    """A worry raised in confidence."""

    said = Words(
        label="What worries you?",
        rows=6,
        help_text="What you saw or heard, when, and whether you raised it before.",
    )
    wanted = Words(label="What should happen, and what are you afraid of?", rows=3, required=False)
    named = Several(
        label="Is it about any of these colleagues?",
        choices=[],
        required=False,
        help_text="They and their teams never learn of this page.",
    )
    protected = Choice(
        label="Is your name to be kept from the lead too?",
        choices=YES_NO,
        initial="yes",
        hints={"yes": "The lead can ask for it, with a reason that you can read."},
        inline=False,
    )

    def __init__(self, *arguments: Any, colleagues: list[Account], **options: Any) -> None:
        """Offer the colleagues it may be about."""
        super().__init__(*arguments, **options)
        self.colleagues = colleagues
        self.fields["named"].choices = [(str(each.pk), each.name) for each in colleagues]  # type: ignore[attr-defined]

    def answer(self) -> dict[str, Any]:
        """The worry as keywords of the operation."""
        given = self.cleaned_data
        chosen = set(given["named"])
        named = [each for each in self.colleagues if str(each.pk) in chosen]
        return {**given, "protected": given["protected"] == "yes", "named": named}


class AnswerForm(KeyedForm):
    """What one side says to the other."""

    said = Words(label="What do you want to say?", rows=4)


class FollowForm(AnswerForm):
    """What whoever raised it says, with the question whether anything was held against them."""

    held = Choice(label="Has anything been held against you since?", choices=YES_NO, required=False)


class ReasonForm(Form):
    """Why a lead needs to know who raised it."""

    reason = Words(label="Why do you need to know who raised it?", rows=3)


class OutcomeForm(Form):
    """What came of a worry."""

    outcome = Words(label="What came of it?", rows=4, help_text="Whoever raised it reads this.")


class LeadForm(Form):
    """Who is the lead."""

    lead = Select(label="Who is the whistleblowing lead?", choices=[])

    def __init__(self, *arguments: Any, colleagues: list[Account]) -> None:
        """Offer the colleagues."""
        super().__init__(*arguments)
        offered = [(str(each.pk), each.name) for each in colleagues if each.is_active]
        self.fields["lead"].choices = [("", "Choose"), *offered]  # type: ignore[attr-defined]


@staff()
def whistle_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Show the way to raise a worry, what one raised, and what one reads as a lead."""
    own, led = queries.whistles(viewer=viewer, now=now)
    return page(
        request,
        "staff/whistle_list.html",
        section="kept",
        own=own,
        led=led,
        outside=queries.outside(viewer=viewer),
    )


@staff(methods="GET POST")
def whistle_raise(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Raise a worry in confidence."""
    form = RaiseForm(request.POST or None, colleagues=queries.whistle_colleagues(viewer=viewer))
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.whistle_raise(account=viewer, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("whistle_detail", whistle_id=made.pk)
    return page(
        request,
        "staff/whistle_raise.html",
        section="kept",
        form=form,
        outside=queries.outside(viewer=viewer),
    )


@staff(methods="GET POST")
def whistle_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, whistle_id: UUID
) -> HttpResponse:
    """Read a worry, and say something to the other side."""
    shown = queries.whistle(viewer=viewer, whistle_id=whistle_id, now=now)
    form: KeyedForm = (AnswerForm if shown.leads else FollowForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        held = given.pop("held", "")
        against = {"yes": True, "no": False}.get(held)
        try:
            operations.whistle_answer(
                account=viewer, whistle_id=whistle_id, now=now, held_against=against, **given
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Sent.")
            return redirect("whistle_detail", whistle_id=whistle_id)
    return page(
        request,
        "staff/whistle_detail.html",
        section="kept",
        shown=shown,
        whistle=shown.whistle,
        form=form,
        outside=queries.outside(viewer=viewer),
    )


@staff(methods="GET POST")
def whistle_identity(
    request: HttpRequest, *, viewer: Account, now: datetime, whistle_id: UUID
) -> HttpResponse:
    """Ask who raised it, with the reason."""
    form, act = ReasonForm(request.POST or None), operations.whistle_identity
    words = ("Who raised it", "Your reason is kept, and whoever raised it can read it.", "Ask")
    return _lead_acts(request, viewer, now, whistle_id, form, act, words)


@staff(methods="GET POST")
def whistle_close(
    request: HttpRequest, *, viewer: Account, now: datetime, whistle_id: UUID
) -> HttpResponse:
    """Close a worry with what came of it."""
    form, act = OutcomeForm(request.POST or None), operations.whistle_close
    words = ("Close it", "Nobody but you and whoever raised it reads this.", "Close it")
    return _lead_acts(request, viewer, now, whistle_id, form, act, words)


def _lead_acts(
    request: HttpRequest,
    viewer: Account,
    now: datetime,
    whistle_id: UUID,
    form: Form,
    act: Callable[..., object],
    words: tuple[str, str, str],
) -> HttpResponse:
    """One form of the lead about a worry."""
    shown = queries.whistle(viewer=viewer, whistle_id=whistle_id, now=now)
    if not shown.leads:
        raise NotFound
    if request.method == "POST" and form.is_valid():
        try:
            act(account=viewer, whistle_id=whistle_id, now=now, **form.cleaned_data)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("whistle_detail", whistle_id=whistle_id)
    heading, intro, button = words
    return page(
        request,
        "staff/whistle_form.html",
        section="kept",
        whistle=shown.whistle,
        form=form,
        heading=heading,
        intro=intro,
        button=button,
    )


@staff(methods="GET POST")
def whistle_lead_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Show and appoint the whistleblowing leads."""
    leads = queries.whistle_leads(viewer=viewer, now=now)
    colleagues = queries.whistle_colleagues(viewer=viewer)
    form = LeadForm(*([request.POST] if request.method == "POST" else []), colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        lead = next(each for each in colleagues if str(each.pk) == form.cleaned_data["lead"])
        try:
            operations.whistle_lead_appoint(account=viewer, lead=lead, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Appointed.")
            return redirect("whistle_lead_list")
    return page(request, "staff/whistle_lead_list.html", section="leaving", leads=leads, form=form)


@staff(methods="POST")
def whistle_lead_end(
    request: HttpRequest, *, viewer: Account, now: datetime, lead_id: int
) -> HttpResponse:
    """End an appointment."""
    operations.whistle_lead_end(account=viewer, lead_id=lead_id, now=now)
    messages.success(request, "Ended.")
    return redirect("whistle_lead_list")


ONE = "confidence/<uuid:whistle_id>"
urls = [
    path("confidence/", whistle_list, name="whistle_list"),
    path("confidence/raise/", whistle_raise, name="whistle_raise"),
    path(f"{ONE}/", whistle_detail, name="whistle_detail"),
    path(f"{ONE}/who/", whistle_identity, name="whistle_identity"),
    path(f"{ONE}/close/", whistle_close, name="whistle_close"),
    path("confidence/leads/", whistle_lead_list, name="whistle_lead_list"),
    path("confidence/leads/<int:lead_id>/end/", whistle_lead_end, name="whistle_lead_end"),
]
