"""The preparation of a meeting, for our own people: written, read as a page, taken along as a PDF."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sharewell.agencies.models import Account
from sharewell.cases import catalogues as case_catalogues
from sharewell.cases import queries as cases
from sharewell.cases.models import Case
from sharewell.consent import contacting
from sharewell.followup import catalogues, operations, queries
from sharewell.followup.queries import MeetingShown
from sharewell.web import typeset
from sharewell.web.sheets import note
from sharewell.web.staff.copies import plain, shortened, when
from sharewell.web.staff.forms.meeting import PreparationForm
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.staff.meeting.acting import ONE, done
from sharewell.web.staff.timeline import staying
from sharewell.web.views import page, staff

OFFERED, ROOM = 60, 180
PREPARE = "meeting_prepare"


@staff(methods="GET POST")
def meeting_prepare(
    request: HttpRequest, *, viewer: Account, now: datetime, meeting_id: UUID
) -> HttpResponse:
    """Write the preparation; it begins from the version before, or from what is known."""
    shown = queries.meeting(
        viewer=viewer, meeting_id=meeting_id, now=now, what=PREPARE, to_write=True
    )
    meeting, before = shown.meeting, shown.preparation
    texts = queries.prepared(before) if before else queries.offered(meeting.case)
    form = PreparationForm(
        request.POST or None,
        lines=_offered(viewer, meeting.case, now),
        texts=texts,
        initial={"lines": [str(each) for each in before.lines] if before else []},
    )
    restored = restore(form, viewer=viewer, name=PREPARE, about=meeting_id)

    def run() -> object:
        seen = request.POST.get("seen", "")
        return operations.meeting_prepare(
            account=viewer,
            meeting_id=meeting_id,
            now=now,
            seen=int(seen) if seen.isdecimal() and len(seen) < 6 else None,
            **form.answer(),
        )

    if answer := done(request, form, run, said="The preparation is kept.", meeting_id=meeting_id):
        forget(viewer=viewer, name=PREPARE, about=meeting_id)
        return answer
    return page(
        request,
        "staff/meeting/prepare.html",
        section="cases",
        case=meeting.case,
        meeting=meeting,
        form=form,
        parts=[form[row.id] for row in catalogues.meetings().preparation],
        seen=before.number if before else 0,
        restored=restored,
    )


@staff()
def meeting_preparation(
    request: HttpRequest, *, viewer: Account, now: datetime, meeting_id: UUID
) -> HttpResponse:
    """Show the preparation as a page, to read or to print."""
    shown = queries.meeting(viewer=viewer, meeting_id=meeting_id, now=now, what="preparation")
    return page(
        request,
        "staff/meeting/preparation.html",
        section="cases",
        case=shown.meeting.case,
        meeting=shown.meeting,
        hand_out=True,  # it is taken to the meeting: the code word stays on the screen
        sheet=_sheet(viewer, shown, now),
    )


@staff()
def meeting_preparation_pdf(
    request: HttpRequest,  # noqa: ARG001 - every view has it
    *,
    viewer: Account,
    now: datetime,
    meeting_id: UUID,
) -> HttpResponse:
    """Download the preparation as a tagged PDF."""
    shown = queries.meeting(viewer=viewer, meeting_id=meeting_id, now=now, what="preparation_pdf")
    sheet = _sheet(viewer, shown, now)
    region = "us" if shown.meeting.agency.jurisdiction == "us" else "gb"
    content = typeset.pdf(
        "preparation.typ",
        {"title": "Preparation", "language": "en", "region": region, **sheet},
        at=now,
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="preparation.pdf"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _offered(viewer: Account, case: Case, now: datetime) -> list[tuple[str, str]]:
    """The newest lines to choose from, without those corrected and those that no copy holds."""
    stay = staying(cases.line_caveats(case))
    timeline = cases.chronology(viewer=viewer, case=case, now=now, size=OFFERED)
    lines = [each for each in timeline.lines if not each.corrected and each.entry.pk not in stay]
    return [
        (str(each.entry.line), f"{when(each.entry.event_at)}: {shortened(each.entry.text, ROOM)}")
        for each in lines
    ]


def _sheet(viewer: Account, shown: MeetingShown, now: datetime) -> dict[str, Any]:
    """The preparation in words, for the page and the PDF alike."""
    meeting, case = shown.meeting, shown.meeting.case
    texts = queries.prepared(shown.preparation)
    chosen = queries.prepared_lines(
        viewer=viewer, preparation=shown.preparation, case=case, now=now
    )
    stay = staying(cases.line_caveats(case))
    by = shown.preparation
    tasks = case_catalogues.task_kinds()
    return {
        "person": f"{case.person.name}, {case.reference}",
        "meeting": f"{shown.label}, {when(meeting.starts_at)}",
        "purpose": meeting.purpose,
        "made": f"Made {when(by.made_at)} by {by.made_by.name}, {meeting.agency.name}"
        if by
        else "",
        "handling": [
            *(f"{each}." for each in note(*contacting.handling_note(case))),
            *case_catalogues.handling(),
        ],
        "parts": [
            {"label": row.label, "text": texts.get(row.id, "")}
            for row in catalogues.meetings().preparation
        ],
        "lines": [plain(each) for each in chosen if each.entry.pk not in stay],
        "running": [
            {
                "what": tasks[each.kind].label,
                "who": each.owner.name,
                "due": when(each.due_at),
            }
            for each in queries.running(case)
        ],
        "asked": [each.invited.who for each in shown.asked],
    }


urls = [
    path(f"{ONE}/prepare/", meeting_prepare, name=PREPARE),
    path(f"{ONE}/preparation/", meeting_preparation, name="meeting_preparation"),
    path(f"{ONE}/preparation.pdf", meeting_preparation_pdf, name="meeting_preparation_pdf"),
]
