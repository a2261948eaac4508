"""What every page shares: who may come in, at which moment, and how a refusal is put to a person.

A view is one call to an operation or query; these decorators hand it the ``viewer`` and ``now``, and turn
:class:`~sharewell.agencies.access.Refusal` into a neutral page that never shows a fact of a case.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone

from sharewell.agencies.access import Invalid, Refusal
from sharewell.web.contacts import banners
from sharewell.web.fields import Form

View = Callable[..., HttpResponseBase]

HEADINGS = {
    400: "This request could not be read",
    403: "You cannot do this",
    404: "This page cannot be shown",
    405: "This page cannot be used in that way",
    409: "Something changed in the meantime",
    413: "That is too large",
    422: "Some answers need another look",
    429: "Too many tries",
    500: "Something went wrong on our side",
}


def staff(*, methods: str = "GET") -> Callable[[View], View]:
    """Open a view to signed-in people only, and pass them as ``viewer``, with ``now`` (aware, UTC).

    ``methods`` are the HTTP methods it answers, by spaces. Signed out, a GET goes to sign-in and comes back;
    anything else is answered 403 by a page that says what is kept.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def run(request: HttpRequest, **keywords: Any) -> HttpResponseBase:
            if refused := wrong_method(request, methods):
                return refused
            if not request.user.is_authenticated:
                return _sign_in_first(request)
            viewer: Any = request.user
            now = moment()
            with timezone.override(ZoneInfo(viewer.agency.time_zone)):
                return answer(view, request, viewer=viewer, now=now, **keywords)

        run.access, run.methods = "staff", methods  # type: ignore[attr-defined]
        return run

    return wrap


def public(*, methods: str = "GET") -> Callable[[View], View]:
    """Open a view to everybody, and pass it ``now`` (aware, UTC); refusals become neutral pages."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def run(request: HttpRequest, **keywords: Any) -> HttpResponseBase:
            if refused := wrong_method(request, methods):
                return refused
            return answer(view, request, now=moment(), **keywords)

        run.access, run.methods = "public", methods  # type: ignore[attr-defined]
        return run

    return wrap


def page(
    request: HttpRequest, template: str, *, status: int | None = None, **context: Any
) -> HttpResponse:
    """Render a whole page; answers 422, or the refusal's status, when ``form`` was found wanting.

    ``case``, or ``cases`` where there are several, are what it is about, fetched with its viewer: the safe
    contact plan of each stands on it.
    """
    form, case = context.get("form"), context.get("case")
    about = context.get("cases", ()) if case is None else (case,)
    if about:
        context["safe_contacts"] = banners(about, moment())
    if status is None and form is not None and form.errors:
        refused = form.status if isinstance(form, Form) else 200
        status = refused if refused >= 400 else 422
    return render(request, template, context, status=status or 200)


def moment() -> datetime:
    """The present moment, read once for each request."""
    return timezone.now().astimezone(UTC)


def answer(view: View, request: HttpRequest, **keywords: Any) -> HttpResponseBase:
    """Run a view; a refusal becomes a page."""
    try:
        return view(request, **keywords)
    except Refusal as refusal:
        return refusal_page(request, refusal)


def wrong_method(request: HttpRequest, methods: str) -> HttpResponse | None:
    """Answer 405 to a method that the view does not take; HEAD goes with GET."""
    allowed = methods.split()
    method = "GET" if request.method == "HEAD" else request.method
    if method in allowed:
        return None
    sentence = "Nothing was changed. Go back and use the links and buttons of the page."
    response = HttpResponseNotAllowed(allowed)
    response.content = error_page(request, 405, sentence).content
    return response


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Put a refusal to a person: its sentence and, where answers were at fault, what to do about each."""
    errors = refusal.errors if isinstance(refusal, Invalid) else {}
    texts = [text for several in errors.values() for text in several]
    return error_page(request, refusal.status, refusal.sentence, texts)


def error_page(
    request: HttpRequest, status: int, sentence: str, texts: list[str] | None = None
) -> HttpResponse:
    """Render the neutral page of an error."""
    context = {"heading": HEADINGS.get(status, HEADINGS[400]), "sentence": sentence, "texts": texts}
    return render(request, "errors/refusal.html", context, status=status)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    return error_page(
        request,
        403,
        "You are signed out, so this was not sent. What was saved by itself while you typed is kept. "
        "Sign in in another tab, come back here, go back one page and send it again.",
    )
