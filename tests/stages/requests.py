"""A request for information about the case, which Sam decides."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure, InformationRequest
from sharewell.disclosures.operations import request_receive
from sharewell.disclosures.operations.requests import Asked
from sharewell.disclosures.tests.world import World

NOTHING = {"request_id": uuid.uuid4()}


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """The police ask, without a power."""
    asked = Asked(
        kind="police",
        who="PC Lamb",
        about="Nell",
        asked="Where is she?",
        purpose="immediate_safety",
        received_at=now,
    )
    made = request_receive(
        account=world.cast.alice, asked=asked, case=world.case, form_key=uuid.uuid4(), now=now
    )
    return {"request_id": made.pk}


def count(case: Case) -> int:
    """How many requests, checked or decided."""
    rows = InformationRequest.objects.filter(case=case)
    return rows.count() + rows.exclude(checked_at=None).count() + rows.exclude(state="open").count()
