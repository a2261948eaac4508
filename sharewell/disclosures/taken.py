"""That a recipient has a message: written down once, whichever way it became known."""

from __future__ import annotations

from datetime import datetime

from sharewell.cases import records as cases
from sharewell.disclosures import clocks
from sharewell.disclosures.models import Acknowledgement, Opening

DONE_BY_ANSWER = (
    "acknowledgement_chase",
    "delivery_failed",
    "delivery_by_hand",
    "emergency_unacknowledged",
    "link_locked",
)


def acknowledged(opening: Opening, at: datetime, now: datetime) -> Acknowledgement:
    """Write down the acknowledgement of a message that was opened, and end what waited for it.

    The clock of the recipient's first action begins. Used inside an operation; the first counts.
    """
    disclosure = opening.disclosure
    if before := Acknowledgement.objects.filter(disclosure=disclosure).first():
        return before
    made = Acknowledgement.objects.create(
        disclosure=disclosure, opening=opening, name=opening.name, role=opening.role, at=at
    )
    disclosure.action_due_at = clocks.act_by(disclosure, at)
    disclosure.save(update_fields=["action_due_at"])
    cases.add_chronology(
        case=disclosure.case,
        now=now,
        by=opening.recorded_by,
        section="answer",
        text="\n".join(
            filter(
                None,
                [
                    f"{disclosure.to_whom} acknowledged: {opening.name}, {opening.role}.",
                    f"Said by telephone: {opening.said}" if opening.said else "",
                ],
            )
        ),
        event_at=at,
        about_id=disclosure.id,
    )
    cases.close_tasks(
        about_id=disclosure.id, kinds=DONE_BY_ANSWER, now=now, by=None, outcome="Acknowledged."
    )
    return made
