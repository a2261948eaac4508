"""Log lines that never carry a case: names of views and places in the code, no values.

An exception is logged as its type and where it was raised, since its message may quote a record. Requests
are logged by the name of their view, since the path of a partner's link is a secret.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

ROOT = Path(__file__).resolve().parents[2]
Event = MutableMapping[str, Any]


def logging_settings(*, readable: bool) -> dict[str, Any]:
    """Return Django's LOGGING: one line an event on standard error, JSON unless ``readable``."""
    # When a line cannot be written, Python would print the values that were to be in it.
    logging.raiseExceptions = readable
    before: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = structlog.processors.JSONRenderer()
    if readable:
        renderer = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": before,
        "processors": [
            name_view,
            withhold_values,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            renderer,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "sharewell": {"level": "INFO"},
            # Their own handlers mail and print what may hold a record; refusals are in our line.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.request": {"level": "ERROR"},
        },
    }


def name_view(_logger: object, _method: str, event: Event) -> Event:
    """Replace the path in Django's line for a failed request by the name of the view."""
    record = event.get("_record")
    request = getattr(record, "request", None)
    if isinstance(record, logging.LogRecord) and request is not None:
        event["event"] = "request failed"
        event["view"] = view_name(request)
    return event


def view_name(request: Any) -> str:
    """Return the URL name that a request came to, empty where it came to none.

    Pages on which a worry is raised in confidence stand there as ``kept``, so that the log tells of none.
    """
    name = getattr(getattr(request, "resolver_match", None), "view_name", None) or ""
    return "kept" if name.startswith("whistle_") else name


def withhold_values(_logger: object, _method: str, event: Event) -> Event:
    """Replace an exception by its type and the place that raised it; its message stays out."""
    caught = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if caught is True:
        caught = sys.exc_info()
    if isinstance(caught, BaseException):
        caught = (type(caught), caught, caught.__traceback__)
    if isinstance(caught, tuple) and caught[0] is not None:
        event["error"] = f"{caught[0].__module__}.{caught[0].__qualname__}"
        event["at"] = place(caught[2])
    return event


def place(traceback: TracebackType | None) -> str:
    """Return file:line of the innermost step that is in our own code, else of the innermost."""
    found = ""
    ours = ""
    while traceback is not None:
        path = Path(traceback.tb_frame.f_code.co_filename)
        found = f"{path.name}:{traceback.tb_lineno}"
        if path.is_relative_to(ROOT / "sharewell"):
            ours = f"{path.relative_to(ROOT)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return ours or found
