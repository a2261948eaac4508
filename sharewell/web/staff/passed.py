"""Going past one's manager: the form, and what the one who was gone to reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.followup import operations, queries
from sharewell.web.fields import Choice, KeyedForm, Select, Words
from sharewell.web.views import page, staff

WHYS = (
    ("silent", "They have not responded in time"),
    ("unsafe", "They chose what I hold to be unsafe"),
)
TOLD = (
    ("later", "Later, when it is safe; whom I go to decides when"),
    ("now", "Now: it stands in the chronology"),
    ("not", "Not"),
)
ABOUT = {"task", "concern", "decision"}
LEADS = {"task": "task_detail", "concern": "concern_detail", "decision": "disclosure_record"}


class PassForm(KeyedForm):
    """Why somebody goes past their manager, and to whom."""

    why = Choice(label="Why do you go past your manager?", choices=WHYS)
    reason = Words(
        label="What happened, and what do you think should happen?",
        rows=5,
        help_text="When you asked them, what they said, and what you are afraid of.",
    )
    to = Select(label="Whom do you go to?", choices=[], required=False)
    told = Choice(label="When is your manager told?", choices=TOLD, initial="later")
    told_reason = Words(label="Why are they not to be told?", rows=2, required=False)

    def __init__(self, *arguments: Any, to: tuple[Account, ...]) -> None:
        """Offer those who are free, the first proposed."""
        super().__init__(*arguments)
        self.fields["to"].choices = [(str(each.pk), each.name) for each in to]  # type: ignore[attr-defined]

    def answer(self) -> dict[str, Any]:
        """The answers as keywords of the operation."""
        given = self.cleaned_data
        return {**given, "to": UUID(given["to"]) if given["to"] else None}


@staff(methods="GET POST")
def manager_pass(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Go past the manager of a case to the next person."""
    shown = queries.to_pass(viewer=viewer, case_id=case_id, now=now)
    form = PassForm(*([request.POST] if request.method == "POST" else []), to=shown.to)
    what, about_id = _about(request)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.manager_pass(
                account=viewer,
                case_id=case_id,
                what=what,
                about_id=about_id,
                now=now,
                **form.answer(),
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("passed_detail", passed_id=made.pk)
    return page(
        request, "staff/manager_pass.html", section="cases", case=shown.case, shown=shown, form=form
    )


@staff()
def passed_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, passed_id: UUID
) -> HttpResponse:
    """Read who went past whom, and why; for the two of them."""
    found = queries.passed(viewer=viewer, passed_id=passed_id, now=now)
    return page(
        request,
        "staff/passed_detail.html",
        section="cases",
        case=found.case,
        passed=found,
        why=dict(WHYS)[found.why],
        told=dict(TOLD)[found.told],
        leads=LEADS.get(found.what, ""),
    )


def _about(request: HttpRequest) -> tuple[str, UUID | None]:
    """Which thing of the case it is about, as the way here said; what is not known is the case itself."""
    what = request.GET.get("what", "")
    try:
        return (what, UUID(request.GET.get("about", ""))) if what in ABOUT else ("case", None)
    except ValueError:
        return "case", None


urls = [
    path("cases/<uuid:case_id>/past-manager/", manager_pass, name="manager_pass"),
    path("past-manager/<uuid:passed_id>/", passed_detail, name="passed_detail"),
]
