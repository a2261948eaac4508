"""Check and send: what the rules say and why, the message as it would leave, the words that go with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from sharewell.agencies.access import Invalid, Refusal
from sharewell.agencies.models import Account
from sharewell.disclosures import assemble, drafts, operations, queries, redirected
from sharewell.disclosures.assemble import Preview
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.operations.send import MessageChanged
from sharewell.disclosures.reaching import reaching
from sharewell.disclosures.standing import EDITABLE
from sharewell.web.staff.disclosure import preview_rows, show, wording
from sharewell.web.staff.forms.disclosure import PreviewForm, typed_with
from sharewell.web.views import page, staff


@staff()
def disclosure_preview(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Show what would happen if this were sent now, and what is still missing."""
    try:
        return _page(request, viewer, now, disclosure_id)
    except Invalid as nothing_left:
        about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now).disclosure
        context = {"case": about.case, "disclosure": about, "errors": nothing_left.errors}
        return page(
            request, "staff/disclosure_restore.html", status=422, section="cases", **context
        )


@staff(methods="POST")
def disclosure_update(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Save the words of a draft: as they are typed, or by the button that checks again."""
    shown, form = _typed(request, viewer, now, disclosure_id)
    saved = _save(form, viewer, shown.disclosure, now) if form.is_valid() else None
    if request.headers.get("HX-Request"):
        context = {"form": form, "saved": saved, "now": now}
        return render(request, "staff/disclosure_saved.html", context)
    if saved:
        return redirect("disclosure_preview", disclosure_id=disclosure_id)
    return _page(request, viewer, now, disclosure_id, form=form)


@staff(methods="POST")
def disclosure_send(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Send a draft exactly as it was shown, once; the words on the page are saved first."""
    shown, form = _typed(request, viewer, now, disclosure_id)
    if _sent_already(shown.disclosure, form):
        return redirect("disclosure_record", disclosure_id=disclosure_id)
    saved = _save(form, viewer, shown.disclosure, now) if form.is_valid() else None
    if not saved:
        return _page(request, viewer, now, disclosure_id, form=form)
    given = form.cleaned_data
    try:
        operations.disclosure_send(
            account=viewer,
            disclosure_id=disclosure_id,
            version=saved.version,
            send_key=given["send_key"],
            seen=given["seen"],
            now=now,
        )
    except Refusal as refusal:
        form.refused(refusal)
        changes = refusal.changes if isinstance(refusal, MessageChanged) else ()
        return _page(request, viewer, now, disclosure_id, form=form, changes=changes)
    messages.success(request, "It was sent. This does not mean that anybody has read it yet.")
    return redirect("disclosure_record", disclosure_id=disclosure_id)


@staff(methods="POST")
def disclosure_restore(
    request: HttpRequest,  # noqa: ARG001 - every view has it
    *,
    viewer: Account,
    now: datetime,
    disclosure_id: UUID,
) -> HttpResponse:
    """Take into the message again what was left out."""
    draft = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now).disclosure
    drafts.disclosure_update(
        account=viewer, disclosure_id=disclosure_id, version=draft.version, now=now, left_out=[]
    )
    return redirect("disclosure_preview", disclosure_id=disclosure_id)


@staff(methods="POST")
def disclosure_close(
    request: HttpRequest, *, viewer: Account, now: datetime, disclosure_id: UUID
) -> HttpResponse:
    """Give a draft up; it stays readable."""
    draft = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now).disclosure
    drafts.disclosure_close(
        account=viewer, disclosure_id=disclosure_id, version=draft.version, now=now
    )
    messages.success(request, "The draft was given up. Nothing was sent.")
    return redirect("case_sharing", case_id=draft.case_id)


