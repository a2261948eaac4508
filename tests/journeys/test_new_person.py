"""Somebody new, from the first worry to the sending: concern, manager, conversation, sharing, message."""

from __future__ import annotations

import pytest

from sharewell.cases.models import Draft
from sharewell.disclosures.models import Disclosure
from tests.journeys.stories import ask_to_share, enter, message, said, to_case, words
from tests.journeys.walking import Walk

PERSON = "Ifor Penhaligon"
SENDER = "practitioner@northgate.example"
MANAGER = "manager@northgate.example"
DESK = "Adult safeguarding duty desk"


@pytest.mark.usefixtures("demo")
def test_somebody_new_from_the_first_worry_to_the_sending(walk: Walk) -> None:
    enter(walk, SENDER)
    raise_it(walk)
    enter(walk, MANAGER)
    triage(walk)
    enter(walk, SENDER)
    take_it_up(walk)
    talk(walk)
    share(walk)


def raise_it(walk: Walk) -> None:
    """One page; it goes to the manager on duty at once and leaves no draft behind."""
    walk.press("Raise a concern")
    page = walk.page
    page.get_by_role("group", name="Is anybody in danger now?").get_by_label("No").check()
    walk.fill("Name", PERSON)
    page.get_by_label("Adult", exact=True).first.check()
    walk.fill("Where?", "His kitchen")
    walk.fill("What did you see and hear?", "No heating, and unopened letters from the bank.")
    walk.fill("What did they say, in their own words?", "My nephew sees to the money now.")
    walk.fill("In one sentence, why are you worried?", "His money may be taken from him.")
    walk.look("new_concern")
    walk.press("Raise this concern")
    page.get_by_role("heading", level=1, name="Concern").wait_for()
    assert "Beatrice Lowe, to be read in" in said(walk)
    assert not Draft.objects.exists()


def triage(walk: Walk) -> None:
    """The manager reads it from home, says how serious it is, whose it is and what comes next."""
    row = walk.page.locator(".sw-waiting li").filter(has_text="Read a new concern")
    walk.look("new_manager_home")
    row.filter(has_text=PERSON).get_by_role("link").click()
    walk.look("new_triage")
    walk.page.get_by_label("A concern, below serious harm").check()
    owner = walk.page.get_by_label("Who owns the case from now on?")
    her = owner.locator("option").filter(has_text="Amara Nwosu")
    owner.select_option(her.get_attribute("value"))
    walk.fill(
        "What comes next, and why?", "Amara talks with him alone, and asks whether we may share."
    )
    walk.press("Record this and close the task")
    walk.page.get_by_text("Beatrice Lowe, read").wait_for()


def take_it_up(walk: Walk) -> None:
    """Its owner finds it on her home page, with the way to the concern."""
    walk.page.locator(".sw-waiting li").filter(has_text=PERSON).get_by_role("link").click()
    walk.look("new_task")
    walk.press("Read the concern")
    walk.press("Record a consent conversation")


def talk(walk: Walk) -> None:
    """He agrees: what was explained and understood, to whom, for what, how much."""
    page = walk.page
    page.get_by_label("Yes", exact=True).first.check()
    page.get_by_label("They did themself").check()
    for box in page.locator("[name=explained]:visible").all():
        box.check()
    page.get_by_label("I checked that they understood").check()
    walk.fill("How did you check, and what did they say?", "He told me back who would know.")
    walk.fill("Who did you talk with, and who else was there?", "Him alone, in the garden")
    page.get_by_label("Yes, nothing suggests otherwise or I found that they can").check()
    page.get_by_label("They agreed, to all or to some of it").check()
    page.locator("[name=covers_purposes][value=exploitation_concern]").check()
    page.locator("[name=covers_recipients][value=adult_social_care]").check()
    page.get_by_label("The essentials and the detail needed to work together").check()
    walk.choose("Is it safe to tell them that it was shared?", "Yes")
    walk.look("new_consent")
    walk.press("Record the conversation")
    page.get_by_role("heading", name="Where consent stands").wait_for()
    walk.look("new_consent_recorded")


def share(walk: Walk) -> None:
    """The answer rests on his agreement; the message is what he agreed to, and it is sent."""
    to_case(walk, PERSON)
    walk.look("new_case")
    ask_to_share(walk, PERSON, "Stopping exploitation", DESK)
    walk.look("new_preview")
    assert "The person agreed to this" in said(walk)
    words(
        walk,
        ask="Visit him with us this week.",
        outcome_intended="He keeps his money.",
        rationale="They can look into it; we cannot.",
        proportionality="What he agreed to, and no more.",
    )
    walk.press("Save and check again")
    walk.page.get_by_role("heading", name="This may be sent").wait_for()
    assert "Visit him with us this week." in message(walk)
    assert "My nephew sees to the money now." in message(walk)
    walk.press(f"Send to {DESK}")
    walk.page.get_by_role("heading", name="What was shared").wait_for()
    sent = Disclosure.objects.get()
    assert (sent.decision or {})["consent_relied_on"]
