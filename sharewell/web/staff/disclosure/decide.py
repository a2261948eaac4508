"""Deciding: not to share now, to refer, to answer what was referred, to overrule, to open again."""

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
from sharewell.cases.oversight import Outside
from sharewell.disclosures import assemble, operations, queries
from sharewell.web import sheets
from sharewell.web.staff.disclosure import preview_rows, show
from sharewell.web.staff.forms.deciding import (
    NotSharedForm,
    OverruleForm,
    ReachedForm,
    ReferForm,
    ReferralForm,
    ReopenForm,
    thresholds_in_words,
)
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.views import page, staff


@staff(methods="GET POST")
def disclosure_not_shared(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Record the decision not to share now: grounds, reasons, thresholds and review."""
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now)
    if done := show.not_a_draft(about.disclosure) or show.unfinished(about.disclosure):
        return done
    shown = assemble.preview(viewer=viewer, disclosure_id=disclosure_id, now=now)
    initial = {
        "version": about.disclosure.version,
        "review_at": show.review_proposed(shown.decision, now),
    }
    form = NotSharedForm(request.POST or None, initial=initial)
    kept = restore(form, viewer=viewer, name="disclosure_not_shared", about=disclosure_id)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            operations.disclosure_not_shared(
                account=viewer,
                disclosure_id=disclosure_id,
                version=given["version"],
                grounds=given["grounds"],
                reasons=given["reasons"],
                thresholds=form.chosen(),
                review_at=given["review_at"],
                not_reputation=given["not_reputation"],
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
            form.read_again(about.disclosure.version)
        else:
            forget(viewer=viewer, name="disclosure_not_shared", about=disclosure_id)
            messages.success(request, "The decision not to share is recorded, with its review.")
            return redirect("disclosure_record", disclosure_id=disclosure_id)
    template = "staff/disclosure_not_shared.html"
    return _page(request, template, about, form, now, shown=shown, restored=kept)


@staff(methods="GET POST")
def disclosure_refer(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Put the question to the one whom the decision names."""
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now)
    if done := show.not_a_draft(about.disclosure) or show.unfinished(about.disclosure):
        return done
    shown = assemble.preview(viewer=viewer, disclosure_id=disclosure_id, now=now)
    form = ReferForm(request.POST or None, initial={"version": about.disclosure.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            asked = operations.disclosure_refer(
                account=viewer, disclosure_id=disclosure_id, now=now, **given
            )
        except Refusal as refusal:
            form.refused(refusal)
            form.read_again(about.disclosure.version)
        else:
            if isinstance(asked, Outside):
                messages.warning(request, asked.says)
            else:
                messages.success(request, f"{asked.decider.name} has been asked to decide.")
            return redirect("disclosure_preview", disclosure_id=disclosure_id)
    return _page(request, "staff/disclosure_refer.html", about, form, now, shown=shown)


@staff(methods="GET POST")
def referral_decide(
    request: HttpRequest, *, viewer: Account, now: datetime, referral_id: UUID
) -> HttpResponse:
    """Answer a question that was referred, as its decider or deputy."""
    referral = queries.referral(viewer=viewer, referral_id=referral_id, now=now)
    about = queries.disclosure(viewer=viewer, disclosure_id=referral.disclosure_id, now=now)
    if referral.decided_at:
        return redirect("disclosure_record", disclosure_id=referral.disclosure_id)
    shown = assemble.preview(viewer=viewer, disclosure_id=referral.disclosure_id, now=now)
    form = ReferralForm(request.POST or None)
    kept = restore(form, viewer=viewer, name="referral_decide", about=referral_id)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            operations.referral_decide(
                account=viewer,
                referral_id=referral_id,
                answer=given["answer"],
                grounds=form.grounds(),
                reason=given["reason"],
                not_reputation=given["not_reputation"],
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name="referral_decide", about=referral_id)
            messages.success(request, "Your answer is recorded, and the sender can see it.")
            return redirect("disclosure_record", disclosure_id=about.disclosure.id)
    would = queries.if_shared(viewer=viewer, shown=shown, now=now)
    return _page(
        request,
        "staff/referral_decide.html",
        about,
        form,
        now,
        shown=shown,
        referral=referral,
        restored=kept,
        sheet=sheets.sheet(would.as_dict()) if would else None,
    )


@staff(methods="GET POST")
def disclosure_overrule(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Set a hold, an asking first or a referral aside, with the reason."""
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now)
    would = None
    if not show.not_a_draft(about.disclosure) and not show.unfinished(about.disclosure):
        shown = assemble.preview(viewer=viewer, disclosure_id=disclosure_id, now=now)
        would = queries.if_shared(viewer=viewer, shown=shown, now=now)
    form = OverruleForm(request.POST or None, initial={"version": about.disclosure.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            draft = operations.disclosure_overrule(
                account=viewer, disclosure_id=disclosure_id, now=now, **given
            )
        except Refusal as refusal:
            form.refused(refusal)
            form.read_again(about.disclosure.version)
        else:
            messages.success(request, "Recorded. It may be sent now, by its sender or by you.")
            return redirect("disclosure_preview", disclosure_id=draft.id)
    sheet = sheets.sheet(would.as_dict()) if would else None
    return _page(request, "staff/disclosure_overrule.html", about, form, now, sheet=sheet)


@staff(methods="GET POST")
def disclosure_reopen(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Take a decision not to share again, in a new draft."""
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = operations.disclosure_reopen(
                account=viewer, disclosure_id=disclosure_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "The decision is open again.")
            return redirect("disclosure_preview", disclosure_id=draft.id)
    return _page(request, "staff/disclosure_reopen.html", about, form, now)


@staff(methods="GET POST")
def threshold_reached(
    request: HttpRequest, *, viewer: Account, now: datetime, threshold_id: UUID
) -> HttpResponse:
    """Record that a threshold was reached, which opens the decision again."""
    threshold = queries.threshold(viewer=viewer, threshold_id=threshold_id, now=now)
    about = queries.disclosure(viewer=viewer, disclosure_id=threshold.disclosure_id, now=now)
    form = ReachedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = operations.threshold_reached(
                account=viewer, threshold_id=threshold_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Recorded. The decision is open again: decide anew.")
            return redirect("disclosure_preview", disclosure_id=draft.id)
    words = thresholds_in_words([threshold])[0]
    return _page(request, "staff/threshold_reached.html", about, form, now, threshold=words)


def _page(
    request: HttpRequest, template: str, about: Any, form: Any, now: datetime, **context: Any
) -> HttpResponse:
    shown, viewer = context.get("shown"), request.user
    if shown is not None and isinstance(viewer, Account):
        kept = queries.kept_back(viewer=viewer, shown=shown, now=now)
        context = preview_rows.context(shown, about, kept, now) | context
    return page(
        request,
        template,
        section="cases",
        now=now,
        case=about.disclosure.case,
        about=about,
        disclosure=about.disclosure,
        form=form,
        **{"purpose": show.purpose(about.disclosure.purpose), **context},
    )


urls = [
    path(
        "disclosures/<uuid:disclosure_id>/not-shared/",
        disclosure_not_shared,
        name="disclosure_not_shared",
    ),
    path("disclosures/<uuid:disclosure_id>/refer/", disclosure_refer, name="disclosure_refer"),
    path(
        "disclosures/<uuid:disclosure_id>/overrule/",
        disclosure_overrule,
        name="disclosure_overrule",
    ),
    path("disclosures/<uuid:disclosure_id>/reopen/", disclosure_reopen, name="disclosure_reopen"),
    path("referrals/<uuid:referral_id>/", referral_decide, name="referral_decide"),
    path("thresholds/<uuid:threshold_id>/", threshold_reached, name="threshold_reached"),
]
