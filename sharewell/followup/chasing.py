"""The first step of a ladder: the task to chase a partner, for use inside an operation."""

from __future__ import annotations

from datetime import datetime

from sharewell.cases import oversight
from sharewell.cases.models import Task
from sharewell.disclosures import follow
from sharewell.disclosures.models import Disclosure
from sharewell.followup import escalating


def chase(disclosure: Disclosure, kind: str, cause: str, since: datetime, now: datetime) -> Task:
    """Put a message on the first step of its ladder, and give whoever takes it the task to chase.

    Where the ladders cannot be read the sender has the task all the same, with the clock of its kind.
    """
    made = escalating.begin(disclosure, cause, now, since=since)
    if made is not None:
        due_at = made.next_at if made.next_at and made.next_at > now else None
        return follow.open_task(disclosure, kind, made.holder, now, due_at=due_at)
    sender = disclosure.sent_by or disclosure.opened_by
    free = sender.is_active and sender.pk not in oversight.apart(disclosure.case)
    return follow.open_task(disclosure, kind, sender if free else disclosure.case.owner, now)
