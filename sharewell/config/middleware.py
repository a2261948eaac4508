"""What holds for every request: how long a sign-in lasts, what may be kept, and what is logged."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from sharewell.config.logs import view_name

GetResponse = Callable[[HttpRequest], HttpResponse]
SIGN_IN_SECONDS = 12 * 60 * 60  # the longest shift; idle sign-ins end by SESSION_COOKIE_AGE
SEEN_SECONDS = 60  # a sign-in in use is written down so often, not at every page

log = structlog.get_logger("sharewell.requests")


def request_log(get_response: GetResponse) -> GetResponse:
    """Log each request in one line: method, view, status and milliseconds."""

    def handle(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        log.info(
            "request",
            method=request.method,
            view=view_name(request),
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000),
        )
        return response

    return handle


def no_store(get_response: GetResponse) -> GetResponse:
    """Keep every page out of caches, indexes and the device's sensors."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        return response

    return handle


def sign_in_limit(get_response: GetResponse) -> GetResponse:
    """End a sign-in twelve hours after it began, however busy it is."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            if now - request.session.setdefault("signed_in_at", now) > SIGN_IN_SECONDS:
                logout(request)
                return redirect("account_login")
            if now - request.session.get("seen_at", 0) >= SEEN_SECONDS:
                request.session["seen_at"] = now  # saved, so the idle time begins anew
        return get_response(request)

    return handle
