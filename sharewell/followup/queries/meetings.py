"""Reads of meetings: those of a case, one as it stands, and who may be asked to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account, Function
from sharewell.cases import looked
from sharewell.cases import queries as cases
from sharewell.cases.models import Case, Task
from sharewell.cases.queries import Line
from sharewell.disclosures import standing
from sharewell.disclosures.models import Answer, Disclosure
from sharewell.disclosures.received import Said, said
from sharewell.followup import catalogues, recording
from sharewell.followup import meeting as meetings
from sharewell.followup.catalogues import Seat
from sharewell.followup.models import (
    Invitation,
    Invited,
    Meeting,
    MeetingAction,
    MeetingDecision,
    MeetingDraft,
    MeetingPreparation,
    MeetingRecord,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One who was invited, with the newest invitation that went out, and the disclosures begun for them."""

    invited: Invited
    invitation: Invitation | None
    drafts: Sequence[MeetingDraft]


@dataclass(frozen=True, slots=True)
class MeetingShown:
    """A meeting as it stands; ``record`` is its newest version, ``missing`` the seats that nobody fills so far."""

    meeting: Meeting
    label: str
    asked: Sequence[Asked]
    decisions: Sequence[MeetingDecision]
    corrected: Sequence[MeetingDecision]
    actions: Sequence[MeetingAction]
    record: MeetingRecord | None
    older: Sequence[MeetingRecord]
    preparation: MeetingPreparation | None
    missing: Sequence[Seat]
    begun: bool
    writes: bool


def meetings_of(case: Case) -> list[Meeting]:
    """The meetings of a case that was fetched with its viewer, the newest first."""
    return list(Meeting.objects.filter(case=case).select_related("chair"))


def meeting(
    *,
    viewer: Account,
    meeting_id: UUID,
    now: datetime,
    what: str = "meeting",
    to_write: bool = False,
) -> MeetingShown:
    """One meeting with all that belongs to it; raises ``NotFound`` outside the circle.

    ``to_write`` raises ``NotAllowed`` to those of the circle who may only read.
    """
    if to_write:
        found = meeting_to_write(viewer=viewer, meeting_id=meeting_id, now=now, what=what)
    else:
        found = meetings.fetch(viewer, meeting_id, now)
        looked.note_all(viewer=viewer, cases=[found.case], now=now, what=what)
    decisions = list(found.decisions.select_related("corrects", "recorded_by"))
    old = {each.corrects_id for each in decisions}
    records = list(found.records.select_related("recorded_by", "confirmed_by"))
    writes = agencies.may(viewer=viewer, now=now, any_of=agencies.CASEWORK)
    return MeetingShown(
        meeting=found,
        label=meetings.label_of(found),
        asked=_asked(found),
        decisions=[each for each in decisions if each.pk not in old],
        corrected=[each for each in decisions if each.pk in old],
        actions=_with_answers(found),
        record=records[0] if records else None,
        older=records[1:],
        preparation=found.preparations.select_related("made_by").first(),
        missing=recording.missing_seats(found),
        begun=found.starts_at <= now,
        writes=writes and found.case.state == "open",
    )


def meeting_to_write(*, viewer: Account, meeting_id: UUID, now: datetime, what: str) -> Meeting:
    """A meeting for one who may write in it; ``NotFound``, and ``NotAllowed`` to others in the circle."""
    found = meetings.fetch(viewer, meeting_id, now)
    looked.note_all(viewer=viewer, cases=[found.case], now=now, what=what)
    agencies.require(viewer=viewer, now=now, any_of=agencies.CASEWORK)
    return found


def meeting_invited(
    *, viewer: Account, invited_id: UUID, now: datetime, what: str = "meeting_invitation"
) -> Invited:
    """One who was invited, with the meeting, for one who may write in it; ``NotFound``, ``NotAllowed``."""
    rows = Invited.objects.filter(meeting__in=meetings.in_sight(viewer, now))
    row = rows.select_related("function", "account").filter(pk=invited_id).first()
    if row is None:
        raise NotFound
    row.meeting = meeting_to_write(viewer=viewer, meeting_id=row.meeting_id, now=now, what=what)
    return row


