"""Bare pages of the fifty newest lines of a case: no sign-in, no circle, no access evidence, no frame, no middleware.

``bare`` is what one writes with Django: a query, and a template with its filters and links for each row, which make the
same mark-up of each row as the page of a case. ``bare_with_our_rows`` makes the rows as the page of a case does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path
from django.utils import timezone

from sharewell.cases.models import ChronologyEntry
from sharewell.cases.queries.chronology import shown
from sharewell.web.staff import timeline
from sharewell.web.urls import urlpatterns as sharewell

ENGINE = Engine(
    dirs=[str(Path(__file__).parent), str(Path(timeline.__file__).parents[1] / "templates")],
    libraries={"sharewell": "sharewell.web.templatetags.sharewell"},
)
ZONE = ZoneInfo("Europe/London")


def newest(case_id: Any) -> Any:
    """The fifty newest lines of a case."""
    return ChronologyEntry.objects.filter(case=case_id).order_by("-event_at", "-line")


def bare(_request: HttpRequest, case_id: Any) -> HttpResponse:
    """A page as one writes it."""
    with timezone.override(ZONE):
        entries = newest(case_id).select_related("recorded_by", "team", "corrects")
        found = entries.prefetch_related("corrected_by")[:50]
        context = {"entries": found}
        return HttpResponse(ENGINE.get_template("bare.html").render(Context(context)))


def bare_with_our_rows(_request: HttpRequest, case_id: Any) -> HttpResponse:
    """A page with rows as the page of a case makes them."""
    with timezone.override(ZONE):
        lines = timeline.rows(shown(newest(case_id)[:50]), writes=True)
        return HttpResponse(ENGINE.get_template("ours.html").render(Context({"lines": lines})))


urlpatterns = [
    path("bare/<uuid:case_id>/", bare),
    path("bare-with-our-rows/<uuid:case_id>/", bare_with_our_rows),
    *sharewell,
]
