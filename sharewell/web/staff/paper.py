"""A message on paper: the same one that was sent, as a PDF to print, and who it was handed to."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import NotFound, Refusal
from sharewell.agencies.models import Account
from sharewell.disclosures import operations, queries
from sharewell.web import sheets, typeset
from sharewell.web.fields import Form, Line
from sharewell.web.moments import Moment
from sharewell.web.staff.copies import when
from sharewell.web.views import page, staff


class ConfirmationForm(Form):
    """Who the paper went to."""

    name = Line(label="Who did you hand it to, or who is it addressed to?")
    role = Line(label="Their role")
    contact = Line(
        label="Where", required=False, help_text="For example, the front desk, or a postal address"
    )
    at = Moment(label="When")


@staff()
def disclosure_pdf(
    request: HttpRequest,  # noqa: ARG001 - every view has it
    *,
    viewer: Account,
    now: datetime,
    disclosure_id: UUID,
) -> HttpResponse:
    """Give the message that was sent as a PDF, with how to handle and to acknowledge it."""
    content = queries.exact_copy(viewer=viewer, disclosure_id=disclosure_id, now=now)
    if not content:
        raise NotFound
    data = {
        "sheet": sheets.sheet(json.loads(content)),
        "region": "us" if viewer.agency.jurisdiction == "us" else "gb",
        "printed": f"Printed by {viewer.name}, {when(now)}",
    }
    response = HttpResponse(
        typeset.pdf("message.typ", data, at=now), content_type="application/pdf"
    )
    response["Content-Disposition"] = 'attachment; filename="message.pdf"'
    return response


@staff(methods="GET POST")
def confirmation_record(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Print what was said by telephone, and write down who the paper went to."""
    link = queries.link_state(viewer=viewer, disclosure_id=disclosure_id, now=now)
    form = ConfirmationForm(request.POST or None, initial={"at": now})
    if request.method == "POST" and form.is_valid():
        try:
            operations.confirmation_record(
                account=viewer, disclosure_id=disclosure_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Written down: they have it in writing.")
            return redirect("disclosure_record", disclosure_id=disclosure_id)
    return page(
        request,
        "staff/confirmation_record.html",
        section="cases",
        case=link.case,
        link=link,
        form=form,
    )


urls = [
    path("disclosures/<uuid:disclosure_id>/paper/", disclosure_pdf, name="disclosure_pdf"),
    path(
        "disclosures/<uuid:disclosure_id>/in-writing/",
        confirmation_record,
        name="confirmation_record",
    ),
]
