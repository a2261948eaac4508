"""The decision framework on one page, to print."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sharewell.agencies.models import Account
from sharewell.web.framework import sheet
from sharewell.web.staff.sources import places, policy_of
from sharewell.web.views import page, staff


@staff()
def framework(
    request: HttpRequest,
    *,
    viewer: Account,
    now: datetime,  # noqa: ARG001 - every view has it
    place: str = "",
) -> HttpResponse:
    """Show the order of judgement of a place: the viewer's own, or the one that is named."""
    shown = sheet(policy_of(viewer, place))
    return page(request, "staff/framework.html", elsewhere=places("framework"), **shown)


urls = [
    path("framework/", framework, name="framework"),
    path("framework/<slug:place>/", framework, name="framework"),
]
