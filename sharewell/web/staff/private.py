"""Seeing a person alone: the plan with its attempts, and the forms to make it, to record an attempt and to end it."""

from __future__ import annotations

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
from sharewell.cases import operations, queries
from sharewell.cases.queries import PrivatePlanShown
from sharewell.web.staff.forms.private import ALONE, AttemptForm, EndForm, PlanForm
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.views import page, staff

PLAN, MAKE, ATTEMPT, END = (
    "private_plan",
    "private_plan_make",
    "private_attempt_record",
    "private_plan_end",
)
TOLD = "Recorded. So many attempts failed that the case’s manager was given a task."


@staff()
def private_plan(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Show the plans to see this person alone, each with its attempts, what repeats and what comes next."""
    case = queries.case(viewer=viewer, case_id=case_id, now=now, what=PLAN)
    plans = [_rows(each) for each in queries.private_plans(case)]
    return page(
        request,
        "staff/private_plan.html",
        section="cases",
        case=case,
        plans=plans,
        stands=any(not row["shown"].plan.ended_at for row in plans),
    )


@staff(methods="GET POST")
def private_plan_make(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Plan how to see the person alone."""
    case = queries.case_to_reach(viewer=viewer, case_id=case_id, now=now)
    form = PlanForm(request.POST or None)
    restored = restore(form, viewer=viewer, name=MAKE, about=case_id)
    if request.method == "POST" and form.is_valid():
        try:
            operations.private_plan_make(account=viewer, case=case, now=now, **form.cleaned_data)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=MAKE, about=case_id)
            messages.success(request, "The plan is made. The first attempt is a task of the owner.")
            return redirect(PLAN, case_id=case_id)
    return page(
        request,
        "staff/private_plan_make.html",
        section="cases",
        case=case,
        form=form,
        restored=restored,
    )


@staff(methods="GET POST")
def private_attempt_record(
    request: HttpRequest, *, viewer: Account, now: datetime, plan_id: UUID
) -> HttpResponse:
    """Record an attempt to see the person alone; the answer warns where it only repeated others."""
    plan = queries.private_plan_to_try(viewer=viewer, plan_id=plan_id, now=now)
    form = AttemptForm(request.POST or None, initial={"at": now})
    restored = restore(form, viewer=viewer, name=ATTEMPT, about=plan_id)
    if request.method == "POST" and form.is_valid():
        try:
            done = operations.private_attempt_record(
                account=viewer, plan=plan, now=now, **form.answer()
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=ATTEMPT, about=plan_id)
            messages.success(request, TOLD if done.told else "The attempt is recorded.")
            for warning in done.warnings:
                messages.warning(request, warning)
            return redirect(PLAN, case_id=plan.case_id)
    return page(
        request,
        "staff/private_attempt_record.html",
        section="cases",
        case=plan.case,
        plan=plan,
        form=form,
        restored=restored,
    )


@staff(methods="GET POST")
def private_plan_end(
    request: HttpRequest, *, viewer: Account, now: datetime, plan_id: UUID
) -> HttpResponse:
    """End a plan to see the person alone, with the reason."""
    plan = queries.private_plan_to_try(viewer=viewer, plan_id=plan_id, now=now)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.private_plan_end(account=viewer, plan=plan, now=now, **form.cleaned_data)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "The plan is ended.")
            return redirect(PLAN, case_id=plan.case_id)
    return page(request, "staff/private_plan_end.html", section="cases", case=plan.case, form=form)


def _rows(shown: PrivatePlanShown) -> dict[str, Any]:
    """A plan with the words for what its rows hold; an id that the pack no longer has stands for itself."""
    rules, alone = packs.contact(), dict(ALONE)
    ways = {row.id: row for row in rules.ways}
    outcomes = {row.id: row.label for row in rules.outcomes}
    return {
        "shown": shown,
        "ways": [
            {"label": ways[way].label, "hint": ways[way].hint} if way in ways else {"label": way}
            for way in shown.plan.ways
        ],
        "attempts": [
            {
                "attempt": each,
                "way": ways[each.way].label if each.way in ways else each.way,
                "alone": alone.get(each.alone, each.alone),
                "outcome": outcomes.get(each.outcome, each.outcome),
                "warnings": warnings,
            }
            for each, warnings in shown.attempts
        ],
    }


CASE, ONE = "cases/<uuid:case_id>/alone", "alone/<uuid:plan_id>"
urls = [
    path(f"{CASE}/", private_plan, name=PLAN),
    path(f"{CASE}/make/", private_plan_make, name=MAKE),
    path(f"{ONE}/attempt/", private_attempt_record, name=ATTEMPT),
    path(f"{ONE}/end/", private_plan_end, name=END),
]
