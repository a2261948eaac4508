"""Meetings as they are read: those of a case, one with all that belongs to it, and the file for a calendar."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.cases import queries as cases
from sharewell.core.deadlines import Clock
from sharewell.followup import catalogues, queries
from sharewell.followup.drafting import meeting_draft as begin
from sharewell.followup.inviting import address_of, file_of
from sharewell.followup.meeting import confirms
from sharewell.followup.models import Meeting
from sharewell.followup.queries import Asked, MeetingShown
from sharewell.web.staff.case import given_id
from sharewell.web.staff.meeting.acting import DETAIL, GUEST, ONE
from sharewell.web.views import page, staff

STATES = {
    "called": ("Called", "blue"),
    "closed": ("Closed", "green"),
    "cancelled": ("Called off", "grey"),
}
SENT = {
    "waiting": "the invitation is on its way",
    "done": "the invitation was sent",
    "failed": "the invitation could not be delivered: ring them",
    "dropped": "the invitation was replaced",
}


@staff()
def meeting_list(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """List the meetings about a case, the newest first."""
    case = cases.case(viewer=viewer, case_id=case_id, now=now, what="meetings")
    return page(
        request,
        "staff/meeting/list.html",
        section="cases",
        case=case,
        writes=case.state == "open",
        meetings=[_line(each) for each in queries.meetings_of(case)],
    )


@staff()
def meeting_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, meeting_id: UUID
) -> HttpResponse:
    """Show a meeting: who is asked, what was prepared, what it came to, and what still keeps it open."""
    shown = queries.meeting(viewer=viewer, meeting_id=meeting_id, now=now)
    meeting = shown.meeting
    kind = catalogues.meetings().kind(meeting.kind)
    label, colour = STATES[meeting.state]
    return page(
        request,
        "staff/meeting/detail.html",
        section="cases",
        case=meeting.case,
        meeting=meeting,
        shown=shown,
        state={"label": label, "colour": colour},
        way=next((r.label for r in catalogues.meetings().ways if r.id == meeting.way), meeting.way),
        asked=[_asked(each, shown) for each in shown.asked],
        seats=[seat.label for seat in (kind.required if kind else ())],
        clocks=_clocks(meeting),
        chairs=confirms(meeting) == viewer,
        now=now,
    )


@staff()
def meeting_ics(
    request: HttpRequest,  # noqa: ARG001 - every view has it
    *,
    viewer: Account,
    now: datetime,
    invited_id: UUID,
) -> HttpResponse:
    """Download the neutral calendar file of one who was invited; there is none for who is no professional."""
    invited = queries.meeting_invited(viewer=viewer, invited_id=invited_id, now=now)
    if not address_of(invited):
        raise NotFound
    called_off = invited.meeting.state == "cancelled" or invited.taken_back_at is not None
    file = file_of(
        invited,
        method="CANCEL" if called_off else "REQUEST",
        sequence=invited.meeting.sequence,
        made_at=now,
        organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    )
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@staff(methods="POST")
def meeting_draft(
    request: HttpRequest, *, viewer: Account, now: datetime, invited_id: UUID, what: str
) -> HttpResponse:
    """Begin the disclosure that gives an invited agency the preparation, or its part of the record."""
    chosen = [each for text in request.POST.getlist("decision") if (each := given_id(text))]
    draft = begin(account=viewer, invited_id=invited_id, what=what, now=now, decisions=chosen)
    messages.success(request, "A disclosure is filled in. Look at what would go, and why.")
    return redirect("disclosure_preview", disclosure_id=draft.pk)


def _line(meeting: Meeting) -> dict[str, Any]:
    kind = catalogues.meetings().kind(meeting.kind)
    label, colour = STATES[meeting.state]
    return {
        "meeting": meeting,
        "label": kind.label if kind else meeting.kind,
        "state": label,
        "colour": colour,
    }


def _asked(each: Asked, shown: MeetingShown) -> dict[str, Any]:
    """One who was invited, with how it stands with them and what may be done about it."""
    row, meeting = each.invited, shown.meeting
    presence = catalogues.meetings().presence(row.presence)
    by = packs.contact().channels.get(row.channel)
    told = SENT[each.invitation.state] if each.invitation else ""
    if by is not None:
        told = f"asked {by.phrase}"
    return {
        "row": row,
        "told": told,
        "presence": presence.label if presence else row.presence,
        "drafts": {draft.what: draft.disclosure for draft in each.drafts},
        "file": bool(address_of(row)),
        "agency": row.to_kind == "function",
        "stays": row.account_id in (meeting.chair_id, meeting.note_taker_id),
    }


def _clocks(meeting: Meeting) -> list[str]:
    """The clocks of law and habit that such a meeting is held against, where it is held."""
    kind, place = catalogues.meetings().kind(meeting.kind), meeting.agency.jurisdiction
    ids = kind.clocks.get(meeting.case.person.subject_kind, ()) if kind else ()
    known = packs.clocks()
    rows = [known[each] for each in ids if each in known and place in known[each].places]
    return [f"{row.starts}: {row.must}, {_within(row.within)}" for row in rows]


def _within(clock: Clock) -> str:
    """How long a clock gives, in words."""
    unit = clock.unit.replace("_", " ")
    return f"within {clock.amount} {unit}" if clock.amount else "the same day"


urls = [
    path("cases/<uuid:case_id>/meetings/", meeting_list, name="meeting_list"),
    path(f"{ONE}/", meeting_detail, name=DETAIL),
    path(f"{GUEST}/appointment.ics", meeting_ics, name="meeting_ics"),
    path(f"{GUEST}/disclosure/<slug:what>/", meeting_draft, name="meeting_draft"),
]
