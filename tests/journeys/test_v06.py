"""V06: a free refusal is held, with what would open it again; then it is reached, and the lead overrules."""

from __future__ import annotations

import re

import pytest

from sharewell.disclosures.models import Disclosure
from tests.journeys.stories import ask_to_share, enter, said, to_sharing, words
from tests.journeys.walking import Walk

PERSON = "Kayleigh Moore"
DESK = "Adult safeguarding duty desk"
SENDER = "practitioner@northgate.example"
LEAD = "lead@northgate.example"


@pytest.mark.usefixtures("demo")
def test_a_free_refusal_is_held_until_a_threshold_is_reached(desktop: Walk) -> None:
    walk = desktop
    enter(walk, SENDER)
    hold(walk)
    enter(walk, LEAD)
    the_lead_reads_it(walk)
    enter(walk, SENDER)
    reached(walk)
    enter(walk, LEAD)
    overrule(walk)


def hold(walk: Walk) -> None:
    """Nothing may go; the decision not to share has its grounds, thresholds and review."""
    ask_to_share(walk, PERSON, "Stopping exploitation", DESK)
    walk.look("v06_hold")
    text = said(walk)
    assert "The person refuses, and nothing on record overrides that" in text
    assert not walk.page.get_by_role("button", name="Send to").count()
    walk.press("Record the decision not to share")
    walk.page.get_by_label(re.compile("refused freely")).check()
    walk.fill("Why, in your own words?", "She knows, does not mind, and nobody else is at risk.")
    walk.page.get_by_label(re.compile("Losses of money")).check()
    walk.look("v06_not_shared")
    walk.press("Record the decision")
    walk.page.get_by_role("alert").wait_for()
    walk.look("v06_not_shared_wrong")
    assert walk.page.get_by_label("Why, in your own words?").input_value().startswith("She knows")
    walk.fill("The figure", "100 pounds in a month")
    walk.page.get_by_label(re.compile("The reputation of my organisation")).check()
    walk.press("Record the decision")
    walk.page.get_by_role("heading", name="What was not shared").wait_for()
    walk.look("v06_record")
    decided = Disclosure.objects.get()
    assert decided.review_at is not None
    assert decided.decided_at is not None
    assert (decided.review_at - decided.decided_at).days <= 7


def the_lead_reads_it(walk: Walk) -> None:
    """The safeguarding lead is told, and reads why."""
    walk.look("v06_lead_home")
    walk.page.get_by_role("link", name="Read a decision not to share").click()
    walk.press("Read the decision")
    walk.page.get_by_role("heading", name="What was not shared").wait_for()
    assert "She knows, does not mind" in said(walk)


def reached(walk: Walk) -> None:
    """What would open it again happened: one press, and it is asked anew."""
    to_sharing(walk, PERSON)
    walk.look("v06_sharing")
    walk.page.get_by_role("button", name=re.compile("This was reached")).click()
    walk.fill("What happened, and when?", "130 pounds were gone on Monday.")
    walk.look("v06_threshold")
    walk.press("Record it and decide again")
    walk.page.get_by_role("heading", name="Check and send").wait_for()
    walk.look("v06_reopened")
    assert Disclosure.objects.filter(state="draft").count() == 1


def overrule(walk: Walk) -> None:
    """The rules still say hold; the lead says why it goes all the same, and it goes."""
    to_sharing(walk, PERSON)
    walk.page.get_by_role("link", name=DESK).first.click()
    walk.page.get_by_role("link", name="Overrule this, with a reason").click()
    walk.look("v06_overrule")
    walk.fill("Why does it have to go?", "The losses grow each week and the visitors press her.")
    walk.press("Overrule")
    walk.page.get_by_role("heading", name="Samir Haddad set the answer aside").wait_for()
    words(
        walk,
        outcome_intended="She keeps her money and her visitors are looked at.",
        rationale="They can look into the visitors; we cannot.",
        proportionality="The pattern of losses, and no more.",
        consent_reason="She refuses; the losses grow and the visitors press her.",
    )
    walk.press("Save and check again")
    walk.page.get_by_role("heading", name="This may be sent").wait_for()
    walk.look("v06_overruled")
    walk.press(f"Send to {DESK}")
    walk.page.get_by_role("heading", name="What was shared").wait_for()
    walk.look("v06_record_overruled")
    assert "Samir Haddad set the answer aside" in said(walk)
