"""What happens when a partner does not say what they do, or the day they named has passed; each once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.cases import records
from sharewell.cases.models import Task
from sharewell.disclosures import catalogues, standing
from sharewell.disclosures.models import Disclosure, PartnerAction
from sharewell.followup.chasing import chase
from sharewell.followup.queries import ACT, ACTION_LATE


@operation("first_action.late")
def first_action_chase(*, disclosure_id: UUID, now: datetime) -> Task | None:
    """Give the sender the task to ask a recipient, who has the message, what they will do and by when.

    For the clock runner; once for each disclosure. Answered meanwhile, or chased already: unchanged.
    """
    disclosure = standing.hold_for_clock(disclosure_id)
    chased = Task.objects.filter(about_id=disclosure.pk, kind=ACT).first()
    settled = disclosure.answers.filter(kind__in=catalogues.settling())
    answered = settled.exists() or disclosure.partner_actions.exists()
    due_at = disclosure.action_due_at
    if chased or answered or disclosure.state != "sent" or due_at is None or due_at > now:
        return unchanged(chased)
    task = chase(disclosure, ACT, "no_action", due_at, now)
    said = f"{disclosure.to_whom} has it, and has not said in the time agreed what they do."
    return _say(disclosure, task, now, said)


@operation("partner_action.late")
def partner_action_late(*, action_id: UUID, now: datetime) -> Task | None:
    """Give the owner of the case the task to ask after an action whose day has passed; once for each action.

    For the clock runner. One task stands for all that is late of a message. Done meanwhile: unchanged.
    """
    found = PartnerAction.objects.filter(pk=action_id).values_list("disclosure_id", flat=True)
    disclosure = standing.hold_for_clock(found[0])
    action = PartnerAction.objects.get(pk=action_id)
    waiting = Task.objects.waiting().filter(about_id=disclosure.pk, kind=ACTION_LATE).first()
    if action.done_at or action.late_at or action.due_at > now:
        return unchanged(waiting)
    action.late_at = now
    action.save(update_fields=["late_at"])
    said = f"{disclosure.to_whom} said that {action.owner} would do this by {action.due_on:%-d %B %Y}: {action.what}."
    task = waiting or chase(disclosure, ACTION_LATE, "late_action", action.due_at, now)
    return _say(disclosure, task, now, said)


def _say(disclosure: Disclosure, task: Task, now: datetime, said: str) -> Task:
    """Say in the timeline who chases what, and leave the evidence."""
    records.add_chronology(
        case=disclosure.case,
        now=now,
        by=None,
        section="action",
        text=f"{said} {task.owner.name} chases it.",
        about_id=disclosure.pk,
    )
    about = {
        "task": task.pk.hex,
        "kind": task.kind,
        "owner": task.owner_id.hex,
        "about": disclosure.pk.hex,
    }
    record(
        at=now,
        agency=disclosure.agency,
        actor=None,
        case_id=disclosure.case_id,
        things={"task": about},
    )
    return task
