"""The emergency route in a browser: three screens from home, for somebody nobody has recorded, and for a case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures.models import Disclosure, EmergencyCall
from sharewell.disclosures.tests.world import World
from sharewell.testing import Cast
from tests.journeys.walking import Walk


@pytest.fixture
def told(cast: Cast) -> World:
    """A world with an ambulance control room and a case."""
    world = World(cast=cast, now=timezone.now() - timedelta(minutes=5))
    world.desk("emergency_services")
    world.desk("police")
    world.know(
        subject__current_location="12 Mill Lane, by the back door",
        risk__immediate="He has a knife and has locked her in",
        source__identity="Her partner, Dan Quill, 45",
        risk__unsafe_actions="Do not ring her telephone; a dog is loose in the yard",
    )
    return world


def alarm(walk: Walk) -> None:
    """From home, somebody nobody has recorded: three screens."""
    walk.open(reverse("home"))
    walk.press("Emergency steps")
    walk.look("emergency_start")
    walk.fill("What is happening?", "A man lies in the road and does not answer.")
    walk.fill("Where?", "Outside the day centre, Larch Road")
    walk.press("I have rung: log the call")
    walk.choose("Did you get through?", "Yes")
    walk.fill("Incident reference", "WA-1204")
    walk.look("emergency_call_log")
    walk.press("Save, and write the message")
    walk.look("emergency_send")
    walk.fill("What is happening now", "He is not breathing well.")
    walk.press("Send it now")
    walk.look("emergency_record")


def test_three_screens_from_home(walk: Walk, told: World) -> None:
    walk.sign_in(told.cast.alice)
    alarm(walk)
    text = walk.page.locator("main").inner_text()
    assert "This does not mean help is coming" in text
    assert "WA-1204" in text
    assert Disclosure.objects.get().state == "sent"
    walk.press("Write down what was skipped")
    walk.look("emergency_complete")


def test_three_screens_on_a_phone(phone: Walk, told: World) -> None:
    phone.sign_in(told.cast.alice)
    alarm(phone)


def test_for_a_case_the_words_are_filled_in_and_the_call_may_come_later(
    walk: Walk, told: World
) -> None:
    walk.sign_in(told.cast.alice)
    walk.open(reverse("emergency_start", args=[told.case.pk]))
    walk.look("emergency_start_case")
    assert "12 Mill Lane" in walk.page.locator("main").inner_text()
    walk.press("Write the message first")
    walk.look("emergency_send_case")
    walk.press("Send it now")
    walk.look("emergency_record_case")
    assert not EmergencyCall.objects.exists()
    walk.press("Log the call")
    assert "Log the call" in walk.page.locator("h1").inner_text()
