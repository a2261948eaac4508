"""The path to a disclosure, one question a page: what for, to whom, what is known."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import catalogues
from sharewell.cases import queries as cases
from sharewell.disclosures import assemble, drafts, queries, redirected
from sharewell.disclosures.models import Disclosure
from sharewell.web.staff import recipients
from sharewell.web.staff.disclosure import show
from sharewell.web.staff.forms.disclosure import (
    OUTSIDE,
    FactsForm,
    PurposeAgainForm,
    PurposeForm,
    RecipientForm,
)
from sharewell.web.views import page, staff


@staff(methods="GET POST")
def disclosure_start(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Ask what a new disclosure of a case is for, and open its draft."""
    case = cases.case(viewer=viewer, case_id=case_id, now=now, what="share")
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft = drafts.disclosure_open(account=viewer, case=case, now=now, **form.cleaned_data)
        return redirect("disclosure_recipient", disclosure_id=draft.id)
    return page(request, "staff/disclosure_start.html", section="cases", case=case, form=form)


@staff(methods="GET POST")
def disclosure_purpose(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Change what a draft is for."""
    draft = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now).disclosure
    if done := show.not_a_draft(draft):
        return done
    initial = {"purpose": draft.purpose, "version": draft.version}
    form = PurposeAgainForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = _save(form, viewer, draft, now, purpose=form.cleaned_data["purpose"])
        if saved:
            return redirect("disclosure_preview", disclosure_id=saved.id)
    context: dict[str, Any] = {"case": draft.case, "disclosure": draft, "form": form}
    return page(request, "staff/disclosure_start.html", section="cases", **context)


@staff(methods="GET POST")
def disclosure_recipient(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Ask who a draft is for: those whom an agreement names first, the others with the reason why not."""
    draft = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now).disclosure
    if done := show.not_a_draft(draft):
        return done
    routes = agencies.routes(viewer=viewer, purpose=draft.purpose, now=now)
    functions = [route.function for route in routes]
    usual = [str(route.function.id) for route in routes if route.usual]
    others = [str(route.function.id) for route in routes if not route.usual]
    form = RecipientForm(
        request.POST or None, usual=usual, others=others, initial=_recipient_initial(draft)
    )
    if request.method == "POST" and form.is_valid():
        saved = _save(form, viewer, draft, now, **form.answers())
        if saved:
            return redirect("disclosure_facts", disclosure_id=saved.id)
    return page(
        request,
        "staff/disclosure_recipient.html",
        section="cases",
        case=draft.case,
        disclosure=draft,
        named_by=redirected.named_by(draft),
        form=form,
        groups=show.recipient_groups(
            routes, form["recipient"].value(), recipients.entries(viewer, functions, now)
        ),
        roles=show.roles_in_words(routes),
        outside=OUTSIDE,
        outside_open=form["recipient"].value() == OUTSIDE,
    )


@staff(methods="GET POST")
def disclosure_facts(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Show the consent position and what is known, and ask what the decision still waits for."""
    draft = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now).disclosure
    if done := show.not_a_draft(draft) or show.unfinished(draft):
        return done
    shown = assemble.preview(viewer=viewer, disclosure_id=disclosure_id, now=now)
    form = FactsForm(
        request.POST or None,
        facts=catalogues.facts_for(draft.case.person.subject_kind),
        known=shown.facts,
        asked=shown.judged.questions,
        initial={"version": draft.version},
    )
    if request.method == "POST" and form.is_valid():
        saved = _save(form, viewer, draft, now, facts={**draft.facts, **form.answers()})
        if saved:
            return redirect("disclosure_preview", disclosure_id=saved.id)
    return page(
        request,
        "staff/disclosure_facts.html",
        section="cases",
        now=now,
        case=draft.case,
        disclosure=draft,
        shown=shown,
        consent=show.consent(shown.conversation, draft.case, now),
        form=form,
    )


def _save(
    form: Any, viewer: Account, draft: Disclosure, now: datetime, **fields: Any
) -> Disclosure | None:
    """Save what was answered; a refusal is shown with the form, which then knows the newest version."""
    try:
        return drafts.disclosure_update(
            account=viewer,
            disclosure_id=draft.id,
            version=form.cleaned_data["version"],
            now=now,
            **fields,
        )
    except Refusal as refusal:
        form.refused(refusal)
        form.read_again(draft.version)
        return None


def _recipient_initial(draft: Disclosure) -> dict[str, Any]:
    chosen = str(draft.recipient_id) if draft.recipient_id else ""
    if not chosen and draft.recipient_role:
        chosen = OUTSIDE
    return {
        "version": draft.version,
        "recipient": chosen,
        "recipient_role": draft.recipient_role,
        "recipient_name": draft.recipient_name,
        "recipient_contact": draft.recipient_contact,
        "off_route_reason": draft.off_route_reason,
        "alleged_source": draft.alleged_source if chosen else None,
        "connected_to_source": draft.connected_to_source if chosen else None,
    }


urls = [
    path("cases/<uuid:case_id>/share/", disclosure_start, name="disclosure_start"),
    path(
        "disclosures/<uuid:disclosure_id>/purpose/", disclosure_purpose, name="disclosure_purpose"
    ),
    path(
        "disclosures/<uuid:disclosure_id>/recipient/",
        disclosure_recipient,
        name="disclosure_recipient",
    ),
    path("disclosures/<uuid:disclosure_id>/facts/", disclosure_facts, name="disclosure_facts"),
]
