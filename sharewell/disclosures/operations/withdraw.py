"""Withdrawal of agreement: what has not left stops, what was decided on it is opened again."""

from __future__ import annotations

from typing import Any

from sharewell.agencies.evidence import operation
from sharewell.consent.models import Conversation


@operation("consent.withdrawal_applied")
def consent_withdraw(**keywords: Any) -> Conversation:
    """Record the withdrawal (see ``consent.operations.consent_withdraw``) and act on it at once.

    Deliveries that wait and rested on the agreement stop, links not yet opened close, access that was
    given beyond the usual circle ends, decisions that relied on it reopen, and partners are told only
    where that is safe. Emergencies are left alone.
    """
    raise NotImplementedError
