"""No log line carries what a record says: not in messages of exceptions, not in addresses."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from sharewell.config.logs import logging_settings

Lines = Callable[[], list[dict[str, Any]]]
SECRET = "Ava-Lindqvist-is-afraid"


def explode(request: object, token: str) -> HttpResponse:
    """A page that fails while it holds a record."""
    raise ValueError(SECRET)


urlpatterns = [path("explode/<str:token>/", explode, name="explode")]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What reaches the log as production writes it."""
    settings = logging_settings(readable=False)
    stream = io.StringIO()
    settings["handlers"]["stderr"]["stream"] = stream
    logging.config.dictConfig(settings)

    def read() -> list[dict[str, Any]]:
        assert SECRET not in stream.getvalue()
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    yield read
    logging.config.dictConfig(logging_settings(readable=True))


@override_settings(ROOT_URLCONF="tests.test_logs")
@pytest.mark.django_db
def test_failed_page_is_logged_by_view_type_and_place(lines: Lines) -> None:
    client = Client(raise_request_exception=False)
    response = client.get(f"/explode/{SECRET}/?q={SECRET}", headers={"Referer": SECRET})
    assert response.status_code == 500
    assert SECRET not in response.content.decode()
    failed = [line for line in lines() if line["event"] == "request failed"]
    assert failed[0]["view"] == "explode"
    assert failed[0]["error"] == "builtins.ValueError"
    assert "test_logs.py" in str(failed[0]["at"])


@override_settings(ROOT_URLCONF="tests.test_logs")
@pytest.mark.django_db
def test_request_is_logged_without_its_address(lines: Lines) -> None:
    Client().get(f"/nothing/{SECRET}?q={SECRET}")
    logged = [line for line in lines() if line["event"] == "request"]
    assert (logged[0]["method"], logged[0]["status"], logged[0]["view"]) == ("GET", 404, "")


def test_our_own_log_calls_keep_exceptions_out(lines: Lines) -> None:
    try:
        explode(None, "")
    except ValueError:
        structlog.get_logger("sharewell.test").exception("delivery failed", attempt=2)
        logging.getLogger("django.request").exception("x", extra={"request": RequestFactory()})
    found = lines()
    assert found[0]["error"] == "builtins.ValueError"
    assert found[0]["attempt"] == 2
    assert len(found) == 2
