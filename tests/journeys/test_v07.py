"""V07: threats and losses. Shared with social care and the police although she refuses; she is told."""

from __future__ import annotations

import pytest

from sharewell.disclosures.models import Disclosure
from tests.journeys.stories import ask_to_share, enter, message, said, to_sharing, words
from tests.journeys.walking import Walk

PERSON = "Josie Tan"
SENDER = "practitioner@northgate.example"
PARTNERS = {
    "Adult safeguarding duty desk": "duty@westshire-adults.example",
    "Public protection unit": "ppu@westshire-police.example",
}
OWN_WORDS = {
    "outcome_intended": "He stops, and she is not blamed.",
    "rationale": "They can protect her from him; we cannot.",
    "proportionality": "The threat, the pattern of losses and how to reach her.",
    "retaliation_steps": "She is met at the office only.",
}


@pytest.mark.usefixtures("demo")
def test_shared_although_she_refuses_because_she_is_not_free(desktop: Walk) -> None:
    walk = desktop
    enter(walk, SENDER)
    for desk in PARTNERS:
        share(walk, desk)
    tell_her(walk)
    for desk, partner in PARTNERS.items():
        enter(walk, partner)
        walk.page.get_by_role("link", name="1 message to acknowledge").click()
        walk.page.get_by_role("link", name="From Northgate Care").click()
        walk.look(f"v07_message_{desk.split(maxsplit=1)[0].lower()}")
        assert "The person did not agree to this" in message(walk)


def share(walk: Walk, desk: str) -> None:
    """It may go, with the reason why she is not followed; without that reason it does not."""
    ask_to_share(walk, PERSON, "Stopping exploitation", desk)
    walk.look(f"v07_preview_{desk.split(maxsplit=1)[0].lower()}")
    text = said(walk)
    assert "coercion or undue influence" in text
    assert "Why it is shared without the person’s agreement" in text
    assert "Tell the person what is shared" in text
    assert "£900 in three weeks" in message(walk)
    for held in ("Held by the service", "Recorded by the service"):
        assert held not in message(walk)
    words(walk, **OWN_WORDS)
    send = walk.page.get_by_role("button", name=f"Send to {desk}")
    send.click()
    walk.page.get_by_role("alert").wait_for()
    walk.look("v07_reason_missing")
    assert not Disclosure.objects.filter(
        state="sent", recipient__name=desk, case__person__name=PERSON
    ).exists()
    assert walk.page.locator("#id_rationale").input_value() == OWN_WORDS["rationale"]
    words(walk, consent_reason="She refuses out of fear of him.")
    walk.press("Save and check again")
    walk.page.get_by_role("heading", name="This may be sent").wait_for()
    reach_by_keyboard(walk, f"Send to {desk}")
    walk.page.keyboard.press("Enter")
    walk.page.get_by_role("heading", name="What was shared").wait_for()


def reach_by_keyboard(walk: Walk, name: str) -> None:
    """Come to the button of this name by the Tab key alone, each stop in sight."""
    walk.page.locator("body").evaluate("body => { body.tabIndex = -1; body.focus(); }")
    for _ in range(120):
        walk.page.keyboard.press("Tab")
        focus = walk.page.locator(":focus")
        box = focus.bounding_box()
        assert box is None or box["width"] > 0, focus.inner_text()
        if focus.evaluate("each => each.tagName === 'BUTTON' && each.innerText.trim()") == name:
            return
    pytest.fail(f"{name} is not reached by the keyboard")


def tell_her(walk: Walk) -> None:
    """Telling her is a task with a clock; done, it is in the record with her words."""
    enter(walk, SENDER)
    walk.look("v07_home")
    walk.page.get_by_role("link", name="Tell the person what was shared").first.click()
    walk.press("Record that they were told, or why not yet")
    walk.page.get_by_label("The person").check()
    walk.choose("Were they told?", "Yes")
    walk.page.locator("[name=how]").select_option("meeting")
    walk.fill("What was said, and what did they say?", "In the office. She cried, and thanked me.")
    walk.fill("If the safe contact plan speaks against it", "No plan yet; she was seen alone.")
    walk.look("v07_inform")
    walk.press("Record it")
    walk.page.get_by_text("She cried, and thanked me.").wait_for()
    to_sharing(walk, PERSON)
    walk.look("v07_sharing")
