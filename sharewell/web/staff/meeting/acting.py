"""What the forms of meetings share: an operation run, its refusal shown with what was typed, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from sharewell.agencies.access import Refusal
from sharewell.web.fields import Form

DETAIL = "meeting_detail"
ONE = "meetings/<uuid:meeting_id>"
GUEST = "meetings/guests/<uuid:invited_id>"


def done(
    request: HttpRequest,
    form: Form,
    run: Callable[[], Any],
    *,
    said: str,
    meeting_id: UUID | None,
) -> HttpResponse | None:
    """Run an operation for a form that was sent whole; back to the meeting, or None to show the form again.

    ``meeting_id`` is None where the operation makes the meeting, which it returns.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        made = run()
    except Refusal as refusal:
        form.refused(refusal)
        return None
    messages.success(request, said)
    return redirect(DETAIL, meeting_id=meeting_id or made.pk)
