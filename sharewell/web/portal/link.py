"""A message by link: entered with a code by anyone on duty, read for half an hour, acknowledged in one click.

The address holds a secret and nothing else; reading it (as mail scanners do) changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone

from sharewell.agencies.access import Refusal
from sharewell.disclosures import operations, queries
from sharewell.disclosures.received import SessionOver, session_length
from sharewell.web import sheets
from sharewell.web.answering import AnswerForm, typed
from sharewell.web.fields import Form, Line
from sharewell.web.numbers import numbers_for
from sharewell.web.views import page, public

COOKIE = "sharewell_link"
SALT = "sharewell.portal"
WRONG = "This is not the code. Check it, or ask the person who gave it to you for a new one."
TOO_MANY = "Too many wrong codes. Wait 15 minutes, then try again with the code you were given."


class CodeForm(Form):
    """The code, and who is on duty."""

    code = Line(
        label="Code", max_length=40, width=10, help_text="Eight digits, for example 1234 5678"
    )
    name = Line(label="Your name", help_text="The agency that sent this sees who opened it")
    role = Line(label="Your role", help_text="For example, duty social worker")

    def forget_code(self) -> None:
        """Show the form again without the code that was typed."""
        self.data = {**dict(self.data.items()), "code": ""}


@public(methods="GET POST")
def portal_link(request: HttpRequest, *, now: datetime, token: str) -> HttpResponse:
    """Ask for the code; with the right one, open the message for half an hour."""
    if request.method == "POST":
        return _enter(request, now, token)
    if not queries.link_usable(token=token, now=now):
        return _gone(request)
    return page(request, "portal/link.html", form=CodeForm())


def _enter(request: HttpRequest, now: datetime, token: str) -> HttpResponse:
    form = CodeForm(request.POST)
    tried = None
    if form.is_valid():
        try:
            tried = operations.link_code_check(
                token=token,
                **form.cleaned_data,
                address=get_adapter(request).get_client_ip(request),
                now=now,
                key=settings.SECRET_KEY.encode(),
            )
        except Refusal as refusal:
            form.refused(refusal)
    if tried and tried.opening is not None:
        return _let_in(tried.opening.id)
    if tried and tried.outcome == "gone":
        return _gone(request)
    if tried:
        form.status = 422 if tried.outcome == "wrong" else 429
        form.add_error("code", WRONG if tried.outcome == "wrong" else TOO_MANY)
    form.forget_code()
    return page(request, "portal/link.html", form=form)


@public()
def portal_message(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """Show the message that was opened with a code, while its half hour lasts."""
    received = queries.portal_message(opening_id=_opening(request), now=now)
    with timezone.override(ZoneInfo(received.time_zone)):
        return page(
            request,
            "portal/message.html",
            now=now,
            received=received,
            sheet=sheets.sheet(received.message),
            numbers=numbers_for(received.jurisdiction),
        )


@public(methods="POST")
def portal_acknowledge(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """Acknowledge the message that is open; a second click changes nothing."""
    operations.disclosure_acknowledge(opening_id=_opening(request), now=now)
    messages.success(request, "Acknowledged. The sender can see it now.")
    return redirect("portal_message")


@public(methods="GET POST")
def portal_answer(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """Answer the message that is open; where it has closed meanwhile, what was typed is shown once more."""
    opening = _opening(request)
    try:
        received = queries.portal_message(opening_id=opening, now=now)
    except SessionOver as over:
        if request.method != "POST":
            raise
        kept = typed(AnswerForm(request.POST, askable=(), actions=()))
        return page(request, "portal/answer_kept.html", typed=kept, status=over.status)
    form = AnswerForm(request.POST or None, askable=received.askable, actions=received.actions)
    if request.method == "POST" and form.is_valid():
        try:
            operations.disclosure_answer(opening_id=opening, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Your answer is with them.")
            return redirect("portal_message")
    with timezone.override(ZoneInfo(received.time_zone)):
        numbers = numbers_for(received.jurisdiction)
        return page(request, "portal/answer.html", received=received, form=form, numbers=numbers)


@public()
def portal_attachment(request: HttpRequest, *, now: datetime, attachment_id: UUID) -> HttpResponse:
    """Hand over a file that went with the message that is open."""
    file = operations.attachment_open(
        opening_id=_opening(request), attachment_id=attachment_id, now=now
    )
    return sheets.download(file)


@public(methods="POST")
def portal_leave(request: HttpRequest, *, now: datetime) -> HttpResponse:  # noqa: ARG001 - as every view
    """Close the message on this device."""
    response = page(request, "portal/left.html")
    response.delete_cookie(COOKIE, path=_path(), samesite="Strict")
    response["Clear-Site-Data"] = '"cache"'
    return response


def _let_in(opening_id: UUID) -> HttpResponse:
    response = redirect("portal_message")
    response.set_cookie(
        COOKIE,
        signing.dumps(opening_id.hex, salt=SALT),
        max_age=session_length(),
        path=_path(),
        secure=settings.SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _opening(request: HttpRequest) -> UUID | None:
    """The opening that this browser was let in for; what somebody wrote themselves is none."""
    try:
        return UUID(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT))
    except (signing.BadSignature, ValueError):
        return None


def _path() -> str:
    """The part of the site that the cookie is sent to: the partner pages alone."""
    return reverse("portal_message").removesuffix("message/")


def _gone(request: HttpRequest) -> HttpResponse:
    """The same page for a link that expired, was closed or never was."""
    return page(request, "portal/gone.html", status=404)


urls = [
    path("link/message/", portal_message, name="portal_message"),
    path("link/message/answer/", portal_answer, name="portal_answer"),
    path("link/message/acknowledge/", portal_acknowledge, name="portal_acknowledge"),
    path("link/message/leave/", portal_leave, name="portal_leave"),
    path("link/files/<uuid:attachment_id>/", portal_attachment, name="portal_attachment"),
    path("link/<str:token>/", portal_link, name="portal_link"),
]
