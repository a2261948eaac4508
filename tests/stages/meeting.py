"""A meeting about the case, held and closed, another that is still to come, and an action that is open."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sharewell.cases.models import Case
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import World
from sharewell.followup.models import (
    Invited,
    MeetingAction,
    MeetingDecision,
    MeetingPreparation,
    MeetingRecord,
)
from sharewell.followup.operations import (
    meeting_action_add,
    meeting_attendance_record,
    meeting_call,
    meeting_close,
    meeting_decision_add,
    meeting_invite,
    meeting_prepare,
)
from sharewell.followup.operations.meeting import Guest, Plan
from sharewell.followup.operations.minutes import Agreed, Attended
from sharewell.followup.operations.minutes_close import Closing

NOTHING = {
    **dict.fromkeys(("meeting_id", "invited_id", "action_id"), uuid.UUID(int=7)),
    "what": "part",
}


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """One that was held an hour after it was called, with an agency whose action is open."""
    cast = world.cast
    plan = Plan(
        kind="case_conference",
        purpose="What the plan is until the review.",
        starts_at=now,
        minutes=60,
        way="in_person",
        place="Room 4, The Old Mill",
        chair=cast.bea,
        note_taker=cast.alice,
    )
    given: dict[str, Any] = {"account": cast.alice, "now": now}
    coming = meeting_call(case=world.case, plan=plan, form_key=uuid.uuid4(), **given)
    meeting = meeting_call(case=world.case, plan=plan, form_key=uuid.uuid4(), **given)
    given["meeting_id"] = meeting.pk
    desk = world.desk("adult_social_care")
    guest = Guest(reason="They know her.", function_id=desk.pk)
    invited = meeting_invite(guest=guest, **given)
    meeting_prepare(lines=[1], texts={"voice": "She wants to stay."}, **given)
    meeting_prepare(
        lines=[1], texts={"voice": "She wants to stay."}, **{**given, "meeting_id": coming.pk}
    )
    people = [Attended(invited_id=each.pk, presence="present") for each in meeting.invited.all()]
    meeting_attendance_record(attended=people, **given)
    meeting_decision_add(what="A visit.", reasons="It helps.", form_key=uuid.uuid4(), **given)
    agreed = Agreed(what="Visit", due_on=(now + timedelta(days=3)).date(), partner_id=invited.pk)
    action = meeting_action_add(agreed=agreed, form_key=uuid.uuid4(), **given)
    review_on = (now + timedelta(days=9)).date()
    meeting_close(closing=Closing(review_on=review_on, escalation="Ring them."), **given)
    return {
        "meeting_id": meeting.pk,
        "coming:meeting_id": coming.pk,
        "invited_id": invited.pk,
        "action_id": action.pk,
        "what": "part",
    }


def count(case: Case) -> int:
    """How much there is of meetings about a case."""
    return sum(
        [
            case.meetings.count(),
            case.meetings.filter(state="called").count(),
            Invited.objects.filter(meeting__case=case, taken_back_at=None).count(),
            MeetingDecision.objects.filter(meeting__case=case).count(),
            MeetingAction.objects.filter(meeting__case=case).count(),
            MeetingAction.objects.filter(meeting__case=case, done_at=None).count(),
            MeetingRecord.objects.filter(meeting__case=case).count(),
            MeetingRecord.objects.filter(meeting__case=case, confirmed_at=None).count(),
            MeetingPreparation.objects.filter(meeting__case=case).count(),
        ]
    )
