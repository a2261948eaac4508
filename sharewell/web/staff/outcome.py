"""Outcomes for the person: those recorded in a case, and the form for the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import queries as cases
from sharewell.followup import operations, outcomes, queries
from sharewell.followup.models import Outcome
from sharewell.followup.operations.outcome import Told
from sharewell.web.fields import Choice, KeyedForm, Several, Words
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.views import page, staff

RECORD, LIST = "outcome_record", "outcome_list"
OFFERED = {
    "occasion": "occasions",
    "met": "met",
    "losses": "losses",
    "wellbeing": "wellbeing",
    "risk_before": "risk_before",
    "risk_after": "risk_after",
}


class OutcomeForm(KeyedForm):
    """What the person wanted and whether it was met, what was lost, how they are, and the risk."""

    occasion = Choice(label="At what is this recorded?", choices=[])
    wanted = Words(
        label="What did the person want to happen?",
        rows=3,
        required=False,
        help_text="In their own words. If they were not asked, say so below.",
    )
    met = Choice(label="Did it happen?", choices=[])
    met_why = Words(label="Why in part, or not, or not asked?", rows=2, required=False)
    losses = Several(label="What did they lose on the way?", choices=[], required=False)
    losses_words = Words(label="What was lost, in words?", rows=2, required=False)
    wellbeing = Choice(label="How are they now?", choices=[])
    wellbeing_words = Words(label="How is that known?", rows=2, required=False)
    risk_before = Choice(label="How great was the risk before?", choices=[])
    risk_after = Choice(label="And now?", choices=[])
    risk_words = Words(label="What remains, and who watches it?", rows=2, required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the lists of the pack."""
        super().__init__(*arguments, **options)
        for name, list_ in OFFERED.items():
            rows = outcomes.lists().named(list_).values()
            self.fields[name].choices = [(row.id, row.label) for row in rows]  # type: ignore[attr-defined]


@staff()
def outcome_list(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Show what came of it for the person, the newest first."""
    case = cases.case(viewer=viewer, case_id=case_id, now=now, what="outcomes")
    return page(
        request,
        "staff/outcome_list.html",
        section="cases",
        case=case,
        writes=case.state == "open",
        said=queries.outcomes_said(viewer=viewer, case=case, now=now),
        outcomes=[_rows(each) for each in queries.outcomes_of(case)],
    )


@staff(methods="GET POST")
def outcome_record(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Record what came of it for the person."""
    case = cases.case_to_reach(viewer=viewer, case_id=case_id, now=now)
    form = OutcomeForm(request.POST or None)
    restored = restore(form, viewer=viewer, name=RECORD, about=case_id)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        key = given.pop("form_key")
        try:
            operations.outcome_record(
                account=viewer, case=case, told=Told(**given), form_key=key, now=now
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=RECORD, about=case_id)
            messages.success(request, "The outcome is recorded.")
            return redirect(LIST, case_id=case_id)
    return page(
        request,
        "staff/outcome_record.html",
        section="cases",
        case=case,
        said=queries.outcomes_said(viewer=viewer, case=case, now=now),
        form=form,
        restored=restored,
    )


def _rows(kept: Outcome) -> dict[str, Any]:
    """An outcome in words; an id that the pack no longer has stands for itself."""
    lists = outcomes.lists()

    def label(list_: str, id_: str) -> str:
        row = lists.named(list_).get(id_)
        return row.label if row else id_

    return {
        "kept": kept,
        "occasion": label("occasions", kept.occasion),
        "rows": [
            {"key": "They wanted", "value": kept.wanted, "unknown": "Not asked"},
            {"key": "It happened", "value": label("met", kept.met), "note": kept.met_why},
            {
                "key": "Lost",
                "value": ", ".join(label("losses", each) for each in kept.losses),
                "unknown": "Nothing named",
                "note": kept.losses_words,
            },
            {
                "key": "Wellbeing",
                "value": label("wellbeing", kept.wellbeing),
                "note": kept.wellbeing_words,
            },
            {"key": "Risk before", "value": label("risk_before", kept.risk_before)},
            {
                "key": "Risk now",
                "value": label("risk_after", kept.risk_after),
                "note": kept.risk_words,
            },
        ],
    }


CASE = "cases/<uuid:case_id>/outcomes"
urls = [
    path(f"{CASE}/", outcome_list, name=LIST),
    path(f"{CASE}/record/", outcome_record, name=RECORD),
]