def meeting_action(*, viewer: Account, action_id: UUID, now: datetime) -> MeetingAction:
    """One action of a meeting, for one who may say what came of it; ``NotFound``, ``NotAllowed``."""
    rows = MeetingAction.objects.filter(meeting__in=meetings.in_sight(viewer, now))
    row = rows.select_related("owner", "partner__function").filter(pk=action_id).first()
    if row is None:
        raise NotFound
    row.meeting = meeting_to_write(
        viewer=viewer, meeting_id=row.meeting_id, now=now, what="meeting_action"
    )
    return row


def answered_to(
    *, viewer: Account, action: MeetingAction, now: datetime
) -> Sequence[tuple[Disclosure, Sequence[Said]]]:
    """What a partner answered to the messages that told it of its part; of an action that the viewer was given."""
    told = MeetingDraft.objects.filter(invited=action.partner_id, what="part").values("disclosure")
    rows = standing.listed(viewer, now).filter(pk__in=told, state="sent").order_by("-sent_at")
    return [(each, found) for each in rows if (found := said(each))]


def _with_answers(meeting: Meeting) -> list[MeetingAction]:
    """The actions of a meeting, each with whether its partner has answered the message about its part (``answered``)."""
    told = MeetingDraft.objects.filter(invited=OuterRef(OuterRef("partner")), what="part")
    answers = Answer.objects.filter(disclosure__in=told.values("disclosure"))
    rows = meeting.actions.select_related("owner", "partner__function", "done_by")
    return list(rows.annotate(answered=Exists(answers)))


def colleagues_for(*, viewer: Account, case: Case, now: datetime) -> list[Account]:
    """Who of ours may come to a meeting about a case: those in its circle on whom the concern does not bear."""
    apart = standing.conflicted(case)
    found = [
        each.account
        for each in cases.circle(viewer=viewer, case=case, now=now)
        if each.account.is_active
    ]
    return [each for each in found if each.pk not in apart and each.agency_id == viewer.agency_id]


def functions_for(*, viewer: Account, meeting: Meeting, now: datetime) -> list[Function]:
    """The functions of agencies that may receive for what the meeting is for, the usual ways first."""
    routes = agencies.routes(viewer=viewer, purpose=meetings.purpose_of(meeting), now=now)
    return [each.function for each in routes if each.allowed]


def prepared(shown: MeetingPreparation | None) -> Mapping[str, str]:
    """The parts of a preparation in words, by the id of each."""
    return dict(shown.texts.values_list("section", "text")) if shown else {}


def offered(case: Case) -> Mapping[str, str]:
    """What each part of a preparation may begin from: what is known of its fields."""
    known = cases.known_fields(case)
    return {
        row.id: "\n".join(
            text
            for each in row.fields
            if each in known
            and (text := "; ".join(filter(None, [known[each].text, *known[each].items])))
        )
        for row in catalogues.meetings().preparation
    }


def prepared_lines(
    *, viewer: Account, preparation: MeetingPreparation | None, case: Case, now: datetime
) -> list[Line]:
    """The chosen lines of the chronology, the earliest first."""
    if preparation is None or not preparation.lines:
        return []
    return cases.chronology_chosen(viewer=viewer, case=case, now=now, numbers=preparation.lines)


def running(case: Case) -> list[Task]:
    """The clocks and actions that run in a case, the first due first."""
    return list(Task.objects.waiting().filter(case=case).select_related("owner").order_by("due_at"))


def _asked(meeting: Meeting) -> list[Asked]:
    newest = Invitation.objects.order_by("-made_at", "-sequence")
    drafts = MeetingDraft.objects.select_related("disclosure").order_by("id")
    rows = meeting.invited.filter(taken_back_at=None).select_related("function__agency", "account")
    rows = rows.prefetch_related(
        Prefetch("invitations", queryset=newest), Prefetch("drafts", queryset=drafts)
    )
    return [
        Asked(row, next(iter(row.invitations.all()), None), list(row.drafts.all())) for row in rows
    ]
