"""The record of a disclosure, and what is added to it later: who was told, what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from sharewell.agencies.access import NotFound, Refusal
from sharewell.agencies.models import Account
from sharewell.disclosures import operations, queries
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.reaching import reaching
from sharewell.disclosures.standing import EDITABLE
from sharewell.followup import queries as followup
from sharewell.web.staff.disclosure import record_rows, show
from sharewell.web.staff.forms.deciding import InformForm, ReviewForm
from sharewell.web.views import page, staff


@staff()
def disclosure_record(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Show what was shared or not, with whom, why, what left, and what has come of it since."""
    record = queries.record(viewer=viewer, disclosure_id=disclosure_id, now=now)
    if record.page.disclosure.state in EDITABLE:
        return redirect("disclosure_preview", disclosure_id=disclosure_id)
    case = record.page.disclosure.case
    return page(
        request,
        "staff/disclosure_record.html",
        section="cases",
        now=now,
        case=case,
        disclosure=record.page.disclosure,
        about=record.page,
        record=record,
        escalations=[
            each
            for each in followup.escalations(viewer=viewer, case=case, now=now)
            if each.disclosure_id == disclosure_id
        ],
        disputable=followup.disputable(record.page.disclosure),
        openings=queries.openings(viewer=viewer, disclosure_id=disclosure_id, now=now),
        reach=reaching(record.page.disclosure, now),
        clock=_clock(record.page.disclosure, viewer, now),
        **record_rows.context(record, queries.calls(viewer=viewer, case=case, now=now), now),
    )


def _clock(sent: Disclosure, viewer: Account, now: datetime) -> dict[str, Any]:
    """How the clock stands that runs on their side: its state, the pause that holds, or the way to pause it."""
    taken = hasattr(sent, "acknowledgement")
    kind, due_at = (
        ("first_action", sent.action_due_at) if taken else ("acknowledge", sent.ack_due_at)
    )
    since = sent.acknowledgement.at if taken else sent.sent_at
    if sent.state != "sent" or due_at is None or since is None:
        return {}
    still = followup.stood_still([sent.pk], now).get((kind, sent.pk), followup.Still())
    may = due_at > now and sent.route != "emergency" and followup.may_pause(viewer=viewer, now=now)
    url = reverse("clock_pause", args=[kind, sent.pk]) if may and not still.now else ""
    return {"state": still.state(since, due_at, now), "paused": still.now, "pause_url": url}


@staff()
def disclosure_copy(
    request: HttpRequest,  # noqa: ARG001 - every view has it
    *,
    viewer: Account,
    now: datetime,
    disclosure_id: UUID,
) -> HttpResponse:
    """Give the exact bytes that left, to keep or to verify."""
    content = queries.exact_copy(viewer=viewer, disclosure_id=disclosure_id, now=now)
    if not content:
        raise NotFound
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="disclosure.json"'
    return response


@staff(methods="GET POST")
def disclosure_review(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Record what came of a disclosure, or of a decision not to share."""
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.disclosure_review(
                account=viewer, disclosure_id=disclosure_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "What came of it is recorded.")
            return redirect("disclosure_record", disclosure_id=disclosure_id)
    case = about.disclosure.case
    said = followup.outcomes_said(viewer=viewer, case=case, now=now, disclosure_id=disclosure_id)
    return _page(request, "staff/disclosure_review.html", about, form, said=said)


@staff(methods="GET POST")
def disclosure_inform(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Record that the person or the family was told, or why not yet."""
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now)
    whom = record_rows.whom(about.disclosure)
    form = InformForm(request.POST or None, whom=whom, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            _inform(viewer, now, disclosure_id, form.cleaned_data)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Recorded.")
            return redirect("disclosure_record", disclosure_id=disclosure_id)
    return _page(request, "staff/disclosure_inform.html", about, form)


def _inform(viewer: Account, now: datetime, disclosure_id: UUID, given: dict[str, Any]) -> None:
    """Record one of the two: told, or put off."""
    about = {"account": viewer, "disclosure_id": disclosure_id, "whom": given["whom"], "now": now}
    if given["told"] == "yes":
        told = {name: given[name] for name in ("words_said", "told_at", "how", "despite")}
        operations.inform_done(**about, **told)
    else:
        operations.inform_defer(**about, reason=given["reason"], until=given["until"])


def _page(request: HttpRequest, template: str, about: Any, form: Any, **more: Any) -> HttpResponse:
    return page(
        request,
        template,
        section="cases",
        case=about.disclosure.case,
        about=about,
        disclosure=about.disclosure,
        purpose=show.purpose(about.disclosure.purpose),
        form=form,
        **more,
    )


urls = [
    path("disclosures/<uuid:disclosure_id>/", disclosure_record, name="disclosure_record"),
    path("disclosures/<uuid:disclosure_id>/copy/", disclosure_copy, name="disclosure_copy"),
    path("disclosures/<uuid:disclosure_id>/review/", disclosure_review, name="disclosure_review"),
    path("disclosures/<uuid:disclosure_id>/told/", disclosure_inform, name="disclosure_inform"),
]
