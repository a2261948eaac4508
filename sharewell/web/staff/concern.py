"""Concerns: raised in one page, read by whoever received them, given an owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import operations, queries
from sharewell.cases.drafts import draft_drop, draft_save
from sharewell.cases.marks import money_sign
from sharewell.cases.marks import words as mark_words
from sharewell.cases.models import Draft
from sharewell.cases.queries import ConcernSheet, Told
from sharewell.cases.telling import LABEL_OF_PART
from sharewell.web.staff.draft import to_keep, typed
from sharewell.web.staff.forms.concern import ConcernForm
from sharewell.web.staff.forms.concern_parts import MaybeSame
from sharewell.web.staff.forms.triage import TriageForm
from sharewell.web.staff.people.show import person_words
from sharewell.web.staff.places import emergency_url, next_steps
from sharewell.web.staff.words import category_words, kind_words
from sharewell.web.views import page, staff

FORM = "concern_raise"
KEPT_APART = (
    "Your concern is with somebody who has no part in it. Speak to no colleague about it, and ask nobody "
    "more than safety needs."
)
MORE = {"add_person": "person", "add_statement": "statement"}


@staff(methods="GET POST")
def concern_raise(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Raise a concern: danger first, then all of it in one page; nothing typed is lost on any way out."""
    sheet = queries.concern_sheet(viewer=viewer, now=now)
    if request.method != "POST":
        return _restore(request, sheet)
    action = request.POST.get("action", "raise")
    if action == "discard":
        draft_drop(account=viewer, form=FORM, about=_key(request.POST))
        return redirect(f"{reverse(FORM)}?new=1")
    danger = request.POST.get("immediate_danger") == "true"
    if action == "emergency" or (action == "raise" and danger):
        return _raise_in_danger(request, sheet, viewer, now)
    if action == "raise":
        return _raise(request, sheet, viewer, now)
    draft = _save(request, viewer, now)
    form = _form(sheet, kept=request.POST, more=MORE.get(action, ""))
    return _show(request, form, sheet, draft)


def _raise(
    request: HttpRequest, sheet: ConcernSheet, viewer: Account, now: datetime
) -> HttpResponse:
    form = _asking(request.POST, sheet, viewer, now)
    if form.is_valid():
        try:
            concern = operations.concern_raise(account=viewer, now=now, **form.told())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            if concern.outside:
                messages.warning(request, concern.outside["says"])
            elif concern.about_staff.exists():
                messages.success(request, KEPT_APART)
            else:
                messages.success(request, "Your concern is with the manager on duty.")
            return redirect("concern_detail", concern_id=concern.id)
    return _show(request, form, sheet, _save(request, viewer, now))


def _asking(data: QueryDict, sheet: ConcernSheet, viewer: Account, now: datetime) -> ConcernForm:
    """The form, with the question whether somebody new is one of those that the viewer already knows."""
    form = _form(sheet, data)
    form.is_valid()
    found = queries.duplicates_of_told(
        viewer=viewer,
        people=form.new_people(),
        now=now,
        form_key=form.cleaned_data.get("form_key"),
    )
    if not found:
        return form
    same = {
        key: [
            MaybeSame(str(s.case.pk), str(s.case.person_id), person_words(s.case), s.because.says)
            for s in suggestions
        ]
        for key, suggestions in found.items()
    }
    return _form(sheet, data, same=same)


def _raise_in_danger(
    request: HttpRequest, sheet: ConcernSheet, viewer: Account, now: datetime
) -> HttpResponse:
    """Raise what there is and go on to the emergency steps; what is wrong waits until help is called."""
    data = request.POST.copy()
    data["immediate_danger"] = "true"
    form = _form(sheet, data)
    if form.is_valid():
        try:
            concern = operations.concern_raise(account=viewer, now=now, **form.told())
        except Refusal:
            pass
        else:
            return redirect(emergency_url([each.case_id for each in concern.on_cases.all()]))
    _save(request, viewer, now)
    messages.info(request, "What you typed is kept. Come back to it once help is on the way.")
    return redirect(emergency_url())


