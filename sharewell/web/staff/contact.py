"""How a person is reached: the safe contact plan with its versions, and leave to make contact without one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import operations, queries
from sharewell.web.contacts import plan_rows
from sharewell.web.staff.forms.contact import AcceptForm, SafeContactForm
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.staff.known import with_seen
from sharewell.web.views import page, staff

RECORD = "safe_contact_record"


@staff(methods="GET POST")
def safe_contact_record(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record how the person may be reached safely; the versions before stay readable."""
    case = queries.case(viewer=viewer, case_id=case_id, now=now, what="safe_contact")
    history = queries.safe_contacts(case)
    newest = history[0] if history else None
    form = SafeContactForm(request.POST or None, newest=newest)
    restored = restore(form, viewer=viewer, name=RECORD, about=case_id)
    if request.method == "POST" and form.is_valid():
        try:
            operations.safe_contact_record(account=viewer, case=case, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
            form.data = with_seen(form.data, newest.id if newest else 0)
        else:
            forget(viewer=viewer, name=RECORD, about=case_id)
            messages.success(request, "The safe contact plan is recorded.")
            return redirect("case_detail", case_id=case_id)
    return page(
        request,
        "staff/safe_contact_record.html",
        section="cases",
        case=case,
        form=form,
        restored=restored,
        history=[(each, plan_rows(each)) for each in history],
        accepts=not history and queries.may_accept_contact(viewer=viewer, now=now),
    )


@staff(methods="GET POST")
def contact_accept(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Give leave to ask the person what is safe although no plan is recorded, with the reason."""
    case = queries.case_to_accept_contact(viewer=viewer, case_id=case_id, now=now)
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.contact_accept(account=viewer, case=case, now=now, **form.cleaned_data)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Recorded. Asking by phone or away from home may go ahead.")
            return redirect("case_detail", case_id=case_id)
    return page(request, "staff/contact_accept.html", section="cases", case=case, form=form)


CASE = "cases/<uuid:case_id>/safe-contact"
urls = [
    path(f"{CASE}/", safe_contact_record, name="safe_contact_record"),
    path(f"{CASE}/accept/", contact_accept, name="contact_accept"),
]
