"""Browser windows for the journeys: with script, without, and on a phone; and the cast to walk in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, sync_playwright

from sharewell.cases.models import Person
from sharewell.config import demo as demo_data
from sharewell.testing import Cast, make_cast
from tests.journeys.walking import FLAGS, Walk

HEAD_SEEN = (
    "addEventListener('DOMContentLoaded', () => headSeen(`${location.href} ${document.title}`))"
)
CHROMIUM = "/usr/bin/chromium"
HERE = Path(__file__).resolve().parent
WINDOWS: dict[str, dict[str, Any]] = {
    "script": {"viewport": {"width": 1280, "height": 900}},
    "no-script": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 320, "height": 640}, "has_touch": True},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Walk a journey once more when it failed: on a loaded machine a browser can be late; said as R."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all the journeys of a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def window(browser: Browser, base: str, mode: str) -> Iterator[Walk]:
    """Open a window; a broken content policy or script, and a person's name in an address or title, fail the test."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", **WINDOWS[mode])
    context.set_default_timeout(30_000)
    heads: list[str] = []
    context.expose_binding("headSeen", lambda _source, head: heads.append(head))
    context.add_init_script(HEAD_SEEN)
    if mode == "no-script":
        # No page has script of its own outside these files, so none runs; the tests' own axe still can.
        context.route("**/*.js", lambda r: r.fulfill(body="", content_type="text/javascript"))
    page = context.new_page()
    faults: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # Said there too, and no fault: an answer with an error status, which tests look at themselves, and
        # the saving of a page that is left while it is under way.
        known = ("the server responded with a status", "htmx:sendAbort", "htmx:afterRequest")
        if message.type == "error" and not any(words in message.text for words in known):
            faults.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield Walk(page, base, mode)
    context.close()
    assert not faults, faults
    named = {
        part for name in Person.objects.values_list("name", flat=True) for part in name.split()
    }
    told = [
        head for head in heads for part in named if re.search(rf"\b{part}\b", head, re.IGNORECASE)
    ]
    assert not told, f"a person's name in an address or a title: {told}"


@pytest.fixture(params=["script", "no-script"])
def walk(request: pytest.FixtureRequest, chromium: Browser, live_server: object) -> Iterator[Walk]:
    """A desktop window: each journey is walked with script and without."""
    yield from window(chromium, str(live_server), request.param)


@pytest.fixture
def phone(chromium: Browser, live_server: object) -> Iterator[Walk]:
    """A window 320 pixels wide."""
    yield from window(chromium, str(live_server), "phone")


@pytest.fixture
def cast(live_server: object) -> Cast:
    """The people of the tests, seen by the live server too."""
    return make_cast()


@pytest.fixture
def desktop(chromium: Browser, live_server: object) -> Iterator[Walk]:
    """A desktop window with script, for what does not hang on it."""
    yield from window(chromium, str(live_server), "script")


@pytest.fixture
def elsewhere(chromium: Browser, live_server: object) -> Iterator[Walk]:
    """A window of somebody else, who has nothing of the first one's."""
    yield from window(chromium, str(live_server), "script")


@pytest.fixture
def demo(live_server: object) -> None:
    """The demo's people and their stories, as ``./dev run`` gives them, seen by the live server too.

    Without the month of work that fills its boards: a journey counts what it made itself.
    """
    demo_data.load(now=timezone.now(), month_of_work=False)
