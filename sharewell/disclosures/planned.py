"""The part of a plan that one recipient sees: what its own message asked and told, and what it does itself.

It is made of what was sent to this recipient and of their own answers, so it can show nothing of anybody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sharewell.disclosures.known import WE_DO
from sharewell.disclosures.models import Disclosure


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done: ``ours`` by the sender; ``owner`` and ``due_on`` where the recipient promised it."""

    ours: bool
    what: str
    owner: str = ""
    due_on: date | None = None
    due_at: datetime | None = None
    done: bool = False


def steps(disclosure: Disclosure) -> tuple[Step, ...]:
    """What is agreed between the sender and the recipient of a message that its reader has opened."""
    fields = (disclosure.message or {}).get("fields", ())
    lines = next((part["lines"] for part in fields if part["field"] == "ask"), ())
    asked = [line for line in lines if not line.startswith(WE_DO)]
    ours = [line.removeprefix(WE_DO) for line in lines if line.startswith(WE_DO)]
    promised = disclosure.partner_actions.order_by("due_at", "id")
    return (
        *((Step(ours=False, what="\n".join(asked)),) if asked else ()),
        *(Step(ours=True, what=line) for line in ours),
        *(
            Step(
                ours=False,
                what=each.what,
                owner=each.owner,
                due_on=each.due_on,
                due_at=each.due_at,
                done=each.done_at is not None,
            )
            for each in promised
        ),
    )
