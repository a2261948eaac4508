"""A partner's way, with an account and with only a link; and the sender who says the code by phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures.models import Acknowledgement, Answer, Disclosure
from sharewell.disclosures.operations.links import link_make
from sharewell.disclosures.tests.stage import make_desk, make_file, make_sent
from sharewell.testing import Cast
from tests.journeys.walking import Walk


@pytest.fixture
def by_link(cast: Cast) -> Disclosure:
    """A disclosure that goes by link, its code said by phone."""
    return make_sent(cast, timezone.now() - timedelta(minutes=5), make_desk(code_email=""))


def code_by_phone(walk: Walk, cast: Cast, sent: Disclosure) -> str:
    """What the sender reads to the recipient."""
    walk.sign_in(cast.alice)
    walk.open(reverse("link_code", args=[sent.id]))
    walk.look("link_code_none")
    walk.press("Make the code")
    walk.look("link_code")
    return walk.page.locator(".govuk-panel__title").inner_text().strip()


def link_walk(walk: Walk, cast: Cast, sent: Disclosure) -> None:
    """From the code by phone to the acknowledgement, by link."""
    code = code_by_phone(walk, cast, sent)
    make_file(sent, timezone.now())
    key = settings.SECRET_KEY.encode()
    _, token = link_make(disclosure_id=sent.id, now=timezone.now(), key=key)
    walk.page.context.clear_cookies()
    assert walk.open(reverse("portal_link", args=[token])).status == 200
    walk.look("portal_link")
    walk.fill("Code", "1111 1111")
    walk.fill("Your name", "Dee Desk")
    walk.fill("Your role", "Duty social worker")
    walk.press("Open the message")
    walk.look("portal_link_wrong")
    assert walk.page.get_by_label("Your name").input_value() == "Dee Desk"
    walk.fill("Code", code)
    walk.press("Open the message")
    walk.page.wait_for_url(f"**{reverse('portal_message')}")
    walk.look("portal_message")
    walk.press("We have received this")
    walk.page.get_by_text("Acknowledged by Dee Desk").first.wait_for()
    walk.look("portal_acknowledged")
    assert Acknowledgement.objects.get().disclosure == sent
    answer_walk(walk, "portal")
    assert Answer.objects.filter(disclosure=sent).count() == 2
    walk.press("Close the message on this device")
    walk.look("portal_left")
    assert walk.open(reverse("portal_message")).status == 404
    walk.look("portal_session_over")
    assert walk.open(reverse("portal_link", args=["x" * 43])).status == 404
    walk.look("portal_gone")


def answer_walk(walk: Walk, name: str) -> None:
    """Take it on with an action, after a slip; then ask for more."""
    in_two_days = timezone.localtime() + timedelta(days=2)
    walk.press("Answer")
    walk.choose("What do you answer?", "We take this on")
    walk.fill("In your words", "We start today.")
    walk.page.get_by_label("What will you do?").fill("Visit her alone")
    walk.look(f"{name}_answer")
    walk.press("Send this answer")
    walk.look(f"{name}_answer_wrong")
    assert walk.page.get_by_label("What will you do?").input_value() == "Visit her alone"
    first = walk.page.get_by_role("group", name="Action 1")
    first.get_by_label("Who does it?").fill("Jo Beat")
    for part in ("day", "month", "year"):
        first.get_by_label(part.title(), exact=True).fill(str(getattr(in_two_days, part)))
    walk.press("Send this answer")
    walk.page.get_by_role("heading", name="What is to be done").wait_for()
    walk.look(f"{name}_answered")
    walk.press("Answer again")
    walk.choose("What do you answer?", "We need to know more")
    walk.page.get_by_label("What makes it worse").check()
    walk.fill("In your words", "To plan the visit.")
    walk.look(f"{name}_answer_more")
    walk.press("Send this answer")
    walk.page.get_by_role("heading", name="We need to know more").wait_for()


def inbox_walk(walk: Walk, cast: Cast) -> None:
    """From the list to the acknowledgement, in the inbox."""
    now = timezone.now()
    sent = make_sent(cast, now - timedelta(minutes=5), cast.police)
    make_sent(cast, now - timedelta(hours=9), cast.police, ack_due_at=now - timedelta(hours=5))
    make_sent(cast, now - timedelta(minutes=20), cast.police, route="emergency",
              ack_due_at=now - timedelta(minutes=10))  # fmt: skip
    make_file(sent, now)
    walk.sign_in(cast.pat)
    walk.open(reverse("inbox_list"))
    walk.look("inbox_list")
    walk.page.locator(".sw-waiting a").first.click()
    walk.look("inbox_message")
    walk.press("We have received this")
    walk.page.get_by_text("Acknowledged by Pat Desk").first.wait_for()
    walk.look("inbox_acknowledged")
    assert Acknowledgement.objects.get().disclosure == sent
    answer_walk(walk, "inbox")
    walk.page.context.clear_cookies()
    walk.sign_in(cast.alice)
    walk.open(reverse("disclosure_record", args=[sent.id]))
    walk.look("disclosure_record_answered")
    walk.page.get_by_role("heading", name="We need to know more").wait_for()
    walk.press("Record what they answered by telephone or face to face")
    walk.look("answer_record")


def test_a_partner_with_only_a_link(walk: Walk, cast: Cast, by_link: Disclosure) -> None:
    """The code is said by phone, the message opens and is acknowledged, and closes again."""
    link_walk(walk, cast, by_link)


def test_a_partner_with_only_a_link_on_a_phone(
    phone: Walk, cast: Cast, by_link: Disclosure
) -> None:
    """The same on a telephone."""
    link_walk(phone, cast, by_link)


def test_a_partner_with_an_inbox(walk: Walk, cast: Cast) -> None:
    """The list names nobody; the message opens and is acknowledged in one click."""
    inbox_walk(walk, cast)


def test_a_partner_with_an_inbox_on_a_phone(phone: Walk, cast: Cast) -> None:
    """The same on a telephone."""
    inbox_walk(phone, cast)


def test_told_by_phone(walk: Walk, cast: Cast, by_link: Disclosure) -> None:
    """The sender writes down who took it."""
    walk.sign_in(cast.alice)
    walk.open(reverse("acknowledgement_record", args=[by_link.id]))
    walk.press("Write it down")
    walk.page.get_by_role("link", name="Write what you told them").wait_for()
    walk.look("acknowledgement_record_wrong")
    walk.fill("Who took it", "Dee Desk")
    walk.fill("Their role", "Duty social worker")
    walk.fill("What was said?", "Told her of the door; she goes this afternoon.")
    walk.look("acknowledgement_record")
    walk.press("Write it down")
    walk.page.wait_for_load_state()
    assert Acknowledgement.objects.get().opening.recorded_by == cast.alice
