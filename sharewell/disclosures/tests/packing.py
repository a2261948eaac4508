"""A packet about Nell to three partners, and short ways to fill, read and send it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sharewell.cases.models import Case
from sharewell.disclosures import packets, queries
from sharewell.disclosures.models import Disclosure, Packet, PacketAction, PacketPart
from sharewell.disclosures.operations import disclosure_open_by_partner, packet_action_add
from sharewell.disclosures.tests.answers import give, visit
from sharewell.disclosures.tests.world import AGREED, REASONS, World

SAYS = {
    "concern.reason": "Her money goes and her home is at risk.",
    "risk.triggers": "A new friend moved in last month.",
    "actions.tried": "We offered a lunch club.",
}
PARTNERS = {
    "adult_social_care": "exploitation_concern",
    "housing": "housing_stability",
    "primary_care": "clinical_coordination",
}


def asked(**given: Any) -> World:
    """A world in which Nell agreed to each of the partners."""
    world = World(**given)
    world.facts(harm="serious", others_at_risk="none")
    purposes = [*PARTNERS.values(), "protection_planning", "safeguarding_enquiry"]
    world.talk(AGREED, covers_purposes=purposes, covers_recipients=[*PARTNERS, "police"])
    return world


def begin(world: World, **given: Any) -> Packet:
    """A packet about Nell, empty."""
    asked = {"case": world.case, "template": "adult", "form_key": uuid.uuid4(), **given}
    return packets.packet_open(account=world.cast.alice, now=world.now, **asked)


def fill(world: World, packet: Packet, case: Case | None = None, **given: Any) -> PacketPart:
    """Write its words."""
    case = case or world.case
    words = {name: REASONS[name] for name in packets.COMMON}
    asked = {"version": 1, "answers": SAYS, **words, **given}
    return packets.part_update(
        account=world.cast.alice, packet_id=packet.pk, case_id=case.pk, now=world.now, **asked
    )


def ask(
    world: World, packet: Packet, role: str, purpose: str = "", **given: Any
) -> list[Disclosure]:
    """Add a partner with a careful sender's reasons."""
    asked = {
        "ask": f"One thing for {role}.",
        "ask_by": world.now + timedelta(days=3),
        **{name: text for name, text in REASONS.items() if name not in packets.COMMON},
        "case_ids": [world.case.pk],
        **given,
    }
    return packets.partner_add(
        account=world.cast.alice,
        packet_id=packet.pk,
        recipient=world.desk(role).pk,
        purpose=purpose or PARTNERS[role],
        now=world.now,
        **asked,
    )


def whole(world: World) -> Packet:
    """A packet about Nell to three partners."""
    packet = begin(world)
    fill(world, packet)
    for role in PARTNERS:
        ask(world, packet, role)
    return packet


def shown(world: World, packet: Packet) -> dict[str, queries.Copy]:
    """The copies about everybody, by role."""
    page = queries.packet(viewer=world.cast.alice, packet_id=packet.pk, now=world.now)
    return {copy.disclosure.recipient_role: copy for each in page.people for copy in each.copies}


def send(world: World, packet: Packet, key: uuid.UUID | None = None) -> list[packets.Sending]:
    """Send what may go, as it is shown."""
    page = queries.packet(viewer=world.cast.alice, packet_id=packet.pk, now=world.now)
    copies = [copy.shown for each in page.people for copy in each.copies if copy.shown]
    return packets.send_each(
        account=world.cast.alice,
        packet_id=packet.pk,
        seen={each.disclosure.pk: (each.disclosure.version, each.seen) for each in copies},
        send_key=key or uuid.uuid4(),
        now=world.now,
    )


def texts(copy: queries.Copy) -> dict[str, str]:
    """The message of a copy, by field."""
    assert copy.shown is not None
    assert copy.shown.message is not None
    return {part.field: "\n".join(part.lines) for part in copy.shown.message.fields}


def texts_of(world: World, draft: Disclosure) -> dict[str, str]:
    """The message of a draft, by field."""
    message = world.preview(draft).message
    assert message is not None
    return {part.field: "\n".join(part.lines) for part in message.fields}


def act(world: World, packet: Packet, told: list[Disclosure], **given: Any) -> PacketAction:
    """Something that Alice does herself."""
    asked = {
        "what": "Go with her to the bank",
        "owner_id": world.cast.alice.pk,
        "due_at": world.now + timedelta(days=2),
        "form_key": uuid.uuid4(),
        **given,
    }
    return packet_action_add(
        account=world.cast.alice,
        packet_id=packet.pk,
        case_id=world.case.pk,
        told=[each.pk for each in told],
        now=world.now,
        **asked,
    )


def answered(world: World, packet: Packet) -> dict[str, Disclosure]:
    """Sent to the three; each takes it on with an action of its own."""
    send(world, packet)
    copies = {each.recipient_role: each for each in packet.copies.all()}
    for role, copy in copies.items():
        who = world.desk(role).staff.get()
        disclosure_open_by_partner(account=who, disclosure_id=copy.pk, now=world.now)
        promised = visit(world.now, what=f"Act of {role}", owner=f"Owner of {role}")
        give(who, copy, world.now, "accept", actions=[promised])
    return copies
