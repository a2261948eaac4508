"""What the police told Alice by telephone, and a message of hers that Olu has opened and taken into a case."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure, InformationReceived
from sharewell.disclosures.operations import disclosure_open_by_partner
from sharewell.disclosures.tests.stage import make_sent
from sharewell.disclosures.tests.taking import told
from sharewell.disclosures.tests.world import World
from sharewell.testing import make_function

NOTHING = {"olu:disclosure_id": uuid.uuid4()}


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """A message to a desk of Birch Homes, where Olu works, and what came by telephone."""
    told(world)
    desk = make_function("Birch desk", world.cast.other_agency, "housing", world.cast.olu)
    theirs = make_sent(world.cast, now, desk, case=world.case)
    disclosure_open_by_partner(account=world.cast.olu, disclosure_id=theirs.pk, now=now)
    return {"olu:disclosure_id": theirs.pk}


def count(case: Case) -> int:
    """How much was told about the case."""
    return InformationReceived.objects.filter(case=case).count()
