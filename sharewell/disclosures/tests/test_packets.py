"""A packet: filled in once, decided and minimised for each partner and person, and nobody learns of another."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from sharewell.agencies.access import Conflict, Invalid, NotAllowed, NotFound
from sharewell.cases.models import Case
from sharewell.disclosures import drafts, packets, queries
from sharewell.disclosures.models import Disclosure, Packet, PacketPart
from sharewell.disclosures.tests.packing import (
    PARTNERS,
    SAYS,
    ask,
    asked,
    begin,
    fill,
    send,
    shown,
    texts,
    texts_of,
    whole,
)
from sharewell.disclosures.tests.world import World
from sharewell.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return asked()


def test_one_filling_gives_each_partner_its_own_message(world: World) -> None:
    copies = shown(world, whole(world))
    care, housing = texts(copies["adult_social_care"]), texts(copies["housing"])
    assert care["concern.reason"] == housing["concern.reason"] == SAYS["concern.reason"]
    assert care["risk.triggers"] == SAYS["risk.triggers"]
    assert "risk.triggers" not in housing, "housing gets no more than it needs for a home"
    assert copies["housing"].kept["risk.triggers"], "and the sender reads why it stays"
    assert care["ask"].startswith("One thing for adult_social_care.")
    assert housing["ask"].startswith("One thing for housing.")


def test_a_packet_widens_nothing(world: World) -> None:
    """The same question put without a packet gives the same fields."""
    copies = shown(world, whole(world))
    for role, purpose in PARTNERS.items():
        alone = world.preview(world.draft(purpose, role))
        packed = copies[role].shown
        assert packed is not None
        assert packed.decision.fields == alone.decision.fields


def test_what_is_ready_is_sent_at_once_each_with_its_own_entry(world: World) -> None:
    packet = whole(world)
    before = Entry.objects.count()
    assert [each.why for each in send(world, packet)] == ["", "", ""]
    assert Entry.objects.count() == before + 3
    assert len({each.pk for each in packet.copies.all() if each.state == "sent"}) == 3


def test_what_may_not_go_stays_and_holds_up_nobody(world: World) -> None:
    packet = begin(world)
    fill(world, packet)
    ask(world, packet, "adult_social_care")
    ask(world, packet, "housing", outcome_intended="")
    done = {each.disclosure_id: each.why for each in send(world, packet)}
    states = {each.recipient_role: (each.state, done[each.pk]) for each in packet.copies.all()}
    assert states["adult_social_care"] == ("sent", "")
    assert states["housing"] == ("draft", "Say what you want to come of this.")


def test_the_same_press_of_the_button_sends_once(world: World) -> None:
    packet, key = whole(world), uuid.uuid4()
    page = queries.packet(viewer=world.cast.alice, packet_id=packet.pk, now=world.now)
    seen = {
        copy.disclosure.pk: (copy.disclosure.version, copy.shown.seen if copy.shown else "")
        for copy in page.people[0].copies
    }
    given: dict[str, Any] = {"packet_id": packet.pk, "seen": seen, "send_key": key}
    before = Entry.objects.count()
    for _ in range(2):
        done = packets.send_each(account=world.cast.alice, now=world.now, **given)
        assert [each.why for each in done] == ["", "", ""]
    assert Entry.objects.count() == before + 3


def test_words_that_changed_since_they_were_read_are_not_sent(world: World) -> None:
    packet = whole(world)
    page = queries.packet(viewer=world.cast.alice, packet_id=packet.pk, now=world.now)
    seen = {
        copy.disclosure.pk: (copy.disclosure.version, copy.shown.seen if copy.shown else "")
        for copy in page.people[0].copies
    }
    fill(world, packet, version=2, answers={**SAYS, "concern.reason": "Something else."})
    done = packets.send_each(
        account=world.cast.alice,
        packet_id=packet.pk,
        seen=seen,
        send_key=uuid.uuid4(),
        now=world.now,
    )
    assert all("changed since you read it" in each.why for each in done)
    assert not packet.copies.filter(state="sent").exists()


def test_by_default_nobody_is_told_of_another_partner(world: World) -> None:
    """No name, role or count of another recipient is in what a partner gets, before or after sending."""
    packet = whole(world)
    for _ in range(2):
        send(world, packet)
    for sent in packet.copies.all():
        assert sent.message_bytes is not None
        text = bytes(sent.message_bytes).decode().lower()
        for role in PARTNERS.keys() - {sent.recipient_role}:
            assert world.desk(role).name.lower() not in text
            assert f"west {role.replace('_', ' ')}" not in text
        assert "disclosure.history" not in {
            part["field"] for part in (sent.message or {})["fields"] if part["text"]
        }


def test_what_went_in_a_packet_is_not_told_outside_it_either(world: World) -> None:
    send(world, whole(world))
    known = texts_of(world, world.draft("safeguarding_enquiry", "police"))
    assert known["disclosure.history"] == ""


def test_a_partner_may_know_of_another_when_the_sender_says_so(world: World) -> None:
    packet = whole(world)
    copies = shown(world, packet)
    care, housing = (copies[role].disclosure for role in ("adult_social_care", "housing"))
    world.edit(care, knows_of=[housing.pk.hex])
    assert texts(shown(world, packet)["adult_social_care"])["disclosure.history"] == (
        "housing, asked as well"
    )
    assert [each.why for each in send(world, packet)] == ["", "", ""]
    care.refresh_from_db()
    assert b"asked as well" in bytes(care.message_bytes or b"")
    for role in ("housing", "primary_care"):
        other = packet.copies.get(recipient_role=role)
        assert b"asked as well" not in bytes(other.message_bytes or b"")


def test_nobody_is_named_to_a_partner_before_they_were_told_themselves(world: World) -> None:
    packet = begin(world)
    fill(world, packet)
    (care,) = ask(world, packet, "adult_social_care")
    (housing,) = ask(world, packet, "housing", outcome_intended="")
    world.edit(care, knows_of=[housing.pk.hex])
    why = {each.disclosure_id: each.why for each in send(world, packet)}
    assert "nothing has gone yet" in why[care.pk]


@pytest.mark.parametrize("names", ["itself", "elsewhere"])
def test_only_partners_of_the_same_packet_can_be_named(world: World, names: str) -> None:
    packet = whole(world)
    care = packet.copies.get(recipient_role="adult_social_care")
    other = care if names == "itself" else world.draft("safeguarding_enquiry", "police")
    with pytest.raises(Invalid):
        world.edit(care, knows_of=[other.pk.hex])


def test_two_siblings_get_a_message_each_decided_by_their_own_agreement(world: World) -> None:
    """A packet about two adults of one household: the other has not been asked, so theirs waits."""
    packet = whole(world)
    world.wait(minutes=1)
    other = world.raise_concern("Tom Quill")
    packets.person_add(account=world.cast.alice, packet_id=packet.pk, case=other, now=world.now)
    page = queries.packet(viewer=world.cast.alice, packet_id=packet.pk, now=world.now)
    assert [(each.case.pk, len(each.copies)) for each in page.people] == [
        (world.case.pk, 3),
        (other.pk, 3),
    ]
    for copy in page.people[1].copies:
        assert copy.shown is not None
        assert copy.shown.decision.outcome != "share"
        assert not PacketPart.objects.get(case=other).answers, "nothing of hers stands in his"
    done = send(world, packet)
    assert packet.copies.filter(state="sent", case=world.case).count() == 3
    assert not packet.copies.filter(state="sent", case=other).exists()
    assert len(done) == 6


def test_who_may_see_one_person_of_a_packet_learns_nothing_of_the_other(world: World) -> None:
    packet = whole(world)
    other = world.raise_concern("Tom Quill")
    packets.person_add(account=world.cast.alice, packet_id=packet.pk, case=other, now=world.now)
    other.circle.filter(account=world.cast.sam).delete()
    seen = queries.packet(viewer=world.cast.sam, packet_id=packet.pk, now=world.now)
    assert [each.case.pk for each in seen.people] == [world.case.pk]
    for who in (world.cast.stranger, world.cast.pat):
        with pytest.raises(NotFound):
            queries.packet(viewer=who, packet_id=packet.pk, now=world.now)


def test_a_person_whom_the_form_is_not_for_begins_a_packet_of_their_own(world: World) -> None:
    child = world.raise_concern("Kit Quill", subject_kind="child")
    packet = begin(world)
    with pytest.raises(Invalid):
        packets.person_add(account=world.cast.alice, packet_id=packet.pk, case=child, now=world.now)
    with pytest.raises(Invalid):
        begin(world, template="child")
    with pytest.raises(Invalid):
        begin(world, template="aps")


def test_only_those_of_the_circle_who_may_share_prepare_one(world: World) -> None:
    packet = begin(world)
    for who, refusal in ((world.cast.stranger, NotFound), (world.cast.pat, NotFound)):
        with pytest.raises(refusal):
            packets.packet_open(
                account=who, case=world.case, template="adult", form_key=uuid.uuid4(), now=world.now
            )
        with pytest.raises(refusal):
            packets.part_update(
                account=who,
                packet_id=packet.pk,
                case_id=world.case.pk,
                version=1,
                answers=SAYS,
                now=world.now,
            )
        with pytest.raises((NotFound, NotAllowed)):
            packets.send_each(
                account=who, packet_id=packet.pk, seen={}, send_key=uuid.uuid4(), now=world.now
            )


def test_the_same_form_begins_one_packet_and_a_partner_is_added_once(world: World) -> None:
    key = uuid.uuid4()
    assert begin(world, form_key=key) == begin(world, form_key=key)
    packet = Packet.objects.get()
    ask(world, packet, "housing")
    with pytest.raises(Invalid):
        ask(world, packet, "housing")
    assert packet.copies.count() == 1


def test_two_who_write_at_once_lose_nothing(world: World) -> None:
    packet = begin(world)
    fill(world, packet)
    with pytest.raises(Conflict):
        fill(world, packet, answers={})
    assert PacketPart.objects.get().answers == SAYS


def test_the_common_words_follow_into_copies_that_are_not_written_otherwise(world: World) -> None:
    packet = whole(world)
    housing = packet.copies.get(recipient_role="housing")
    world.edit(housing, outcome_intended="The tenancy stands.")
    fill(world, packet, version=2, outcome_intended="She is safe.")
    wanted = {each.recipient_role: each.outcome_intended for each in packet.copies.all()}
    assert wanted == {
        "adult_social_care": "She is safe.",
        "housing": "The tenancy stands.",
        "primary_care": "She is safe.",
    }


def test_what_went_to_the_same_recipient_or_its_like_is_pointed_out(world: World) -> None:
    packet = whole(world)
    assert not any(copy.alike for copy in shown(world, packet).values())
    sent = world.draft("protection_planning", "housing")
    world.send(sent)
    twin = shown(world, packet)["housing"].alike
    assert [each.disclosure.pk for each in twin] == [sent.pk]
    assert not shown(world, packet)["adult_social_care"].alike
    world.wait(days=29)
    assert not shown(world, packet)["housing"].alike, "after four weeks it is no duplicate"


def test_what_waits_for_the_same_kind_and_purpose_is_pointed_out_as_far_as_one_may_see(
    world: World,
) -> None:
    packet = whole(world)
    waits = world.draft("housing_stability", "housing")
    elsewhere = Case.objects.create(
        **{
            name: getattr(world.case, name)
            for name in ("agency", "person", "owner", "manager", "opened_at")
        },
        reference="ELSEWHERE",
    )
    hidden = Disclosure.objects.create(
        agency=world.case.agency,
        case=elsewhere,
        opened_at=world.now,
        opened_by=world.cast.alice,
        purpose="housing_stability",
        recipient=world.desk("housing"),
        recipient_role="housing",
    )
    found = [each.disclosure.pk for each in shown(world, packet)["housing"].alike]
    assert found == [waits.pk], "a case of the same person outside the circle is not hinted at"
    Disclosure.objects.filter(pk=hidden.pk).update(case=world.case)
    found = [each.disclosure.pk for each in shown(world, packet)["housing"].alike]
    assert set(found) == {waits.pk, hidden.pk}


def test_a_copy_given_up_is_no_copy_any_more(world: World) -> None:
    packet = whole(world)
    housing = packet.copies.get(recipient_role="housing")
    drafts.disclosure_close(
        account=world.cast.alice, disclosure_id=housing.pk, version=housing.version, now=world.now
    )
    assert set(shown(world, packet)) == {"adult_social_care", "primary_care"}
    assert ask(world, packet, "housing")


def test_partners_stand_in_the_order_in_which_they_were_added_for_each_person(world: World) -> None:
    """Also where copies were made at the same instant; ids have no part in it."""
    packet = begin(world)
    fill(world, packet)
    order = ["primary_care", "housing", "adult_social_care"]
    for role in order:
        ask(world, packet, role)
        world.wait(minutes=1)
    for name in ("Tom Quill", "Ann Quill"):
        other = world.raise_concern(name)
        packets.person_add(account=world.cast.alice, packet_id=packet.pk, case=other, now=world.now)
    page = queries.packet(viewer=world.cast.alice, packet_id=packet.pk, now=world.now)
    assert len(page.people) == 3
    for person in page.people:
        assert [copy.disclosure.recipient_role for copy in person.copies] == order


def test_partners_added_at_the_same_instant_stand_by_their_names(world: World) -> None:
    page = shown(world, whole(world))
    names = [copy.line.to_whom for copy in page.values()]
    assert names == sorted(names)
