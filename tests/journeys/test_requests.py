"""Somebody asks us for information: taken down, checked, answered; and one that is neither confirmed nor denied."""

from __future__ import annotations

from django.urls import reverse

from sharewell.disclosures.models import InformationRequest
from sharewell.disclosures.tests.world import World
from tests.journeys.walking import Walk


def take_down(walk: Walk, address: str, name: str) -> None:
    """What the police ask, after a slip."""
    walk.open(address)
    walk.look(name)
    walk.choose("Who asks?", "The police")
    walk.press("Take it down")
    walk.page.get_by_role("heading", name="There is a problem").wait_for()
    walk.fill("Their name, job and office", "PC Lamb, missing persons")
    walk.fill("About whom do they ask?", "Nell Quill")
    walk.fill("What do they ask for", "Does she stay with you?")
    walk.page.get_by_label("What do they need it for?").select_option("immediate_safety")
    walk.press("Take it down")
    walk.page.get_by_role("heading", name="A request to us").wait_for()


def request_walk(walk: Walk) -> None:
    """One about a case is answered; one about nobody is neither confirmed nor denied."""
    world = World()
    walk.sign_in(world.cast.alice)
    take_down(walk, reverse("request_receive", args=[world.case.pk]), "request_receive_case")
    walk.look("request_detail")
    walk.press("Write down how it was checked")
    walk.choose(
        "How was it checked who they are?", "In person, with a warrant card or official pass"
    )
    walk.fill("Which number did you ring", "Warrant card 1234, seen by Bea")
    walk.look("request_check")
    walk.press("Record it")
    walk.sign_in(world.cast.sam)
    walk.open(reverse("request_list"))
    walk.look("request_list")
    walk.page.locator(".sw-waiting a").first.click()
    walk.page.get_by_role("heading", name="Your decision").wait_for()
    walk.look("request_decide")
    walk.press("Prepare the answer")
    walk.page.locator("h1").first.wait_for()
    assert InformationRequest.objects.get().disclosure
    take_down(walk, reverse("request_receive"), "request_receive")
    walk.press("Link it to a case")
    walk.look("request_link")
    walk.press("Back to the request")
    walk.press("Refuse it, or neither confirm nor deny")
    walk.choose("What do they hear?", "We refuse, with the reasons")
    walk.fill("Why?", "Nobody of that name is known here.")
    walk.press("Record it")
    walk.look("request_refuse_wrong")
    walk.choose("What do they hear?", "We neither confirm nor deny whether we know anybody")
    walk.press("Record it")
    walk.page.get_by_role("heading", name="Neither confirmed nor denied").wait_for()
    walk.look("request_neither")


def test_somebody_asks_us(walk: Walk) -> None:
    """Taken down, checked, decided."""
    request_walk(walk)


def test_somebody_asks_us_on_a_phone(phone: Walk) -> None:
    """The same on a telephone."""
    request_walk(phone)
