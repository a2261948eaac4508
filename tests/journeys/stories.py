"""What the walks through the demo's stories have in common: its people, the path of sharing, the worker, a moved clock."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.core import mail
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies.models import Account
from sharewell.disclosures.delivering import deliver_due
from sharewell.disclosures.models import Disclosure
from sharewell.followup.clocks import clocks_run
from sharewell.followup.management.commands.work import edge_of_settings, work_round
from tests.journeys.walking import Walk

LINK = re.compile(r"https?://[^/\s]+(/\S+)")
CODE = re.compile(r"\b(\d{4} \d{4})\b")


def who(email: str) -> Account:
    """One of the demo's people."""
    return Account.objects.get(email=email)


def enter(walk: Walk, email: str) -> None:
    """Sign in as this person and stand on their home page."""
    walk.sign_in(who(email))
    walk.open(reverse("home"))


def to_case(walk: Walk, name: str) -> None:
    """From any page to the case of this person, as one who may read it goes."""
    if walk.mode == "phone":  # until the script has folded them away, the places are all there
        walk.page.get_by_role("button", name="Menu", expanded=False).click()
    walk.page.get_by_role("link", name="Cases", exact=True).first.click()
    walk.page.get_by_role("link", name=name).click()
    walk.page.get_by_role("heading", level=1, name=name).wait_for()


def to_sharing(walk: Walk, name: str) -> None:
    """From any page to what was shared about this person."""
    to_case(walk, name)
    parts = walk.page.get_by_role("navigation", name="Parts of this case")
    parts.get_by_role("link", name="Sharing").click()


def ask_to_share(walk: Walk, name: str, purpose: str, recipient: str) -> Disclosure:
    """Begin a disclosure in the case of this person and come to the page that checks it."""
    to_sharing(walk, name)
    walk.press("Share something")
    walk.page.get_by_label(purpose, exact=True).check()
    walk.press("Continue")
    walk.page.get_by_label(re.compile(f"^{re.escape(recipient)}")).check()
    walk.choose("Is the recipient the person who may be causing the harm?", "No")
    walk.choose("Is the recipient connected to that person?", "No")
    walk.press("Continue")
    walk.page.get_by_role("heading", name="What is known?").wait_for()
    walk.press("Continue")
    walk.page.get_by_role("heading", name="Check and send").wait_for()
    return Disclosure.objects.order_by("-opened_at")[0]


def words(walk: Walk, **given: str) -> None:
    """Write these words on the page that checks and sends, by the names of their boxes."""
    for name, text in given.items():
        walk.page.locator(f"#id_{name}").fill(text)


def said(walk: Walk) -> str:
    """What the page says."""
    return walk.page.locator("main").inner_text()


def message(walk: Walk) -> str:
    """What the message on the page says: all that its reader gets."""
    return walk.page.locator(".sw-message").inner_text()


def work(*, later: timedelta = timedelta()) -> datetime:
    """Let the worker go round: now, and where ``later`` is given with its clock moved on; returns its time."""
    work_round(clocks=False)
    now = timezone.now().astimezone(UTC) + later
    if later:
        clocks_run(now)
        deliver_due(replace(edge_of_settings(), clock=lambda: now, random=secrets.token_bytes))
    return now


def code_of_link(walk: Walk) -> str:
    """From a record, the code that its sender says by telephone."""
    walk.page.get_by_role("link", name="The link, and its code to say by telephone").click()
    walk.press("Make the code")
    return walk.page.locator(".govuk-panel__title").inner_text().strip()


def open_by_link(walk: Walk, to: str, code: str, *, name: str, role: str) -> None:
    """Open what was mailed to this address, as one who works there and was told the code."""
    walk.open(link_mailed(to))
    walk.fill("Code", code)
    walk.fill("Your name", name)
    walk.fill("Your role", role)
    walk.press("Open the message")
    walk.page.get_by_role("heading", name="A message to your team").wait_for()


def link_mailed(to: str) -> str:
    """The path of the link in the newest e-mail to this address."""
    found = LINK.search(str(_mailed(to).body))
    assert found, "a link by e-mail"
    return found.group(1)


def code_mailed(to: str) -> str:
    """The code in the newest e-mail to this address."""
    found = CODE.search(str(_mailed(to).body))
    assert found, "a code by e-mail"
    return found.group(1)


def _mailed(to: str) -> mail.EmailMessage:
    return next(each for each in reversed(mail.outbox) if to in each.to)
