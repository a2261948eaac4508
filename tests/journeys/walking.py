"""Walk through pages in a browser as a person does, and look at each: accessible, neutral, and pictured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, Response

from sharewell.agencies.models import Account

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = Path(__file__).parent / "screenshots"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Where the page stands above the rest on purpose (the numbers, the quick exit), no landmark is missing.
LEFT_OUT = {"region"}
TOO_WIDE = """
() => document.documentElement.scrollWidth <= window.innerWidth + 1 ? [] :
  [...document.querySelectorAll("main *, header *, footer *")]
    .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1)
    .map((e) => e.outerHTML.slice(0, 120)).slice(0, 5)
"""
TITLE = re.compile(r"(Error: )?[A-Z][a-z' -]{1,40} – Sharewell")


def axe(page: Page) -> None:
    """Fail on anything that axe finds against WCAG 2.2 AA on this page."""
    # Where a page was scrolled, the quick exit stays over it on a phone, and a link half under it counts as too small.
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(r => r.violations)",
        WCAG,
    )
    faults = [fault for fault in found if fault["id"] not in LEFT_OUT]
    assert not faults, "\n".join(_said(fault) for fault in faults)


def _said(fault: dict[str, Any]) -> str:
    nodes = [f"  {node['html'][:160]}\n    {node['failureSummary']}" for node in fault["nodes"][:4]]
    return f"{fault['id']}: {fault['help']}\n" + "\n".join(nodes)


@dataclass(slots=True)
class Walk:
    """One person's way through the pages, in one browser window."""

    page: Page
    base: str
    mode: str

    @property
    def scripted(self) -> bool:
        """Whether scripts run in this window."""
        return self.mode != "no-script"

    def sign_in(self, account: Account) -> None:
        """Become this person, as after their sign-in."""
        client = Client()
        client.force_login(account)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.clear_cookies()
        self.page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": self.base}]
        )

    def open(self, path: str) -> Response:
        """Go to an address of this site."""
        response = self.page.goto(self.base + path)
        assert response is not None
        return response

    def press(self, name: str) -> None:
        """Press the button, or follow the link, of this name."""
        button = self.page.get_by_role("button", name=name, exact=True)
        link = self.page.get_by_role("link", name=name, exact=True)
        button.or_(link).first.wait_for()
        (button if button.count() else link).first.click()
        # A press waits for what is being saved; its page is gone when it goes on.
        self.page.locator("form[data-waits]").wait_for(state="detached")

    def fill(self, label: str, text: str) -> None:
        """Type into the box of this label."""
        self.page.get_by_label(label, exact=False).first.fill(text)

    def choose(self, question: str, answer: str) -> None:
        """Answer a question of radio buttons or checkboxes."""
        group = self.page.get_by_role("group", name=question)
        group.get_by_label(answer, exact=True).first.check()

    def look(self, name: str) -> None:
        """Check the page as it stands and keep a picture of it: ``screenshots/<mode>/<name>.png``."""
        self.page.wait_for_load_state()
        self.page.locator("h1").first.wait_for()  # a press may still be on its way to the next page
        folder = SCREENSHOTS / self.mode
        folder.mkdir(parents=True, exist_ok=True)
        # To hide the caret would leave style attributes behind, which the content policy then refuses.
        self.page.screenshot(path=folder / f"{name}.png", full_page=True, caret="initial")
        assert TITLE.fullmatch(self.page.title()), f"a neutral title, not {self.page.title()!r}"
        assert self.page.locator("h1").count() == 1, "one heading of the first level"
        wide = self.page.evaluate(TOO_WIDE)
        assert not wide, f"the page scrolls sideways: {wide}"
        axe(self.page)
