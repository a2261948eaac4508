"""The plan that comes of a packet: whole on our side, and for each partner its own part and nobody else's."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from sharewell.agencies.access import Invalid
from sharewell.cases.models import Case, Task, Wall
from sharewell.disclosures import packets, queries
from sharewell.disclosures.models import Disclosure, Packet, PacketAction
from sharewell.disclosures.operations import disclosure_correct, disclosure_open_by_partner
from sharewell.disclosures.received import Received
from sharewell.disclosures.tests.answers import give
from sharewell.disclosures.tests.packing import (
    PARTNERS,
    SAYS,
    act,
    answered,
    asked,
    fill,
    send,
    shown,
    texts,
    texts_of,
    whole,
)
from sharewell.disclosures.tests.world import AGREED, REASONS, World
from sharewell.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return asked()


def test_what_we_do_is_a_task_and_is_told_only_to_those_chosen(world: World) -> None:
    packet, key = whole(world), uuid.uuid4()
    care = packet.copies.get(recipient_role="adult_social_care")
    before = Entry.objects.count()
    for _ in range(2):
        act(world, packet, [care], form_key=key)
    assert Entry.objects.count() == before + 1
    task = Task.objects.waiting().get(kind="packet_action")
    assert (task.owner, task.note) == (world.cast.alice, "Go with her to the bank")
    copies = shown(world, packet)
    assert "We do this: Go with her to the bank" in texts(copies["adult_social_care"])["ask"]
    for role in ("housing", "primary_care"):
        assert "bank" not in texts(copies[role])["ask"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"what": " "}, "what"),
        ({"what": "a" * 201}, "what"),
        ({"owner_id": uuid.uuid4()}, "owner_id"),
        ({"due_at": None}, "due_at"),
    ],
)
def test_an_action_that_is_not_whole_is_refused(
    world: World, given: dict[str, Any], field: str
) -> None:
    packet = whole(world)
    if "due_at" in given:
        given = {"due_at": world.now}
    with pytest.raises(Invalid) as refused:
        act(world, packet, [], **given)
    assert set(refused.value.errors) == {field}
    assert not PacketAction.objects.exists()


def test_what_was_sent_is_told_of_nothing_more(world: World) -> None:
    packet = whole(world)
    send(world, packet)
    care = packet.copies.get(recipient_role="adult_social_care")
    with pytest.raises(Invalid) as refused:
        act(world, packet, [care])
    assert set(refused.value.errors) == {"told"}


def test_the_plan_on_our_side_holds_what_everybody_does(world: World) -> None:
    packet = whole(world)
    act(world, packet, [])
    answered(world, packet)
    (plan,) = queries.packet_plan(viewer=world.cast.alice, packet_id=packet.pk, now=world.now)
    assert [each.what for each in plan.ours] == ["Go with her to the bank"]
    said = {
        each.line.disclosure.recipient_role: [p.what for s in each.said for p in s.promised]
        for each in plan.partners
    }
    assert said == {role: [f"Act of {role}"] for role in PARTNERS}


def test_each_partner_reads_its_own_part_of_the_plan_and_of_nobody_else(world: World) -> None:
    packet = whole(world)
    care = packet.copies.get(recipient_role="adult_social_care")
    act(world, packet, [care])
    copies = answered(world, packet)
    for role, copy in copies.items():
        who = world.desk(role).staff.get()
        page = queries.inbox_open(viewer=who, disclosure_id=copy.pk, now=world.now)
        asked, *rows = [(each.ours, each.what.partition(" (by")[0]) for each in page.plan]
        assert asked[1].startswith(f"One thing for {role}. By ")
        bank = [(True, "Go with her to the bank")] if role == "adult_social_care" else []
        assert rows == [*bank, (False, f"Act of {role}")]
        text = repr(page)
        for other in PARTNERS.keys() - {role}:
            assert f"Act of {other}" not in text
            assert f"Owner of {other}" not in text
            assert world.desk(other).name not in text
        listed = queries.inbox_list(viewer=who, now=world.now)
        assert [each.disclosure_id for each in listed.lines] == [copy.pk]


def test_what_a_partner_asks_for_more_stays_within_the_packet(world: World) -> None:
    packet = whole(world)
    copies = answered(world, packet)
    who = world.desk("housing").staff.get()
    more = give(who, copies["housing"], world.now, "ask_more").decision
    assert more is not None
    assert more.packet_id == packet.pk
    known = texts_of(world, world.edit(more, None, **REASONS))
    assert known["concern.reason"] == SAYS["concern.reason"]
    assert known["disclosure.history"] == "", "their question tells them of nobody"


def test_what_was_wrong_in_a_packet_is_corrected_within_it(world: World) -> None:
    """The new version draws on the same words, but for what was wrong, and tells of nobody."""
    packet = whole(world)
    send(world, packet)
    old = packet.copies.get(recipient_role="adult_social_care")
    new = disclosure_correct(
        account=world.cast.alice,
        disclosure_id=old.pk,
        right={"actions.tried": "We offered a walking group."},
        leave_out=[],
        reason="I mixed it up.",
        now=world.now,
    )
    assert new.packet_id == packet.pk
    known = texts_of(world, new)
    assert known["actions.tried"] == "We offered a walking group."
    assert known["concern.reason"] == SAYS["concern.reason"]
    assert known["disclosure.history"] == ""


def siblings(world: World) -> tuple[Packet, Case]:
    """A packet about two people that went to three partners, each of them asked something about each person."""
    packet = whole(world)
    other = world.raise_concern("Tom Quill")
    first, world.case = world.case, other
    world.facts(harm="serious", others_at_risk="none")
    purposes = list(PARTNERS.values())
    world.talk(AGREED, covers_purposes=purposes, covers_recipients=list(PARTNERS))
    world.case = first
    packets.person_add(account=world.cast.alice, packet_id=packet.pk, case=other, now=world.now)
    fill(world, packet, case=other)
    for copy in packet.copies.filter(case=other):
        asks = f"Another thing for {copy.recipient_role}."
        words: dict[str, Any] = {k: v for k, v in REASONS.items() if k not in packets.COMMON}
        world.edit(copy, ask=asks, ask_by=world.now + timedelta(days=3), **words)
    assert {each.why for each in send(world, packet)} == {""}
    return packet, other


def opened(world: World, copy: Disclosure, role: str) -> Received:
    """The page of a message as somebody of its recipient reads it."""
    who = world.desk(role).staff.get()
    disclosure_open_by_partner(account=who, disclosure_id=copy.pk, now=world.now)
    return queries.inbox_open(viewer=who, disclosure_id=copy.pk, now=world.now)


def test_a_partner_reads_all_its_parts_of_a_packet_together_and_of_nobody_else(
    world: World,
) -> None:
    packet, other = siblings(world)
    for role in PARTNERS:
        first, second = (
            packet.copies.get(recipient_role=role, case=case) for case in (world.case, other)
        )
        page = opened(world, first, role)
        assert [(each.opened, each.about, each.steps) for each in page.parts] == [(False, "", ())]
        assert "Another thing" not in repr(page), "nothing of it is told before it is opened"
        opened(world, second, role)
        page = opened(world, first, role)
        (part,) = page.parts
        assert part.about.startswith("Tom Quill")
        assert part.steps[0].what.startswith(f"Another thing for {role}.")
        assert page.plan[0].what.startswith(f"One thing for {role}.")
        for name in PARTNERS.keys() - {role}:
            assert f"thing for {name}" not in repr(page)
            assert world.desk(name).name not in repr(page)


def test_who_is_kept_out_of_one_case_reads_no_sign_of_its_part(world: World) -> None:
    packet, other = siblings(world)
    who = world.desk("housing").staff.get()
    Wall.objects.create(case=other, account=who, reason="named", raised_at=world.now)
    page = opened(world, packet.copies.get(recipient_role="housing", case=world.case), "housing")
    assert page.parts == ()
