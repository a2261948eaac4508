"""The directory: whom to ring or send to, and the entries kept by those who know whether they are right."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from sharewell import packs
from sharewell.agencies import directory
from sharewell.agencies.access import NotFound, Refusal
from sharewell.agencies.directory import Row, Thing
from sharewell.agencies.models import Account, Agency, Function, NamedContact, Pathway
from sharewell.core.policy import PackError
from sharewell.disclosures.queries import feedback
from sharewell.followup import operations
from sharewell.web.staff.forms.directory import (
    WHEN,
    ContactForm,
    FunctionDayForm,
    FunctionForm,
    SearchForm,
    day_words,
    week_words,
)
from sharewell.web.staff.known import with_seen
from sharewell.web.views import page, staff

VERIFIED = {
    "verified": ("Verified", "green"),
    "stale": ("Verify again", "orange"),
    "never": ("Not verified", "yellow"),
}
CHANNELS = {
    "account": "Inbox here",
    "link": "Link by e-mail",
    "system": "Their own system",
    "phone": "Telephone",
}
AGREEMENTS = {
    "own": "Your own agency",
    "in_force": "Agreement in force",
    "expired": "The agreement has ended",
    "none": "No agreement",
}


def row_words(row: Row) -> dict[str, Any]:
    """A row of the directory with the words in which it is shown."""
    label, colour = VERIFIED[row.verified]
    return {
        "row": row,
        "function": row.function,
        "offers": offers_of(row.function),
        "agreement": AGREEMENTS[row.standing.state],
        "channels": [CHANNELS[each] for each in row.channels],
        "verified": {"label": label, "colour": colour},
    }


def offers_of(function: Function) -> list[str]:
    """What a function offers, in words."""
    try:
        kinds = packs.directory().offers
    except PackError:
        kinds = {}
    return [
        kinds[each.kind].label if each.kind in kinds else each.name or each.kind
        for each in function.offers.all()
    ]


@staff()
def directory_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """List the functions that hold what is looked for, each with whom to ring now."""
    form = SearchForm(request.GET or None, place=viewer.agency.jurisdiction)
    sought = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = directory.search(
        viewer=viewer, now=now, after=_uuid(request.GET.get("after", "")), **sought
    )
    older = None
    if found.after:
        query = request.GET.copy()
        query["after"] = str(found.after)
        older = f"{reverse('directory_list')}?{query.urlencode()}"
    return page(
        request,
        "staff/directory_list.html",
        section="directory",
        form=form,
        rows=[row_words(each) for each in found.rows],
        older=older,
        sought=any(sought.values()),
        pathways=directory.pathways(viewer=viewer, now=now, need=sought["offer"])
        if sought.get("offer")
        else (),
    )


@staff()
def directory_function(
    request: HttpRequest, *, viewer: Account, now: datetime, function_id: UUID
) -> HttpResponse:
    """Show one function: whom to ring now, hours, contacts, what it offers, how to send to it."""
    shown = directory.entry(viewer=viewer, function_id=function_id, now=now)
    function = shown.row.function
    purposes = packs.labels("purposes")
    ways = [
        (version, way, [purposes[each].label for each in sorted(way.purposes) if each in purposes])
        for version, way in shown.row.standing.ways
    ]
    return page(
        request,
        "staff/directory_function.html",
        section="directory",
        shown=shown,
        words=row_words(shown.row),
        role=packs.labels("recipient_roles").get(function.role),
        week=week_words(function),
        days=day_words(function, directory.local_day(function.agency, now)),
        contacts=_contacts(shown.contacts),
        ways=ways,
        feedback=feedback(viewer=viewer, function_id=function_id, now=now),
    )


@staff()
def directory_agency(
    request: HttpRequest, *, viewer: Account, now: datetime, agency_id: UUID
) -> HttpResponse:
    """Show one agency: its functions, teams, contacts and pathways."""
    shown = directory.agency_page(viewer=viewer, agency_id=agency_id, now=now)
    return page(
        request,
        "staff/directory_agency.html",
        section="directory",
        shown=shown,
        rows=[row_words(each) for each in shown.rows],
        contacts=_contacts(shown.contacts),
        pathways=[(each, *VERIFIED[state]) for each, state in shown.pathways],
    )


@staff(methods="GET POST")
def function_describe(
    request: HttpRequest, *, viewer: Account, now: datetime, function_id: UUID
) -> HttpResponse:
    """Change what stands in the directory of a function."""
    function = _kept(viewer, now, function_id)
    form = FunctionForm(request.POST if request.method == "POST" else None, of=function)
    if request.method == "POST" and form.is_valid():
        try:
            operations.function_describe(
                account=viewer,
                function_id=function_id,
                told=form.told(),
                seen=form.cleaned_data["seen"],
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
            form.data = with_seen(form.data, function.revision)
        else:
            messages.success(request, "Saved, and verified today. The log has an entry for it.")
            return redirect("directory_function", function_id=function_id)
    return page(
        request, "staff/function_describe.html", section="directory", form=form, function=function
    )


@staff(methods="GET POST")
def function_day_set(
    request: HttpRequest, *, viewer: Account, now: datetime, function_id: UUID
) -> HttpResponse:
    """Say that a function is open at other times on one day, or closed."""
    function = _kept(viewer, now, function_id)
    form = FunctionDayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.function_day_set(
                account=viewer, function_id=function_id, now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Saved. The log has an entry for it.")
            return redirect("directory_function", function_id=function_id)
    return page(
        request, "staff/function_day_set.html", section="directory", form=form, function=function
    )


@staff(methods="POST")
def function_day_take_out(
    request: HttpRequest, *, viewer: Account, now: datetime, function_id: UUID
) -> HttpResponse:
    """Let the week of a function hold on a day again."""
    _kept(viewer, now, function_id)
    if day := _day(request.POST.get("day", "")):
        operations.function_day_take_out(account=viewer, function_id=function_id, day=day, now=now)
        messages.success(request, "Taken out. The hours of the week hold on that day again.")
    return redirect("directory_function", function_id=function_id)


@staff(methods="GET POST")
def named_contact_add(
    request: HttpRequest,
    *,
    viewer: Account,
    now: datetime,
    agency_id: UUID | None = None,
    function_id: UUID | None = None,
) -> HttpResponse:
    """Name somebody to ask for at an agency, or at one of its functions."""
    function = _kept(viewer, now, function_id) if function_id else None
    agency = function.agency if function else kept_agency(viewer, now, agency_id)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.named_contact_add(
                account=viewer,
                agency_id=agency.pk,
                function_id=function_id,
                person=form.person(),
                form_key=form.cleaned_data["form_key"],
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Saved. The log has an entry for it.")
            return redirect(_place(function or agency))
    return page(
        request,
        "staff/named_contact.html",
        section="directory",
        form=form,
        of=function or agency,
        back=_place(function or agency),
    )


@staff(methods="GET POST")
def named_contact_change(
    request: HttpRequest, *, viewer: Account, now: datetime, contact_id: UUID
) -> HttpResponse:
    """Change a named contact."""
    contact = _kept_contact(viewer, now, contact_id)
    place = _place(contact.function or contact.agency)
    form = ContactForm(request.POST if request.method == "POST" else None, contact=contact)
    if request.method == "POST" and form.is_valid():
        try:
            operations.named_contact_change(
                account=viewer,
                contact_id=contact_id,
                person=form.person(),
                seen=form.cleaned_data["seen"] or 0,
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
            form.data = with_seen(form.data, contact.revision)
        else:
            messages.success(request, "Saved, and verified today. The log has an entry for it.")
            return redirect(place)
    return page(
        request,
        "staff/named_contact.html",
        section="directory",
        form=form,
        of=contact.function or contact.agency,
        contact=contact,
        back=place,
    )


@staff(methods="POST")
def named_contact_end(
    request: HttpRequest, *, viewer: Account, now: datetime, contact_id: UUID
) -> HttpResponse:
    """Take a named contact out of the directory."""
    contact = _kept_contact(viewer, now, contact_id)
    operations.named_contact_end(account=viewer, contact_id=contact_id, now=now)
    messages.success(request, "Taken out of the directory. It stays in the log.")
    return redirect(_place(contact.function or contact.agency))


@staff(methods="GET POST")
def directory_verify(
    request: HttpRequest, *, viewer: Account, now: datetime, entry_id: UUID
) -> HttpResponse:
    """Go to where an entry stands, or say that it is still right."""
    directory.require_keeper(viewer=viewer, now=now)
    thing = directory.found(entry_id)
    if thing is None:
        raise NotFound
    directory.agency_near(viewer=viewer, agency_id=thing.agency_id)
    directory.require_keeps(viewer=viewer, agency=thing.agency, now=now)
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        operations.directory_verify(
            account=viewer, entry_id=entry_id, seen=int(seen) if seen.isdigit() else 0, now=now
        )
        messages.success(request, "Verified today. The log has an entry for it.")
    return redirect(_place(thing))


def _kept(viewer: Account, now: datetime, function_id: UUID) -> Function:
    directory.require_keeper(viewer=viewer, now=now)
    function = directory.listed(viewer=viewer, function_id=function_id)
    directory.require_keeps(viewer=viewer, agency=function.agency, now=now)
    return function


def kept_agency(viewer: Account, now: datetime, agency_id: UUID | None) -> Agency:
    """An agency whose entries the viewer keeps; raises ``NotAllowed`` and ``NotFound``."""
    directory.require_keeper(viewer=viewer, now=now)
    if agency_id is None:
        raise NotFound
    agency = directory.agency_near(viewer=viewer, agency_id=agency_id)
    directory.require_keeps(viewer=viewer, agency=agency, now=now)
    return agency


def _kept_contact(viewer: Account, now: datetime, contact_id: UUID) -> NamedContact:
    directory.require_keeper(viewer=viewer, now=now)
    contact = directory.contact(viewer=viewer, contact_id=contact_id)
    directory.require_keeps(viewer=viewer, agency=contact.agency, now=now)
    return contact


def _contacts(contacts: Any) -> list[dict[str, Any]]:
    return [
        {"contact": each, "when": WHEN[each.when], "label": label, "colour": colour}
        for each, state in contacts
        for label, colour in [VERIFIED[state]]
    ]


def _place(thing: Thing | Agency) -> str:
    """The page on which an entry stands."""
    if isinstance(thing, NamedContact):
        return _place(thing.function or thing.agency)
    if isinstance(thing, Function):
        return reverse("directory_function", args=[thing.pk])
    if isinstance(thing, Pathway):
        return reverse("pathway_detail", args=[thing.pk])
    return reverse("directory_agency", args=[thing.pk])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


FUNCTION = "directory/<uuid:function_id>/"
urls = [
    path("directory/", directory_list, name="directory_list"),
    path(FUNCTION, directory_function, name="directory_function"),
    path(f"{FUNCTION}change/", function_describe, name="function_describe"),
    path(f"{FUNCTION}day/", function_day_set, name="function_day_set"),
    path(f"{FUNCTION}day/end/", function_day_take_out, name="function_day_take_out"),
    path(f"{FUNCTION}contact/", named_contact_add, name="named_contact_add"),
    path("directory/agency/<uuid:agency_id>/", directory_agency, name="directory_agency"),
    path("directory/agency/<uuid:agency_id>/contact/", named_contact_add, name="named_contact_add"),
    path("directory/contact/<uuid:contact_id>/", named_contact_change, name="named_contact_change"),
    path("directory/contact/<uuid:contact_id>/end/", named_contact_end, name="named_contact_end"),
    path("directory/verify/<uuid:entry_id>/", directory_verify, name="directory_verify"),
]
