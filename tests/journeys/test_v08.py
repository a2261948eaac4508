"""V08: a resident says a carer was rough. Shared the same day; the carer and his team learn nothing of it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from sharewell.cases.models import Allegation
from sharewell.disclosures.models import Disclosure
from tests.journeys.stories import enter, message, said, words
from tests.journeys.walking import Walk

PERSON = "Edith Bell"
LEAD = "lead@northgate.example"
DESKS = {
    "social": "Adult safeguarding duty desk",
    "people": "Human resources",
    "regulator": "Statutory notifications",
}
# The carer, his manager and a carer of his team, a stranger, and those who run the system or the agreements.
KEPT_OUT = (
    "carer",
    "housemanager",
    "colleague",
    "stranger",
    "administrator",
    "governance",
    "hr",
    "senior",
)
OWN_WORDS = {
    "outcome_intended": "An enquiry, and nobody else is hurt.",
    "rationale": "A resident was hurt by somebody she depends on; others depend on him too.",
    "proportionality": "What is alleged, when, what was done at once; nothing of her health.",
    "retaliation_steps": "He does not work with residents, and does not know who spoke.",
    "no_agreement_reason": "The law asks us to notify the regulator.",
    "consent_reason": "She does not want him to lose his place; others depend on him.",
}


@pytest.mark.usefixtures("demo")
def test_shared_the_same_day_and_hidden_from_the_one_it_names(desktop: Walk) -> None:
    walk = desktop
    look_after_it(walk)
    share(walk, "social")
    assert "pulled her up by the left arm" in message(walk)
    assert "blood thinner" not in message(walk)
    share(walk, "people")
    for conduct in ("Kevin Doyle", "No work with residents"):
        assert conduct in message(walk)
    for hers in (PERSON, "blood thinner", "Takes", "does not want"):
        assert hers not in message(walk)
    share(walk, "regulator")
    assert "pulled her up by the left arm" in message(walk)
    sent = Disclosure.objects.filter(state="sent", purpose="staff_allegation")
    assert {each.recipient.name for each in sent if each.recipient} == set(DESKS.values())
    assert {each.opened_at.date() for each in sent} == {
        each.sent_at.date() for each in sent if each.sent_at
    }


@pytest.mark.usefixtures("demo")
def test_nothing_of_it_is_there_for_the_carer_his_team_and_everybody_else(desktop: Walk) -> None:
    walk = desktop
    closed = Allegation.objects.get().case
    places = [
        reverse("allegation_detail", args=[closed.pk]),
        reverse("case_detail", args=[closed.pk]),
        reverse("case_sharing", args=[closed.pk]),
        reverse("concern_detail", args=[closed.allegation.concern_id]),
    ]
    for name in KEPT_OUT:
        enter(walk, f"{name}@northgate.example")
        own = name == "senior"  # she raised it, and looks after Mrs Bell
        for place in places[:3] if own else places:
            response = walk.open(place)
            assert response.status == 404, (name, place)
            assert "There is nothing here that you can see." in said(walk)
        if not own:
            for page in ("case_list", "home", "inbox_list"):
                walk.open(reverse(page))
                assert PERSON not in said(walk), (name, page)
    walk.look("v08_nothing_here")
    enter(walk, "senior@northgate.example")
    walk.open(reverse("case_list"))
    assert said(walk).count(PERSON) == 1


@pytest.mark.usefixtures("demo")
def test_a_witness_writes_alone_and_the_lead_reads_what_was_signed(desktop: Walk) -> None:
    walk = desktop
    enter(walk, "colleague@northgate.example")
    walk.page.get_by_role("link", name="Write down what you saw and heard").click()
    assert PERSON not in said(walk)
    walk.press("Write it down")
    walk.look("v08_witness")
    for hidden in (PERSON, "Kevin", "allegation"):
        assert hidden not in said(walk)
    address = walk.page.url.removeprefix(walk.base)
    enter(walk, LEAD)
    assert walk.open(address).status == 404
    enter(walk, "colleague@northgate.example")
    walk.open(address)
    walk.press("Sign")
    walk.page.get_by_role("alert").wait_for()
    walk.look("v08_witness_wrong")
    walk.fill("What did you see and hear?", "At 7:35 I heard a cry from room 4. I did not go in.")
    walk.fill("Your name, as your signature", "Mo Farrell")
    walk.press("Sign")
    walk.page.get_by_text("I heard a cry from room 4.").wait_for()
    walk.look("v08_witness_signed")
    enter(walk, LEAD)
    to_allegation(walk)
    walk.page.get_by_role("link", name="Mo Farrell", exact=True).click()
    walk.page.get_by_text("I heard a cry from room 4.").wait_for()
    walk.look("v08_witness_read")


@pytest.mark.usefixtures("demo")
def test_the_lead_records_what_was_secured_told_and_found_by_phone(phone: Walk) -> None:
    walk = phone
    enter(walk, LEAD)
    to_allegation(walk)
    walk.look("v08_allegation")
    walk.press("Record what was secured")
    walk.choose("What kind of thing?", "CCTV")
    walk.fill("What exactly?", "Stairs of the first floor, 7:00 to 9:00")
    walk.choose("Was it secured?", "Yes")
    walk.press("Record it")
    walk.page.get_by_role("alert").wait_for()
    walk.look("v08_evidence_wrong")
    assert walk.page.get_by_label("What exactly?").input_value().startswith("Stairs")
    walk.fill("Who did it, or tried?", "Samir Haddad")
    when(walk, "When?")
    walk.fill("Where is it held, and who has the key?", "Safe of the office")
    walk.press("Record it")
    walk.page.get_by_text("Stairs of the first floor").wait_for()
    for link, name in (
        ("Record what they were told", "told"),
        ("Record the outcome", "outcome"),
        ("Record the facts", "facts"),
        ("Ask a witness", "ask"),
        ("Keep it from somebody else", "wall"),
        ("Name who leads the enquiry inside", "lead"),
    ):
        walk.press(link)
        walk.look(f"v08_{name}")
        walk.press("Back")
        walk.page.get_by_role("heading", name="Allegation about a member of staff").wait_for()


def when(walk: Walk, question: str) -> None:
    """A moment that has passed."""
    group = walk.page.get_by_role("group", name=question)
    for label, text in (("Day", "20"), ("Month", "1"), ("Year", "2026"), ("Time", "9:00")):
        group.get_by_label(label).fill(text)


def to_allegation(walk: Walk) -> None:
    """From home to the closed space, by the task that asks to look after it."""
    walk.open(reverse("home"))
    walk.page.get_by_role("link", name="Look after an allegation about a member of staff").click()
    walk.press("Open the allegation")
    walk.page.get_by_role("heading", name="Allegation about a member of staff").wait_for()


def look_after_it(walk: Walk) -> None:
    """The lead has it, with what was done so far."""
    enter(walk, LEAD)
    to_allegation(walk)
    walk.look("v08_allegation")
    text = said(walk)
    for told in (
        "Kevin Doyle",
        "Rota of Larch House",
        "not signed",
        "Ruth Ellery",
        "Nothing is said yet of",
    ):
        assert told in text


def share(walk: Walk, desk: str) -> None:
    """Share the allegation with this desk, and stand on its record."""
    enter(walk, LEAD)
    to_allegation(walk)
    walk.page.get_by_role("navigation", name="Parts of this allegation").get_by_role(
        "link", name="Sharing"
    ).click()
    walk.press("Share something")
    walk.page.get_by_label("An allegation about staff", exact=True).check()
    walk.press("Continue")
    walk.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    walk.page.get_by_label(re.compile(f"^{re.escape(DESKS[desk])}")).check()
    if desk == "regulator":  # a duty of its own, without an agreement
        walk.page.locator("#id_off_route_reason").fill("The law asks us to notify the regulator.")
    walk.choose("Is the recipient the person who may be causing the harm?", "No")
    walk.choose("Is the recipient connected to that person?", "No")
    walk.press("Continue")
    walk.page.get_by_role("heading", name="What is known?").wait_for()
    walk.press("Continue")
    walk.page.get_by_role("heading", name="Check and send").wait_for()
    walk.look(f"v08_preview_{desk}")
    boxes = {
        name: text for name, text in OWN_WORDS.items() if walk.page.locator(f"#id_{name}").count()
    }
    words(walk, **boxes)
    walk.press("Save and check again")
    walk.page.get_by_role("heading", name="This may be sent").wait_for()
    walk.press(f"Send to {DESKS[desk]}")
    walk.page.get_by_role("heading", name="What was shared").wait_for()
    walk.look(f"v08_record_{desk}")
