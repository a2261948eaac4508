"""V02: confused on arrival. Three screens from home; what keeps her alive goes, her history does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from sharewell.cases.models import Task
from sharewell.disclosures.models import Disclosure, EmergencyCall
from tests.journeys.stories import code_of_link, enter, message, open_by_link, said, work
from tests.journeys.walking import Walk

PERSON = "Gwen Tudor"
SENDER = "nightworker@northgate.example"
ON_CALL = "lead@northgate.example"
CONTROL = "control@westshire-ambulance.example"
SKIPPED = {
    "rationale": "The crew has to know her allergies and medicines.",
    "proportionality": "The essentials and the safety bundle only.",
    "outcome_intended": "She is treated in time.",
    "inform_plan": "By me, once she is clear again.",
}


@pytest.mark.usefixtures("demo")
def test_three_screens_and_what_keeps_her_alive_goes(walk: Walk, elsewhere: Walk) -> None:
    enter(walk, SENDER)
    walk.look("v02_home")
    ring(walk)
    log_the_call(walk)
    send(walk)
    work()
    control_room(walk, elsewhere)
    written_afterwards(walk)


@pytest.mark.usefixtures("demo")
def test_nobody_answers_within_ten_minutes(desktop: Walk) -> None:
    """The on-call manager is paged, by an e-mail that names nobody, and may read the case."""
    enter(desktop, SENDER)
    ring(desktop)
    desktop.press("Save, and write the message")
    desktop.press("Send it now")
    desktop.page.get_by_role("heading", name="What was shared").wait_for()
    work(later=timedelta(minutes=9))
    assert not Task.objects.filter(kind="emergency_unacknowledged").exists()
    work(later=timedelta(minutes=11))
    page = next(each for each in mail.outbox if ON_CALL in each.to)
    assert PERSON not in f"{page.subject} {page.body}"
    enter(desktop, ON_CALL)
    desktop.look("v02_on_call_home")
    row = desktop.page.locator(".sw-waiting li").filter(has_text="has not been acknowledged")
    assert PERSON in row.inner_text()
    row.get_by_role("link").click()
    desktop.look("v02_on_call_task")
    assert "Ring the emergency service again" in said(desktop)
    desktop.page.get_by_role("link", name=PERSON).click()
    desktop.look("v02_on_call_case")


def ring(walk: Walk) -> None:
    """Screen 1: ring, the words to read aloud, and who it is about."""
    walk.press("Someone is in danger now")
    walk.look("v02_start")
    text = said(walk)
    assert text.index("Ring 999 now") < text.index("Read this aloud")
    assert "My name is Rhys Morgan" in text
    cases = walk.page.get_by_label("Somebody whose case you know")
    her = cases.locator("option").filter(has_text=PERSON)
    cases.select_option(her.get_attribute("value"))
    walk.fill("What is happening?", "She does not answer now.")
    walk.press("I have rung: log the call")


def log_the_call(walk: Walk) -> None:
    """Screen 2: what is known of the call; the words stay at hand, now with her in them."""
    walk.look("v02_call")
    walk.page.get_by_text("The words to read aloud").click()
    assert PERSON in said(walk)
    walk.choose("Did you get through?", "Yes")
    walk.fill("Name or number of the call taker", "Call taker 31")
    walk.fill("Incident reference", "WA-77120")
    walk.press("Save, and write the message")
    walk.page.get_by_role("heading", name="Send the essentials in writing").wait_for()
    assert EmergencyCall.objects.get().incident_reference == "WA-77120"


def send(walk: Walk) -> None:
    """Screen 3: to those who come first, filled in with what is known; never "help is coming"."""
    walk.look("v02_send")
    assert walk.page.get_by_label("Ambulance control room").is_checked()
    assert (
        walk.page.get_by_label("What is happening now").input_value() == "She does not answer now."
    )
    walk.press("Send it now")
    walk.page.get_by_role("heading", name="What was shared").wait_for()
    walk.look("v02_record")
    assert "This does not mean help is coming" in said(walk)
    text = message(walk)
    assert "Allergic to penicillin" in text
    assert "WA-77120" in text
    for history in ("Held by her surgery", "Recorded by the service"):
        assert history not in text
    assert (Disclosure.objects.get().message or {})["tier"] == 1


def control_room(walk: Walk, elsewhere: Walk) -> None:
    """The control room has no account: a link by e-mail, its code by telephone, one click."""
    code = code_of_link(walk)
    open_by_link(elsewhere, CONTROL, code, name="Sam Ford", role="Control room")
    assert "Allergic to penicillin" in message(elsewhere)
    elsewhere.press("We have received this")
    elsewhere.page.get_by_text("Acknowledged by Sam Ford").first.wait_for()
    assert Disclosure.objects.get().acknowledgement


def written_afterwards(walk: Walk) -> None:
    """What was skipped is a task with a clock; written down, it is done and said to be late."""
    task = Task.objects.get(kind="emergency_record")
    assert task.due_at - task.opened_at <= timedelta(hours=24)
    enter(walk, SENDER)
    walk.look("v02_home_after")
    walk.page.get_by_role("link", name="Complete the emergency record").click()
    walk.look("v02_task")
    walk.press("Write down what was skipped")
    walk.look("v02_skipped")
    for name, text in SKIPPED.items():
        walk.page.locator(f"#id_{name}").fill(text)
    walk.press("Keep it with the record")
    walk.page.get_by_text("Written down.").wait_for()
    assert "written afterwards" in said(walk)
    task.refresh_from_db()
    assert task.done_at
