"""What is recorded of the people of a case, one question or a few at a time; and how a row ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import Conflict, Refusal
from sharewell.agencies.models import Account
from sharewell.agencies.queries import colleagues
from sharewell.cases import operations, people, queries
from sharewell.cases.catalogues import flags
from sharewell.cases.models import Case
from sharewell.cases.operations.alleged import AllegedKept
from sharewell.cases.operations.household import HasCase
from sharewell.web.fields import Form
from sharewell.web.staff.forms import people as forms
from sharewell.web.staff.people.show import GROUPS, row_words
from sharewell.web.views import page, staff

Act = Callable[..., Any]


@staff(methods="GET POST")
def name_add(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record another name of the person."""
    case = _case(viewer, case_id, now)
    form = forms.NameForm(request.POST or None, case=case)
    return _add(request, viewer, now, case, "name", form, operations.name_add)


@staff(methods="GET POST")
def identifier_add(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record a number of the person; one that fails its check is refused with the reason."""
    case = _case(viewer, case_id, now)
    form = forms.IdentifierForm(request.POST or None, case=case)
    return _add(request, viewer, now, case, "identifier", form, operations.identifier_add)


@staff(methods="GET POST")
def need_add(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record how to speak with the person."""
    case = _case(viewer, case_id, now)
    form = forms.NeedForm(request.POST or None, case=case)
    return _add(request, viewer, now, case, "need", form, operations.need_add)


@staff(methods="GET POST")
def decider_add(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record who may decide for the person, and what was seen as proof of it."""
    case = _case(viewer, case_id, now)
    form = forms.DeciderForm(request.POST or None, case=case)
    return _add(request, viewer, now, case, "decider", form, operations.decider_add)


@staff(methods="GET POST")
def relation_add(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record what somebody is to the person, by name or by a case that the viewer may read."""
    case = _case(viewer, case_id, now)
    known = [each for each in queries.people_known(viewer=viewer, now=now) if each.pk != case.pk]
    form = forms.RelationForm(request.POST or None, case=case, known=known)
    return _add(request, viewer, now, case, "relation", form, operations.relation_add)


@staff(methods="GET POST")
def household_add(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record somebody who lives with the person, and whether they are at risk."""
    case = _case(viewer, case_id, now)
    form = forms.HouseholdForm(request.POST or None, case=case)
    return _add(request, viewer, now, case, "household", form, operations.household_add)


@staff(methods="GET POST")
def alleged_add(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record a person alleged to cause harm; a colleague and their team are walled off at once."""
    case = _case(viewer, case_id, now)
    form = forms.AllegedForm(
        request.POST or None,
        case=case,
        colleagues=colleagues(viewer=viewer),
        household=queries.household_members(case),
    )
    return _add(request, viewer, now, case, "alleged", form, operations.alleged_add)


@staff(methods="GET POST")
def row_end(
    request: HttpRequest,
    *,
    viewer: Account,
    now: datetime,
    case_id: UUID,
    noun: str,
    row_id: UUID,
) -> HttpResponse:
    """End a row with the reason; it stays readable."""
    case = _case(viewer, case_id, now)
    row = queries.person_row(case=case, noun=noun, row_id=row_id)
    form = forms.EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ended = operations.row_end(
                account=viewer, case=case, noun=noun, row_id=row_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Ended. It stays readable below.")
            if ended.left:
                messages.warning(
                    request,
                    "Its words were changed by hand since, and still stand under “What is known”. "
                    "Look there, and take out what no longer holds.",
                )
            return redirect("case_people", case_id=case_id)
    return page(
        request,
        "staff/row_end.html",
        section="cases",
        case=case,
        form=form,
        kind=people.kind_words(row),
        words=row_words(row),
        alleged=noun == "alleged",
    )


@staff(methods="POST")
def household_open(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID, row_id: UUID
) -> HttpResponse:
    """Open a case about a member of the household."""
    case = _case(viewer, case_id, now)
    try:
        new = operations.household_open(account=viewer, case=case, row_id=row_id, now=now)
    except HasCase as refusal:
        messages.info(request, refusal.sentence)
        return redirect("case_people", case_id=case_id)
    messages.success(request, "A case of their own is open. Say in it what you know of them.")
    return redirect("case_detail", case_id=new.pk)


@staff(methods="GET POST")
def birth_record(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record that the child was born; the case goes on as that of a child."""
    case = _unborn(viewer, case_id, now)
    form = forms.BirthForm(request.POST or None)
    return _birth(request, viewer, now, case, form, operations.birth_record)


@staff(methods="GET POST")
def birth_expect(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record when the child is expected."""
    case = _unborn(viewer, case_id, now)
    form = forms.ExpectForm(request.POST or None, initial={"expected_on": case.person.expected_on})
    return _birth(request, viewer, now, case, form, operations.birth_expect)


def _case(viewer: Account, case_id: UUID, now: datetime) -> Case:
    return queries.case(viewer=viewer, case_id=case_id, now=now, what="people")


def _unborn(viewer: Account, case_id: UUID, now: datetime) -> Case:
    case = _case(viewer, case_id, now)
    if not case.person.unborn:
        raise Conflict(
            "The birth is recorded already, or this is nobody who is yet to be born. Nothing was changed."
        )
    return case


def _birth(
    request: HttpRequest, viewer: Account, now: datetime, case: Case, form: Form, act: Act
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            act(account=viewer, case=case, now=now, **form.cleaned_data)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Recorded.")
            return redirect("case_people", case_id=case.pk)
    heading = "The birth" if act is operations.birth_record else "When they are expected"
    return page(
        request, "staff/people_add.html", section="cases", case=case, form=form, heading=heading
    )


def _add(
    request: HttpRequest,
    viewer: Account,
    now: datetime,
    case: Case,
    noun: str,
    form: forms.PeopleForm,
    act: Act,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            kept = act(account=viewer, case=case, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return _added(request, viewer, now, case, kept)
    heading = GROUPS[noun][1]
    return page(
        request, "staff/people_add.html", section="cases", case=case, form=form, heading=heading
    )


def _added(
    request: HttpRequest, viewer: Account, now: datetime, case: Case, kept: Any
) -> HttpResponse:
    messages.success(request, "Recorded.")
    if isinstance(kept, AllegedKept):
        new = [flag.label for flag in flags() if flag.id in kept.flags]
        if new:
            messages.info(request, f"The case now needs special handling: {', '.join(new)}.")
        if kept.walled is not None:
            messages.info(
                request,
                "From now on neither they nor those who work in their team can see that this case exists. "
                "Do not speak with them about it.",
            )
            if kept.walled.outside is not None:
                messages.warning(request, kept.walled.outside.says)
    if not queries.stands_in(viewer=viewer, case=case, now=now):
        return redirect("home")
    return redirect("case_people", case_id=case.pk)


CASE = "cases/<uuid:case_id>/people"
urls = [
    path(f"{CASE}/name/", name_add, name="name_add"),
    path(f"{CASE}/number/", identifier_add, name="identifier_add"),
    path(f"{CASE}/need/", need_add, name="need_add"),
    path(f"{CASE}/decider/", decider_add, name="decider_add"),
    path(f"{CASE}/relation/", relation_add, name="relation_add"),
    path(f"{CASE}/household/", household_add, name="household_add"),
    path(f"{CASE}/household/<uuid:row_id>/open/", household_open, name="household_open"),
    path(f"{CASE}/alleged/", alleged_add, name="alleged_add"),
    path(f"{CASE}/birth/", birth_record, name="birth_record"),
    path(f"{CASE}/expected/", birth_expect, name="birth_expect"),
    path(f"{CASE}/<slug:noun>/<uuid:row_id>/end/", row_end, name="row_end"),
]
