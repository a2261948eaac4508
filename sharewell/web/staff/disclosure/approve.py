"""Asking for more, one thing at a time, and approving it: high-scrutiny fields and files."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.core.policy import Policy
from sharewell.disclosures import assemble, operations, queries
from sharewell.disclosures.attachments import AttachmentRefused, Cleaned, clean
from sharewell.web.staff.disclosure import show, wording
from sharewell.web.staff.forms.deciding import AnswerForm, AttachmentForm, ItemForm
from sharewell.web.views import page, staff


@staff(methods="GET POST")
def item_ask(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID, number: int
) -> HttpResponse:
    """Ask a named approver for one more field, with its own reason and authority."""
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now)
    if done := show.not_a_draft(about.disclosure) or show.unfinished(about.disclosure):
        return done
    policy = agencies.policy_for(about.disclosure.agency)
    field = show.field_of(policy, number)
    people = queries.approvers(viewer=viewer, disclosure_id=disclosure_id, now=now)
    before = next((each for each in about.items if each.field == field), None)
    initial = {"rationale": before.rationale, "authority": before.authority} if before else {}
    form = ItemForm(request.POST or None, approvers=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            operations.item_ask(
                account=viewer,
                disclosure_id=disclosure_id,
                field=field,
                rationale=given["rationale"],
                authority=given["authority"],
                approver=_chosen(people, given["approver"]),
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Asked. The rest may be sent meanwhile, without it.")
            return redirect("disclosure_preview", disclosure_id=disclosure_id)
    label = show.field_label(policy, field)
    known = show.known_value(about.disclosure.case, field)
    context = {"label": label, "known": known, "tier": policy.fields[field].tier}
    return _page(request, "staff/item_ask.html", about, form, **context)


@staff(methods="GET POST")
def attachment_add(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Add some pages of a file, with the reason and who approves it; it is cleaned before it is kept."""
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now)
    if done := show.not_a_draft(about.disclosure) or show.unfinished(about.disclosure):
        return done
    people = queries.approvers(viewer=viewer, disclosure_id=disclosure_id, now=now)
    form = AttachmentForm(request.POST or None, request.FILES or None, approvers=people)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        cleaned = _cleaned(form, given)
        try:
            if cleaned:
                operations.attachment_add(
                    account=viewer,
                    disclosure_id=disclosure_id,
                    cleaned=cleaned,
                    reason=given["reason"],
                    approver=_chosen(people, given["approver"]),
                    now=now,
                )
        except Refusal as refusal:
            form.refused(refusal)
        if cleaned and not form.errors:
            removed = f" Removed: {'; '.join(cleaned.removed)}." if cleaned.removed else ""
            messages.success(request, f"The file waits for its approver.{removed}")
            return redirect("disclosure_preview", disclosure_id=disclosure_id)
    shown = assemble.preview(viewer=viewer, disclosure_id=disclosure_id, now=now)
    held = wording.WITHHELD.get(queries.file_held(viewer=viewer, shown=shown, now=now), "")
    return _page(request, "staff/attachment_add.html", about, form, file_held=held)


@staff(methods="POST")
def attachment_remove(
    request: HttpRequest, *, viewer: Account, now: datetime, attachment_id: UUID
) -> HttpResponse:
    """Take a file out of a draft."""
    removed = operations.attachment_remove(account=viewer, attachment_id=attachment_id, now=now)
    messages.success(request, "The file was taken out.")
    return redirect("disclosure_preview", disclosure_id=removed.disclosure_id)


