"""Caveats: what whoever gave us something says of passing it on, and when they agreed."""

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
from sharewell.agencies.queries import policy_for
from sharewell.cases import operations, queries
from sharewell.cases.models import Case, Caveat
from sharewell.web.fields import Form
from sharewell.web.staff.case import tabs
from sharewell.web.staff.forms.caveat import HOW, AgreeForm, CaveatForm, LiftForm
from sharewell.web.views import page, staff


@staff()
def caveat_list(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """List what originators say of passing on, whom to ask, and what they agreed to."""
    case = queries.case(viewer=viewer, case_id=case_id, now=now, what="caveats")
    rows = [_row(each) for each in queries.caveats(case)]
    return page(
        request,
        "staff/caveat_list.html",
        section="cases",
        case=case,
        rows=rows,
        tabs=tabs(case, "circle_list"),
    )


@staff(methods="GET POST")
def caveat_set(
    request: HttpRequest,
    *,
    viewer: Account,
    now: datetime,
    case_id: UUID,
    entry_id: UUID | None = None,
    number: int = 0,
) -> HttpResponse:
    """Put a caveat on one line of the chronology, or on what is known of one field."""
    about: dict[str, Any]
    if entry_id is not None:
        case = queries.case(viewer=viewer, case_id=case_id, now=now, what="caveat")
        line = queries.chronology_line(viewer=viewer, case=case, entry_id=entry_id, now=now)
        about, text = {"entry": line}, line.text
    else:
        shown = queries.field_page(viewer=viewer, case_id=case_id, number=number, now=now)
        case, about, text = shown.case, {"field": shown.row.id}, shown.row.field.label
    form = CaveatForm(request.POST or None)
    words = {"heading": "Put a caveat on this", "button": "Record the caveat", "text": text}
    return _act(
        request,
        "caveat_set",
        form,
        lambda: operations.caveat_set(
            account=viewer, case=case, now=now, **about, **form.cleaned_data
        ),
        case,
        words,
    )


@staff(methods="GET POST")
def caveat_agree(
    request: HttpRequest, *, viewer: Account, now: datetime, caveat_id: UUID
) -> HttpResponse:
    """Record that the originator agreed: to whom it may go, who said so, when and how."""
    caveat = queries.caveat(viewer=viewer, caveat_id=caveat_id, now=now)
    form = AgreeForm(request.POST or None)
    words = {"heading": "The originator agreed", "button": "Record this", "row": _row(caveat)}
    return _act(
        request,
        "caveat_agree",
        form,
        lambda: operations.caveat_agree(
            account=viewer, caveat=caveat, now=now, **form.cleaned_data
        ),
        caveat.case,
        words,
    )


@staff(methods="GET POST")
def caveat_lift(
    request: HttpRequest, *, viewer: Account, now: datetime, caveat_id: UUID
) -> HttpResponse:
    """Lift a caveat, with the reason."""
    caveat = queries.caveat(viewer=viewer, caveat_id=caveat_id, now=now)
    form = LiftForm(request.POST or None)
    words = {"heading": "Lift a caveat", "button": "Lift it", "row": _row(caveat), "warns": True}
    return _act(
        request,
        "caveat_lift",
        form,
        lambda: operations.caveat_lift(account=viewer, caveat=caveat, now=now, **form.cleaned_data),
        caveat.case,
        words,
    )


def _act(
    request: HttpRequest,
    name: str,
    form: Form,
    act: Callable[[], object],
    case: Case,
    words: dict[str, Any],
) -> HttpResponse:
    """Ask, and act on a whole answer; then back to the list."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            form.refused(refusal)
        else:
            messages.success(request, "Recorded.")
            return redirect("caveat_list", case_id=case.id)
    return page(request, f"staff/{name}.html", section="cases", case=case, form=form, **words)


def _row(caveat: Caveat) -> dict[str, Any]:
    """A caveat in words, with what was agreed."""
    kind = packs.caveats().get(caveat.kind)
    fields = policy_for(caveat.case.agency).fields
    roles, how = packs.labels("recipient_roles"), dict(HOW)
    field = fields.get(caveat.field)
    return {
        "caveat": caveat,
        "about": caveat.entry.text if caveat.entry else field.label if field else caveat.field,
        "line": caveat.entry.line if caveat.entry else 0,
        "label": kind.label if kind else caveat.kind,
        "ask_whom": kind.ask_whom if kind else "",
        "asks": kind is None or kind.onward == "ask",
        "agreements": [
            {"row": each, "to": roles[each.recipient_role].label, "how": how[each.how].lower()}
            for each in caveat.agreements.all()
        ],
    }


CASE = "cases/<uuid:case_id>"
urls = [
    path(f"{CASE}/caveats/", caveat_list, name="caveat_list"),
    path(f"{CASE}/chronology/<uuid:entry_id>/caveat/", caveat_set, name="caveat_set"),
    path(f"{CASE}/known/<int:number>/caveat/", caveat_set, name="caveat_set"),
    path("caveats/<uuid:caveat_id>/agree/", caveat_agree, name="caveat_agree"),
    path("caveats/<uuid:caveat_id>/lift/", caveat_lift, name="caveat_lift"),
]
