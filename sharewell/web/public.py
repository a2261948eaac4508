"""Pages before sign-in: the numbers to ring, the form to print, and the demo's one-click sign-in."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import NotFound
from sharewell.agencies.queries import accounts_by_email
from sharewell.disclosures import webhooks
from sharewell.web.context import ROLE_NAMES
from sharewell.web.numbers import all_numbers, script
from sharewell.web.views import page, public

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public()
def landing(request: HttpRequest, *, now: Any) -> HttpResponse:  # noqa: ARG001 - every view has it
    """Show what to do in danger first, then how to sign in."""
    if request.user.is_authenticated:
        return redirect("home")
    return page(request, "landing.html", cast=demo_cast() if settings.DEMO else [])


@public()
def numbers(request: HttpRequest, *, now: Any) -> HttpResponse:  # noqa: ARG001 - every view has it
    """Show the numbers to ring in every jurisdiction, and the words to read aloud."""
    return page(request, "numbers.html", everywhere=all_numbers().values(), script=script())


@public()
def concern_paper(request: HttpRequest, *, now: Any) -> HttpResponse:  # noqa: ARG001
    """Show the form to fill in by hand when the system is down: one sheet of A4."""
    return page(request, "concern_paper.html", script=script())


@public()
def webhook_keys(request: HttpRequest, *, now: Any) -> HttpResponse:  # noqa: ARG001 - every view has it
    """Publish the keys with which the systems of partners check what is posted to them."""
    keys = webhooks.published(secret=settings.WEBHOOK_SECRET)
    return JsonResponse(keys, content_type="application/jwk-set+json")


@public(methods="POST")
def demo_sign_in(request: HttpRequest, *, now: Any) -> HttpResponse:  # noqa: ARG001
    """Sign in as one of the demo's cast; there is nothing here outside demo mode."""
    email = request.POST.get("email", "")
    named = settings.DEMO and any(
        person["email"] == email for person in cast_rows(settings.DEMO_CAST)
    )
    account = accounts_by_email(emails=[email]).get(email) if named else None
    if account is None:
        raise NotFound
    login(request, account, backend=BACKEND)
    return redirect("home")


def demo_cast() -> list[dict[str, Any]]:
    """The demo's people as sign-in shows them, by agency: name, role and what to look at."""
    rows = cast_rows(settings.DEMO_CAST)
    accounts = accounts_by_email(emails=[row["email"] for row in rows])
    agencies: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if account := accounts.get(row["email"]):
            titles = [ROLE_NAMES[role].lower() for role in row["roles"] if role in ROLE_NAMES]
            person = {"account": account, "roles": ", ".join(titles), "look": row.get("look", "")}
            agencies.setdefault(account.agency.name, []).append(person)
    return [{"agency": name, "people": people} for name, people in agencies.items()]


@functools.cache
def cast_rows(file: Path) -> list[dict[str, Any]]:
    """The people that a cast file names, in its order."""
    cast = yaml.safe_load(file.read_text("utf-8"))
    return [person for agency in cast["agencies"] for person in agency.get("accounts", [])]


urls = [
    path("", landing, name="landing"),
    path("numbers/", numbers, name="numbers"),
    path("paper/", concern_paper, name="concern_paper"),
    path(".well-known/sharewell-webhook.json", webhook_keys, name="webhook_keys"),
    path("demo/sign-in/", demo_sign_in, name="demo_sign_in"),
]
