"""Home: what waits for me, the latest first; not a menu."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sharewell.agencies.models import Account
from sharewell.web.views import page, staff


@staff()
def home(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Show what waits for the viewer."""
    return page(request, "staff/home.html", section="home", now=now, waiting=[], sent=[])


urls = [path("home/", home, name="home")]
