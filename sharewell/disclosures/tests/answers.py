"""Answers of a recipient, whole enough to be given, for tests of what follows from them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sharewell.agencies.models import Account
from sharewell.disclosures.models import Answer, Disclosure
from sharewell.disclosures.operations import disclosure_answer
from sharewell.disclosures.operations.answer import Answered, Promised

# The least that each kind of answer goes with.
WHOLE: Mapping[str, Mapping[str, Any]] = {
    "redirect": {"to_whom": "The front door"},
    "decline": {"reason": "not_our_area"},
    "ask_more": {"fields": ["risk.triggers"], "words": "To plan the visit."},
    "outcome": {"words": "She is safe."},
}


def visit(now: datetime, **changes: Any) -> Promised:
    """An action within two days of ``now``."""
    promised = {"what": "Visit her", "owner": "Jo Beat", "due_on": now.date() + timedelta(days=2)}
    return Promised(**{**promised, **changes})


def give(by: Account, sent: Disclosure, now: datetime, kind: str, **given: Any) -> Answer:
    """Answer a message that this account has opened in the inbox."""
    return disclosure_answer(
        account=by,
        disclosure_id=sent.pk,
        answered=Answered(kind=kind, **{**WHOLE.get(kind, {}), **given}),
        form_key=uuid.uuid4(),
        now=now,
    )
