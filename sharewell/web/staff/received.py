"""What another agency told us: a message of the inbox put into a case, or what came by telephone, letter or meeting."""

from __future__ import annotations

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
from sharewell.cases import queries as cases
from sharewell.cases.models import Case
from sharewell.disclosures import operations, queries
from sharewell.disclosures.queries import ToTake
from sharewell.web.staff.forms.concern_parts import MaybeSame
from sharewell.web.staff.forms.received import NEW, OTHER, ReceivedForm, TakeForm
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.staff.people.show import person_words
from sharewell.web.staff.places import emergency_url
from sharewell.web.views import page, staff

TAKE, RECORD = "received_take", "received_record"
NOT_YOURS = "No case of yours has this reference."


@staff(methods="GET POST")
def received_take(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Put a message that the viewer has opened into a case of theirs, or raise a concern with it."""
    shown = queries.received_to_take(viewer=viewer, disclosure_id=disclosure_id, now=now)
    form = _take_form(request, shown, viewer, now)
    restored = restore(form, viewer=viewer, name=TAKE, about=disclosure_id)
    if request.method == "POST" and form.is_valid():
        case = _case(form, viewer, now)
        if case is None and not form.somebody():
            form.add_error("reference", NOT_YOURS)
        else:
            try:
                return _take(request, form, case, viewer, now, disclosure_id)
            except Refusal as refusal:
                form.refused(refusal)
    kinds = packs.caveats()
    return page(
        request,
        "staff/received_take.html",
        section="inbox",
        received=shown.received,
        carries=[kinds[each].says for each in shown.carries],
        form=form,
        restored=restored,
    )


def _case(form: TakeForm, viewer: Account, now: datetime) -> Case | None:
    """The case that was chosen, of those that the viewer may read; None for a new concern, and where there is none."""
    given = form.cleaned_data
    if given["where"] == NEW:
        return None
    if given["where"] == OTHER:
        return queries.received_case(viewer=viewer, reference=given["reference"], now=now)
    return cases.case(viewer=viewer, case_id=UUID(given["where"]), now=now, what=TAKE)


def _take(
    request: HttpRequest,
    form: TakeForm,
    case: Case | None,
    viewer: Account,
    now: datetime,
    disclosure_id: UUID,
) -> HttpResponse:
    given = form.cleaned_data
    somebody = form.somebody()
    made = operations.received_take(
        account=viewer,
        disclosure_id=disclosure_id,
        case=case,
        somebody=somebody,
        caveats=given["caveats"],
        form_key=given["form_key"],
        now=now,
    )
    forget(viewer=viewer, name=TAKE, about=disclosure_id)
    if somebody and somebody.danger:
        return redirect(emergency_url([made.case_id]))
    messages.success(request, "It is in the chronology, with what may not be passed on.")
    return redirect("chronology_list", case_id=made.case_id)


def _take_form(request: HttpRequest, shown: ToTake, viewer: Account, now: datetime) -> TakeForm:
    """The form, with the viewer's cases that may be about whom the message names, or whom the viewer does."""
    data = request.POST.copy() if request.method == "POST" else None
    named = [data.get("name", "")] if data and data.get("where") == NEW else []
    found = queries.received_about(
        viewer=viewer, names=[shown.name, *named], born=shown.born, now=now
    )
    offered = [
        MaybeSame(str(s.case.pk), str(s.case.person_id), person_words(s.case), s.because.says)
        for s in found
    ]
    fresh = False
    if data is not None:
        ids = [each.case_id for each in offered]
        fresh = not set(ids) <= set(data.get("seen", "").split())
        data["seen"] = " ".join(ids)
    return TakeForm(
        data, offered=offered, carries=shown.carries, fresh=fresh, initial={"name": shown.name}
    )


@staff(methods="GET POST")
def received_record(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Write down what another agency told us by telephone, letter, e-mail, fax or in a meeting."""
    case = cases.case(viewer=viewer, case_id=case_id, now=now, what=RECORD)
    form = ReceivedForm(request.POST or None, initial={"told_at": now})
    restored = restore(form, viewer=viewer, name=RECORD, about=case_id)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"told": form.told(), "form_key": form.cleaned_data["form_key"]}
        try:
            operations.received_record(account=viewer, case=case, now=now, **given)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=RECORD, about=case_id)
            messages.success(request, "It is in the chronology, with what may not be passed on.")
            return redirect("chronology_list", case_id=case_id)
    return page(
        request,
        "staff/received_record.html",
        section="cases",
        case=case,
        form=form,
        restored=restored,
    )


urls = [
    path("inbox/<uuid:disclosure_id>/case/", received_take, name=TAKE),
    path("cases/<uuid:case_id>/received/new/", received_record, name=RECORD),
]
