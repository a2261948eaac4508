"""The sharing part of a case: what was sent, what waits, what was decided not to be shared."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sharewell.agencies.models import Account
from sharewell.cases import queries as cases
from sharewell.disclosures import queries
from sharewell.followup import queries as followup
from sharewell.web.staff.case import tabs
from sharewell.web.staff.disclosure import show
from sharewell.web.views import page, staff


@staff()
def case_sharing(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Show the disclosures of a case and the decisions not to share, each with what it waits for."""
    case = cases.case(viewer=viewer, case_id=case_id, now=now, what="sharing")
    lines = queries.for_case(viewer=viewer, case=case, now=now)
    thresholds = queries.thresholds(viewer=viewer, case=case, now=now)
    return page(
        request,
        "staff/case_sharing.html",
        section="cases",
        now=now,
        case=case,
        tabs=tabs(case, "case_sharing"),
        escalations=followup.escalations(viewer=viewer, case=case, now=now),
        packets=queries.packets_of(viewer=viewer, case=case, now=now),
        **show.sorted_lines(lines, thresholds, now),
    )


urls = [path("cases/<uuid:case_id>/sharing/", case_sharing, name="case_sharing")]
