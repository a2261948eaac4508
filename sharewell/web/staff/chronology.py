"""The chronology of a case: narrowed as asked, added to, corrected."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import urlencode

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import operations, queries
from sharewell.cases.drafts import draft_drop, draft_save
from sharewell.cases.queries import ChronologyPage
from sharewell.followup.queries import line_patterns
from sharewell.web.fields import clean_text
from sharewell.web.staff.case import given_id, tabs
from sharewell.web.staff.draft import to_keep, typed
from sharewell.web.staff.forms.chronology import CorrectForm, EventForm, NarrowForm
from sharewell.web.staff.timeline import found_rows, rows, staying
from sharewell.web.staff.words import kind_words
from sharewell.web.views import page, staff

FORM = "chronology_add"
SOUGHT = 200  # characters


@staff()
def chronology_list(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Show the timeline of a case, newest first, narrowed by kind, source, team and time."""
    shown = queries.chronology_page(viewer=viewer, case_id=case_id, now=now)
    form = narrow_form(request.GET, shown)
    timeline = queries.chronology(
        viewer=viewer,
        case=shown.case,
        now=now,
        narrowed=form.narrowed(),
        before=given_id(request.GET.get("before")),
    )
    asked = form.query()
    here = reverse("chronology_list", kwargs={"case_id": case_id})
    caveats = queries.line_caveats(shown.case)
    older = {**asked, "before": str(timeline.before)} if timeline.before else {}
    return page(
        request,
        "staff/chronology_list.html",
        status=200,
        section="cases",
        case=shown.case,
        form=form,
        tail=f"?{urlencode(asked)}" if asked else "",
        narrowed=bool(asked),
        writes=shown.writes,
        lines=rows(
            timeline.lines,
            writes=shown.writes,
            caveats=caveats,
            patterns=line_patterns(viewer=viewer, case=shown.case, now=now),
        ),
        staying=len(staying(caveats)),
        older=f"{here}?{urlencode(older)}" if older else "",
        tabs=tabs(shown.case, "chronology_list"),
    )


@staff(methods="GET POST")
def chronology_add(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Tell of one event: what was seen, said, done and thought, each apart; what is typed is kept."""
    case = queries.case(viewer=viewer, case_id=case_id, now=now, what="chronology")
    about = str(case_id)
    if request.method != "POST":
        draft = queries.draft(viewer=viewer, form=FORM, about=about)
        form = EventForm(initial=_first(typed(draft))) if draft else EventForm()
        return _show(request, form, case=case, restored=draft is not None)
    if request.POST.get("action") == "discard":
        draft_drop(account=viewer, form=FORM, about=about)
        return redirect("chronology_add", case_id=case_id)
    form = EventForm(request.POST)
    if form.is_valid():
        try:
            operations.chronology_add(account=viewer, case=case, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            draft_drop(account=viewer, form=FORM, about=about)
            messages.success(request, "It is in the chronology.")
            return redirect("case_detail", case_id=case_id)
    draft_save(account=viewer, form=FORM, about=about, data=to_keep(request.POST), now=now)
    return _show(request, form, case=case)


@staff(methods="GET POST")
def chronology_correct(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID, entry_id: UUID
) -> HttpResponse:
    """Correct a line of the timeline by a new one; the old one stays readable."""
    case = queries.case(viewer=viewer, case_id=case_id, now=now, what="chronology")
    old = queries.chronology_line(viewer=viewer, case=case, entry_id=entry_id, now=now)
    form = CorrectForm(request.POST or None, old=old)
    if request.method == "POST" and form.is_valid():
        try:
            operations.chronology_correct(account=viewer, case=case, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "The correction is in the chronology.")
            return redirect("case_detail", case_id=case_id)
    old_kind = kind_words(old.kind, verbatim=old.verbatim)
    return page(
        request,
        "staff/chronology_correct.html",
        section="cases",
        case=case,
        form=form,
        old=old,
        old_kind=old_kind,
    )


@staff(methods="POST")
def chronology_search(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID | None = None
) -> HttpResponse:
    """Seek words in one timeline, or in all that the viewer may read; by POST, so that no word stands in an address."""
    words = " ".join(clean_text(request.POST.get("words", ""))[:SOUGHT].split())
    found = queries.chronology_search(
        viewer=viewer,
        now=now,
        words=words,
        case_id=case_id,
        after=given_id(request.POST.get("after")),
    )
    return page(
        request,
        "staff/chronology_search.html",
        section="cases",
        case=found.case,
        words=words,
        understood=bool(found.words),
        lines=found_rows(found, queries.line_caveats(*{line.entry.case for line in found.lines})),
        after=found.after,
    )


def narrow_form(data: QueryDict, shown: ChronologyPage) -> NarrowForm:
    """What of a timeline an address asks for."""
    return NarrowForm(data or None, sources=shown.sources, teams=shown.teams)


def _show(request: HttpRequest, form: EventForm, **context: Any) -> HttpResponse:
    return page(request, "staff/chronology_add.html", section="cases", form=form, **context)


def _first(data: QueryDict) -> dict[str, object]:
    """What was typed, as a form starts from it."""
    parts = ("day", "month", "year", "time")
    typed_at = [data.get(f"event_at_{part}", "") for part in parts]
    return {**data.dict(), "event_at": typed_at, "marks": data.getlist("marks")}


CASE = "cases/<uuid:case_id>/chronology"
urls = [
    path(f"{CASE}/", chronology_list, name="chronology_list"),
    path("chronology/search/", chronology_search, name="chronology_search"),
    path(f"{CASE}/search/", chronology_search, name="chronology_search"),
    path(f"{CASE}/add/", chronology_add, name="chronology_add"),
    path(f"{CASE}/<uuid:entry_id>/correct/", chronology_correct, name="chronology_correct"),
]
