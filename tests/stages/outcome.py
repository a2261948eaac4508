"""An outcome recorded in the case."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import World
from sharewell.followup.models import Outcome
from sharewell.followup.operations import outcome_record
from sharewell.followup.operations.outcome import Told


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """What came of it so far; its pages are about the case."""
    told = Told(
        occasion="review",
        wanted="To stay.",
        met="fully",
        wellbeing="better",
        risk_before="serious",
        risk_after="reduced",
    )
    given: dict[str, Any] = {"account": world.cast.alice, "case": world.case, "now": now}
    outcome_record(told=told, form_key=uuid.uuid4(), **given)
    return {}


def count(case: Case) -> int:
    """How many outcomes are recorded."""
    return Outcome.objects.filter(case=case).count()
