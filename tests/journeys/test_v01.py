"""V01: an agreement with a boundary. Housing gets what keeps her home; her sister gets nothing."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sharewell.disclosures.models import Disclosure
from tests.journeys.stories import ask_to_share, enter, message, said, to_sharing, words
from tests.journeys.walking import Walk

PERSON = "Marisol Vega"
HOUSING = "Housing stability intake"
SENDER = "coordinator@baycounty.example"
PURPOSE = "Keeping or finding a safe home"


@pytest.mark.usefixtures("demo")
def test_housing_is_told_and_her_sister_is_not(desktop: Walk) -> None:
    walk = desktop
    enter(walk, SENDER)
    assert walk.page.get_by_role("region", name="Numbers to ring").get_by_text("911").is_visible()
    housing(walk)
    sister(walk)


def housing(walk: Walk) -> None:
    """What she agreed to goes, with her boundary in sight and the times of where she is."""
    ask_to_share(walk, PERSON, PURPOSE, HOUSING)
    walk.look("v01_preview")
    text = said(walk)
    assert "The person agreed to this, for this recipient and purpose" in text
    assert "Boundary: No contact with family or a family carer" in text
    goes = message(walk)
    assert "Tenant of the housing authority since 2019" in goes
    assert "text first" in goes
    assert "diabetes" not in goes
    then = (timezone.now() - timedelta(hours=27)).astimezone(ZoneInfo("America/Los_Angeles"))
    assert f"{then.day} {then:%B %Y} at {then:%H:}" in goes
    words(
        walk,
        ask="Offer a repayment plan before the notice runs out.",
        outcome_intended="She keeps her home.",
        rationale="They decide about the tenancy.",
        proportionality="Her tenancy and how to reach her; nothing of her health.",
    )
    walk.press("Save and check again")
    walk.page.get_by_role("heading", name="This may be sent").wait_for()
    walk.press(f"Send to {HOUSING}")
    walk.page.get_by_role("heading", name="What was shared").wait_for()
    walk.look("v01_record")
    assert Disclosure.objects.get(state="sent").to_whom == HOUSING


def sister(walk: Walk) -> None:
    """Somebody outside every directory, and one of her family: refused, with who may receive something."""
    to_sharing(walk, PERSON)
    walk.press("Share something")
    walk.page.get_by_label(PURPOSE, exact=True).check()
    walk.press("Continue")
    walk.page.get_by_text("Somebody who is not in the directory").click()
    walk.page.get_by_label("Send it to somebody else").check()
    walk.page.get_by_label("What they are").select_option(label="Family or a family carer")
    walk.fill("Their name, or the name of their service", "Her sister")
    walk.choose("Is the recipient the person who may be causing the harm?", "No")
    walk.choose("Is the recipient connected to that person?", "No")
    walk.press("Continue")
    walk.look("v01_recipient_why")
    assert "Say why it goes to them and not the usual way" in said(walk)
    walk.fill("Why them, and not the usual way?", "She rang and asked how she is.")
    walk.press("Continue")
    walk.page.get_by_role("heading", name="What is known?").wait_for()
    walk.press("Continue")
    walk.page.get_by_role("heading", name="Must not be sent to this recipient").wait_for()
    walk.look("v01_sister")
    text = said(walk)
    assert "Boundary: No contact with family or a family carer" in text
    assert "Who may receive something for this purpose" in text
    assert not walk.page.get_by_role("button", name="Send to").count()
    assert not walk.page.locator(".sw-message").count()
    assert Disclosure.objects.filter(state="sent").count() == 1
