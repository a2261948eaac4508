"""The account of a witness: written alone, sealed until it is signed, added to afterwards."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.cases import operations, queries
from sharewell.web.staff.forms.allegation import AccountForm
from sharewell.web.staff.keeping import restore
from sharewell.web.views import page, staff

NAME = "witness_account"


@staff(methods="GET POST")
def witness_account(
    request: HttpRequest, *, viewer: Account, now: datetime, witness_id: UUID
) -> HttpResponse:
    """Write and sign one's own account, add to it, or read one that was signed."""
    found, own = queries.witness(viewer=viewer, witness_id=witness_id, now=now)
    form = AccountForm(request.POST or None) if own else None
    if form is not None and request.method == "POST" and form.is_valid():
        act = operations.witness_add if found.signed_at else operations.witness_sign
        try:
            act(account=viewer, witness_id=witness_id, now=now, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Signed. Nobody can change it any more, and you neither.")
            return redirect(NAME, witness_id=witness_id)
    restored = form is not None and restore(form, viewer=viewer, name=NAME, about=witness_id)
    return page(
        request,
        "staff/witness_account.html",
        section="home",
        found=found,
        own=own,
        taken=found.taker_id is not None,
        addenda=queries.addenda(found),
        form=form,
        restored=restored,
        status=None,
    )


urls = [path("accounts-of-witnesses/<uuid:witness_id>/", witness_account, name=NAME)]
