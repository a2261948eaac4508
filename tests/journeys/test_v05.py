"""V05: asking her would raise the risk. Shared without asking, acknowledged in one click, kept in the log."""

from __future__ import annotations

import re

import pytest

from sharewell.disclosures.models import Disclosure
from tests.journeys.stories import (
    ask_to_share,
    enter,
    message,
    said,
    to_case,
    to_sharing,
    words,
    work,
)
from tests.journeys.walking import Walk

PERSON = "Anwen Price"
DESK = "Adult safeguarding duty desk"
SENDER = "practitioner@northgate.example"
PARTNER = "duty@westshire-adults.example"
OWN_WORDS = {
    "ask": "See her alone at the Tuesday clinic, and ring our duty manager first.",
    "outcome_intended": "She is seen alone and there is a plan that she can trust.",
    "rationale": "They can see her alone and plan protection; we cannot.",
    "proportionality": "Only what they need to reach her safely; nothing of her health.",
    "consent_reason": "He is always in the room; asking now could lead to violence.",
    "retaliation_steps": "No calls, letters or visits at home.",
    "inform_plan": "When she is alone at the clinic; looked at again on Tuesday.",
}


@pytest.mark.usefixtures("demo")
def test_shared_without_asking_because_asking_would_raise_the_risk(walk: Walk) -> None:
    enter(walk, SENDER)
    to_case(walk, PERSON)
    walk.look("v05_case")
    assert "not by phone" in said(walk)
    ask_to_share(walk, PERSON, "Keeping somebody safe now", DESK)
    the_answer(walk)
    sending(walk)
    receiving(walk)
    work()
    afterwards(walk)


def the_answer(walk: Walk) -> None:
    """Why it may go without asking, what goes, what stays, and that she is not told."""
    walk.look("v05_preview")
    text = said(walk)
    assert "Asking would put the person at more risk" in text
    assert "Do not tell the person now" in text
    assert "The person has not been told" in message(walk)
    for held in ("Diagnoses and medicines", "What the person wants in full"):
        assert held not in message(walk)
        assert held in walk.page.get_by_role("table", name="Withheld").inner_text()


def sending(walk: Walk) -> None:
    """The reasons in the sender's own words; what changed the message is read before it goes."""
    words(walk, **OWN_WORDS)
    send = walk.page.get_by_role("button", name=f"Send to {DESK}")
    send.click()
    changed = walk.page.get_by_role("region", name="What changed since you read it")
    assert "What we ask you to do" in changed.inner_text()
    walk.look("v05_preview_changed")
    send.click()
    walk.page.get_by_role("heading", name="What was shared").wait_for()
    walk.look("v05_record")
    assert "Nobody has acknowledged it yet" in said(walk)
    sent = Disclosure.objects.get()
    assert (sent.message or {})["tier"] == 1
    assert sent.urgency == "immediate"


def receiving(walk: Walk) -> None:
    """The duty social worker sees the message and nothing else, and acknowledges it in one click."""
    enter(walk, PARTNER)
    walk.look("v05_partner_home")
    walk.page.get_by_role("link", name="1 message to acknowledge").click()
    walk.look("v05_inbox")
    assert PERSON not in said(walk)
    walk.page.get_by_role("link", name="From Northgate Care").click()
    walk.look("v05_message")
    assert OWN_WORDS["ask"] in message(walk)
    for stays in ("outcome_intended", "rationale", "proportionality", "retaliation_steps"):
        assert OWN_WORDS[stays] not in said(walk)
    walk.press("We have received this")
    walk.page.get_by_text("Acknowledged by Nadia Rahman").first.wait_for()
    walk.look("v05_acknowledged")


def afterwards(walk: Walk) -> None:
    """The sender sees by whom and when, the timeline tells it, and the log has given it its place."""
    enter(walk, SENDER)
    walk.look("v05_home_after")
    to_sharing(walk, PERSON)
    walk.look("v05_sharing")
    assert re.search(r"Acknowledged \d+ \w+ \d{4} at \d\d:\d\d by Nadia Rahman", said(walk))
    walk.page.get_by_role("link", name=DESK).click()
    walk.look("v05_record_acknowledged")
    assert re.search(r"Entry [0-9a-f]{32}, place \d+\.", said(walk))
    to_case(walk, PERSON)
    assert f"Shared with {DESK}" in said(walk)