@staff()
def concern_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, concern_id: UUID
) -> HttpResponse:
    """Read a concern and, for those who decide, say what comes of it."""
    told = queries.concern(viewer=viewer, concern_id=concern_id, now=now)
    form = None
    if told.owners and told.waiting:
        form = TriageForm(told=told)
    return _read(request, told, form, now)


@staff(methods="POST")
def concern_triage(
    request: HttpRequest, *, viewer: Account, now: datetime, concern_id: UUID
) -> HttpResponse:
    """Give a concern's cases an owner and judge the harm; danger goes on to the emergency steps."""
    told = queries.concern_to_triage(viewer=viewer, concern_id=concern_id, now=now)
    form = TriageForm(request.POST, told=told)
    if form.is_valid():
        try:
            operations.concern_triage(
                account=viewer, concern_id=concern_id, now=now, **form.answer()
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            if form.cleaned_data["harm"] == "immediate":
                return redirect(emergency_url([each.case_id for each in told.on_cases]))
            messages.success(request, "Recorded. The owner has been given the case.")
            return redirect("concern_detail", concern_id=concern_id)
    return _read(request, told, form, now)


def _form(sheet: ConcernSheet, data: QueryDict | None = None, **options: Any) -> ConcernForm:
    return ConcernForm(
        data,
        known=sheet.known,
        colleagues=sheet.colleagues,
        categories=sheet.categories,
        **options,
    )


def _restore(request: HttpRequest, sheet: ConcernSheet) -> HttpResponse:
    wanted = request.GET.get("draft", "")
    found = [draft for draft in sheet.drafts if wanted in {"", draft.about}]
    if "new" in request.GET or not found:
        return _show(request, _form(sheet), sheet, None)
    return _show(request, _form(sheet, kept=typed(found[0])), sheet, found[0], restored=True)


def _show(
    request: HttpRequest,
    form: ConcernForm,
    sheet: ConcernSheet,
    draft: Draft | None,
    *,
    restored: bool = False,
) -> HttpResponse:
    others = [each for each in sheet.drafts if draft is None or each.about != draft.about]
    return page(
        request,
        "staff/concern_raise.html",
        section="concern",
        form=form,
        draft=draft,
        restored=restored,
        others=others,
        key=form["form_key"].value(),
        emergency_url=emergency_url(),
    )


def _key(data: QueryDict) -> str:
    try:
        return str(UUID(data.get("form_key", "")))
    except ValueError:
        return ""


def _save(request: HttpRequest, viewer: Account, now: datetime) -> Draft:
    return draft_save(
        account=viewer,
        form=FORM,
        about=_key(request.POST),
        data=to_keep(request.POST),
        now=now,
    )


def _read(request: HttpRequest, told: Told, form: TriageForm | None, now: datetime) -> HttpResponse:
    names = {each.case_id: each.case.person.name for each in told.on_cases}
    money = money_sign(told.concern.agency.jurisdiction)
    said = [
        {
            "label": LABEL_OF_PART[each.part],
            "kind": kind_words(each.kind, verbatim=each.verbatim),
            "said": each,
            "about": (names[each.case_id] if each.case_id else "everyone")
            if len(names) > 1
            else "",
        }
        for each in told.statements
    ]
    people = [
        {
            "case": each.case,
            "categories": category_words(each),
            "counted": [
                mark_words(mark, money) for mark in told.counted if mark.case_id == each.case_id
            ],
            "readable": each.case_id in told.readable,
            "next": next_steps(each.case_id),
        }
        for each in told.on_cases
    ]
    return page(
        request,
        "staff/concern_detail.html",
        section="concern",
        told=told,
        said=said,
        people=people,
        cases=[each.case for each in told.on_cases if each.case_id in told.readable],
        form=form,
        now=now,
    )


urls = [
    path("concerns/raise/", concern_raise, name="concern_raise"),
    path("concerns/<uuid:concern_id>/", concern_detail, name="concern_detail"),
    path("concerns/<uuid:concern_id>/triage/", concern_triage, name="concern_triage"),
]
