"""The pages of errors that no view answers: a bad request, nothing there, a form from elsewhere, a fault."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static

from sharewell.agencies.access import NotFound
from sharewell.web.api.door import refused
from sharewell.web.views import error_page, refusal_page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's
    """Answer a request that could not be read."""
    return error_page(
        request, 400, "Nothing was changed. Go back, and send it again from the page itself."
    )


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's
    """Answer a request that is refused outside our own views."""
    return error_page(request, 403, "Nothing was changed. Ask your manager if you need this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's
    """Answer an address that leads nowhere, in the same words as for a thing one may not know of.

    A partner's system reads it as JSON.
    """
    if request.path.startswith("/api/"):
        return refused(NotFound())
    return refusal_page(request, NotFound())


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's
    """Answer a form whose protection token is missing or old (signed in again meanwhile)."""
    return error_page(
        request,
        403,
        "The page had been open too long, so this was not sent. What was saved by itself while you typed "
        "is kept. Go back one page, reload it, and send it again.",
    )


def fault(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the page needs nothing of it
    """Answer when the program itself failed: a page that needs no database and no sign-in."""
    return HttpResponse(render_to_string("errors/fault.html", {"sheets": _sheets()}), status=500)


def _sheets() -> list[str]:
    """The stylesheets; none where the assets themselves are the fault."""
    try:
        return [static(name) for name in ("vendor/govuk-frontend.min.css", "css/frame.css")]
    except ValueError:
        return []
