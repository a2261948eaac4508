"""Choosing when an e-mail says how much waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.models import Account
from sharewell.followup import digests, operations
from sharewell.web.fields import Choice, Form
from sharewell.web.views import page, staff


class DigestForm(Form):
    """Never, at the end of each shift, or once a day."""

    kind = Choice(label="When are you told by e-mail how much waits?", choices=[])

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the kinds of the pack, with the times of each."""
        super().__init__(*arguments, **options)
        rows, kind = digests.kinds().values(), self.fields["kind"]
        kind.choices = [(row.id, row.label) for row in rows]  # type: ignore[attr-defined]
        times = {row.id: f" At {', '.join(row.at)}." if row.at else "" for row in rows}
        kind.hints = {row.id: row.hint + times[row.id] for row in rows}  # type: ignore[attr-defined]


@staff(methods="GET POST")
def digest_choose(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Choose when an e-mail says how much waits; it never says what."""
    form = DigestForm(request.POST or None, initial={"kind": digests.chosen(viewer)})
    if request.method == "POST" and form.is_valid():
        operations.digest_choose(account=viewer, kind=form.cleaned_data["kind"], now=now)
        messages.success(request, "Your choice is kept.")
        return redirect("digest_choose")
    return page(request, "staff/digest_choose.html", section="actions", form=form)


urls = [path("actions/e-mail/", digest_choose, name="digest_choose")]
