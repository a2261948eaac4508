"""What a meeting came to: who was there, what was decided, who does what by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import records
from sharewell.disclosures import standing, words
from sharewell.followup import catalogues, recording
from sharewell.followup import meeting as meetings
from sharewell.followup.meeting import ACTION, ACTION_LATE
from sharewell.followup.models import (
    Invited,
    Meeting,
    MeetingAction,
    MeetingDecision,
)


class ActionSettled(Conflict):
    """Somebody said meanwhile what came of it."""

    code = "meeting_action_settled"
    sentence = "Somebody else recorded meanwhile what came of this. Nothing was changed; what you typed is below."


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """Whether one who was invited was there: an id of packs/meetings.yaml, who came for them, and why not whole."""

    invited_id: UUID
    presence: str
    people: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """An action as agreed: what, by when (their date), and who does it: a colleague, or one who was invited."""

    what: str
    due_on: date | None
    owner: Account | None = None
    partner_id: UUID | None = None
    partner_name: str = ""


@operation("meeting.attendance_recorded")
def meeting_attendance_record(
    *, account: Account, meeting_id: UUID, attended: Sequence[Attended], now: datetime
) -> Meeting:
    """Record who was there, by agency, who sent apologies, and who came late or left for an item, and why.

    What is not named stays as it was. Raises ``NotFound``, ``NotAllowed``, ``MeetingChanged``, and ``Invalid`` by
    the id of who was invited.
    """
    meeting = recording.begun(account, meeting_id, now, "called")
    rows = {each.pk: each for each in meeting.invited.filter(taken_back_at=None)}
    pack, errors, told = catalogues.meetings(), {}, []
    for each in attended:
        row, presence = rows.get(each.invited_id), pack.presence(each.presence)
        if row is None or presence is None:
            errors[each.invited_id.hex] = ["Choose whether they were there."]
            continue
        texts = words.tidy_all(
            {"people": each.people, "why": each.why}, most={"people": 300, "why": 500}
        )
        if presence.why and not texts["why"]:
            errors[each.invited_id.hex] = [f"{row.who}: say when, and why."]
        row.presence, row.people, row.presence_why = each.presence, texts["people"], texts["why"]
        told.append({"invited": row.pk.hex, "presence": each.presence, **texts})
    if errors:
        raise Invalid(errors)
    Invited.objects.bulk_update(rows.values(), ["presence", "people", "presence_why"])
    meetings.leave(meeting, account, now, attended=told)
    return meeting


@operation("meeting.decision_recorded")
def meeting_decision_add(
    *,
    account: Account,
    meeting_id: UUID,
    what: str,
    reasons: str,
    form_key: UUID,
    now: datetime,
    dissent: str = "",
    corrects: UUID | None = None,
    correction: str = "",
) -> MeetingDecision:
    """Record a decision with its reasons, and the dissent of whoever saw it otherwise; the same form once.

    ``corrects`` is a decision that it takes the place of, and stays readable. In a closed record ``correction``
    says what was wrong, and a new version waits for the chair. Raises as :func:`meeting_attendance_record`.
    """
    meeting = recording.begun(account, meeting_id, now, "called", "closed")
    if before := meeting.decisions.filter(form_key=form_key).first():
        return unchanged(before)
    texts = words.tidy_all({"what": what, "reasons": reasons, "dissent": dissent})
    words.required(texts, {"what": "Say what was decided.", "reasons": "Say why."})
    old = meeting.decisions.filter(pk=corrects, corrected_by=None).first() if corrects else None
    if corrects and old is None:
        raise Conflict
    recording.correct(meeting, account, now, correction)
    decision = MeetingDecision.objects.create(
        meeting=meeting,
        corrects=old,
        recorded_at=now,
        recorded_by=account,
        form_key=form_key,
        **texts,
    )
    about = {**texts, "corrects": old.pk.hex if old else None, "correction": correction}
    meetings.leave(meeting, account, now, decision=decision.pk.hex, **about)
    return decision


@operation("meeting.action_agreed")
def meeting_action_add(
    *,
    account: Account,
    meeting_id: UUID,
    agreed: Agreed,
    form_key: UUID,
    now: datetime,
    correction: str = "",
) -> MeetingAction:
    """Record an action with its owner, ours or a partner's, and its day; the same form once.

    One of ours is a task of its owner, who may read the case for it. It is due when its day ends where its owner
    is. Raises as :func:`meeting_decision_add`.
    """
    meeting = recording.begun(account, meeting_id, now, "called", "closed")
    if before := meeting.actions.filter(form_key=form_key).first():
        return unchanged(before)
    told = _action(meeting, agreed, account, now)
    recording.correct(meeting, account, now, correction)
    action = MeetingAction.objects.create(
        meeting=meeting, recorded_at=now, recorded_by=account, form_key=form_key, **told
    )
    if action.owner is not None:
        standing.let_in(meeting.case, action.owner, "has an action of a meeting", now)
        records.open_task(
            agency=meeting.agency,
            case=meeting.case,
            kind=ACTION,
            owner=action.owner,
            now=now,
            due_at=action.due_at,
            about_id=action.pk,
            note=action.what[:500],
        )
    about = {"what": action.what, "whose": action.whose, "due_on": str(action.due_on)}
    meetings.leave(meeting, account, now, action=action.pk.hex, **about, correction=correction)
    return action


@operation("meeting.action_settled")
def meeting_action_settle(
    *, account: Account, action_id: UUID, outcome: str, now: datetime
) -> MeetingAction:
    """Record what came of an action: done, or why it is not done and what happens instead.

    Raises ``NotFound``, ``NotAllowed``, ``Invalid`` and :class:`ActionSettled`.
    """
    found = MeetingAction.objects.filter(pk=action_id).values_list("meeting_id", flat=True).first()
    if found is None:
        raise NotFound
    meeting = meetings.hold(account, found, now, "called", "closed")
    action = MeetingAction.objects.select_for_update().get(pk=action_id)
    if action.done_at is not None:
        raise ActionSettled
    texts = words.tidy_all({"outcome": outcome})
    words.required(texts, {"outcome": "Say what came of it."})
    action.done_at, action.done_by, action.outcome = now, account, texts["outcome"]
    action.save(update_fields=["done_at", "done_by", "outcome"])
    given: dict[str, Any] = {"now": now, "by": account, "outcome": texts["outcome"]}
    records.close_tasks(about_id=action.pk, kinds=[ACTION, ACTION_LATE], **given)
    said = f"Action of a meeting, {action.whose}: {action.what}. What came of it: {action.outcome}"
    meetings.line(meeting, account, now, said)
    meetings.leave(meeting, account, now, action=action.pk.hex, outcome=action.outcome)
    return action


def _action(meeting: Meeting, agreed: Agreed, account: Account, now: datetime) -> dict[str, Any]:
    """An action tidied and whole; raises ``Invalid`` by field."""
    texts = words.tidy_all(
        {"what": agreed.what, "partner_name": agreed.partner_name},
        most={"what": 1000, "partner_name": 200},
    )
    rows = meeting.invited.filter(to_kind="function", taken_back_at=None)
    related = rows.select_related("function__agency")
    partner = related.filter(pk=agreed.partner_id).first() if agreed.partner_id else None
    agency = meeting.agency
    if partner is not None and partner.function is not None:
        agency = partner.function.agency
    errors: dict[str, list[str]] = {}
    if not texts["what"]:
        errors["what"] = ["Say what will be done."]
    if (agreed.owner is None) == (partner is None):
        errors["owner"] = ["Choose who does it: one of ours, or one of the agencies invited."]
    elif agreed.owner is not None and agreed.owner.pk in standing.conflicted(meeting.case):
        errors["owner"] = ["The concern bears on them or their team. Choose somebody else."]
    elif agreed.owner is not None and not standing.may_let_in(
        account, agreed.owner, meeting.case, now
    ):
        errors["owner"] = ["They cannot read this case, which is restricted. Let them in first."]
    if agreed.due_on is None:
        errors["due_on"] = ["Say by which day."]
    elif agreed.due_on < meetings.day_of(meeting.starts_at, agency):
        errors["due_on"] = ["Give a day that is not before the meeting."]
    if errors or agreed.due_on is None:
        raise Invalid(errors)
    due_at = meetings.end_of(agreed.due_on, agency)
    return {
        **texts,
        "owner": agreed.owner,
        "partner": partner,
        "due_on": agreed.due_on,
        "due_at": due_at,
    }
