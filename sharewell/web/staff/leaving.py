"""Colleagues who leave or are away: the list, what somebody holds, handing it over, and ending an account."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.agencies.queries import may
from sharewell.followup import operations, queries
from sharewell.web.fields import Form, Select, Words
from sharewell.web.moments import Moment
from sharewell.web.views import page, staff


class AbsenceForm(Form):
    """From and until when somebody is away."""

    starts_at = Moment(label="From when?")
    until = Moment(
        label="Until when?",
        required=False,
        help_text="Leave it empty where they leave for good. The account is then switched off.",
    )


class HandOverForm(Form):
    """Who takes each thing."""

    def __init__(self, *arguments: object, things: tuple[queries.Thing, ...]) -> None:
        """Offer for each thing those who may have it, the one proposed first."""
        super().__init__(*arguments)
        for each in things:
            about = f" ({each.case.person.name}, {each.case.reference})" if each.case else ""
            self.fields[each.key] = Select(
                label=f"{each.label}{about}",
                choices=[(str(who.pk), who.name) for who in each.takers],
                required=False,
                initial=str(each.proposed.pk) if each.proposed else "",
            )
        self.keys = [each.key for each in things]
        if any(each.key.startswith("duty:") for each in things):
            self.fields["despite"] = Words(
                label="Why does a duty go to somebody whose training or vetting is missing?",
                max_length=300,
                rows=2,
                required=False,
                help_text="Asked for only where something is missing or has run out.",
            )

    def answer(self) -> dict[str, Any]:
        """Who takes what, by key, and the reason; what was left out stays."""
        given = self.cleaned_data
        takers = {key: UUID(given[key]) for key in self.keys if given[key]}
        return {"takers": takers, "despite": given.get("despite", "")}


@staff()
def leaving_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """List the colleagues, who is away, and how much lies with nobody."""
    return page(
        request,
        "staff/leaving_list.html",
        section="leaving",
        staff=queries.staff_away(viewer=viewer, now=now),
        orphaned=queries.orphaned(viewer=viewer, now=now),
        hands=may(viewer=viewer, now=now, any_of=("manager", "safeguarding_lead")),
        administers=may(viewer=viewer, now=now, any_of=("administrator",)),
    )


@staff(methods="GET POST")
def absence_record(
    request: HttpRequest, *, viewer: Account, now: datetime, account_id: UUID
) -> HttpResponse:
    """Say from and until when a colleague is away, or that they leave."""
    of = queries.colleague(viewer=viewer, account_id=account_id, now=now)
    form = AbsenceForm(request.POST or None, initial={"starts_at": now})
    if request.method == "POST" and form.is_valid():
        try:
            operations.absence_record(account=viewer, of=of, now=now, **form.cleaned_data)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(
                request, "Recorded. What they still hold on that day goes to others by itself."
            )
            return redirect("leaving_list")
    return page(request, "staff/absence_record.html", section="leaving", of=of, form=form)


@staff(methods="GET POST")
def work_hand_over(
    request: HttpRequest, *, viewer: Account, now: datetime, account_id: UUID
) -> HttpResponse:
    """Show what a colleague holds, with a proposed taker for each, and hand it over."""
    shown = queries.leaving(viewer=viewer, account_id=account_id, now=now)
    sent = [request.POST] if request.method == "POST" else []
    form = HandOverForm(*sent, things=shown.things)
    if sent and form.is_valid():
        try:
            count = operations.work_hand_over(account=viewer, of=shown.of, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, f"Handed over: {count}.")
            return redirect("work_hand_over", account_id=account_id)
    cases = {each.case.pk: each.case for each in shown.things if each.case}
    return page(
        request,
        "staff/work_hand_over.html",
        section="leaving",
        shown=shown,
        cases=list(cases.values()),
        form=form,
        now=now,
    )


@staff(methods="GET POST")
def account_end(
    request: HttpRequest, *, viewer: Account, now: datetime, account_id: UUID
) -> HttpResponse:
    """Switch a colleague's account off; what it holds goes to others first."""
    of = queries.account_to_end(viewer=viewer, account_id=account_id, now=now)
    form = Form(request.POST or None)
    if request.method == "POST":
        form = Form(request.POST)
        try:
            operations.account_end(account=viewer, of=of, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "The account is off. What it held went to others.")
            return redirect("leaving_list")
    return page(request, "staff/account_end.html", section="leaving", of=of, form=form)


urls = [
    path("leaving/", leaving_list, name="leaving_list"),
    path("leaving/<uuid:account_id>/absence/", absence_record, name="absence_record"),
    path("leaving/<uuid:account_id>/hand-over/", work_hand_over, name="work_hand_over"),
    path("leaving/<uuid:account_id>/end/", account_end, name="account_end"),
]
