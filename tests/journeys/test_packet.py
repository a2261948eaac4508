"""V03 as one packet: he agrees, three partners are asked one thing each, and none learns of another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from sharewell.disclosures.models import Disclosure, PacketPart
from tests.journeys.stories import enter, said, to_sharing, words, work
from tests.journeys.test_v03 import DOCTOR, LANDLORD, PERSON, SENDER, SOCIAL_CARE, Part, received
from tests.journeys.walking import Walk

PARTS = (SOCIAL_CARE, LANDLORD, DOCTOR)
CHANGED = "A man called Baz has his card since August."


def ours() -> PacketPart:
    """The part that was begun last; the demo has packets of its own."""
    return PacketPart.objects.latest("added_at")


def begin(walk: Walk) -> None:
    """The form, and the words, which are written once."""
    to_sharing(walk, PERSON)
    walk.press("Share with several partners")
    walk.look("packet_start")
    walk.press("Continue")
    walk.look("packet_start_wrong")
    walk.choose("Which form do you start from?", "Concern about an adult")
    walk.press("Continue")
    walk.fill("What has changed, and what makes it worse?", CHANGED)
    words(
        walk,
        outcome_intended="He keeps his home, his health and his money.",
        retaliation_steps="Nobody writes to the flat.",
    )
    if walk.scripted:
        walk.page.get_by_text("Saved at").wait_for()
        assert ours().answers["risk.triggers"] == CHANGED
    walk.look("packet_fill")
    walk.press("Save and go on")


def add(walk: Walk, part: Part) -> None:
    """One partner, with what is asked of it by when."""
    walk.press("Add a partner")
    walk.page.get_by_label(part.desk).first.check()
    walk.page.get_by_label("What is it for?").select_option(label=part.purpose)
    words(
        walk,
        ask=part.ask,
        rationale="They alone can do this part.",
        proportionality="What he agreed that this partner hears.",
    )
    day = timezone.localtime(timezone.now() + timedelta(days=5))
    when = walk.page.get_by_role("group", name="By when?")
    for name, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        when.get_by_label(name, exact=True).fill(str(value))
    when.get_by_label("Time").fill("12:00")
    walk.choose("Is this partner the one who may be causing the harm?", "No")
    walk.choose("Is this partner connected to them?", "No")
    walk.look("packet_partner")
    walk.press("Add this partner")


def prepared(walk: Walk) -> None:
    """Three partners side by side, each with its own part of what was written once."""
    begin(walk)
    for part in PARTS:
        add(walk, part)
    walk.look("packet_show")
    assert Disclosure.objects.filter(packet=ours().packet, state="draft").count() == 3
    for part in PARTS:
        column = walk.page.get_by_role("article", name=part.desk)
        if walk.scripted:
            column.get_by_text(f"The message to {part.desk}").click()
        shown = column.locator(".sw-message").text_content() or ""
        assert part.ask in shown
        for text in part.gets:
            assert text in shown
        for text in (*part.never, "Recorded by the service"):
            assert text not in shown
        for other in PARTS:
            if other is not part:
                assert other.desk not in shown


@pytest.mark.usefixtures("demo")
def test_one_packet_reaches_three_partners_each_with_its_own_part(
    desktop: Walk, elsewhere: Walk
) -> None:
    """Sent at once; social care reads its own part only, says what it does, and it stands in our plan."""
    walk = desktop
    enter(walk, SENDER)
    prepared(walk)
    walk.page.get_by_text("The same as a table").click()
    walk.look("packet_table")
    walk.press("Send to those chosen")
    walk.page.get_by_text("Sent to Adult safeguarding duty desk").wait_for()
    walk.look("packet_sent")
    assert Disclosure.objects.filter(packet=ours().packet, state="sent").count() == 3
    work()
    enter(elsewhere, "duty@westshire-adults.example")
    elsewhere.page.get_by_role("link", name="1 message to acknowledge").click()
    elsewhere.page.get_by_role("link", name="From Riverside Housing Support").click()
    elsewhere.look("packet_received")
    received(elsewhere, SOCIAL_CARE, "Nadia Rahman")
    nothing_of_others(elsewhere)
    answer(elsewhere)
    nothing_of_others(elsewhere)
    walk.press("The plan")
    walk.look("packet_plan")
    assert "Sit with him at the bank" in said(walk)
    assert "Nadia Rahman" in said(walk)
    for part in PARTS:
        assert part.desk in said(walk)
    walk.press("Add what we do for Derek Holloway")
    walk.fill("What will be done?", "Weekly budget visit")
    walk.press("Add it")
    walk.look("packet_action_add")


def nothing_of_others(partner: Walk) -> None:
    """No name, role or ask of another partner is on the page, nor how many there are."""
    page = partner.page.content().lower()
    for part in (LANDLORD, DOCTOR):
        assert part.desk.lower() not in page
        assert part.ask.lower() not in page
    for word in ("westshire homes duty", "elm road", "packet", "other partner"):
        assert word not in page


def answer(partner: Walk) -> None:
    """They take it on, with an action that has an owner and a date."""
    partner.press("Answer")
    partner.choose("What do you answer?", "We take this on")
    page = partner.page
    page.get_by_label("What will you do?").first.fill("Sit with him at the bank")
    page.get_by_label("Who does it?").first.fill("Nadia Rahman")
    day = timezone.localtime(timezone.now() + timedelta(days=3))
    for name, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        page.get_by_label(name, exact=True).first.fill(str(value))
    partner.press("Send this answer")
    page.get_by_text("Sit with him at the bank").first.wait_for()


@pytest.mark.usefixtures("demo")
def test_a_packet_on_a_phone(phone: Walk) -> None:
    """The copies stand one below the other, and nothing scrolls sideways."""
    enter(phone, SENDER)
    prepared(phone)


@pytest.mark.usefixtures("demo")
def test_a_packet_without_script(walk: Walk) -> None:
    """With script and without it is the same path."""
    enter(walk, SENDER)
    prepared(walk)
