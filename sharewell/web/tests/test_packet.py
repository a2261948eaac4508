"""The pages of a packet: nothing typed is lost, what is ready is sent once, and partners see only their own part."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures.models import Disclosure, Packet, PacketPart
from sharewell.disclosures.operations import disclosure_open_by_partner
from sharewell.disclosures.operations.links import link_code_make, link_make
from sharewell.disclosures.tests import packing
from sharewell.disclosures.tests.packing import PARTNERS, ask, begin, fill, whole
from sharewell.disclosures.tests.stage import SALT
from sharewell.disclosures.tests.world import World
from sharewell.followup.management.commands.work import work_round
from sharewell.ledger.models import Entry
from sharewell.testing import sign_in

pytestmark = pytest.mark.django_db
CHANGED = "answer_3"  # what has changed, of the form about an adult


@pytest.fixture
def world() -> World:
    return packing.asked(now=timezone.now())


@pytest.fixture
def client(world: World) -> Client:
    return sign_in(Client(), world.cast.alice)


def to(name: str, packet: Packet, *more: Any) -> str:
    return reverse(name, args=[packet.pk, *more])


def shown(client: Client, packet: Packet) -> str:
    return client.get(to("packet_show", packet)).content.decode()


def form_of(page: str) -> dict[str, Any]:
    """The form that sends, as the page holds it."""
    fields = re.findall(r'type="hidden" name="(\w+)"[^>]*value="([^"]*)"', page)
    data: dict[str, Any] = {name: value for name, value in fields if name != "csrfmiddlewaretoken"}
    data["send"] = [name.removeprefix("seen_") for name in data if name.startswith("seen_")]
    return data


def test_a_packet_is_begun_from_a_form_for_this_person(client: Client, world: World) -> None:
    address = reverse("packet_start", args=[world.case.pk])
    page = client.get(address).content.decode()
    assert "Concern about an adult" in page
    assert "Referral about a child" not in page
    assert "Report to adult protective services" not in page, "that is a form of the United States"
    given = {"template": "adult", "form_key": str(uuid.uuid4())}
    for _ in range(2):
        assert client.post(address, given).status_code == 302
    assert Packet.objects.count() == 1


def test_words_are_saved_as_they_are_typed_and_a_second_writer_loses_nothing(
    client: Client, world: World
) -> None:
    packet = begin(world)
    address = to("packet_fill", packet, world.case.pk)
    saved = client.post(address, {"version": "1", CHANGED: "First."}, HTTP_HX_REQUEST="true")
    assert "Saved at" in saved.content.decode()
    assert 'name="version" value="2"' in saved.content.decode()
    late = client.post(address, {"version": "1", CHANGED: "Second."})
    page = late.content.decode()
    assert late.status_code == 409
    assert "Second." in page, "what was typed"
    assert "First." in page, "and what somebody else saved"
    assert PacketPart.objects.get().answers["risk.triggers"] == "First."
    assert client.post(address, {"version": "2", CHANGED: "Second."}).status_code == 302


def test_what_is_too_long_is_refused_with_all_of_it_kept(client: Client, world: World) -> None:
    packet = begin(world)
    long = "word " * 130 + "end"
    answer = client.post(
        to("packet_fill", packet, world.case.pk), {"version": "1", "answer_1": long}
    )
    assert answer.status_code == 422
    assert "word end" in answer.content.decode()


def test_what_the_case_says_stays_the_cases_own_words(client: Client, world: World) -> None:
    """Left as it is, the answer keeps its kind and source: it is not written a second time."""
    packet = begin(world)
    address = to("packet_fill", packet, world.case.pk)
    page = client.get(address).content.decode()
    assert "she flinched when he came in" in page
    said = re.search(r'<textarea[^>]*name="answer_2"[^>]*>([^<]*)', page)
    assert said is not None
    observed = html.unescape(said[1]).strip()
    client.post(address, {"version": "1", "answer_2": observed, CHANGED: "New."})
    assert PacketPart.objects.get().answers == {"risk.triggers": "New."}


def test_a_partner_without_a_purpose_or_beside_the_usual_way_asks_for_it(
    client: Client, world: World
) -> None:
    packet = begin(world)
    desk = world.desk("regulator")
    given = {"recipient": str(desk.pk), "ask": "Note it.", "case_ids": [str(world.case.pk)]}
    answer = client.post(to("packet_partner", packet), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "the form does not say it for this partner" in page
    assert "Say why it goes to them and not the usual way" in page
    assert "Note it." in page
    assert not Disclosure.objects.exists()


def group(page: str, heading: str) -> str:
    """The part of the page under a heading of what differs, as text."""
    part = re.search(rf">{heading}</h4>(.*?)(<h4|<h3|<details)", page, re.DOTALL)
    assert part is not None, heading
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part[1])))


def test_what_differs_stands_first_by_how_it_differs(client: Client, world: World) -> None:
    page = shown(client, whole(world))
    assert page.index("What differs between them") < page.index("What all of them get alike")
    assert page.index("What all of them get alike") < page.index("<article")
    asks = group(page, "Each in other words")
    for role in PARTNERS:
        assert f"One thing for {role}." in asks
    some = group(page, "Some of them get it")
    assert "What makes it worse" in some
    assert "A new friend moved in last month." in some
    assert "Does not get it. Not part of what this recipient gets for this purpose" in some
    assert "Name" not in re.findall(r"<h5[^>]*>([^<]*)", page), "all get the name alike"
    alike = re.search(r"What all of them get alike.*?</details>", page, re.DOTALL)
    assert alike is not None
    assert world.case.person.name in alike[0]


def test_what_one_alone_gets_and_what_nobody_gets_have_places_of_their_own(
    client: Client, world: World
) -> None:
    packet = whole(world)
    for role in ("housing", "adult_social_care"):
        copy = packet.copies.get(recipient_role=role)
        world.edit(copy, left_out=["risk.triggers", "actions.tried"])
    doctor = packet.copies.get(recipient_role="primary_care")
    world.edit(doctor, left_out=["actions.tried"])
    page = shown(client, packet)
    alone = group(page, "Only one of them gets it")
    assert "A new friend moved in last month." in alone
    assert "You left it out" in alone
    nobody = group(page, "Nobody of them gets it")
    assert "What has been tried You left it out" in nobody
    assert "lunch club" not in page


def test_a_single_copy_is_compared_with_nothing(client: Client, world: World) -> None:
    packet = begin(world)
    fill(world, packet)
    ask(world, packet, "housing")
    page = shown(client, packet)
    assert "What they get" in page
    assert "What differs" not in page


def test_the_table_says_the_same(client: Client, world: World) -> None:
    page = shown(client, whole(world))
    assert page.count("<article") == 3
    row = re.search(r"<tr[^>]*>\s*<th[^>]*>What makes it worse</th>(.*?)</tr>", page, re.DOTALL)
    assert row is not None
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[1])
    assert "Gets it" in cells[:3]
    assert "Not part of what this recipient gets for this purpose" in cells[:3]
    assert cells[-1] == "Yes"


def test_a_double_click_sends_once(client: Client, world: World) -> None:
    packet = whole(world)
    data = form_of(shown(client, packet))
    assert len(data["send"]) == 3
    before = Entry.objects.count()
    for _ in range(2):
        page = client.post(to("packet_send", packet), data, follow=True).content.decode()
        assert "Not sent to" not in page
    assert Entry.objects.count() == before + 3
    assert packet.copies.filter(state="sent").count() == 3


def test_what_is_not_ready_is_offered_to_nobody_and_stays(client: Client, world: World) -> None:
    packet = whole(world)
    housing = packet.copies.get(recipient_role="housing")
    world.edit(housing, outcome_intended="")
    page = shown(client, packet)
    data = form_of(page)
    assert housing.pk.hex not in data["send"]
    assert "Still missing" in page
    housing.refresh_from_db()
    forced = {**data, "send": [housing.pk.hex], f"version_{housing.pk.hex}": housing.version}
    answer = client.post(to("packet_send", packet), forced, follow=True)
    assert "Not sent to" in answer.content.decode()
    assert not packet.copies.filter(state="sent").exists()


def test_choosing_nobody_says_so(client: Client, world: World) -> None:
    packet = whole(world)
    answer = client.post(to("packet_send", packet), {"send_key": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "Choose at least one to send" in answer.content.decode()


def test_what_went_before_is_pointed_out_on_both_pages(client: Client, world: World) -> None:
    packet = whole(world)
    before = "Look first: something like it went, or waits"
    assert before not in shown(client, packet)
    world.send(world.draft("protection_planning", "housing"))
    assert before in shown(client, packet)
    housing = packet.copies.get(recipient_role="housing")
    single = client.get(reverse("disclosure_preview", args=[housing.pk])).content.decode()
    assert before in single


def test_whom_a_copy_may_name_is_chosen_on_its_page(client: Client, world: World) -> None:
    packet = whole(world)
    care = packet.copies.get(recipient_role="adult_social_care")
    page = client.get(reverse("disclosure_preview", args=[care.pk])).content.decode()
    assert "Which of the others may they know of?" in page
    assert "West housing desk" in page
    alone = world.draft("safeguarding_enquiry", "police")
    other = client.get(reverse("disclosure_preview", args=[alone.pk])).content.decode()
    assert "Which of the others" not in other


def of_others(role: str, world: World) -> list[str]:
    """What would tell somebody of this role that there are others, and who: names, roles, asks, addresses."""
    found = ["packet", "other partner", "asked as well"]
    for other in PARTNERS.keys() - {role}:
        words = other.replace("_", " ")
        found += [f"west {words}", world.desk(other).name, f"one thing for {other}"]
    return [each.lower() for each in found]


def test_no_page_message_or_mail_of_a_partner_tells_of_another(
    client: Client, world: World
) -> None:
    packet = whole(world)
    data = form_of(shown(client, packet))
    client.post(to("packet_send", packet), data)
    work_round(clocks=False)
    for role in PARTNERS:
        copy = packet.copies.get(recipient_role=role)
        staff = world.desk(role).staff.get()
        disclosure_open_by_partner(account=staff, disclosure_id=copy.pk, now=timezone.now())
        theirs = sign_in(Client(), staff)
        pages = [
            reverse("inbox_list"),
            *(reverse(n, args=[copy.pk]) for n in ("inbox_message", "inbox_answer")),
        ]
        for address in pages:
            page = theirs.get(address).content.decode().lower()
            for word in of_others(role, world):
                assert word not in page, f"{role} reads {word} at {address}"
        assert theirs.get(to("packet_show", packet)).status_code == 404
        assert theirs.get(to("packet_plan", packet)).status_code == 404
        for each in mail.outbox:
            if set(each.to) & {staff.email, world.desk(role).email}:
                text = f"{each.subject} {each.body}".lower()
                assert not [word for word in of_others(role, world) if word in text]


def test_by_link_a_partner_reads_of_nobody_else_either(client: Client, world: World) -> None:
    desk = world.desk("housing")
    desk.staff.clear()  # so that they have a link and no inbox
    type(desk).objects.filter(pk=desk.pk).update(email="duty@west-housing.example")
    packet = whole(world)
    client.post(to("packet_send", packet), form_of(shown(client, packet)))
    copy = packet.copies.get(recipient_role="housing")
    key, now = settings.SECRET_KEY.encode(), timezone.now()
    _, token = link_make(disclosure_id=copy.pk, now=now, key=key)
    _, code = link_code_make(
        disclosure_id=copy.pk, now=now, key=key, salt=SALT, account=world.cast.alice
    )
    theirs = Client()
    form = {"code": code, "name": "Dee Desk", "role": "Officer"}
    theirs.post(reverse("portal_link", args=[token]), form)
    page = theirs.get(reverse("portal_message")).content.decode().lower()
    assert "one thing for housing" in page
    for word in of_others("housing", world):
        assert word not in page


def test_the_page_of_one_person_shows_no_sign_of_another_case(client: Client, world: World) -> None:
    packet = whole(world)
    other = world.raise_concern("Tom Quill")
    found = client.get(to("packet_person", packet)).content.decode()
    assert "Tom Quill" in found
    assert client.post(to("packet_person", packet), {"case": str(other.pk)}).status_code == 302
    assert "Tom Quill" in shown(client, packet)
    other.circle.filter(account=world.cast.alice).update(left_at=timezone.now())
    page = shown(client, packet)
    assert "Tom Quill" not in page
    assert other.reference not in page
    assert client.get(to("packet_fill", packet, other.pk)).status_code == 404
