"""Lines of the chronology for the short chronology of a packet: which are offered, and what becomes of them."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell.cases.models import ChronologyEntry
from sharewell.cases.operations import caveat_set
from sharewell.cases.records import Known, add_chronology, record_fields
from sharewell.core import packets as pack
from sharewell.disclosures.models import Packet, PacketPart
from sharewell.disclosures.tests import packing
from sharewell.disclosures.tests.packing import begin, shown, texts, whole
from sharewell.disclosures.tests.world import World
from sharewell.testing import sign_in

pytestmark = pytest.mark.django_db
FIELD = "chronology.extract"
SEEN, RANG = "She came with a bruise.\nShe said nothing.", "Her sister rang twice."
THEIRS, SHARED = "His own drinking.", "Shared with West housing desk."
MARAC = "Said at the meeting of the ninth."


@pytest.fixture
def world() -> World:
    world = packing.asked(now=timezone.now())
    for text, given in (
        (SEEN, {}),
        (RANG, {"section": "contact"}),
        (THEIRS, {"kind": "third_party"}),
        (SHARED, {"section": "disclosure"}),
        (MARAC, {"kind": "reported"}),
    ):
        line = add_chronology(
            case=world.case,
            now=world.now,
            by=world.cast.alice,
            text=text,
            **{"section": "note", **given},
        )
    caveat_set(
        account=world.cast.alice,
        case=world.case,
        entry=line,
        kind="marac",
        originator="West council",
        conditions="",
        now=world.now,
    )
    return world


@pytest.fixture
def client(world: World) -> Client:
    return sign_in(Client(), world.cast.alice)


def fill(client: Client, world: World, packet: Packet, **given: Any) -> Any:
    """Save the words of the packet; the page where nothing is given."""
    address = reverse("packet_fill", args=[packet.pk, world.case.pk])
    if not given:
        return client.get(address)
    version = PacketPart.objects.get(packet=packet).version
    return client.post(address, {"version": version, **given})


def number(text: str) -> str:
    """The number of a line of the chronology."""
    return str(ChronologyEntry.objects.get(text=text).line)


def offers(page: str) -> dict[str, str]:
    """The lines that may be ticked: words by number."""
    found = re.findall(r'name="lines"[^>]*value="(\d+)"[^>]*>\s*<label[^>]*>([^<]*)</label>', page)
    return {value: html.unescape(words) for value, words in found}


def test_lines_that_may_go_are_offered_and_for_others_the_page_says_why(
    client: Client, world: World
) -> None:
    page = fill(client, world, begin(world)).content.decode()
    offered = offers(page)
    assert {number(SEEN), number(RANG)} <= offered.keys()
    assert offered[number(SEEN)].endswith("She came with a bruise. She said nothing.")
    for text, why in (
        (THEIRS, "Somebody else told it of themselves or of others."),
        (SHARED, "No partner learns of another by itself."),
        (MARAC, "nothing is shared further without the agency that brought it"),
    ):
        assert number(text) not in offered
        row = next(r for r in re.findall(r"<dt>.*?</dd>", page, re.DOTALL) if text in r)
        assert why in row


def test_what_is_ticked_goes_as_the_short_chronology_with_what_is_typed(
    client: Client, world: World
) -> None:
    packet = whole(world)
    name = extract_name(fill(client, world, packet).content.decode())
    given = {name: "In March she moved.", "lines": [number(SEEN), number(RANG)]}
    assert fill(client, world, packet, **given).status_code == 302
    first, second, third = PacketPart.objects.get().answers[FIELD].split("\n")
    assert first.endswith("She came with a bruise. She said nothing.")
    assert second.endswith(RANG)
    assert third == "In March she moved."
    care = texts(shown(world, packet)["adult_social_care"])[FIELD]
    assert RANG in care
    assert "In March she moved." in care
    assert FIELD not in texts(shown(world, packet)["housing"]), (
        "who may not have it gets none of it"
    )
    page = fill(client, world, packet).content.decode()
    assert re.search(rf'name="lines"[^>]*value="{number(RANG)}" checked', page)
    box = re.search(rf'<textarea[^>]*name="{name}"[^>]*>([^<]*)', page)
    assert box is not None
    assert box[1].strip() == "In March she moved."
    fill(client, world, packet, **{name: "In March she moved.", "lines": [number(RANG)]})
    assert len(PacketPart.objects.get().answers[FIELD].split("\n")) == 2


def extract_name(page: str) -> str:
    """The name of the box for what happened when."""
    found = re.search(r'<label[^>]*for="id_(answer_\d+)"[^>]*>\s*What happened when', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("text", [THEIRS, SHARED, MARAC])
def test_a_line_that_cannot_be_chosen_is_refused_when_it_is_sent_all_the_same(
    client: Client, world: World, text: str
) -> None:
    packet = whole(world)
    answer = fill(client, world, packet, lines=[number(text)])
    assert answer.status_code == 422
    assert FIELD not in PacketPart.objects.get().answers


def test_more_lines_than_a_message_carries_are_refused_with_all_of_it_kept(
    client: Client, world: World
) -> None:
    packet = whole(world)
    name = extract_name(fill(client, world, packet).content.decode())
    typed = "\n".join(f"Line {n}." for n in range(10))
    answer = fill(client, world, packet, **{name: typed, "lines": [number(RANG)]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose at most 10 lines" in page
    assert "Line 9." in page
    assert re.search(rf'name="lines"[^>]*value="{number(RANG)}" checked', page)


def test_a_caveat_put_on_a_line_that_was_chosen_holds_the_chronology_back(
    client: Client, world: World
) -> None:
    packet = whole(world)
    fill(client, world, packet, lines=[number(RANG)])
    assert FIELD in texts(shown(world, packet)["adult_social_care"])
    caveat_set(
        account=world.cast.alice,
        case=world.case,
        entry=ChronologyEntry.objects.get(text=RANG),
        kind="marac",
        originator="West council",
        conditions="",
        now=world.now,
    )
    copy = shown(world, packet)["adult_social_care"]
    assert FIELD not in texts(copy)
    assert copy.kept[FIELD] == "caveat"


def test_what_the_case_says_goes_without_lines_that_tell_of_partners(
    client: Client, world: World
) -> None:
    """The extract of the case may hold any line; a packet takes over those that may be chosen for it."""
    items = [f"1 November 2026 (observed): {text}" for text in (RANG, SHARED)]
    known = [Known(field=FIELD, items=items)]
    record_fields(case=world.case, entries=known, now=world.now, by=world.cast.alice)
    packet = whole(world)
    assert texts(shown(world, packet)["adult_social_care"])[FIELD] == items[0]
    fill(client, world, packet, outcome_intended="She is safe.")
    page = fill(client, world, begin(world)).content.decode()
    box = re.search(rf'<textarea[^>]*name="{extract_name(page)}"[^>]*>([^<]*)', page)
    assert box is not None
    assert html.unescape(box[1]).strip() == items[0]


def test_the_pack_knows_the_sections_and_kinds_of_the_record() -> None:
    assert list(pack.SECTIONS) == list(ChronologyEntry.SECTIONS)
    choices = ChronologyEntry._meta.get_field("kind").choices
    assert tuple(value for value, _ in choices or ()) == pack.KINDS
