"""Consent: where it stands, the conversation on one page, taking it back, the release to sign, the material."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell.agencies.access import NotFound, Refusal
from sharewell.agencies.models import Account
from sharewell.cases import queries as cases
from sharewell.cases.drafts import draft_drop, draft_save
from sharewell.consent import contacting, operations, positions, queries, script, words
from sharewell.consent.models import Conversation
from sharewell.consent.queries import FORM, Sheet
from sharewell.core.contacting import Allowed, Refused
from sharewell.disclosures import operations as disclosures
from sharewell.web.staff import consent_words
from sharewell.web.staff.case import tabs
from sharewell.web.staff.draft import to_keep, typed
from sharewell.web.staff.forms.consent import ConsentForm, SignForm, WithdrawForm
from sharewell.web.views import page, staff

CONFLICT = operations.ConversationChanged.status


@staff()
def case_consent(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Show the position now, what it covers and until when, the boundaries, and how it came about."""
    case = cases.case(viewer=viewer, case_id=case_id, now=now, what="consent")
    history = queries.history(viewer=viewer, case=case, now=now)
    stands = history[0] if history else None
    zone = case.agency.time_zone
    return page(
        request,
        "staff/case_consent.html",
        section="cases",
        case=case,
        tabs=tabs(case, "case_consent"),
        stands=stands,
        can_withdraw=queries.can_withdraw(viewer=viewer, case=case, now=now),
        revisit_when=consent_words.revisit_when(stands) if stands else "",
        sentence=words.sentence(stands, now=now, zone=zone),
        expired=stands is not None and positions.expired(stands, now),
        rows=consent_words.rows(stands, case) if stands else [],
        boundaries=[words.boundary(row) for row in positions.boundaries(stands)] if stands else [],
        warnings=consent_words.warnings(stands, case, now) if stands else [],
        history=[consent_words.line(each, zone) for each in history],
        now=now,
    )


