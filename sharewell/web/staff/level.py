"""Giving a level on a ladder of need or risk, and the page that explains words and levels."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import levels, operations, queries
from sharewell.web.glossary import ladders_of, terms_of
from sharewell.web.staff.forms.level import LevelForm
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.views import page, staff

GIVE = "level_give"


@staff(methods="GET POST")
def level_give(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Give a level with the reason, beside what each level means and needs; show those given before."""
    case = queries.case(viewer=viewer, case_id=case_id, now=now, what="level")
    form = LevelForm(request.POST or None, case=case)
    restored = restore(form, viewer=viewer, name=GIVE, about=case_id)
    if request.method == "POST" and form.is_valid():
        try:
            operations.level_give(account=viewer, case=case, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=GIVE, about=case_id)
            messages.success(request, "Recorded, with your reason. Nothing else follows from it.")
            return redirect("case_fields", case_id=case_id)
    numbers = {row.id: row.number for row in queries.field_rows(case)}
    return page(
        request,
        "staff/level_give.html",
        section="cases",
        case=case,
        form=form,
        restored=restored,
        advice=levels.advice(),
        given=queries.levels_given(case),
        number=numbers.get(levels.FIELD),
    )


@staff()
def glossary_list(
    request: HttpRequest,
    *,
    viewer: Account,
    now: datetime,  # noqa: ARG001 - every view has it
) -> HttpResponse:
    """Explain the words and the levels that partners use where the viewer is."""
    return page(
        request,
        "staff/glossary_list.html",
        terms=terms_of(viewer),
        ladders=ladders_of(viewer),
        advice=levels.advice(),
    )


urls = [
    path("cases/<uuid:case_id>/level/", level_give, name=GIVE),
    path("glossary/", glossary_list, name="glossary_list"),
]
