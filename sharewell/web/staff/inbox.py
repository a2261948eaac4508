"""The inbox of a recipient function: what was sent to it, opened, and acknowledged in one click."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.disclosures import operations, queries
from sharewell.web import sheets
from sharewell.web.answering import AnswerForm
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.views import page, staff

ANSWER = "inbox_answer"


@staff()
def inbox_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Show what was sent to the viewer's functions, newest first, without a name."""
    after = request.GET.get("after", "")
    inbox = queries.inbox_list(viewer=viewer, now=now, after=after)
    older = f"{reverse('inbox_list')}?after={inbox.after}" if inbox.after else None
    return page(
        request,
        "staff/inbox_list.html",
        section="inbox",
        now=now,
        inbox=inbox,
        older=older,
        newer=reverse("inbox_list") if after else None,
    )


@staff()
def inbox_message(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Open a message; that it was opened, by whom and when, is recorded."""
    received = operations.disclosure_open_by_partner(
        account=viewer, disclosure_id=disclosure_id, now=now
    )
    return page(
        request,
        "staff/inbox_message.html",
        section="inbox",
        now=now,
        received=received,
        sheet=sheets.sheet(received.message),
        taken=queries.received_into(viewer=viewer, disclosure_id=disclosure_id, now=now),
    )


@staff(methods="GET POST")
def inbox_answer(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Answer a message that the viewer has opened, in the structure of what was asked."""
    received = queries.inbox_open(viewer=viewer, disclosure_id=disclosure_id, now=now)
    form = AnswerForm(request.POST or None, askable=received.askable, actions=received.actions)
    restored = restore(form, viewer=viewer, name=ANSWER, about=disclosure_id)
    if request.method == "POST" and form.is_valid():
        try:
            operations.disclosure_answer(
                account=viewer, disclosure_id=disclosure_id, now=now, **form.answer()
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=ANSWER, about=disclosure_id)
            messages.success(request, "Your answer is with them.")
            return redirect("inbox_message", disclosure_id=disclosure_id)
    return page(
        request,
        "staff/inbox_answer.html",
        section="inbox",
        received=received,
        form=form,
        restored=restored,
    )


@staff(methods="POST")
def inbox_acknowledge(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Acknowledge a message that the viewer has opened; a second click changes nothing."""
    operations.disclosure_acknowledge(account=viewer, disclosure_id=disclosure_id, now=now)
    messages.success(request, "Acknowledged. The sender can see it now.")
    return redirect("inbox_message", disclosure_id=disclosure_id)


@staff()
def inbox_attachment(
    request: HttpRequest,  # noqa: ARG001 - every view has it
    *,
    viewer: Account,
    now: datetime,
    attachment_id: UUID,
) -> HttpResponse:
    """Hand over a file that went with a message the viewer has opened."""
    file = operations.attachment_open(account=viewer, attachment_id=attachment_id, now=now)
    return sheets.download(file)


urls = [
    path("inbox/", inbox_list, name="inbox_list"),
    path("inbox/<uuid:disclosure_id>/", inbox_message, name="inbox_message"),
    path("inbox/<uuid:disclosure_id>/answer/", inbox_answer, name=ANSWER),
    path("inbox/<uuid:disclosure_id>/acknowledge/", inbox_acknowledge, name="inbox_acknowledge"),
    path("inbox/files/<uuid:attachment_id>/", inbox_attachment, name="inbox_attachment"),
]
