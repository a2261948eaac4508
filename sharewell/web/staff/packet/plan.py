"""The plan that comes of a packet, on our side: what we do, and what each partner answered and does."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import NotFound, Refusal
from sharewell.agencies.models import Account
from sharewell.cases import queries as cases
from sharewell.disclosures import operations, queries
from sharewell.web.staff.disclosure import show
from sharewell.web.staff.forms.packet import ActionForm
from sharewell.web.staff.packet.prepare import PACKET
from sharewell.web.views import page, staff


@staff()
def packet_plan(
    request: HttpRequest, *, viewer: Account, now: datetime, packet_id: UUID
) -> HttpResponse:
    """Show who does what by when, ours and what came back from the partners."""
    plans = queries.packet_plan(viewer=viewer, packet_id=packet_id, now=now)
    rows = [
        {
            "plan": each,
            "partners": [
                {"told": one, "state": show.state(one.line, now)} for one in each.partners
            ],
        }
        for each in plans
    ]
    return page(
        request,
        "staff/packet_plan.html",
        section="cases",
        now=now,
        cases=[each.part.case for each in plans],
        packet_id=packet_id,
        rows=rows,
    )


@staff(methods="GET POST")
def packet_action_add(
    request: HttpRequest, *, viewer: Account, now: datetime, packet_id: UUID, case_id: UUID
) -> HttpResponse:
    """Write down what one of us does, by when, and which partners are told of it."""
    plans = queries.packet_plan(viewer=viewer, packet_id=packet_id, now=now)
    plan = next((each for each in plans if each.part.case_id == case_id), None)
    if plan is None:
        raise NotFound
    case = plan.part.case
    circle = cases.circle(viewer=viewer, case=case, now=now)
    form = ActionForm(
        request.POST or None,
        people=[(str(each.account_id), each.account.name) for each in circle],
        copies=[(str(each.pk), each.to_whom) for each in plan.open],
        initial={"owner_id": str(viewer.pk)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.packet_action_add(
                account=viewer, packet_id=packet_id, case_id=case_id, now=now, **form.answers()
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "It is a task now, and stands in the plan.")
            return redirect("packet_plan", packet_id=packet_id)
    return page(
        request,
        "staff/packet_action_add.html",
        section="cases",
        case=case,
        packet_id=packet_id,
        form=form,
    )


urls = [
    path(f"{PACKET}/plan/", packet_plan, name="packet_plan"),
    path(f"{PACKET}/people/<uuid:case_id>/action/", packet_action_add, name="packet_action_add"),
]
