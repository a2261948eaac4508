"""A message that went to the wrong place: recalled in one act, then the danger, then the breach."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import NotFound, Refusal
from sharewell.agencies.models import Account
from sharewell.disclosures import operations, queries, recalls
from sharewell.disclosures.queries import Recalled
from sharewell.web.fields import Form
from sharewell.web.staff.forms.recall import WHOM, BreachForm, DangerForm, RecallForm, ToldForm
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.staff.places import emergency_url
from sharewell.web.views import page, staff

ASSESS = "breach_assess"
DANGER = {
    "true": "Somebody is in danger",
    "unknown": "It is not known whether anybody is in danger",
    "false": "Nobody is in danger",
}


@staff(methods="GET POST")
def disclosure_recall(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Take a message back: show what is known of its being seen, and do it with one sentence of why."""
    shown = queries.recalled(viewer=viewer, disclosure_id=disclosure_id, now=now)
    form = RecallForm(request.POST or None, initial={"aware_at": now})
    if shown.made:
        return redirect("recall_detail", disclosure_id=disclosure_id)
    if request.method == "POST" and form.is_valid():
        try:
            operations.disclosure_recall(
                account=viewer, disclosure_id=disclosure_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "It is recalled: nobody can open it any more.")
            return redirect("recall_detail", disclosure_id=disclosure_id)
    return _page(request, "staff/disclosure_recall.html", shown, form)


@staff(methods="GET POST")
def recall_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Ask first whether anybody is in danger; then show who has what, and the breach."""
    shown = _recalled(viewer, disclosure_id, now)
    form = DangerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.recall_judge(
                account=viewer, disclosure_id=disclosure_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Recorded.")
            return redirect("recall_detail", disclosure_id=disclosure_id)
    return _page(request, "staff/recall_detail.html", shown, form, now=now)


@staff(methods="GET POST")
def breach_assess(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Write down what a breach is judged to be, and decide who is told; the newest assessment is the start."""
    shown = _recalled(viewer, disclosure_id, now)
    form = BreachForm(request.POST or None, initial=_before(shown))
    restored = restore(form, viewer=viewer, name=ASSESS, about=disclosure_id)
    if request.method == "POST" and form.is_valid():
        try:
            operations.breach_assess(
                account=viewer, disclosure_id=disclosure_id, now=now, **form.assessment()
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=ASSESS, about=disclosure_id)
            messages.success(request, "The assessment is kept.")
            return redirect("recall_detail", disclosure_id=disclosure_id)
    return _page(request, "staff/breach_assess.html", shown, form, now=now, restored=restored)


@staff(methods="GET POST")
def breach_tell(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Write down that the authority or the person was told."""
    shown = _recalled(viewer, disclosure_id, now)
    form = ToldForm(request.POST or None, whom=shown.to_tell or tuple(WHOM), initial={"at": now})
    if request.method == "POST" and form.is_valid():
        try:
            operations.breach_tell(
                account=viewer, disclosure_id=disclosure_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Written down.")
            return redirect("recall_detail", disclosure_id=disclosure_id)
    return _page(request, "staff/breach_tell.html", shown, form, now=now)


def _recalled(viewer: Account, disclosure_id: UUID, now: datetime) -> Recalled:
    shown = queries.recalled(viewer=viewer, disclosure_id=disclosure_id, now=now)
    if shown.made is None:
        raise NotFound
    return shown


def _before(shown: Recalled) -> dict[str, Any]:
    """The newest assessment as the form starts with it."""
    if not shown.assessments:
        return {}
    newest = shown.assessments[0]
    names = [name for name in BreachForm.base_fields if name != "form_key"]
    before = {name: getattr(newest, name) for name in names}
    return {n: ("yes" if v else "no") if isinstance(v, bool) else v for n, v in before.items()}


def _page(
    request: HttpRequest, template: str, shown: Recalled, form: Form, **more: Any
) -> HttpResponse:
    case, made = shown.disclosure.case, shown.made
    return page(
        request,
        template,
        section="cases",
        case=case,
        disclosure=shown.disclosure,
        shown=shown,
        danger=DANGER.get(made.danger, "") if made else "",
        assessed=_assessed(shown),
        whom=WHOM,
        emergency=emergency_url([case.id]),
        form=form,
        **more,
    )


def _assessed(shown: Recalled) -> list[dict[str, str]]:
    """The newest assessment, as rows."""
    if not shown.assessments:
        return []
    newest, risks = shown.assessments[0], recalls.risks()
    told = {True: "Yes", False: "No"}
    rows = [
        ("What happened", newest.facts),
        ("What data", newest.which_data),
        ("How many people", str(newest.people)),
        ("How likely harm is", risks[newest.risk].label if newest.risk in risks else newest.risk),
        ("What harm, and why", newest.harm),
        ("What was done", newest.measures),
        ("The authority is told", f"{told[newest.tell_authority]}. {newest.authority_why}"),
        ("The person is told", f"{told[newest.tell_person]}. {newest.person_why}"),
    ]
    return [{"key": key, "value": value} for key, value in rows]


urls = [
    path("disclosures/<uuid:disclosure_id>/recall/", disclosure_recall, name="disclosure_recall"),
    path("disclosures/<uuid:disclosure_id>/recalled/", recall_detail, name="recall_detail"),
    path("disclosures/<uuid:disclosure_id>/breach/", breach_assess, name=ASSESS),
    path("disclosures/<uuid:disclosure_id>/breach/told/", breach_tell, name="breach_tell"),
]
