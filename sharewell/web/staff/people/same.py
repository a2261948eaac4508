"""Two records that may be about one person: looked at side by side, decided, and parted again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import NotFound, Refusal
from sharewell.agencies.models import Account
from sharewell.cases import operations, queries
from sharewell.cases.models import Case
from sharewell.web.staff.case import entry_words
from sharewell.web.staff.forms.people import PartForm, SameForm
from sharewell.web.staff.people.show import person_words
from sharewell.web.views import page, staff

COMPARED = {
    "subject.name": "Name",
    "subject.aliases": "Other names",
    "subject.birth_date": "Date of birth",
    "subject.identifier": "Numbers",
    "subject.home_address": "Home",
    "household.children": "Children who live there",
    "household.adults": "Adults who live there",
    "subject.safe_contact": "Safe contact",
    "risk.unsafe_actions": "Not safe to do",
}


@staff(methods="GET POST")
def duplicate_decide(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID, other_id: UUID
) -> HttpResponse:
    """Say whether two cases are about one person; if they are, the other is taken into this one."""
    case = queries.case(viewer=viewer, case_id=case_id, now=now, what="people")
    other = queries.case(viewer=viewer, case_id=other_id, now=now, what="people")
    if case.pk == other.pk:
        raise NotFound
    form = SameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"account": viewer, "case": case, "other": other, "now": now}
        same = form.cleaned_data["same"] == "true"
        act = operations.case_merge if same else operations.duplicate_dismiss
        try:
            act(**given, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            form.refused(refusal)
        else:
            if same:
                words = "The two are one case now. Check what it says; who read only one of them is out."
            else:
                words = "Recorded. These two will not be suggested again."
            messages.success(request, words)
            return redirect("case_people", case_id=case_id)
    return page(
        request,
        "staff/duplicate_decide.html",
        section="cases",
        case=case,
        form=form,
        ours=person_words(case),
        theirs=person_words(other),
        rows=_compared(case, other),
        losing=_losing(viewer, case, other, now),
    )


@staff(methods="GET POST")
def case_unmerge(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID, merge_id: UUID
) -> HttpResponse:
    """Part two records that were brought together; the safeguarding lead is told."""
    case = queries.case(viewer=viewer, case_id=case_id, now=now, what="people")
    merge = next((each for each in queries.merges(case) if each.pk == merge_id), None)
    if merge is None:
        raise NotFound
    form = PartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.case_unmerge(
                account=viewer, case=case, merge_id=merge_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(
                request,
                "Parted: each record is as it was. The safeguarding lead has been asked to look at what "
                "was recorded and sent meanwhile.",
            )
            return redirect("case_people", case_id=case_id)
    return page(
        request, "staff/case_unmerge.html", section="cases", case=case, form=form, merge=merge
    )


def _compared(case: Case, other: Case) -> list[dict[str, Any]]:
    ours, theirs = queries.known_fields(case), queries.known_fields(other)
    rows = [
        {
            "label": label,
            "ours": entry_words(ours.get(field)),
            "theirs": entry_words(theirs.get(field)),
        }
        for field, label in COMPARED.items()
    ]
    return [row for row in rows if row["ours"] or row["theirs"]]


def _losing(viewer: Account, case: Case, other: Case, now: datetime) -> list[str]:
    """Who reads only one of the two, and so reads neither once they are one."""
    circles = [queries.circle(viewer=viewer, case=each, now=now) for each in (case, other)]
    first, second = ({member.account for member in circle} for circle in circles)
    return sorted(account.name for account in first ^ second)


CASE = "cases/<uuid:case_id>/people"
urls = [
    path(f"{CASE}/same/<uuid:other_id>/", duplicate_decide, name="duplicate_decide"),
    path(f"{CASE}/merges/<uuid:merge_id>/part/", case_unmerge, name="case_unmerge"),
]
