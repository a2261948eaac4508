"""What the police told Alice by telephone, and a message of hers that Olu has opened."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure, InformationReceived
from sharewell.disclosures.operations import disclosure_open_by_partner
from sharewell.disclosures.tests.taking import told
from sharewell.disclosures.tests.world import World

NOTHING = {"olu:disclosure_id": uuid.uuid4()}


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """A message that goes by link, to a desk where Olu works besides, and what came by telephone."""
    told(world)
    to_others = Disclosure.objects.filter(case=world.case, state="sent", recipient__staff=None)
    theirs = to_others.select_related("recipient").earliest("opened_at")
    assert theirs.recipient
    theirs.recipient.staff.add(world.cast.olu)
    disclosure_open_by_partner(account=world.cast.olu, disclosure_id=theirs.pk, now=now)
    return {"olu:disclosure_id": theirs.pk}


def count(case: Case) -> int:
    """How much was told about the case."""
    return InformationReceived.objects.filter(case=case).count()
