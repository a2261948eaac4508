"""The sender's side of a disclosure that goes by link or by hand: code, new link, closing, what was said by phone."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import NotFound, Refusal
from sharewell.agencies.models import Account
from sharewell.disclosures import operations, queries, received
from sharewell.disclosures.tokens import spoken_code
from sharewell.web.answering import AnswerForm
from sharewell.web.fields import Choice, Form, Line, Words
from sharewell.web.moments import Moment
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.views import page, staff

ANSWER = "answer_record"
NOT_SAID = "Write what you told them, and what they said."


class CallForm(Form):
    """What was said by phone, or who took the paper."""

    how = Choice(
        label="How did they get it?",
        choices=[("phone", "By phone"), ("print", "On paper, by hand")],
        initial="phone",
    )
    contact = Line(label="Number you rang, or where you handed it over", required=False, width=20)
    name = Line(label="Who took it")
    role = Line(label="Their role")
    at = Moment(label="When")
    said = Words(
        label="What was said?",
        rows=4,
        required=False,
        help_text="Of a call: what you told them, and what they said. It is confirmed in writing by its clock.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what was said in a call along with the rest."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("how") == "phone" and "said" not in self.errors and not given.get("said"):
            self.add_error("said", NOT_SAID)
        return given


class ToldForm(AnswerForm):
    """What was answered, and who said it when."""

    name = Line(label="Who answered")
    role = Line(label="Their role")
    at = Moment(label="When")

    def answer(self) -> dict[str, Any]:
        """The answer as keywords of the operation, with who gave it."""
        return {
            **super().answer(),
            **{name: self.cleaned_data[name] for name in ("name", "role", "at")},
        }


@staff(methods="GET POST")
def link_code(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Show how a link stands; asked to, make a code and show it this once, to be said by phone."""
    code = ""
    if request.method == "POST":
        _, digits = operations.link_code_make(
            account=viewer,
            disclosure_id=disclosure_id,
            now=now,
            key=settings.SECRET_KEY.encode(),
            salt=secrets.token_bytes(16),
        )
        code = spoken_code(digits)
    link = queries.link_state(viewer=viewer, disclosure_id=disclosure_id, now=now)
    return page(
        request,
        "staff/link_code.html",
        section="cases",
        case=link.case,
        link=link,
        code=code,
        now=now,
    )


@staff(methods="POST")
def link_renew(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Close the link and send a new one to the recipient's address."""
    operations.link_renew(account=viewer, disclosure_id=disclosure_id, now=now)
    messages.success(request, "The old link is closed. A new one is on its way.")
    return redirect("link_code", disclosure_id=disclosure_id)


@staff(methods="POST")
def link_close(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Close the link at once, for those who have it open too."""
    operations.link_close(account=viewer, disclosure_id=disclosure_id, now=now)
    messages.success(request, "The link is closed. What was read before cannot be taken back.")
    return redirect("link_code", disclosure_id=disclosure_id)


@staff(methods="GET POST")
def acknowledgement_record(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Write down that the recipient was told by phone, or took it on paper."""
    link = queries.link_state(viewer=viewer, disclosure_id=disclosure_id, now=now)
    form = CallForm(request.POST or None, initial={"contact": link.phone, "at": now})
    if request.method == "POST" and form.is_valid():
        try:
            operations.acknowledgement_record(
                account=viewer, disclosure_id=disclosure_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Written down: the recipient has it.")
            return redirect("disclosure_record", disclosure_id=disclosure_id)
    return page(
        request,
        "staff/acknowledgement_record.html",
        section="cases",
        case=link.case,
        link=link,
        form=form,
    )


@staff(methods="GET POST")
def answer_record(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Write down what the recipient answered by telephone or face to face."""
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now).disclosure
    if about.state != "sent":
        raise NotFound
    form = ToldForm(
        request.POST or None,
        askable=received.askable(about),
        actions=received.open_actions(about),
        initial={"at": now},
    )
    restored = restore(form, viewer=viewer, name=ANSWER, about=disclosure_id)
    if request.method == "POST" and form.is_valid():
        try:
            operations.answer_record(
                account=viewer, disclosure_id=disclosure_id, now=now, **form.answer()
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=ANSWER, about=disclosure_id)
            messages.success(request, "Written down as their answer.")
            return redirect("disclosure_record", disclosure_id=disclosure_id)
    return page(
        request,
        "staff/answer_record.html",
        section="cases",
        case=about.case,
        disclosure=about,
        form=form,
        restored=restored,
    )


urls = [
    path("disclosures/<uuid:disclosure_id>/answer/", answer_record, name=ANSWER),
    path("disclosures/<uuid:disclosure_id>/link/", link_code, name="link_code"),
    path("disclosures/<uuid:disclosure_id>/link/renew/", link_renew, name="link_renew"),
    path("disclosures/<uuid:disclosure_id>/link/close/", link_close, name="link_close"),
    path(
        "disclosures/<uuid:disclosure_id>/acknowledgement/",
        acknowledgement_record,
        name="acknowledgement_record",
    ),
]
