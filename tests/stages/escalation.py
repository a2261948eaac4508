"""A message that nobody acknowledges, on its ladder with something of everything; and an answer that may be disputed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.operations import disclosure_open_by_partner
from sharewell.disclosures.tests.answers import give
from sharewell.disclosures.tests.stage import make_sent
from sharewell.disclosures.tests.world import World
from sharewell.followup.models import (
    Escalation,
    EscalationAttempt,
    EscalationPosition,
    EscalationRisk,
    EscalationStep,
    Passed,
)
from sharewell.followup.operations import (
    acknowledgement_chase,
    escalation_attempt,
    escalation_position,
    manager_pass,
    whistle_lead_appoint,
    whistle_raise,
)


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """The ladder of a message to Pat's desk, and a message to it that was declined."""
    del sent
    given: dict[str, Any] = {"case": world.case}
    silent = make_sent(world.cast, now, world.cast.police, ack_due_at=now, **given)
    acknowledgement_chase(disclosure_id=silent.pk, now=now)
    climbing = Escalation.objects.get(disclosure=silent)
    done: dict[str, Any] = {"account": world.cast.alice, "escalation_id": climbing.pk, "now": now}
    escalation_attempt(
        **done,
        how="phone",
        whom="Dee",
        tried_at=now,
        said="She will look",
        result="will_answer",
        danger="same",
        form_key=uuid.uuid4(),
    )
    escalation_position(**done, side="ours", said="We are worried", form_key=uuid.uuid4())
    declined = make_sent(world.cast, now, world.cast.police, **given)
    disclosure_open_by_partner(account=world.cast.pat, disclosure_id=declined.pk, now=now)
    give(world.cast.pat, declined, now, "decline")
    lead = whistle_lead_appoint(account=world.cast.ada, lead=world.cast.gita, now=now)
    kept = whistle_raise(
        account=world.cast.alice,
        said="The rota is not safe",
        wanted="",
        protected=True,
        named=[],
        form_key=uuid.uuid4(),
        now=now,
    )
    brought = manager_pass(
        account=world.cast.alice,
        case_id=world.case.pk,
        why="silent",
        reason="No answer since Monday",
        told="not",
        told_reason="He would be angry",
        form_key=uuid.uuid4(),
        now=now,
    )
    return {
        "passed_id": brought.pk,
        "whistle_id": kept.pk,
        "whistle:lead_id": lead.pk,
        "escalation_id": climbing.pk,
        "disputed:disclosure_id": declined.pk,
        "colleague:account_id": world.cast.stranger.pk,
    }


def count(case: Case) -> int:
    """How much there is of the escalations of a case."""
    rows = (EscalationStep, EscalationAttempt, EscalationRisk, EscalationPosition)
    of_case = Escalation.objects.filter(case=case)
    return (
        of_case.count()
        + Passed.objects.filter(case=case).count()
        + of_case.exclude(ended_at=None).count()
        + sum(row.objects.filter(escalation__case=case).count() for row in rows)
    )
