"""A recipient says that an action needs longer: the old day is kept, the new one runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sharewell.cases import records as cases
from sharewell.disclosures import follow
from sharewell.disclosures.models import ActionMoved, Answer, Disclosure, PartnerAction

LATE, LONGER = "partner_action_late", "action_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Which of their actions needs longer, and its new last day (their date)."""

    action_id: UUID
    due_on: date | None


def zone(disclosure: Disclosure) -> ZoneInfo:
    """The time zone in which a recipient's days end."""
    agency = disclosure.recipient.agency if disclosure.recipient else disclosure.agency
    return ZoneInfo(agency.time_zone)


def day_ends(disclosure: Disclosure, day: date) -> datetime:
    """When a day is over where the recipient is."""
    return datetime.combine(day + timedelta(days=1), time(), zone(disclosure))


def wrong(disclosure: Disclosure, later: Later, words: str, now: datetime) -> dict[str, list[str]]:
    """What is wrong with a later day, by field; an action that is not open is looked at when it is moved."""
    errors: dict[str, list[str]] = {}
    found = PartnerAction.objects.filter(pk=later.action_id, disclosure=disclosure).first()
    today = now.astimezone(zone(disclosure)).date()
    if later.due_on is None:
        errors["later_by"] = ["Give the new last day."]
    elif later.due_on < today or (found and later.due_on <= found.due_on):
        errors["later_by"] = ["Give a day that is later than before and has not passed."]
    if not words:
        errors["words"] = ["Say why it needs longer."]
    return errors


def move(answer: Answer, later: Later) -> ActionMoved | None:
    """Give an open action its later day, and ask the owner of the case whether it can wait so long.

    Whoever chased it need not any more; the clock runs anew. None where the action is not open any more.
    """
    rows = PartnerAction.objects.select_for_update().filter(
        pk=later.action_id, disclosure=answer.disclosure, done_at=None
    )
    action = rows.first()
    if action is None or later.due_on is None:
        return None
    moved = ActionMoved.objects.create(
        action=action,
        answer=answer,
        due_on_before=action.due_on,
        due_at_before=action.due_at,
        due_on=later.due_on,
    )
    action.due_on, action.late_at = later.due_on, None
    action.due_at = day_ends(answer.disclosure, later.due_on)
    action.save(update_fields=["due_on", "due_at", "late_at"])
    still = answer.disclosure.partner_actions.filter(done_at=None).exclude(late_at=None)
    if not still.exists():
        cases.close_tasks(
            about_id=answer.disclosure_id,
            kinds=[LATE],
            now=answer.recorded_at,
            by=None,
            outcome="They gave a later day.",
        )
    note = f"{action.what}: by {moved.due_on:%-d %B %Y}, not {moved.due_on_before:%-d %B %Y}; {action.put_off}."
    owner = answer.disclosure.case.owner
    follow.open_task(answer.disclosure, LONGER, owner, answer.recorded_at, note=note[:500])
    return moved
