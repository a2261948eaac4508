"""Copies of a chronology: one page for a referral or a meeting, all of it as PDF and as CSV."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sharewell.agencies.models import Account
from sharewell.cases import queries
from sharewell.cases.catalogues import handling
from sharewell.cases.queries import ChronologyPage, Line
from sharewell.consent import contacting
from sharewell.web.sheets import note
from sharewell.web.staff.chronology import CASE, narrow_form
from sharewell.web.staff.copies import FOR_TEXTS, MOST_LINES, Copy, as_csv, as_pdf, short
from sharewell.web.staff.timeline import rows, staying
from sharewell.web.views import page, staff

UNPLANNED = "Contact nobody of this household: they were not asked yet, alone, what is safe"  # a copy ends it

OFFERED = 100


@staff()
def chronology_short(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Choose lines for one page, and show it to print."""
    shown = queries.chronology_page(viewer=viewer, case_id=case_id, now=now, what="short")
    numbers = [int(each) for each in request.GET.getlist("line") if each.isdecimal()][:OFFERED]
    copy = None
    if 0 < len(numbers) <= MOST_LINES:
        lines = queries.chronology_chosen(viewer=viewer, case=shown.case, now=now, numbers=numbers)
        copy = _copy(shown, viewer, now, lines)
        if copy.lines and copy.room >= FOR_TEXTS:
            return page(
                request,
                "staff/chronology_short.html",
                section="cases",
                sheet=short(copy),
                left_out=len(lines) - len(copy.lines),
                case=shown.case,
                hand_out=True,  # it is taken to a meeting: the code word stays on the screen
            )
    return _choose(request, viewer, now, shown, numbers, too_much=bool(copy and copy.lines))


def _choose(
    request: HttpRequest,
    viewer: Account,
    now: datetime,
    shown: ChronologyPage,
    numbers: Collection[int],
    *,
    too_much: bool,
) -> HttpResponse:
    """Offer lines for the one page; ``too_much`` where those chosen do not fit with their caveats."""
    form = narrow_form(request.GET, shown)
    timeline = queries.chronology(
        viewer=viewer, case=shown.case, now=now, narrowed=form.narrowed(), size=OFFERED
    )
    stay = staying(queries.line_caveats(shown.case))
    lines = [each for each in timeline.lines if not each.corrected and each.entry.pk not in stay]
    offered = rows(lines)
    for row in offered:
        row["chosen"] = row["number"] in numbers
    return page(
        request,
        "staff/chronology_choose.html",
        section="cases",
        case=shown.case,
        offered=offered,
        staying=len(stay),
        most=MOST_LINES,
        too_many=len(numbers) > MOST_LINES,
        nothing="asked" in request.GET and not any(row["chosen"] for row in offered),
        too_much=too_much,
        asked=form.query(),
        older=timeline.before is not None,
    )


@staff()
def chronology_pdf(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Download the chronology, narrowed as the page was, as a tagged PDF."""
    copy = _whole(request, viewer, now, case_id, "pdf")
    return _file(as_pdf(copy), "application/pdf", "chronology.pdf")


@staff()
def chronology_csv(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Download the chronology, narrowed as the page was, as a table (docs/formats/chronology-csv.md)."""
    copy = _whole(request, viewer, now, case_id, "csv")
    return _file(as_csv(copy), "text/csv; charset=utf-8", "chronology.csv")


def _whole(request: HttpRequest, viewer: Account, now: datetime, case_id: UUID, what: str) -> Copy:
    shown = queries.chronology_page(viewer=viewer, case_id=case_id, now=now, what=what)
    form = narrow_form(request.GET, shown)
    lines = queries.chronology_whole(
        viewer=viewer, case=shown.case, now=now, narrowed=form.narrowed()
    )
    return _copy(shown, viewer, now, lines, narrowed=bool(form.query()))


def _copy(
    shown: ChronologyPage,
    viewer: Account,
    now: datetime,
    lines: list[Line],
    *,
    narrowed: bool = False,
) -> Copy:
    """The copy, without the lines that a caveat keeps in, with the handling note for professionals."""
    caveats = queries.line_caveats(shown.case)
    stay = staying(caveats)
    kept = [line for line in lines if line.entry.pk not in stay]
    planned = queries.safe_contact(shown.case) is not None
    return Copy(
        case=shown.case,
        lines=kept,
        handling=handling(),
        by=viewer,
        at=now,
        minds=note(*contacting.handling_note(shown.case)) if planned else [UNPLANNED],
        caveats=caveats,
        left_out=len(kept) < len(lines),
        narrowed=narrowed,
    )


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


urls = [
    path(f"{CASE}/short/", chronology_short, name="chronology_short"),
    path(f"{CASE}/pdf/", chronology_pdf, name="chronology_pdf"),
    path(f"{CASE}/csv/", chronology_csv, name="chronology_csv"),
]