def _page(
    request: HttpRequest,
    viewer: Account,
    now: datetime,
    disclosure_id: UUID,
    *,
    form: PreviewForm | None = None,
    changes: Any = (),
) -> HttpResponse:
    """The page of a draft as it stands now, with what was typed where ``form`` has it."""
    about = queries.disclosure(viewer=viewer, disclosure_id=disclosure_id, now=now)
    if form is not None and about.disclosure.state not in EDITABLE:
        return _too_late(request, about.disclosure, form)
    if done := show.not_a_draft(about.disclosure) or show.unfinished(about.disclosure):
        return done
    shown = assemble.preview(viewer=viewer, disclosure_id=disclosure_id, now=now)
    kept = queries.kept_back(viewer=viewer, shown=shown, now=now)
    typed = form
    if typed is None:
        form = _form(shown, None)
    else:
        form = _form(shown, _as_of_now(typed, shown))
        form.is_valid()
        form.taken_over(typed)
    return page(
        request,
        "staff/disclosure_preview.html",
        section="cases",
        now=now,
        case=about.disclosure.case,
        about=about,
        shown=shown,
        form=form,
        changes=preview_rows.changes(changes, shown),
        meanwhile=preview_rows.meanwhile(typed, shown.disclosure) if typed else [],
        named_by=redirected.named_by(shown.disclosure),
        alike=preview_rows.alike(viewer, shown, now),
        file_held=wording.WITHHELD.get(queries.file_held(viewer=viewer, shown=shown, now=now), ""),
        reach=reaching(shown.disclosure, now),
        **preview_rows.context(shown, about, kept, now),
    )


def _too_late(request: HttpRequest, about: Disclosure, form: PreviewForm) -> HttpResponse:
    """What was typed into a draft that somebody sent, decided or closed meanwhile."""
    return page(
        request,
        "staff/disclosure_too_late.html",
        status=409,
        section="cases",
        case=about.case,
        disclosure=about,
        rows=preview_rows.typed_words(form),
    )


def _typed(
    request: HttpRequest, viewer: Account, now: datetime, disclosure_id: UUID
) -> tuple[Preview, PreviewForm]:
    shown = assemble.preview(viewer=viewer, disclosure_id=disclosure_id, now=now)
    return shown, _form(shown, request.POST)


def _form(shown: Preview, data: Any) -> PreviewForm:
    return PreviewForm(
        data,
        shown=preview_rows.words_asked(shown),
        may_leave_out=preview_rows.may_leave_out(shown),
        may_add=preview_rows.may_add(shown),
        may_know=[(each.pk.hex, each.to_whom) for each in drafts.others(shown.disclosure)],
        initial=preview_rows.initial(shown),
    )


def _as_of_now(typed: PreviewForm, shown: Preview) -> Any:
    """What was typed, with the version and the stamp of the page that is shown now."""
    return typed_with(typed.data, version=str(shown.disclosure.version), seen=shown.seen)


def _save(
    form: PreviewForm, viewer: Account, draft: Disclosure, now: datetime
) -> Disclosure | None:
    """Save what differs from what is kept; a refusal is shown with the form."""
    given = form.cleaned_data
    # Words that a rule proposed and nobody changed stay the rule's: they are not the sender's own.
    changed = {k: v for k, v in form.answers().items() if v != form.initial.get(k)}
    if not changed and given["version"] == draft.version:
        return draft
    try:
        return drafts.disclosure_update(
            account=viewer,
            disclosure_id=draft.id,
            version=given["version"],
            now=now,
            **changed,
        )
    except Refusal as refusal:
        form.refused(refusal)
        return None


def _sent_already(disclosure: Disclosure, form: PreviewForm) -> bool:
    """Whether the same press of the button sent it before: a double click, a line lost while sending."""
    key = form.data.get("send_key", "")
    return disclosure.state == "sent" and str(disclosure.send_key) == key


urls = [
    path(
        "disclosures/<uuid:disclosure_id>/preview/", disclosure_preview, name="disclosure_preview"
    ),
    path("disclosures/<uuid:disclosure_id>/update/", disclosure_update, name="disclosure_update"),
    path("disclosures/<uuid:disclosure_id>/send/", disclosure_send, name="disclosure_send"),
    path(
        "disclosures/<uuid:disclosure_id>/restore/", disclosure_restore, name="disclosure_restore"
    ),
    path("disclosures/<uuid:disclosure_id>/close/", disclosure_close, name="disclosure_close"),
]
