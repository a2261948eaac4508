"""A certificate of a colleague, seen and recorded."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sharewell.agencies.models import StaffCheck
from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import World
from sharewell.followup.operations import staff_check_record
from sharewell.followup.operations.staffcheck import Seen

NOTHING = {"check_id": uuid.UUID(int=8)}


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """Bea saw the certificate of a colleague's training."""
    del sent
    day = (now - timedelta(days=30)).date()
    seen = Seen(kind="safeguarding_2", done_on=day, seen_on=day)
    of_id = world.cast.stranger.pk
    given: dict[str, Any] = {"account": world.cast.bea, "of_id": of_id, "now": now}
    made = staff_check_record(seen=seen, form_key=uuid.uuid4(), **given)
    return {"check_id": made.pk}


def count(case: Case) -> int:
    """How much is recorded and stands."""
    of_agency = StaffCheck.objects.filter(account__agency=case.agency)
    return of_agency.filter(withdrawn_at=None).count()
