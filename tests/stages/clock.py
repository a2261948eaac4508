"""A closing day of the agency."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sharewell.agencies.models import LocalDays
from sharewell.agencies.operations import local_days_add
from sharewell.agencies.operations.localdays import Days
from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import World


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """A staff day of the agency in a week."""
    days = Days(kind="closed", name="Staff day", first=(now + timedelta(days=7)).date())
    row = local_days_add(
        account=world.cast.ada, days=days, reason="Training.", form_key=uuid.uuid4(), now=now
    )
    return {"local_id": row.pk}


def count(case: Case) -> int:
    """How many closing days there are."""
    return LocalDays.objects.filter(withdrawn_at=None).count()
