"""Somebody asks us for information, and others tell us: taken down, checked, answered; put into a case with its caveats."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures.models import Disclosure, InformationReceived, InformationRequest
from sharewell.disclosures.tests.taking import their_case, to_birch
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


def tell(walk: Walk, world: World) -> None:
    """What the police say by telephone, written down after a slip."""
    walk.sign_in(world.cast.alice)
    walk.open(reverse("chronology_list", args=[world.case.pk]))
    walk.press("Record what another agency told us")
    walk.look("received_record")
    walk.fill("Which agency told us?", "Downshire Police")
    walk.fill("Who there?", "PC Lamb, missing persons")
    walk.choose("How did it come?", "By telephone")
    walk.press("Add to the chronology")
    walk.page.get_by_role("heading", name="There is a problem").wait_for()
    walk.look("received_record_wrong")
    walk.fill("What did they tell us, in their words?", "He was seen with a knife on Friday.")
    walk.choose("How do they know it?", "Somebody told them")
    walk.choose("How far is the source to be trusted?", "Untested source")
    walk.choose("What did they say of passing it on?", "The person or the family is not to be told")
    walk.press("Add to the chronology")
    walk.page.get_by_role("heading", name="Chronology", exact=True).wait_for()
    walk.page.get_by_text("He was seen with a knife on Friday.").wait_for()
    walk.look("received_in_chronology")


def take(walk: Walk, world: World, sent: Disclosure) -> None:
    """Olu puts a message of the inbox into a case by its reference, after one that is not hers."""
    case = their_case(world.cast, world.now)
    walk.sign_in(world.cast.olu)
    walk.open(reverse("inbox_message", args=[sent.pk]))
    walk.look("received_inbox")
    walk.press("Put it into a case")
    walk.look("received_take")
    walk.choose("Which case does it belong to?", "Another case of mine")
    walk.fill("Reference of the case", world.case.reference)
    walk.press("Put it into the case")
    walk.page.get_by_text("No case of yours has this reference.").first.wait_for()
    walk.look("received_take_wrong")
    walk.fill("Reference of the case", case.reference)
    walk.press("Put it into the case")
    walk.page.get_by_role("heading", name="Chronology", exact=True).wait_for()
    walk.look("received_taken")
    assert InformationReceived.objects.get(disclosure=sent).case == case
    walk.open(reverse("inbox_message", args=[sent.pk]))
    walk.page.get_by_text("In the chronology of").wait_for()
    walk.look("received_inbox_taken")


def anew(walk: Walk, sent: Disclosure) -> None:
    """The same message begins a concern about somebody else, where danger leads to the emergency steps."""
    walk.open(reverse("received_take", args=[sent.pk]))
    walk.choose("Which case does it belong to?", "Nobody I have a case about: raise a concern")
    walk.fill("Their name, or words", "Tom Quill")
    walk.choose("Who is it?", "A child")
    walk.choose("Is anybody in danger now?", "Yes")
    walk.look("received_take_new")
    walk.press("Put it into the case")
    walk.page.get_by_role("heading", level=1).wait_for()
    made = InformationReceived.objects.filter(disclosure=sent).latest("recorded_at")
    assert made.case.person.name == "Tom Quill"
    walk.page.wait_for_url(f"**{reverse('emergency_start', args=[made.case_id])}")


def received_walk(walk: Walk) -> None:
    """What came by telephone, and a message of the inbox."""
    world = World(now=timezone.now())
    sent = to_birch(world)
    tell(walk, world)
    take(walk, world, sent)
    anew(walk, sent)


def test_others_tell_us(walk: Walk) -> None:
    """Written down, and put into a case."""
    received_walk(walk)


def test_others_tell_us_on_a_phone(phone: Walk) -> None:
    """The same on a telephone."""
    received_walk(phone)


def test_somebody_asks_us(walk: Walk) -> None:
    """Taken down, checked, decided."""
    request_walk(walk)


def test_somebody_asks_us_on_a_phone(phone: Walk) -> None:
    """The same on a telephone."""
    request_walk(phone)
