"""How a person is reached: the plan with its versions, the card for staff, and the gate for every word."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell import packs
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import operations, queries
from sharewell.consent import operations as consent
from sharewell.consent.contacting import ContactRefused, answer_now
from sharewell.core.contacting import Allowed, Refused
from sharewell.web.contacts import card_parts, plan_rows
from sharewell.web.staff.forms.contact import AcceptForm, SafeContactForm, WordForm
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.staff.known import with_seen
from sharewell.web.views import page, staff

RECORD, REACH = "safe_contact_record", "contact_reach"


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


@staff(methods="GET POST")
def contact_reach(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Ask the gate to let a word go to the person, the household or a carer; it answers with the safe way."""
    case = queries.case_to_reach(viewer=viewer, case_id=case_id, now=now)
    form = WordForm(request.POST or None, initial={"at": now})
    restored = restore(form, viewer=viewer, name=REACH, about=case_id)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            word = consent.contact_word_release(account=viewer, case=case, now=now, **form.answer())
        except ContactRefused as refusal:
            refused = refusal.refused
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=REACH, about=case_id)
            return redirect("contact_word", word_id=word.pk)
    return page(
        request,
        "staff/contact_reach.html",
        section="cases",
        case=case,
        form=form,
        restored=restored,
        refused=refused,
    )


@staff()
def contact_word(
    request: HttpRequest, *, viewer: Account, now: datetime, word_id: UUID
) -> HttpResponse:
    """Show a word that was let through, to print, to send or to say; the gate is asked again each time."""
    word = queries.contact_word(viewer=viewer, word_id=word_id, now=now)
    answer = answer_now(word, now)
    row = packs.contact().channels[word.channel]
    return page(
        request,
        "staff/contact_word.html",
        section="cases",
        case=word.case,
        hand_out=True,
        word=word,
        row=row,
        allowed=answer if isinstance(answer, Allowed) else None,
        refused=answer if isinstance(answer, Refused) else None,
    )


@staff()
def contact_card(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Show what staff do and do not when they reach this person, on one page to read, keep safe or print."""
    case = queries.case(viewer=viewer, case_id=case_id, now=now, what="contact_card")
    newest = queries.safe_contact(case)
    return page(
        request,
        "staff/contact_card.html",
        section="cases",
        case=case,
        hand_out=True,
        plan=newest,
        rows=plan_rows(newest) if newest else [],
        parts=card_parts(newest),
        now=now,
    )


CASE = "cases/<uuid:case_id>/safe-contact"
urls = [
    path(f"{CASE}/", safe_contact_record, name="safe_contact_record"),
    path(f"{CASE}/card/", contact_card, name="contact_card"),
    path(f"{CASE}/word/", contact_reach, name="contact_reach"),
    path("words/<uuid:word_id>/", contact_word, name="contact_word"),
    path(f"{CASE}/accept/", contact_accept, name="contact_accept"),
]
