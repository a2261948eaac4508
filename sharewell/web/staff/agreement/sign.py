"""Sign a version, bring it into force, end it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies import operations
from sharewell.agencies.access import NotAllowed, Refusal
from sharewell.agencies.agreements import pages, signing, texts
from sharewell.agencies.agreements.pages import Shown
from sharewell.agencies.agreements.records import NotInHand
from sharewell.agencies.models import Account
from sharewell.web.fields import Form
from sharewell.web.staff.agreement import words
from sharewell.web.staff.agreement.show import head
from sharewell.web.staff.forms.agreement import EndForm, ForceForm, SignForm
from sharewell.web.views import page, staff


@staff(methods="GET POST")
def agreement_sign(
    request: HttpRequest, *, viewer: Account, now: datetime, version_id: UUID
) -> HttpResponse:
    """Sign exactly the text that is shown, or record that a partner signed it on paper."""
    shown = pages.version_page(viewer=viewer, version_id=version_id, now=now)
    form = _sign_form(request, viewer, shown)
    if request.method == "POST" and form.is_valid():
        try:
            operations.agreement_sign(
                account=viewer, version_id=version_id, now=now, **form.answer()
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Signed. From now on this text stands still.")
            return redirect("agreement_detail", version_id=version_id)
    return page(
        request,
        "staff/agreement_sign.html",
        section="agreements",
        form=form,
        to_accept=_to_accept(form, shown),
        **head(shown, ""),
    )


@staff(methods="GET POST")
def agreement_bring_into_force(
    request: HttpRequest, *, viewer: Account, now: datetime, version_id: UUID
) -> HttpResponse:
    """Bring a signed version into force from a day."""
    shown = pages.version_page(viewer=viewer, version_id=version_id, now=now)
    _require(shown, "bring_into_force")
    terms = texts.readable(shown.version.text)
    today = now.astimezone(ZoneInfo(terms.time_zone)).date()
    form = ForceForm(request.POST or None, first=max(today, terms.starts_on))
    if request.method == "POST" and form.is_valid():
        try:
            operations.agreement_bring_into_force(
                account=viewer, version_id=version_id, day=form.cleaned_data["day"], now=now
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Done. Decisions follow it from that moment on.")
            return redirect("agreement_detail", version_id=version_id)
    binding = next((line for line in shown.others if line.standing == "in_force"), None)
    return _form_page(request, "staff/agreement_bring_into_force.html", form, shown, binding)


@staff(methods="GET POST")
def agreement_end(
    request: HttpRequest, *, viewer: Account, now: datetime, version_id: UUID
) -> HttpResponse:
    """End a version, or give up one that is not in force yet, with the reason."""
    shown = pages.version_page(viewer=viewer, version_id=version_id, now=now)
    _require(shown, "end")
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.agreement_end(
                account=viewer, version_id=version_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Ended, with the reason recorded.")
            return redirect("agreement_detail", version_id=version_id)
    return _form_page(request, "staff/agreement_end.html", form, shown, None)


def _form_page(
    request: HttpRequest, template: str, form: Form, shown: Shown, binding: pages.Line | None
) -> HttpResponse:
    return page(
        request, template, section="agreements", form=form, binding=binding, **head(shown, "")
    )


def _require(shown: Shown, act: str) -> None:
    """Go on only where this person may do this to the version as it stands."""
    if act in shown.may:
        return
    if "governs" in shown.may:
        raise NotInHand
    raise NotAllowed


def _sign_form(request: HttpRequest, viewer: Account, shown: Shown) -> SignForm:
    ways = [
        (way, label)
        for way, label in (
            ("sign", f"Mine, for {viewer.agency.name}"),
            ("record", "A partner’s, given on paper"),
        )
        if way in shown.may
    ]
    if not ways or shown.terms is None:
        raise NotInHand if shown.may else NotAllowed
    done = {each.party for each in shown.signatures} | {viewer.agency.slug}
    return SignForm(
        request.POST or None,
        initial={"digest": shown.version.digest},
        request=request,
        ways=ways,
        partners=[(p.agency, p.name) for p in shown.terms.parties if p.agency not in done],
        findings=signing.may_stand(texts.findings(shown.version.text)),
    )


def _to_accept(form: SignForm, shown: Shown) -> list[dict[str, Any]]:
    """Each finding that may stand, with the field for its reason and what the signers before wrote."""
    if shown.terms is None:
        return []
    parties = words.names(shown.terms.parties)
    return [
        {
            "says": words.spelled(each.says, parties),
            "field": form[f"reason_{texts.finding_key(each)}"],
            "before": [
                {"who": signature.account.name, "reason": row["reason"]}
                for signature in shown.signatures
                for row in signature.accepted
                if (row["place"], row["says"]) == (each.place, each.says)
            ],
        }
        for each in signing.may_stand(texts.findings(shown.version.text))
    ]


VERSION = "agreements/<uuid:version_id>"
urls = [
    path(f"{VERSION}/sign/", agreement_sign, name="agreement_sign"),
    path(
        f"{VERSION}/bring-into-force/",
        agreement_bring_into_force,
        name="agreement_bring_into_force",
    ),
    path(f"{VERSION}/end/", agreement_end, name="agreement_end"),
]
