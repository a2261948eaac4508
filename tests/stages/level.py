"""A level that was given."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sharewell.cases.levels import Chosen
from sharewell.cases.models import Case, LevelGiven
from sharewell.cases.operations import level_give
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import World


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """High on the list for domestic abuse; the page of a case is its address, so there is no value of its own."""
    chosen = Chosen(ladder="dash", level="high", why="He watches the door.", number=11)
    level_give(
        account=world.cast.alice, case=sent.case, chosen=chosen, form_key=uuid.uuid4(), now=now
    )
    return {}


def count(case: Case) -> int:
    """How many levels there are."""
    return LevelGiven.objects.filter(case=case).count()
