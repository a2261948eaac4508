"""The record of a meeting: closed only when it is whole, confirmed by the chair, corrected as later versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sharewell import packs
from sharewell.agencies.access import Conflict, Invalid, NotAllowed
from sharewell.agencies.evidence import operation, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import records
from sharewell.disclosures import words
from sharewell.followup import casing, recording
from sharewell.followup import meeting as meetings
from sharewell.followup.meeting import CONFIRM, RECORD
from sharewell.followup.models import CaseClock, Meeting, MeetingRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What a record is closed with; ``missing_why`` explains a seat that was not filled.

    ``began`` are events of packs/clocks.yaml that the meeting was; each starts its clocks.
    """

    review_on: date | None
    escalation: str
    no_actions_why: str = ""
    missing_why: str = ""
    correction: str = ""
    began: tuple[str, ...] = ()


@operation("meeting.closed")
def meeting_close(
    *, account: Account, meeting_id: UUID, closing: Closing, now: datetime
) -> MeetingRecord:
    """Close the record of a meeting, or correct what it was closed with (``correction``), as a new version.

    It is refused, with every reason, without decisions, actions (or why none is needed), a review date, the
    escalation route, who was there, and an explanation for each seat that was not filled. Then the chair has the
    task to confirm it. Raises as :func:`meeting_attendance_record`.
    """
    meeting = recording.begun(account, meeting_id, now, "called", "closed")
    texts = words.tidy_all(
        {
            name: getattr(closing, name)
            for name in ("escalation", "no_actions_why", "missing_why", "correction")
        }
    )
    if errors := _unclosable(meeting, closing, texts):
        raise Invalid(errors)
    first, newest = meeting.state == "called", meeting.records.first()
    told = {**texts, "review_on": closing.review_on}
    clocks = _start(meeting, closing.began, account, now)
    if (
        not clocks
        and newest
        and all(getattr(newest, name) == value for name, value in told.items())
    ):
        return unchanged(newest)  # the same form, sent twice
    if not first:
        words.required(texts, {"correction": recording.WHY})
    kept = recording.version(meeting, account, now, told)
    if first:
        meeting.state = "closed"
        meeting.save(update_fields=["state"])
        records.close_tasks(
            about_id=meeting.pk, kinds=[RECORD], now=now, by=account, outcome="Written."
        )
    meetings.line(meeting, account, now, recording.said(meeting, kept))
    about = {**texts, "review_on": str(closing.review_on), "number": kept.number}
    meetings.leave(
        meeting, account, now, record=kept.pk.hex, clocks=casing.as_json(clocks), **about
    )
    return kept


@operation("meeting.confirmed")
def meeting_confirm(
    *, account: Account, meeting_id: UUID, number: int, now: datetime
) -> MeetingRecord:
    """Confirm, as its chair, the version of the record that was read; an older one is refused.

    Where the chair has left, the manager of the case does.

    Raises ``NotFound``, ``NotAllowed`` to anybody else, and ``MeetingChanged``.
    """
    meeting = meetings.hold(account, meeting_id, now, "closed")
    if meetings.confirms(meeting) != account:
        raise NotAllowed
    newest = meeting.records.first()
    if newest is None or newest.number != number:
        raise Conflict
    if newest.confirmed_at is not None:
        return unchanged(newest)
    newest.confirmed_at, newest.confirmed_by = now, account
    newest.save(update_fields=["confirmed_at", "confirmed_by"])
    records.close_tasks(
        about_id=meeting.pk, kinds=[CONFIRM], now=now, by=account, outcome="Confirmed."
    )
    meetings.line(
        meeting, account, now, f"Record of the meeting confirmed by its chair, version {number}."
    )
    meetings.leave(meeting, account, now, confirmed=newest.pk.hex)
    return newest


def _start(
    meeting: Meeting, began: Sequence[str], account: Account, now: datetime
) -> list[CaseClock]:
    """Start the clocks of what the meeting was, from when it began, for the owner of the case; each once."""
    made: list[CaseClock] = []
    for event in dict.fromkeys(began):
        made += casing.start(
            case=meeting.case,
            event=event,
            at=meeting.starts_at,
            owner=meeting.case.owner,
            by=account,
            form_key=uuid4(),
            now=now,
        )
    if made:
        known = packs.clocks()
        musts = "; ".join(
            f"{known[row.clock].must} ({known[row.clock].force.replace('_', ' ')})" for row in made
        )
        said = f"Clocks started by the meeting, for {meeting.case.owner.name}: {musts}."
        meetings.line(meeting, account, now, said)
    return made


def _unclosable(
    meeting: Meeting, closing: Closing, texts: Mapping[str, str]
) -> dict[str, list[str]]:
    """All that keeps a record from being closed, by field."""
    errors: dict[str, list[str]] = {}
    if not set(closing.began) <= set(meetings.begins(meeting)):
        errors["began"] = ["Choose from those offered."]
    if not meeting.decisions.exists():
        errors["decisions"] = ["Record at least one decision, be it that nothing changes."]
    if not texts["no_actions_why"] and not meeting.actions.exists():
        errors["no_actions_why"] = [
            "Add an action with its owner and day, or say why none is needed."
        ]
    if closing.review_on is None:
        errors["review_on"] = ["Say when it is looked at again."]
    elif closing.review_on <= meetings.day_of(meeting.starts_at, meeting.agency):
        errors["review_on"] = ["Give a day after the meeting."]
    if not texts["escalation"]:
        errors["escalation"] = [
            "Say who is told, and how, if the risk increases before the review."
        ]
    if meeting.invited.filter(taken_back_at=None, presence="").exists():
        errors["attendance"] = ["Record who was there, for everybody who was invited."]
    missing = recording.missing_seats(meeting)
    if missing and not texts["missing_why"]:
        who = ", ".join(seat.label for seat in missing)
        errors["missing_why"] = [f"Not there: {who}. Say why, and how they are reached now."]
    return errors