@staff()
def attachment_view(
    request: HttpRequest,  # noqa: ARG001 - every view has it
    *,
    viewer: Account,
    now: datetime,
    attachment_id: UUID,
) -> HttpResponse:
    """Give a file of a draft or of a record, as cleaned, to those who may read its case."""
    found = queries.attachment(viewer=viewer, attachment_id=attachment_id, now=now)
    response = HttpResponse(bytes(found.content), content_type=found.content_type)
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@staff(methods="GET POST")
def disclosure_approve(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Show what was asked for, why, on what authority and what it says; approve or refuse one of it."""
    stamps = queries.items_seen(viewer=viewer, disclosure_id=disclosure_id, now=now)
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now)
    form, asked = None, request.POST.get("asked", "")
    if request.method == "POST":
        form = AnswerForm(request.POST, prefix=asked)
        if form.is_valid() and _answer(form, viewer, now, about, asked):
            messages.success(request, "Your answer is recorded.")
            return redirect("disclosure_approve", disclosure_id=disclosure_id)
    policy = agencies.policy_for(about.disclosure.agency)
    return _page(
        request,
        "staff/disclosure_approve.html",
        about,
        form,
        now=now,
        rows=[
            _asked(each, about=about, policy=policy, viewer=viewer, form=form, posted=asked)
            | {"seen": stamps.get(each.pk, "")}
            for each in (*about.items, *about.attachments)
        ],
    )


def _asked(
    asked: Any, *, about: Any, policy: Policy, viewer: Account, form: AnswerForm | None, posted: str
) -> dict[str, Any]:
    """One thing that was asked for, with the form to answer it where the viewer may."""
    key = str(asked.pk)
    field = getattr(asked, "field", "")
    asked_by = getattr(asked, "asked_by_id", None) or getattr(asked, "added_by_id", None)
    may = about.may_approve and asked.asked_of_id == viewer.pk
    may = may and not asked.approved_at and not asked.refused_at
    return {
        "key": key,
        "asked": asked,
        "is_file": not field,
        "label": show.field_label(policy, field) if field else f"File: {asked.name}",
        "tier": policy.fields[field].tier if field else 3,
        "reason": getattr(asked, "rationale", "") or getattr(asked, "reason", ""),
        "authority": getattr(asked, "authority", ""),
        "known": show.known_value(about.disclosure.case, field) if field else "",
        "own": asked_by == viewer.pk,
        "form": (form if key == posted else AnswerForm(prefix=key)) if may else None,
    }


def _answer(form: AnswerForm, viewer: Account, now: datetime, about: Any, asked: str) -> bool:
    """Give the answer to the one thing it is about; a refusal is shown with the form."""
    approve = form.cleaned_data["answer"] == "approve"
    note = form.cleaned_data["note"]
    item = next((each for each in about.items if str(each.pk) == asked), None)
    file = next((each for each in about.attachments if str(each.pk) == asked), None)
    try:
        if item is not None:
            given: dict[str, Any] = {
                "account": viewer,
                "item_id": item.pk,
                "note": note,
                "now": now,
            }
            if approve:
                operations.item_approve(**given, seen=form.cleaned_data["seen"])
            else:
                operations.item_refuse(**given)
        elif file is not None:
            on_file: Any = (
                operations.attachment_approve if approve else operations.attachment_refuse
            )
            on_file(account=viewer, attachment_id=file.pk, note=note, now=now)
        else:
            raise Http404
    except Refusal as refusal:
        form.refused(refusal)
        return False
    return True


def _cleaned(form: AttachmentForm, given: dict[str, Any]) -> Cleaned | None:
    file = given["file"]
    try:
        return clean(
            content=file.read(),
            claimed_type=file.content_type or "",
            name=file.name or "",
            pages=given["pages"],
        )
    except AttachmentRefused as refused:
        about_pages = refused.code in {"bad_pages", "whole_record", "too_many_pages"}
        form.add_error("pages" if about_pages else "file", refused.sentence)
        return None


def _chosen(people: list[Account], key: str) -> Account:
    return next(each for each in people if str(each.pk) == key)


def _page(
    request: HttpRequest, template: str, about: Any, form: Any, **context: Any
) -> HttpResponse:
    return page(
        request,
        template,
        section="cases",
        case=about.disclosure.case,
        about=about,
        disclosure=about.disclosure,
        purpose=show.purpose(about.disclosure.purpose),
        form=form,
        **context,
    )


urls = [
    path("disclosures/<uuid:disclosure_id>/ask/<int:number>/", item_ask, name="item_ask"),
    path("disclosures/<uuid:disclosure_id>/attach/", attachment_add, name="attachment_add"),
    path(
        "disclosures/<uuid:disclosure_id>/approve/", disclosure_approve, name="disclosure_approve"
    ),
    path("attachments/<uuid:attachment_id>/remove/", attachment_remove, name="attachment_remove"),
    path("attachments/<uuid:attachment_id>/", attachment_view, name="attachment_view"),
]
