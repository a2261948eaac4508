"""Correcting a sent message: what was wrong, field by field; then the ordinary way to its recipient."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import NotFound, Refusal
from sharewell.agencies.models import Account
from sharewell.disclosures import corrected, operations, queries
from sharewell.disclosures.corrected import Told
from sharewell.web.fields import Form, Several, Words
from sharewell.web.staff.keeping import forget, restore
from sharewell.web.views import page, staff

CORRECT = "disclosure_correct"


class CorrectForm(Form):
    """The right words for each field that was told, what should not have been, and why."""

    reason = Words(
        label="How did it come to be wrong?", rows=3, help_text="The recipient does not read this."
    )
    leave_out = Several(label="What should not have been told at all?", choices=[], required=False)

    def __init__(self, *arguments: Any, told: Sequence[Told], **options: Any) -> None:
        """Ask for each field that the message told."""
        super().__init__(*arguments, **options)
        self.names = {f"right_{number}": each.field for number, each in enumerate(told, 1)}
        for (name, _), each in zip(self.names.items(), told, strict=True):
            field = Words(
                label=each.label, rows=2, required=False, help_text=f"It said: {each.text}"
            )
            field.asked = True  # type: ignore[attr-defined]
            self.fields[name] = field
        self.fields["leave_out"].choices = [(each.field, each.label) for each in told]  # type: ignore[attr-defined]
        self.fields["leave_out"].asked = True  # type: ignore[attr-defined]

    @property
    def rows(self) -> list[Any]:
        """The boxes for what is right."""
        return [self[name] for name in self.names]

    def given(self) -> dict[str, Any]:
        """What is right as keywords of the operation."""
        given = self.cleaned_data
        right = {field: given[name] for name, field in self.names.items() if given[name]}
        return {"right": right, "leave_out": given["leave_out"], "reason": given["reason"]}


@staff(methods="GET POST")
def disclosure_correct(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Ask what was wrong; then go to the new version, to be looked at and sent."""
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now).disclosure
    if about.state != "sent":
        raise NotFound
    form = CorrectForm(request.POST or None, told=corrected.told(about))
    restored = restore(form, viewer=viewer, name=CORRECT, about=disclosure_id)
    if request.method == "POST" and form.is_valid():
        try:
            new = operations.disclosure_correct(
                account=viewer, disclosure_id=disclosure_id, now=now, **form.given()
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            forget(viewer=viewer, name=CORRECT, about=disclosure_id)
            messages.success(request, "Recorded. Look at the new version, then send it.")
            return redirect("disclosure_preview", disclosure_id=new.id)
    return page(
        request,
        "staff/disclosure_correct.html",
        section="cases",
        case=about.case,
        disclosure=about,
        form=form,
        restored=restored,
    )


urls = [path("disclosures/<uuid:disclosure_id>/correct/", disclosure_correct, name=CORRECT)]
