"""What was said by telephone is confirmed in writing: whose task that is, and by when."""

from __future__ import annotations

from datetime import datetime

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.agencies.reckoning import reckoning
from sharewell.cases.models import Task
from sharewell.disclosures import catalogues, follow
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.ways_out import WRITTEN

KIND = "confirm_in_writing"


def due(disclosure: Disclosure, called_at: datetime) -> datetime:
    """By when the writing follows a call (aware), in UTC: the first clock of the packs that asks for it.

    It is that of the sender's place for the recipient's role, on the sender's calendar; without one, the clock of
    the task.
    """
    agency = disclosure.agency
    try:
        ends = [
            reckoning(agency, called_at).due(each.within, called_at)
            for each in packs.clocks().values()
            if disclosure.recipient_role in each.confirms
            and {agency.jurisdiction, agency.state} & set(each.places)
        ]
    except catalogues.UNREADABLE:
        ends = []
    return min(ends, default=follow.due(KIND, agency, called_at))


def written(disclosure: Disclosure) -> bool:
    """Whether a disclosure has reached its recipient in writing."""
    return disclosure.deliveries.filter(channel__in=WRITTEN, state="done").exists()


def ask(*, disclosure: Disclosure, account: Account, called_at: datetime, now: datetime) -> None:
    """Give the one who rang the task to confirm it in writing; inside an operation."""
    by = due(disclosure, called_at)
    waiting = Task.objects.waiting().filter(kind=KIND, about_id=disclosure.pk)
    if not waiting.update(due_at=by):
        follow.open_task(disclosure, KIND, account, now, due_at=by)