@staff(methods="GET POST")
def consent_record(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Hold the conversation from the script and record it, or record why there was none."""
    sheet = queries.sheet(viewer=viewer, case_id=case_id, now=now)
    if request.method != "POST":
        kept = None if "new" in request.GET or sheet.draft is None else typed(sheet.draft)
        return _show(request, sheet, _form(sheet, now, kept=kept), now, restored=kept is not None)
    if request.POST.get("action") == "discard":
        draft_drop(account=viewer, form=FORM, about=str(case_id))
        return redirect("consent_record", case_id=case_id)
    form = _form(sheet, now, data=request.POST)
    if request.POST.get("action") != "save" and form.is_valid():
        answers = form.answers()
        taken_back = answers["position"] == "withdrawn"
        record = disclosures.consent_withdraw if taken_back else disclosures.conversation_record
        try:
            record(
                account=viewer,
                case=sheet.case,
                now=now,
                form_key=form.cleaned_data["form_key"],
                follows=form.cleaned_data["follows"],
                fields=answers,
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            draft_drop(account=viewer, form=FORM, about=str(case_id))
            messages.success(request, "The conversation is recorded.")
            return redirect("case_consent", case_id=case_id)
    data = to_keep(request.POST)
    draft_save(account=viewer, form=FORM, about=str(case_id), data=data, now=now)
    if request.POST.get("action") == "save":
        messages.success(request, "What you typed is kept. Only you can see it.")
        return redirect("case_consent", case_id=case_id)
    return _show(request, sheet, form, now, stands=_newest(form, viewer, sheet, now))


@staff(methods="GET POST")
def consent_withdraw(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Take an agreement back: what waits to be sent stops."""
    sheet = queries.sheet(viewer=viewer, case_id=case_id, now=now)
    start = {"held_at": now, "follows": sheet.before.pk if sheet.before else ""}
    form = WithdrawForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            disclosures.consent_withdraw(
                account=viewer,
                case=sheet.case,
                now=now,
                form_key=form.cleaned_data["form_key"],
                follows=form.cleaned_data["follows"],
                fields=form.answers(),
            )
        except Refusal as refusal:
            form.refused(refusal)
            form.follow(sheet.before)
        else:
            messages.success(request, "Recorded. What was waiting to be sent is stopped.")
            return redirect("case_consent", case_id=case_id)
    return page(
        request,
        "staff/consent_withdraw.html",
        section="cases",
        case=sheet.case,
        form=form,
        possible=sheet.agreed_before,
        **_now_stands(sheet, now),
    )


@staff(methods="GET POST")
def consent_release(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Print the one-page release of the agreement that stands; record when it comes back signed."""
    sheet = queries.sheet(viewer=viewer, case_id=case_id, now=now)
    stands, case = sheet.before, sheet.case
    form = SignForm(request.POST or None, initial={"follows": stands.pk if stands else ""})
    if request.method == "POST" and form.is_valid():
        try:
            operations.release_sign(
                account=viewer,
                case=case,
                now=now,
                form_key=form.cleaned_data["form_key"],
                follows=form.cleaned_data["follows"],
                fields=form.answers(),
            )
        except Refusal as refusal:
            form.refused(refusal)
            form.follow(stands)
        else:
            messages.success(request, "The signature is recorded.")
            return redirect("case_consent", case_id=case_id)
    to_sign = stands is not None and stands.position == "obtained"
    ready = to_sign and stands is not None and not positions.expired(stands, now)
    answer = contacting.may_sign(case=case, now=now)
    refused = answer if isinstance(answer, Refused) else None
    return page(
        request,
        "staff/consent_release.html",
        section="cases",
        case=case,
        hand_out=True,
        form=form,
        release=consent_words.release(stands, case) if stands and ready else None,
        refused=refused,
        minds=answer.minds if isinstance(answer, Allowed) else (),
        careful=consent_words.copy_warning(stands, sheet.plan) if stands else "",
        **_now_stands(sheet, now),
    )


@staff()
def consent_leaflet(
    request: HttpRequest, *, viewer: Account, now: datetime, audience: str
) -> HttpResponse:
    """Show the conversation in easy words, to print and to go through together."""
    if audience not in script.AUDIENCES:
        raise NotFound
    lines = script.lines(viewer.agency, audience)
    return page(request, "staff/consent_leaflet.html", lines=lines, audience=audience, now=now)


@staff()
def consent_card(
    request: HttpRequest, *, viewer: Account, now: datetime, language: str
) -> HttpResponse:
    """Show key sentences in another language beside their English, to print and to point at."""
    card = script.cards().get(language)
    if card is None:
        raise NotFound
    return page(request, "staff/consent_card.html", card=card, viewer=viewer, now=now)


def _form(sheet: Sheet, now: datetime, **options: Any) -> ConsentForm:
    return ConsentForm(
        case=sheet.case,
        before=sheet.before,
        agreed_before=sheet.agreed_before,
        now=now,
        **options,
    )


def _newest(form: ConsentForm, viewer: Account, sheet: Sheet, now: datetime) -> Conversation | None:
    """After a conflict, what stands now; the form follows it, so that the next sending knows of it."""
    if form.status != CONFLICT:
        return None
    stands = queries.position(viewer=viewer, case=sheet.case, now=now)
    form.follow(stands)
    return stands


def _show(
    request: HttpRequest,
    sheet: Sheet,
    form: ConsentForm,
    now: datetime,
    *,
    restored: bool = False,
    stands: Conversation | None = None,
) -> HttpResponse:
    case = sheet.case
    zone = case.agency.time_zone
    return page(
        request,
        "staff/consent_record.html",
        section="cases",
        case=case,
        child=case.person.subject_kind == "child",
        form=form,
        talks=consent_words.talks(case, form.explained),
        asks=consent_words.asks(case),
        for_children=script.for_children(case.agency),
        cards=list(script.cards().values()),
        restored=restored,
        latest=words.sentence(stands, now=now, zone=zone) if stands else "",
        **_now_stands(sheet, now),
    )


def _now_stands(sheet: Sheet, now: datetime) -> dict[str, Any]:
    stands: Conversation | None = sheet.before
    zone = sheet.case.agency.time_zone
    return {
        "stands": stands,
        "sentence": words.sentence(stands, now=now, zone=zone),
        "now": now,
    }


urls = [
    path("cases/<uuid:case_id>/consent/", case_consent, name="case_consent"),
    path("cases/<uuid:case_id>/consent/record/", consent_record, name="consent_record"),
    path("cases/<uuid:case_id>/consent/withdraw/", consent_withdraw, name="consent_withdraw"),
    path("cases/<uuid:case_id>/consent/release/", consent_release, name="consent_release"),
    path("consent/leaflet/<slug:audience>/", consent_leaflet, name="consent_leaflet"),
    path("consent/card/<slug:language>/", consent_card, name="consent_card"),
]
