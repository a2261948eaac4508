"""The handover sheet of a shift: what to watch, handed to a named colleague, and taken over."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell import packs
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import operations, queries
from sharewell.web.staff.forms.handover import HandoverForm
from sharewell.web.views import page, staff


@staff(methods="GET POST")
def handover_sheet(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Show what the next shift has to watch, and hand it over."""
    hours, team, site = _asked(request)
    sheet = queries.handover_sheet(
        viewer=viewer, now=now, until=now + timedelta(hours=hours), team=team, site=site
    )
    cases = [row.case for row in sheet.rows]
    watched = packs.handover().watched
    if request.method == "POST":
        form = HandoverForm(request.POST, to=sheet.to, rows=cases)
        if form.is_valid():
            try:
                given = operations.handover_give(account=viewer, now=now, **form.answer())
            except Refusal as refusal:
                form.refused(refusal)
            else:
                messages.success(
                    request, f"Handed over. {given.given_to.name} is asked to take it."
                )
                return redirect("handover_detail", handover_id=given.pk)
    else:
        form = HandoverForm(
            to=sheet.to, rows=cases, initial={"until": now + timedelta(hours=hours)}
        )
    return page(
        request,
        "staff/handover_sheet.html",
        section="home",
        sheet=sheet,
        form=form,
        rows=[(row, watched[row.harm].label if row.harm in watched else "") for row in sheet.rows],
        hours=hours,
        shifts=[each.hours for each in packs.handover().shifts],
        team=team,
        site=site,
        now=now,
    )


@staff()
def handover_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, handover_id: UUID
) -> HttpResponse:
    """Read a handover: what to watch in each case until the shift ends."""
    shown = queries.handover(viewer=viewer, handover_id=handover_id, now=now)
    return page(request, "staff/handover_detail.html", section="home", shown=shown, now=now)


@staff(methods="POST")
def handover_take(
    request: HttpRequest, *, viewer: Account, now: datetime, handover_id: UUID
) -> HttpResponse:
    """Take a handover over."""
    operations.handover_take(account=viewer, handover_id=handover_id, now=now)
    messages.success(request, "Taken over.")
    return redirect("handover_detail", handover_id=handover_id)


def _asked(request: HttpRequest) -> tuple[int, UUID | None, UUID | None]:
    """How many hours ahead, the team and the site that are asked for; what is not offered is left out."""
    words, known = request.GET.get("hours", ""), packs.handover()
    offered = {str(each.hours): each.hours for each in known.shifts}
    hours = offered.get(words, known.usual.hours)
    return hours, _id(request.GET.get("team", "")), _id(request.GET.get("site", ""))


def _id(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


urls = [
    path("handover/", handover_sheet, name="handover_sheet"),
    path("handover/<uuid:handover_id>/", handover_detail, name="handover_detail"),
    path("handover/<uuid:handover_id>/take/", handover_take, name="handover_take"),
]
