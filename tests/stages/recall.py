"""A message that went to the wrong desk and was recalled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sharewell.cases.models import Case, CircleMember
from sharewell.disclosures.models import BreachAssessment, BreachTold, Disclosure, Recall
from sharewell.disclosures.operations import disclosure_recall
from sharewell.disclosures.tests.stage import make_desk, make_sent
from sharewell.disclosures.tests.world import World


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """The recalled message; whoever was let in to assess the breach has left again."""
    cast = world.cast
    wrong = make_sent(cast, now, make_desk(), case=world.case)
    disclosure_recall(
        account=cast.alice, disclosure_id=wrong.pk, reason="Wrong desk.", aware_at=now, now=now
    )
    CircleMember.objects.filter(case=world.case, account=cast.gita).update(left_at=now)
    return {"recalled:disclosure_id": wrong.pk}


def count(case: Case) -> int:
    """How many recalls, and how much of their breaches."""
    about = {"breach__recall__disclosure__case": case}
    rows = (
        Recall.objects.filter(disclosure__case=case),
        Recall.objects.filter(disclosure__case=case).exclude(danger=""),
        BreachAssessment.objects.filter(**about),
        BreachTold.objects.filter(**about),
    )
    return sum(each.count() for each in rows)
