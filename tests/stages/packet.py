"""A packet about the case to a partner, with what we do ourselves."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sharewell.cases.models import Case
from sharewell.disclosures import packets
from sharewell.disclosures.models import Disclosure, PacketAction, PacketPart
from sharewell.disclosures.operations import packet_action_add
from sharewell.disclosures.tests.world import World


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """A packet of Alice's to the desk of adult social care, of which one of ours does a part."""
    case, alice = world.case, world.cast.alice
    packet = packets.packet_open(
        account=alice, case=case, template="adult", form_key=uuid.uuid4(), now=now
    )
    (copy,) = packets.partner_add(
        account=alice,
        packet_id=packet.pk,
        recipient=world.desk("adult_social_care").pk,
        purpose="safeguarding_enquiry",
        case_ids=[case.pk],
        now=now,
        ask="Visit her.",
    )
    packet_action_add(
        account=alice,
        packet_id=packet.pk,
        case_id=case.pk,
        what="Go with her",
        owner_id=alice.pk,
        due_at=now + timedelta(days=2),
        told=[copy.pk],
        form_key=uuid.uuid4(),
        now=now,
    )
    return {"packet_id": packet.pk}


def count(case: Case) -> int:
    """How much of packets hangs on the case, with how often it was saved."""
    parts = PacketPart.objects.filter(case=case)
    return parts.count() + sum(part.version for part in parts) + PacketAction.objects.count()
