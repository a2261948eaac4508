"""Requests for information that come to us: taken down, checked, linked, answered or refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.text import capfirst

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Refusal
from sharewell.agencies.acting import acting
from sharewell.agencies.models import Account
from sharewell.cases import queries as cases
from sharewell.consent import words as consent_words
from sharewell.disclosures import asking, operations, queries, requests
from sharewell.disclosures.queries import RequestPage
from sharewell.web.fields import Form
from sharewell.web.staff.forms.requests import CheckForm, LinkForm, RefuseForm, RequestForm
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.views import page, staff

RECEIVE = "request_receive"

STATES = {
    "open": ("To decide", "yellow"),
    "answering": ("Being answered", "teal"),
    "refused": ("Refused", "grey"),
    "neither": ("Neither confirmed nor denied", "grey"),
}


@staff()
def request_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Show the requests to us, the first due first; names of those asked about stand on their own pages."""
    rows = queries.requests(viewer=viewer, now=now)
    kinds = requests.kinds()
    lines = [
        {
            "made": each,
            "kind": kinds[each.kind].label if each.kind in kinds else each.kind,
            "state": dict(zip(("label", "colour"), STATES[each.state], strict=True)),
        }
        for each in rows
    ]
    return page(request, "staff/request_list.html", section="requests", lines=lines, now=now)


@staff(methods="GET POST")
def request_receive(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID | None = None
) -> HttpResponse:
    """Take a request down; about a case where it was begun there, else about nobody that is looked up."""
    case = cases.case(viewer=viewer, case_id=case_id, now=now) if case_id else None
    agencies.require(viewer=viewer, now=now, any_of=acting(asking.TAKE))
    policy = agencies.policy_for(viewer.agency)
    form = RequestForm(
        request.POST or None,
        functions=agencies.functions(viewer=viewer),
        fields=[(field.id, field.label) for field in policy.fields.values()],
        initial={"received_at": now},
    )
    restored = restore(form, viewer=viewer, name=RECEIVE, about=case_id)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.request_receive(account=viewer, case=case, now=now, **form.request())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=RECEIVE, about=case_id)
            messages.success(request, "Taken down, with a decider and a clock.")
            return redirect("request_detail", request_id=made.id)
    return page(
        request,
        "staff/request_receive.html",
        section="cases",
        case=case,
        form=form,
        restored=restored,
        says=requests.words("taken"),
    )


@staff()
def request_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, request_id: UUID
) -> HttpResponse:
    """Show a request, what whoever asks may be told, and what to do next."""
    shown = queries.request(viewer=viewer, request_id=request_id, now=now)
    check = requests.checks().get(shown.made.checked_how)
    more: dict[str, Any] = {"rows": _rows(shown), "check": check.label if check else "Checked"}
    return _page(request, "staff/request_detail.html", shown, None, now=now, **more)


@staff(methods="GET POST")
def request_check(
    request: HttpRequest, *, viewer: Account, now: datetime, request_id: UUID
) -> HttpResponse:
    """Write down how it was checked who asks."""
    return _act(request, viewer, now, request_id, CheckForm, operations.request_check, "check")


@staff(methods="GET POST")
def request_link(
    request: HttpRequest, *, viewer: Account, now: datetime, request_id: UUID
) -> HttpResponse:
    """Link a request to a case; whoever asks is not told."""
    return _act(request, viewer, now, request_id, LinkForm, operations.request_link, "link")


@staff(methods="GET POST")
def request_refuse(
    request: HttpRequest, *, viewer: Account, now: datetime, request_id: UUID
) -> HttpResponse:
    """Refuse a request with the reasons, or in the words that neither confirm nor deny."""
    return _act(request, viewer, now, request_id, RefuseForm, operations.request_refuse, "refuse")


@staff(methods="POST")
def request_answer(
    request: HttpRequest,  # noqa: ARG001 - every view has it
    *,
    viewer: Account,
    now: datetime,
    request_id: UUID,
) -> HttpResponse:
    """Open the disclosure that answers it, to be decided as any other."""
    new = operations.request_answer(account=viewer, request_id=request_id, now=now)
    return redirect("disclosure_preview", disclosure_id=new.id)


def _act(
    request: HttpRequest,
    viewer: Account,
    now: datetime,
    request_id: UUID,
    form_class: type[Form],
    operation: Any,
    name: str,
) -> HttpResponse:
    shown = queries.request(viewer=viewer, request_id=request_id, now=now)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.refusal() if isinstance(form, RefuseForm) else form.cleaned_data
        try:
            operation(account=viewer, request_id=request_id, now=now, **given)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Recorded.")
            return redirect("request_detail", request_id=request_id)
    return _page(request, f"staff/request_{name}.html", shown, form)


def _page(
    request: HttpRequest, template: str, shown: RequestPage, form: Form | None, **more: Any
) -> HttpResponse:
    said = "neither" if shown.made.state == "neither" else "taken"
    return page(
        request,
        template,
        section="cases",
        case=shown.case,
        shown=shown,
        made=shown.made,
        says=requests.words(said),
        kind=requests.kinds()[shown.made.kind],
        form=form,
        **more,
    )


def _rows(shown: RequestPage) -> list[dict[str, str]]:
    """The request as a list of what is known of it."""
    made = shown.made
    fields = agencies.policy_for(made.agency).fields
    asked = "; ".join(fields[each].label for each in made.fields if each in fields)
    rows = [
        ("Who asks", made.who),
        ("Their office", f"{made.function.name}, {made.function.phone}" if made.function else ""),
        ("What they gave as their contact", made.contact),
        ("About whom", made.about),
        ("By what power", made.power or "None: an ordinary request"),
        ("What they ask for", "\n".join(filter(None, [made.asked, asked]))),
        ("For", capfirst(consent_words.purpose(made.purpose))),
        ("Decided by", made.decider.name),
    ]
    return [{"key": key, "value": value, "unknown": "Not given"} for key, value in rows]


urls = [
    path("requests/", request_list, name="request_list"),
    path("requests/new/", request_receive, name="request_receive"),
    path("cases/<uuid:case_id>/requests/new/", request_receive, name="request_receive"),
    path("requests/<uuid:request_id>/", request_detail, name="request_detail"),
    path("requests/<uuid:request_id>/check/", request_check, name="request_check"),
    path("requests/<uuid:request_id>/link/", request_link, name="request_link"),
    path("requests/<uuid:request_id>/refuse/", request_refuse, name="request_refuse"),
    path("requests/<uuid:request_id>/answer/", request_answer, name="request_answer"),
]
