"""Patterns: what waits for review, what came together in one, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell import packs
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.followup import operations, queries
from sharewell.followup.queries import PatternPage, Shown
from sharewell.web.fields import Form
from sharewell.web.staff.forms.pattern import CloseForm, JoinForm
from sharewell.web.staff.picture import Dot, picture
from sharewell.web.staff.words import kind_words
from sharewell.web.views import page, staff

WHATS = {
    "concern": "Concern",
    "line": "Note in the chronology",
    "refusal": "Refusal",
    "disclosure": "Message sent",
    "relation": "Household",
    "alleged": "Alleged to cause harm",
}


@staff()
def pattern_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """List the reviews that the viewer has or had, and when the nightly look was last taken."""
    rules = packs.patterns().rules
    found = queries.patterns(viewer=viewer, now=now)

    def rows(state: str) -> list[dict[str, Any]]:
        return [
            {"pattern": each, "label": rules[each.rule].label if each.rule in rules else each.rule}
            for each in found
            if each.state == state
        ]

    return page(
        request,
        "staff/pattern_list.html",
        section="patterns",
        waiting=rows("open"),
        closed=rows("closed"),
        runs=queries.runs(viewer=viewer, now=now),
        now=now,
    )


@staff()
def pattern_review(
    request: HttpRequest, *, viewer: Account, now: datetime, pattern_id: UUID
) -> HttpResponse:
    """Read what came together, as a picture, a table and the entries themselves."""
    return _show(request, viewer, now, pattern_id)


@staff(methods="POST")
def pattern_close(
    request: HttpRequest, *, viewer: Account, now: datetime, pattern_id: UUID
) -> HttpResponse:
    """Close a review with what comes of it."""
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            operations.pattern_close(
                account=viewer, pattern_id=pattern_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            form.refused(refusal)
        else:
            messages.success(request, "The review is closed, with its outcome and reason.")
            return redirect("pattern_review", pattern_id=pattern_id)
    return _show(request, viewer, now, pattern_id, close=form)


@staff(methods="POST")
def pattern_join(
    request: HttpRequest, *, viewer: Account, now: datetime, pattern_id: UUID, number: int
) -> HttpResponse:
    """Join the circle of one of the cases, with the reason."""
    form = JoinForm(request.POST, auto_id="id_join_%s")
    if form.is_valid():
        try:
            member = operations.pattern_join(
                account=viewer, pattern_id=pattern_id, number=number, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            form.refused(refusal)
        else:
            messages.success(request, "You can read the whole case now. Its page says until when.")
            return redirect("case_detail", case_id=member.case_id)
    return _show(request, viewer, now, pattern_id, join=form)


def _show(
    request: HttpRequest,
    viewer: Account,
    now: datetime,
    pattern_id: UUID,
    *,
    close: Form | None = None,
    join: Form | None = None,
) -> HttpResponse:
    shown = queries.pattern(viewer=viewer, pattern_id=pattern_id, now=now)
    names = {each.number: _name(shown, each.number) for each in shown.people}
    outcomes = packs.patterns().outcomes
    seen = {"seen": len(shown.entries)}
    if close is not None and close.errors:
        # What came in meanwhile is on the page now, so the next try is made knowing it.
        close.data = {**close.data.dict(), "seen": str(seen["seen"])}  # type: ignore[attr-defined]
    return page(
        request,
        "staff/pattern_review.html",
        section="patterns",
        shown=shown,
        rows=[_row(each, names) for each in shown.entries],
        people=[(each, names[each.number]) for each in shown.people],
        picture=picture([_dot(each) for each in shown.entries]),
        reviews=[
            (each, outcomes[each.outcome].label if each.outcome in outcomes else each.outcome)
            for each in shown.reviews
        ],
        cases=[each.case for each in shown.people if each.reads],
        form=close or join,
        close=close or CloseForm(initial=seen),
        join=join or JoinForm(auto_id="id_join_%s"),
        now=now,
    )


def _name(shown: PatternPage, number: int) -> str:
    person = next(each for each in shown.people if each.number == number)
    if person.named:
        return person.case.person.name
    return f"Person {number}, whose case you do not read"


def _row(each: Shown, names: dict[int, str]) -> dict[str, Any]:
    pieces: Sequence[Any] = each.told.pieces if each.told else ()
    return {
        "at": each.entry.event_at,
        "recorded_at": each.entry.added_at,
        "what": WHATS[each.entry.what],
        "team": each.team or "Team not recorded",
        "person": names[each.person.number],
        "new": each.new,
        "current": each.current,
        "told": each.told is not None,
        "counted": each.told.counted if each.told else (),
        "pieces": [{"known": kind_words(p.kind, verbatim=p.verbatim), "said": p} for p in pieces],
    }


def _dot(each: Shown) -> Dot:
    return Dot(at=each.entry.event_at, lane=each.team or "Team not recorded", strong=each.current)


urls = [
    path("patterns/", pattern_list, name="pattern_list"),
    path("patterns/<uuid:pattern_id>/", pattern_review, name="pattern_review"),
    path("patterns/<uuid:pattern_id>/close/", pattern_close, name="pattern_close"),
    path("patterns/<uuid:pattern_id>/cases/<int:number>/join/", pattern_join, name="pattern_join"),
]
