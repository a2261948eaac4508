"""The guide to good recording beside a text that is being written."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sharewell.agencies.models import Account
from sharewell.cases.guiding import advice_for
from sharewell.web.views import page, staff


@staff(methods="POST")
def recording_guide(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Say what to look at again in a text that is being written; nothing of it is kept."""
    del viewer, now  # the same for everybody who writes
    text = request.POST.get(request.POST.get("text_name", ""), "")
    kind = request.POST.get(request.POST.get("kind_name", ""), request.POST.get("kind", ""))
    return page(request, "components/advice.html", advice=advice_for(text, kind))


urls = [path("recording/guide/", recording_guide, name="recording_guide")]
