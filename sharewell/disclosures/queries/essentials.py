"""The essentials of a case that was opened by break-glass: the one projection, cut to Tier 1."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import looked
from sharewell.cases import queries as cases
from sharewell.cases.models import Case, GlassBreak
from sharewell.core.decision import Decision, decide
from sharewell.core.minimise import Message, minimise
from sharewell.disclosures import question
from sharewell.disclosures.judging import SHARES
from sharewell.disclosures.known import record_for
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.question import Question

log = structlog.get_logger("sharewell.disclosures")
# Inside the agency the rules know one role: its own safeguarding lead, who may always be told.
ROLE, PURPOSE = "safeguarding_lead", "immediate_safety"
WRITTEN = ("rationale", "proportionality", "consent_reason", "no_agreement_override_reason")


@dataclass(frozen=True, slots=True)
class Essentials:
    """What one reads first after breaking the glass; once it has ended, nothing of the case.

    ``message`` holds the Tier 1 fields, or is None where the rules cannot be read: the page goes on without.
    """

    opened: GlassBreak
    ended_at: datetime | None
    message: Message | None


def essentials(*, viewer: Account, access_id: UUID, now: datetime) -> Essentials:
    """The essentials of what the viewer opened; leaves a line in the access table while it lasts.

    Raises ``NotFound`` for what another opened.
    """
    opened = cases.break_glass(viewer=viewer, access_id=access_id, now=now)
    ended = opened.ended(now)
    if ended is not None:
        return Essentials(opened, ended, None)
    case = opened.case
    what = "break-glass essentials"
    looked.note_all(viewer=viewer, cases=[case], now=now, what=what, otherwise="break_glass")
    return Essentials(opened, None, _message(case, viewer, now))


def _message(case: Case, viewer: Account, now: datetime) -> Message | None:
    asked = Disclosure(
        agency=case.agency,
        case=case,
        route="emergency",
        urgency="immediate",
        purpose=PURPOSE,
        opened_at=now,
        opened_by=viewer,
        recipient_role=ROLE,
        alleged_source="false",
        facts={"harm": "immediate"},
    )
    try:
        known = question.gather(asked, now)
        whole = _judged(known, None)
        first = [field for field in whole.fields if whole.tiers.get(field) == 1]
        decision = _judged(known, first)
        record = record_for(
            asked, facts=known.facts, conversation=known.conversation, consent_reason="", now=now
        )
    except Refusal:
        raise
    except Exception:
        log.exception("break_glass_without_essentials")
        return None
    if decision.outcome not in SHARES:
        return None
    return minimise(record, decision, known.policy)


def _judged(known: Question, wants: Collection[str] | None) -> Decision:
    asked = question.request(known, wants=wants, supplied=WRITTEN)
    return decide(asked, known.policy, None)
