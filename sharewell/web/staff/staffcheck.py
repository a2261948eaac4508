"""Training and vetting: how it stands for those who roster and for oneself, recorded and withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell import packs
from sharewell.agencies import staffchecks
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.followup import operations
from sharewell.followup.operations.staffcheck import ENDING_AT_MOST, Seen
from sharewell.web.fields import Form, KeyedForm, Line, Select, Words
from sharewell.web.moments import Day
from sharewell.web.views import page, staff

# How a state reads, and the colour of its tag.
STATES = {
    "in_date": ("In date", "green"),
    "soon": ("Ends soon", "yellow"),
    "expired": ("Has run out", "red"),
    "missing": ("Not recorded", "orange"),
}


class StaffCheckForm(KeyedForm):
    """What somebody saw: kind, days, and the last characters of a number."""

    kind = Select(label="What did you see?", choices=())
    done_on = Day(label="Which day does the certificate give?")
    expires_on = Day(
        label="Until which day does it count?",
        required=False,
        help_text="Leave it empty where the certificate gives none: it then counts as long as its kind does.",
    )
    ending = Line(
        label="The last characters of its number",
        required=False,
        max_length=ENDING_AT_MOST,
        width=5,
        help_text=f"At most {ENDING_AT_MOST}, to find it again. Never the whole number, and nothing of what it says.",
    )
    seen_on = Day(label="On which day did you see it yourself?")

    def __init__(self, *arguments: Any, of: Account, **options: Any) -> None:
        """Offer the kinds of the colleague's place."""
        super().__init__(*arguments, **options)
        field: Any = self.fields["kind"]
        kinds = packs.staff_checks().of(of.agency.jurisdiction)
        field.choices = [("", "Choose"), *((each.id, each.label) for each in kinds)]

    def seen(self) -> Seen:
        """What was seen, for the operation."""
        given = self.cleaned_data
        names = ("kind", "done_on", "expires_on", "ending", "seen_on")
        return Seen(**{name: given[name] for name in names})


class WithdrawForm(Form):
    """Why what was recorded is taken back."""

    why = Words(label="Why is it taken back?", max_length=300, rows=2)


@staff()
def staff_check_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Show how training and vetting stand: all colleagues for those who roster, else one's own."""
    shown = staffchecks.roster(viewer=viewer, now=now)
    people = [(each, [(line, *STATES[line.state]) for line in each.lines]) for each in shown.people]
    return page(
        request,
        "staff/staff_check_list.html",
        section="staff_checks",
        shown=shown,
        people=people,
        says=packs.staff_checks().says,
    )


@staff(methods="GET POST")
def staff_check_record(
    request: HttpRequest, *, viewer: Account, now: datetime, account_id: UUID
) -> HttpResponse:
    """Record that one saw a colleague's certificate."""
    of = staffchecks.person(viewer=viewer, account_id=account_id, now=now).account
    return _record(request, viewer, now, of)


@staff(methods="GET POST")
def staff_check_renew(
    request: HttpRequest, *, viewer: Account, now: datetime, check_id: UUID
) -> HttpResponse:
    """Show what runs out, and record the certificate that comes after it."""
    check = staffchecks.check(viewer=viewer, check_id=check_id, now=now)
    return _record(request, viewer, now, check.account, {"kind": check.kind, "check": check})


@staff(methods="GET POST")
def staff_check_withdraw(
    request: HttpRequest, *, viewer: Account, now: datetime, check_id: UUID
) -> HttpResponse:
    """Take back what was recorded, with the reason."""
    check = staffchecks.check(viewer=viewer, check_id=check_id, now=now)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.staff_check_withdraw(
                account=viewer, check_id=check_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Taken back. What was recorded before it counts again.")
            return redirect("staff_check_list")
    kind = packs.staff_checks().kinds.get(check.kind)
    return page(
        request,
        "staff/staff_check_withdraw.html",
        section="staff_checks",
        form=form,
        check=check,
        kind=kind.label if kind else check.kind,
    )


def _record(
    request: HttpRequest,
    viewer: Account,
    now: datetime,
    of: Account,
    before: dict[str, Any] | None = None,
) -> HttpResponse:
    before = before or {}
    sent = [request.POST] if request.method == "POST" else []
    form = StaffCheckForm(*sent, of=of, initial={"kind": before.get("kind", "")})
    if sent and form.is_valid():
        try:
            operations.staff_check_record(
                account=viewer,
                of_id=of.pk,
                seen=form.seen(),
                form_key=form.cleaned_data["form_key"],
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Recorded. The log has an entry for it.")
            return redirect("staff_check_list")
    return page(
        request,
        "staff/staff_check_record.html",
        section="staff_checks",
        form=form,
        of=of,
        check=before.get("check"),
    )


urls = [
    path("training/", staff_check_list, name="staff_check_list"),
    path("training/<uuid:account_id>/", staff_check_record, name="staff_check_record"),
    path("training/renew/<uuid:check_id>/", staff_check_renew, name="staff_check_renew"),
    path("training/withdraw/<uuid:check_id>/", staff_check_withdraw, name="staff_check_withdraw"),
]
