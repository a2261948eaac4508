"""V03: one concern, three partners, three messages; two of them have only a link. Then he takes it back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.core import mail

from sharewell.disclosures.models import Disclosure
from tests.journeys.stories import (
    ask_to_share,
    code_mailed,
    code_of_link,
    enter,
    link_mailed,
    message,
    open_by_link,
    said,
    to_case,
    to_sharing,
    words,
    work,
)
from tests.journeys.walking import Walk

PERSON = "Derek Holloway"
SENDER = "coordinator@riverside.example"
SURGERY = "duty@elm-road.example"


@dataclass(frozen=True)
class Part:
    """What one partner gets, and never gets."""

    desk: str
    purpose: str
    ask: str
    gets: tuple[str, ...]
    never: tuple[str, ...]


SOCIAL_CARE = Part(
    "Adult safeguarding duty desk",
    "Stopping exploitation",
    "Plan with him and us how his card is kept safe.",
    ("Card used on 3, 10, 17", "About £420 lost", "Lunch club offered"),
    ("metformin", "Arrears of six weeks"),
)
LANDLORD = Part(
    "Tenancy sustainment",
    "Keeping or finding a safe home",
    "Hold the notice and agree a repayment plan.",
    ("Assured tenant", "stairs are hard for him now", "Arrears of six weeks"),
    ("metformin", "ulcer", "£420", "Card used on"),
)
DOCTOR = Part(
    "Duty doctor",
    "Coordinating treatment and care",
    "See his foot this week.",
    ("no metformin for two months", "Cannot manage stairs with shopping"),
    ("Arrears of six weeks",),
)


def send(walk: Walk, part: Part) -> None:
    """From his case to the record, with what this partner gets and what it never gets."""
    ask_to_share(walk, PERSON, part.purpose, part.desk)
    words(
        walk,
        ask=part.ask,
        outcome_intended="He keeps his home, his health and his money.",
        rationale="They alone can do this part.",
        proportionality="What he agreed that this partner hears.",
    )
    walk.press("Save and check again")
    walk.page.get_by_role("heading", name="This may be sent").wait_for()
    shown = message(walk)
    for text in (*part.gets, part.ask):
        assert text in shown
    for text in (*part.never, "Recorded by the service"):
        assert text not in shown
    walk.press(f"Send to {part.desk}")
    walk.page.get_by_role("heading", name="What was shared").wait_for()


@pytest.mark.usefixtures("demo")
def test_three_partners_get_three_messages(desktop: Walk, elsewhere: Walk) -> None:
    """The council has an inbox; the landlord's code goes to a second address, the doctor's by telephone."""
    enter(desktop, SENDER)
    for part in (SOCIAL_CARE, LANDLORD):
        send(desktop, part)
        work()
    link = ("tenancy@westshire-homes.example", "tenancy.codes@westshire-homes.example")
    assert not any(PERSON in f"{each.subject} {each.body}" for each in mail.outbox)
    open_by_link(elsewhere, link[0], code_mailed(link[1]), name="Jo Tenant", role="Officer")
    elsewhere.look("v03_portal_landlord")
    received(elsewhere, LANDLORD, "Jo Tenant")
    send(desktop, DOCTOR)
    work()
    desktop.page.reload()
    desktop.look("v03_record_doctor")
    code = code_of_link(desktop)
    desktop.look("v03_code")
    open_by_link(elsewhere, SURGERY, code, name="Dr Ellis", role="Duty doctor")
    received(elsewhere, DOCTOR, "Dr Ellis")
    enter(elsewhere, "duty@westshire-adults.example")
    elsewhere.page.get_by_role("link", name="1 message to acknowledge").click()
    elsewhere.page.get_by_role("link", name="From Riverside Housing Support").click()
    received(elsewhere, SOCIAL_CARE, "Nadia Rahman")
    to_sharing(desktop, PERSON)
    desktop.look("v03_sharing")
    for who in ("Jo Tenant", "Dr Ellis", "Nadia Rahman"):
        assert f"by {who}" in said(desktop)


def received(partner: Walk, part: Part, name: str) -> None:
    """Each partner reads its own part only, and acknowledges it."""
    shown = message(partner)
    assert part.ask in shown
    for text in part.never:
        assert text not in shown
    partner.press("We have received this")
    partner.page.get_by_text(f"Acknowledged by {name}").first.wait_for()


@pytest.mark.usefixtures("demo")
def test_what_he_takes_back_stops_what_has_not_arrived(desktop: Walk, elsewhere: Walk) -> None:
    """The doctor's message waits and never leaves; the landlord's, not opened yet, opens no more."""
    walk = desktop
    enter(walk, SENDER)
    send(walk, LANDLORD)
    work()
    send(walk, DOCTOR)
    to_case(walk, PERSON)
    walk.page.get_by_role("navigation", name="Parts of this case").get_by_text("Consent").click()
    walk.press("They take back their agreement")
    walk.look("v03_withdraw")
    walk.press("Record it and stop sending")
    walk.page.get_by_role("heading", name="Where consent stands").wait_for()
    walk.look("v03_withdrawn")
    work()
    assert not any(SURGERY in each.to for each in mail.outbox)
    to_sharing(walk, PERSON)
    walk.page.get_by_text("Given up, or stopped before it arrived").click()
    walk.look("v03_sharing_stopped")
    stopped = walk.page.locator(".govuk-details li")
    for part in (DOCTOR, LANDLORD):
        assert "Stopped before it arrived" in stopped.filter(has_text=part.desk).inner_text()
    assert not Disclosure.objects.filter(state="sent", case__person__name=PERSON).exists()
    assert elsewhere.open(link_mailed("tenancy@westshire-homes.example")).status == 404
    enter(walk, SENDER)
    walk.look("v03_home_withdrawn")
    assert "Decide again about sharing" in said(walk)
