"""What is known of a case, recorded piece by piece: fields, facts for decisions."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import levels, operations, queries
from sharewell.cases.queries import FieldPage, FieldRow
from sharewell.consent import operations as consent
from sharewell.web.staff.case import entry_words, tabs
from sharewell.web.staff.forms.case import (
    FactsForm,
    FieldForm,
    FlagsForm,
)
from sharewell.web.staff.words import KINDS
from sharewell.web.views import page, staff


@staff()
def case_fields(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """List every field that a message could carry, with what is known of each and what is not."""
    case = queries.case(viewer=viewer, case_id=case_id, now=now, what="fields")
    rows = queries.field_rows(case)
    groups = [
        {"heading": heading, "rows": [_field_row(row, case_id) for row in group]}
        for heading, group in groupby(rows, key=lambda row: row.section)
    ]
    return page(
        request,
        "staff/case_fields.html",
        section="cases",
        case=case,
        groups=groups,
        tabs=tabs(case, "case_fields"),
    )


@staff(methods="GET POST")
def field_record(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID, number: int
) -> HttpResponse:
    """Record what is known of one field, or why it is not known."""
    shown = queries.field_page(viewer=viewer, case_id=case_id, number=number, now=now)
    form = FieldForm(request.POST or None, row=shown.row, newest=shown.newest, lines=shown.lines)
    if request.method == "POST" and form.is_valid():
        try:
            operations.field_record(
                account=viewer,
                case=shown.case,
                now=now,
                entries=[form.known()],
                seen={shown.row.id: form.cleaned_data["seen"]},
            )
        except Refusal as refusal:
            form.refused(refusal)
            form.data = with_seen(form.data, shown.newest.id if shown.newest else 0)
        else:
            messages.success(request, "Recorded.")
            return redirect("case_fields", case_id=case_id)
    return page(
        request,
        "staff/field_record.html",
        section="cases",
        case=shown.case,
        row=shown.row,
        levelled=shown.row.id == levels.FIELD,
        form=form,
        history=_history(shown),
    )


@staff(methods="GET POST")
def facts_record(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Judge the facts that decisions turn on, each with "not known" as an answer."""
    case = queries.case(viewer=viewer, case_id=case_id, now=now, what="facts")
    newest = queries.newest_facts(case)
    form = FactsForm(request.POST or None, case=case, newest=newest)
    if request.method == "POST" and form.is_valid():
        try:
            consent.facts_record(account=viewer, case=case, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
            form.data = with_seen(form.data, newest.id if newest else 0)
        else:
            messages.success(request, "Recorded.")
            return redirect("case_detail", case_id=case_id)
    return page(
        request, "staff/facts_record.html", section="cases", case=case, form=form, newest=newest
    )


@staff(methods="GET POST")
def flags_record(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Say what special handling a case needs."""
    case = queries.case(viewer=viewer, case_id=case_id, now=now, what="flags")
    form = FlagsForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        try:
            operations.flags_record(account=viewer, case=case, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
            form.data = with_seen(form.data, " ".join(case.flags))
        else:
            messages.success(request, "Recorded.")
            return redirect("case_detail", case_id=case_id)
    return page(request, "staff/flags_record.html", section="cases", case=case, form=form)


def with_seen(data: Any, seen: int | str) -> Any:
    """What was typed, with what stands now as seen: the next try is made knowing it."""
    data = data.copy()
    data["seen"] = str(seen)
    return data


def _field_row(row: FieldRow, case_id: UUID) -> dict[str, Any]:
    entry = row.entry
    levelled = row.id == levels.FIELD
    return {
        "url": reverse("level_give", args=[case_id])
        if levelled
        else reverse("field_record", args=[case_id, row.number]),
        "label": row.field.label,
        "value": entry_words(entry),
        "kind": KINDS.get(entry.kind, "") if entry else "",
        "stated_unknown": bool(entry and entry.unknown),
    }


def _history(shown: FieldPage) -> list[dict[str, Any]]:
    return [
        {"entry": entry, "words": entry_words(entry), "kind": KINDS.get(entry.kind, "")}
        for entry in shown.history
    ]


CASE = "cases/<uuid:case_id>"
urls = [
    path(f"{CASE}/known/", case_fields, name="case_fields"),
    path(f"{CASE}/known/<int:number>/", field_record, name="field_record"),
    path(f"{CASE}/facts/", facts_record, name="facts_record"),
    path(f"{CASE}/handling/", flags_record, name="flags_record"),
]
