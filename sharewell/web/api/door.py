"""Who comes in to the interface for partners' systems: whoever shows a token, and nobody by a cookie.

Every refusal is JSON with a code for the program and a sentence for a person; it never carries a fact of a case.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from sharewell.agencies import systems
from sharewell.agencies.access import Invalid, Refusal
from sharewell.web.views import moment

MOST_BYTES = 64_000
MOST_A_MINUTE = 300
MINUTE = 60

View = Callable[..., HttpResponseBase]
Body = TypeVar("Body")


class NoToken(Refusal):
    """No token was shown, or none that lets anybody in now."""

    code = "no_token"
    sentence = "Show the token of your system. It may have ended: ask whoever runs this server for a new one."
    status = 401


class WrongMethod(Refusal):
    """The address takes other methods."""

    code = "wrong_method"
    sentence = "This address is not used in that way. Nothing was changed."
    status = 405


class TooMany(Refusal):
    """A system asked more often than is good for anybody."""

    code = "too_many"
    sentence = "You asked too often. Wait a minute, then go on. Nothing was changed."
    status = 429


class TooLarge(Refusal):
    """What was sent is larger than any answer needs to be."""

    code = "too_large"
    sentence = f"Send at most {MOST_BYTES} bytes. Nothing was changed."
    status = 413


class NotJson(Refusal):
    """What was sent is no JSON, or does not say that it is."""

    code = "not_json"
    sentence = "Send JSON in UTF-8, with the content type application/json. Nothing was changed."
    status = 415


def system(*, methods: str = "GET") -> Callable[[View], View]:
    """Open a view to partners' systems, and pass it ``system`` and ``now`` (aware, UTC)."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def run(request: HttpRequest, **keywords: Any) -> HttpResponseBase:
            try:
                if request.method not in methods.split():
                    raise WrongMethod
                now = moment()
                return view(request, system=_shown(request, now), now=now, **keywords)
            except Refusal as refusal:
                return refused(refusal, methods)

        run.access, run.methods = "system", methods  # type: ignore[attr-defined]
        return csrf_exempt(run)  # a token in a header is sent by nobody's browser

    return wrap


def body_of(request: HttpRequest, kind: type[Body]) -> Body:
    """What was sent, as a ``msgspec`` structure; nothing sent is an empty object.

    Raises :class:`TooLarge`, :class:`NotJson`, and ``Invalid`` naming the place.
    """
    content = request.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TooLarge
    if content and request.content_type != "application/json":
        raise NotJson
    try:
        return msgspec.json.decode(content or b"{}", type=kind)
    except msgspec.ValidationError as error:
        says, _, place = str(error).partition(" - at ")
        raise Invalid({place.strip("`") or "$": [f"{says}."]}) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise NotJson from error


def _shown(request: HttpRequest, now: datetime) -> Any:
    """The system whose token the request shows; raises :class:`NoToken` and :class:`TooMany`."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = systems.let_in(token=token, now=now) if scheme.lower() == "bearer" and token else None
    if found is None:
        raise NoToken
    key = f"api.{found.pk.hex}.{int(now.timestamp()) // MINUTE}"
    if not cache.add(key, 1, timeout=2 * MINUTE) and cache.incr(key) > MOST_A_MINUTE:
        raise TooMany
    return found


def refused(refusal: Refusal, methods: str = "") -> JsonResponse:
    """A refusal as a partner's system reads it: a code for the program and a sentence for a person."""
    error: dict[str, Any] = {"code": refusal.code, "sentence": refusal.sentence}
    if isinstance(refusal, Invalid):
        error["errors"] = refusal.errors
    response = JsonResponse({"error": error}, status=refusal.status)
    if refusal.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if refusal.status == 405:
        response["Allow"] = ", ".join(methods.split())
    if refusal.status == 429:
        response["Retry-After"] = str(MINUTE)
    return response
