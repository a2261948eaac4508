"""A partner's own system, let in to what is sent to a desk of the agency."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sharewell.agencies.models import System
from sharewell.agencies.operations import system_let_in
from sharewell.agencies.systems import token_of
from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import World
from sharewell.testing import make_function

NOTHING = {"system_id": uuid.UUID(int=9)}


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """Ada let the case system of one of her agency's desks in."""
    del sent
    desk = make_function("Alder Care referral desk", world.cast.agency, "care_provider")
    token, ends_at = token_of(b"1" * 32), now + timedelta(days=30)
    given: dict[str, Any] = {"function": desk, "now": now, "actor": world.cast.ada}
    made = system_let_in(name="Care system", token=token, ends_at=ends_at, **given)
    return {"system:function_id": desk.pk, "system_id": made.pk}


def count(case: Case) -> int:
    """How many are let in."""
    return System.objects.filter(function__agency=case.agency, ended_at=None).count()
