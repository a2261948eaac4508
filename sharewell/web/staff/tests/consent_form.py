"""The consent form as a browser sends it."""

from __future__ import annotations

import uuid
from typing import Any

from sharewell.cases.models import Case
from sharewell.consent.models import Conversation


def consent_data(before: Conversation | None = None, **changes: Any) -> dict[str, Any]:
    """An agreement, whole; ``changes`` replace answers."""
    return {
        "form_key": str(uuid.uuid4()),
        "follows": str(before.pk) if before else "",
        "safe_to_ask": "true",
        "discussed_with": "Nell alone, in the office",
        "explained": ["opening", "limits", "what", "choice", "change_mind", "ending"],
        "understanding_checked": "on",
        "understanding_how": "She told me back who would be told.",
        "capacity": "has",
        "given_by": "person",
        "position": "obtained",
        "covers_purposes": ["housing_stability"],
        "covers_recipients": ["housing"],
        "covers_tier": "2",
        "deny_role": ["family_carer"],
        "must_not_know": "Ray\nDan",
        "safe_to_inform": "true",
        "wants_to_happen": "To keep the flat",
        "revisit_when": ["capacity"],
    } | changes


def unsafe_data(before: Conversation | None = None, **changes: Any) -> dict[str, Any]:
    """Only what is asked for when it is not safe to ask."""
    return {
        "form_key": str(uuid.uuid4()),
        "follows": str(before.pk) if before else "",
        "safe_to_ask": "false",
        "reason_unsafe": "increases_risk",
        "words_unsafe": "He is in the room at every visit.",
    } | changes


def stands(case: Case) -> Conversation:
    """The conversation that stands for a case."""
    return Conversation.objects.newest().get(case=case)
