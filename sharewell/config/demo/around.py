"""Around the demo's case of a month: a meeting held and one to come, requests to us, an outcome, and the team's own affairs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sharewell.agencies.models import Function
from sharewell.config.demo.ongoing import DAY, Telling
from sharewell.disclosures import operations as disclosures
from sharewell.disclosures.operations.requests import Asked
from sharewell.followup import operations
from sharewell.followup.operations.meeting import Guest, Plan
from sharewell.followup.operations.minutes import Agreed, Attended
from sharewell.followup.operations.minutes_close import Closing
from sharewell.followup.operations.outcome import Told
from sharewell.followup.operations.staffcheck import Seen

HELD_DAYS_AGO = 6


def tell(story: Telling) -> None:
    """Tell all of it."""
    _meeting(story)
    _coming(story)
    _requests(story)
    told = Told(**story.told["outcome"])
    owner, case = story.case.owner, story.case
    operations.outcome_record(
        account=owner, case=case, told=told, form_key=story.key("outcome"), now=story.ago(3)
    )


def team(story: Telling) -> None:
    """Training and vetting, who is away, and the e-mails that people chose."""
    for number, each in enumerate(story.told["staff_checks"]):
        day = story.ago(each["days_ago"] * DAY).date()
        operations.staff_check_record(
            account=story.people[each["by"]],
            of_id=story.people[each["of"]].pk,
            seen=Seen(kind=each["kind"], done_on=day, seen_on=day, ending=each.get("ending", "")),
            form_key=story.key(f"check {number}"),
            now=story.ago(25 * DAY),
        )
    away = story.told["away"]
    begins = story.now + timedelta(days=away["from_days"])
    operations.absence_record(
        account=story.people[away["by"]],
        of=story.people[away["of"]],
        starts_at=begins,
        until=begins + timedelta(days=away["days"]),
        now=story.ago(5),
    )
    for email, kind in story.told["digests"].items():
        operations.digest_choose(account=story.people[email], kind=kind, now=story.ago(25 * DAY))


def _meeting(story: Telling) -> None:
    """Called, prepared, held and closed; one action is done, one is open."""
    told, owner, at = story.told["meeting"], story.case.owner, story.ago(HELD_DAYS_AGO * DAY)
    plan = Plan(starts_at=at, chair=story.case.manager, note_taker=owner, **told["plan"])
    before: dict[str, Any] = {"account": owner, "now": at - timedelta(days=2)}
    meeting = operations.meeting_call(
        case=story.case, plan=plan, form_key=story.key("meeting"), **before
    )
    before["meeting_id"] = meeting.pk
    seats = {}
    for each in told["guests"]:
        desk = Function.objects.get(slug=each["to"])
        guest = Guest(reason=each["reason"], function_id=desk.pk)
        seats[desk.role] = operations.meeting_invite(guest=guest, **before)
    operations.meeting_prepare(lines=[1, 2, 3], texts=told["prepared"], **before)
    after: dict[str, Any] = {**before, "now": at + timedelta(hours=2)}
    there = [Attended(invited_id=row.pk, presence="present") for row in meeting.invited.all()]
    operations.meeting_attendance_record(attended=there, **after)
    for number, each in enumerate(told["decisions"]):
        key = story.key(f"decision {number}")
        operations.meeting_decision_add(form_key=key, **each, **after)
    ours = Agreed(what=told["ours"]["what"], due_on=(at + timedelta(days=2)).date(), owner=owner)
    done = operations.meeting_action_add(agreed=ours, form_key=story.key("our action"), **after)
    theirs = Agreed(
        what=told["theirs"]["what"],
        due_on=(story.now + timedelta(days=3)).date(),
        partner_id=seats["primary_care"].pk,
        partner_name=told["theirs"]["name"],
    )
    operations.meeting_action_add(agreed=theirs, form_key=story.key("their action"), **after)
    review = (story.now + timedelta(days=8)).date()
    record = operations.meeting_close(closing=Closing(review_on=review, **told["closing"]), **after)
    operations.meeting_confirm(
        account=story.case.manager,
        meeting_id=meeting.pk,
        number=record.number,
        now=at + timedelta(hours=4),
    )
    operations.meeting_action_settle(
        account=owner, action_id=done.pk, outcome=told["ours"]["outcome"], now=story.ago(4.5 * DAY)
    )


def _coming(story: Telling) -> None:
    """A conference in two days, with the desk that it needs."""
    told = story.told["meeting"]
    given: dict[str, Any] = {"account": story.case.owner, "now": story.ago(30)}
    plan = Plan(
        starts_at=story.now + timedelta(days=2),
        chair=story.case.manager,
        note_taker=story.case.owner,
        **told["coming"],
    )
    meeting = operations.meeting_call(
        case=story.case, plan=plan, form_key=story.key("coming"), **given
    )
    desk = Function.objects.get(slug=told["guests"][0]["to"])
    guest = Guest(reason=told["guests"][0]["reason"], function_id=desk.pk)
    operations.meeting_invite(meeting_id=meeting.pk, guest=guest, **given)


def _requests(story: Telling) -> None:
    """The police ask about him, and were rung back; a court orders, and nobody has checked it yet."""
    for each in story.told["requests"]:
        told = dict(each)
        at, check, ours = (
            story.ago(told.pop("hours_ago")),
            told.pop("check", None),
            told.pop("ours", 0),
        )
        made = disclosures.request_receive(
            account=story.case.owner,
            asked=Asked(received_at=at, **told),
            case=story.case if ours else None,
            form_key=story.key(f"request {told['kind']}"),
            now=at + timedelta(minutes=10),
        )
        if check:
            disclosures.request_check(
                account=story.case.owner, request_id=made.pk, now=at + timedelta(hours=1), **check
            )
