"""Drafts of agreements: begin one, go on from the version before, edit the text, drop it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell import packs
from sharewell.agencies.access import Conflict, NotFound, Refusal
from sharewell.agencies.agreements import drafts, pages, texts
from sharewell.agencies.models import Account, AgreementVersion
from sharewell.core import yamltext
from sharewell.core.terms import Agreement
from sharewell.web.staff.forms.agreement import OWN, RevisionForm, StartForm, TextForm
from sharewell.web.staff.forms.agreement_parts import PARTS, PartForm
from sharewell.web.staff.forms.disclosure import typed_with
from sharewell.web.views import page, staff


@staff(methods="GET POST")
def agreement_start(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Begin an agreement from an example or from a text of one's own."""
    pages.require_may_draft(viewer=viewer, now=now)
    form = StartForm(request.POST or None, request.FILES or None, starters=_starters(viewer))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        text = given["text"] if given["start"] == OWN else drafts.starter(given["start"])
        try:
            version = drafts.draft_start(account=viewer, now=now, text=text)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "The draft is saved. Nothing is in force yet.")
            return redirect("agreement_detail", version_id=version.pk)
    return page(request, "staff/agreement_start.html", section="agreements", form=form)


@staff(methods="POST")
def agreement_next(
    request: HttpRequest, *, viewer: Account, now: datetime, version_id: UUID
) -> HttpResponse:
    """Begin the next version from the text of this one."""
    version = drafts.draft_next(account=viewer, version_id=version_id, now=now)
    messages.success(
        request, f"Version {version.number} is a draft now. Until it is in force nothing changes."
    )
    return redirect("agreement_detail", version_id=version.pk)


@staff(methods="GET POST")
def agreement_edit(
    request: HttpRequest, *, viewer: Account, now: datetime, version_id: UUID
) -> HttpResponse:
    """Edit the whole text of a draft; it is saved as typed, and what keeps it from being read is said."""
    version = pages.draft_page(viewer=viewer, version_id=version_id, now=now)
    initial = {"revision": version.revision, "text": version.text}
    form = TextForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        text = f"{given['text']}\n"
        try:
            version = drafts.draft_save(
                account=viewer,
                version_id=version_id,
                revision=given["revision"],
                text=text,
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
            if isinstance(refusal, Conflict):
                _read_again(form, version)
        else:
            fault = texts.fault(text)
            if fault is None:
                messages.success(request, "Saved.")
                return redirect("agreement_detail", version_id=version_id)
            form.add_error("text", f"{fault.sentence} What you typed is saved as a draft.")
            _read_again(form, version)
    return page(
        request, "staff/agreement_edit.html", section="agreements", form=form, version=version
    )


@staff(methods="GET POST")
def agreement_part(
    request: HttpRequest, *, viewer: Account, now: datetime, version_id: UUID, part: str
) -> HttpResponse:
    """Edit one part of a draft by a form: dates, leads, clocks, or one party, route or dataset."""
    version = pages.draft_page(viewer=viewer, version_id=version_id, now=now)
    terms = texts.readable(version.text)
    form_of, at = _part(part, terms)
    form = form_of(
        request.POST or None,
        initial={"revision": version.revision},
        terms=terms,
        at=at,
        agencies=pages.parties_near(viewer=viewer, version_id=version_id, now=now),
    )
    if request.method == "POST" and form.is_valid():
        try:
            drafts.draft_change(
                account=viewer,
                version_id=version_id,
                revision=form.cleaned_data["revision"],
                changes=form.changes(),
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
            if isinstance(refusal, Conflict):
                _read_again(form, version)
        else:
            messages.success(request, "Saved.")
            return redirect("agreement_detail", version_id=version_id)
    return page(
        request, "staff/agreement_part.html", section="agreements", form=form, version=version
    )


@staff(methods="POST")
def agreement_drop(
    request: HttpRequest, *, viewer: Account, now: datetime, version_id: UUID
) -> HttpResponse:
    """Drop a draft that nobody has signed."""
    drafts.draft_drop(account=viewer, version_id=version_id, now=now)
    messages.success(request, "The draft is gone. What is in force stays in force.")
    return redirect("agreement_list")


def _starters(viewer: Account) -> dict[str, str]:
    """The titles of the examples by name, those for the viewer's own place first."""
    read = {name: yamltext.read(text) for name, text in packs.starter_agreements().items()}
    here = viewer.agency.jurisdiction
    first = sorted(read, key=lambda name: read[name]["jurisdiction"] != here)
    return {name: str(read[name]["title"]) for name in first}


def _part(part: str, terms: Agreement) -> tuple[type[PartForm], int]:
    """The form of a part and the row it is about, from its address, like ``party-2``."""
    name, _, row = part.partition("-")
    form_of, rows = PARTS.get(name, (None, ""))
    at = int(row) if row.isascii() and row.isdigit() else -1
    if form_of is None or bool(rows) != bool(row):
        raise NotFound
    if rows and not 0 <= at < len(getattr(terms, rows)):
        raise NotFound
    return form_of, at


def _read_again(form: RevisionForm, version: AgreementVersion) -> None:
    """Take note that the page now shows this revision: saved again, it is meant as against that one."""
    form.data = typed_with(form.data, revision=str(version.revision))


VERSION = "agreements/<uuid:version_id>"
urls = [
    path("agreements/new/", agreement_start, name="agreement_start"),
    path(f"{VERSION}/next/", agreement_next, name="agreement_next"),
    path(f"{VERSION}/edit/", agreement_edit, name="agreement_edit"),
    path(f"{VERSION}/edit/<slug:part>/", agreement_part, name="agreement_part"),
    path(f"{VERSION}/drop/", agreement_drop, name="agreement_drop"),
]
