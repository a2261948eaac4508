"""The emergency route in three screens: ring, log the call, send the essentials. Nothing blocks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account, Function
from sharewell.agencies.queries import Route
from sharewell.cases import queries as cases
from sharewell.cases.models import Case, FieldEntry
from sharewell.disclosures import operations, queries
from sharewell.disclosures.operations.emergency import ESSENTIALS
from sharewell.web import sheets
from sharewell.web.numbers import numbers_for
from sharewell.web.staff import recipients
from sharewell.web.staff.emergency_script import filled, name_of, words_of
from sharewell.web.staff.forms.disclosure import OUTSIDE
from sharewell.web.staff.forms.emergency import (
    CAN_ACT,
    CallForm,
    CompleteForm,
    EmergencyStartForm,
    EssentialsForm,
)
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.views import page, staff


@staff(methods="GET POST")
def emergency_start(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID | None = None
) -> HttpResponse:
    """Say to ring now, with the words to read aloud; then go on with a case, or with one just opened."""
    case = (
        cases.case(viewer=viewer, case_id=case_id, now=now, what="emergency") if case_id else None
    )
    known = cases.people_known(viewer=viewer, now=now) if case is None else []
    form = EmergencyStartForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data.pop("case", "")
        of = next((each for each in known if str(each.pk) == chosen), case)
        try:
            opened = operations.emergency_start(
                account=viewer, now=now, case=of, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("emergency_call_log", case_id=opened.id)
    return page(
        request,
        "staff/emergency_start.html",
        section="emergency",
        case=case,
        form=form,
        script=filled(viewer, case, cases.known_fields(case) if case else {}),
    )


@staff(methods="GET POST")
def emergency_call_log(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Log the call: number, time, call taker, reference; all of it may be left out, or skipped."""
    case = cases.case(viewer=viewer, case_id=case_id, now=now, what="emergency")
    number = numbers_for(viewer.agency.jurisdiction).emergency
    form = CallForm(request.POST or None, initial={"number": number, "called_at": now})
    if request.method == "POST" and form.is_valid():
        try:
            operations.emergency_call_log(account=viewer, case=case, now=now, **form.call(now))
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("emergency_send", case_id=case_id)
    return page(
        request,
        "staff/emergency_call_log.html",
        section="emergency",
        case=case,
        form=form,
        script=filled(viewer, case, cases.known_fields(case)),
    )


@staff(methods="GET POST")
def emergency_send(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Write the Tier 1 message from what is known, and send it to those who can act."""
    case = cases.case(viewer=viewer, case_id=case_id, now=now, what="emergency")
    routes = _can_act(agencies.routes(viewer=viewer, purpose="immediate_safety", now=now))
    known = cases.known_fields(case)
    hints = recipients.entries(viewer, [each.function for each in routes], now)
    form = _essentials(request.POST or None, case, routes, known, hints)
    if request.method == "POST" and form.is_valid():
        try:
            sent = operations.emergency_send(
                account=viewer,
                case=case,
                form_key=form.cleaned_data["form_key"],
                essentials=form.essentials(),
                now=now,
                **_to(form.cleaned_data, routes),
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.info(request, "The message has left. That does not mean that help is coming.")
            return redirect("disclosure_record", disclosure_id=sent.id)
    chosen = next(
        (r.function for r in routes if str(r.function.id) == form["recipient"].value()), None
    )
    shown = queries.emergency(viewer=viewer, case=case, role=CAN_ACT[0], recipient=chosen, now=now)
    return page(
        request,
        "staff/emergency_send.html",
        section="emergency",
        case=case,
        form=form,
        calls=queries.calls(viewer=viewer, case=case, now=now),
        beside=_beside(shown),
    )


@staff(methods="GET POST")
def emergency_complete(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Write down afterwards what was skipped in the hurry."""
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now).disclosure
    written = {
        name: getattr(about, name) for name in CompleteForm.base_fields if name != "form_key"
    }
    form = CompleteForm(request.POST or None, written=written)
    kept = restore(form, viewer=viewer, name="emergency_complete", about=disclosure_id)
    if request.method == "POST" and form.is_valid():
        texts = {name: text for name, text in form.cleaned_data.items() if name != "form_key"}
        try:
            operations.emergency_complete(
                account=viewer, disclosure_id=disclosure_id, texts=texts, now=now
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name="emergency_complete", about=disclosure_id)
            messages.success(
                request, "Written down. The record says that it was written afterwards."
            )
            return redirect("disclosure_record", disclosure_id=disclosure_id)
    context: dict[str, Any] = {
        "case": about.case,
        "disclosure": about,
        "form": form,
        "restored": kept,
    }
    return page(request, "staff/emergency_complete.html", section="cases", **context)


def _can_act(routes: Sequence[Route]) -> list[Route]:
    """The recipients who can act on immediate danger: those who come first, of each those of an agreement."""
    able = [route for route in routes if route.function.role in CAN_ACT]
    return sorted(able, key=lambda r: (CAN_ACT.index(r.function.role), not r.usual))


def _essentials(
    data: Any,
    case: Case,
    routes: Sequence[Route],
    known: Mapping[str, FieldEntry],
    entries: Mapping[UUID, str],
) -> EssentialsForm:
    rows = [(str(r.function.id), f"{r.function.name}, {r.function.agency.name}") for r in routes]
    hints = {
        str(r.function.id): entries.get(r.function.pk)
        or f"{r.function.hours}. Telephone {r.function.phone}"
        for r in routes
    }
    texts = {field: words_of(known.get(field)) for field in ESSENTIALS}
    texts["subject.name"] = texts["subject.name"] or name_of(case)
    return EssentialsForm(
        data,
        recipients=rows,
        hints=hints,
        known=texts,
        initial={"recipient": rows[0][0] if rows else OUTSIDE},
    )


def _to(given: Mapping[str, Any], routes: Sequence[Route]) -> dict[str, Any]:
    if given["recipient"] == OUTSIDE:
        names = ("recipient_role", "recipient_name", "recipient_contact")
        told = {name: given[name] for name in names}
        return {**told, "alleged_source": given["alleged_source"] == "yes"}
    functions: dict[str, Function] = {str(r.function.id): r.function for r in routes}
    return {"recipient": functions[given["recipient"]]}


def _beside(shown: Any) -> list[dict[str, Any]]:
    """What the message carries besides the words on the page."""
    if shown is None or shown.message is None:
        return []
    rows = sheets.besides(shown.message.as_dict(), ESSENTIALS)
    return [row for row in rows if row["value"]]


urls = [
    path("emergency/", emergency_start, name="emergency_start"),
    path("cases/<uuid:case_id>/emergency/", emergency_start, name="emergency_start"),
    path("cases/<uuid:case_id>/emergency/call/", emergency_call_log, name="emergency_call_log"),
    path("cases/<uuid:case_id>/emergency/send/", emergency_send, name="emergency_send"),
    path(
        "disclosures/<uuid:disclosure_id>/emergency/", emergency_complete, name="emergency_complete"
    ),
]
