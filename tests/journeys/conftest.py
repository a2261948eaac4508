"""Browser windows for the journeys: with script, without, and on a phone; and the cast to walk in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, sync_playwright

from sharewell.testing import Cast, make_cast
from tests.journeys.walking import FLAGS, Walk

CHROMIUM = "/usr/bin/chromium"
WINDOWS = {
    "script": {"viewport": {"width": 1280, "height": 900}},
    "no-script": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 320, "height": 640}, "has_touch": True},
}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all the journeys of a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def window(browser: Browser, base: str, mode: str) -> Iterator[Walk]:
    """Open a window; what breaks the content policy or a script in it fails the test."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", **WINDOWS[mode])
    context.set_default_timeout(10_000)
    if mode == "no-script":
        # No page has script of its own outside these files, so none runs; the tests' own axe still can.
        context.route("**/*.js", lambda r: r.fulfill(body="", content_type="text/javascript"))
    page = context.new_page()
    faults: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # A page answered with an error status is said there too; tests look at statuses themselves.
        if message.type == "error" and "the server responded with a status" not in message.text:
            faults.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield Walk(page, base, mode)
    context.close()
    assert not faults, faults


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
