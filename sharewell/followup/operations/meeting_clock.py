"""What happens when the day of an action of a meeting has passed; once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.evidence import operation, unchanged
from sharewell.cases import records
from sharewell.cases.models import Task
from sharewell.followup import meeting as meetings
from sharewell.followup.meeting import ACTION_LATE
from sharewell.followup.models import MeetingAction


@operation("meeting_action.late")
def meeting_action_late(*, action_id: UUID, now: datetime) -> Task | None:
    """Give the owner of the case the task to ask after a partner's action whose day has passed; once.

    For the clock runner; an action of ours is a task that goes up by itself. Done meanwhile: unchanged.
    """
    related = MeetingAction.objects.select_related("meeting__case__owner", "meeting__agency")
    action = related.get(pk=action_id)
    meeting = action.meeting
    records.lock(meeting.case)
    action.refresh_from_db(fields=["done_at", "late_at"])
    if action.done_at or action.late_at or action.owner_id or action.due_at > now:
        return unchanged(None)
    action.late_at = now
    action.save(update_fields=["late_at"])
    task = records.open_task(
        agency=meeting.agency,
        case=meeting.case,
        kind=ACTION_LATE,
        owner=meeting.case.owner,
        now=now,
        about_id=action.pk,
    )
    said = f"{action.whose} said in a meeting that this would be done by {action.due_on:%-d %B %Y}: {action.what}"
    meetings.line(meeting, None, now, f"{said} {task.owner.name} asks after it.")
    meetings.leave(meeting, None, now, task=task.pk.hex, action=action.pk.hex)
    return task
