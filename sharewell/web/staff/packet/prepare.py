"""Preparing a packet: the form, the words about each person, the partners, and who else it concerns."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.agencies.access import NotFound, Refusal
from sharewell.agencies.models import Account
from sharewell.agencies.queries import Route
from sharewell.cases import queries as cases
from sharewell.core.packets import Template
from sharewell.disclosures import extract, packets, queries
from sharewell.disclosures.models import PacketPart
from sharewell.web.staff import recipients
from sharewell.web.staff.disclosure import show
from sharewell.web.staff.forms.packet import PartForm, PartnerForm, PersonForm, TemplateForm
from sharewell.web.staff.words import line_words
from sharewell.web.views import page, staff


@staff(methods="GET POST")
def packet_start(
    request: HttpRequest, *, viewer: Account, now: datetime, case_id: UUID
) -> HttpResponse:
    """Ask which form a packet about a case starts from, and begin it."""
    case = cases.case(viewer=viewer, case_id=case_id, now=now, what="share")
    offered = packets.templates(case.agency, case.person.subject_kind)
    form = TemplateForm(
        request.POST or None, templates=[(each.id, each.label, each.hint) for each in offered]
    )
    if request.method == "POST" and form.is_valid():
        try:
            packet = packets.packet_open(account=viewer, case=case, now=now, **form.cleaned_data)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("packet_fill", packet_id=packet.pk, case_id=case.pk)
    return page(request, "staff/packet_start.html", section="cases", case=case, form=form)


@staff(methods="GET POST")
def packet_fill(
    request: HttpRequest, *, viewer: Account, now: datetime, packet_id: UUID, case_id: UUID
) -> HttpResponse:
    """Write the words about one person, saved as they are typed."""
    part = _part(viewer, packet_id, case_id, now)
    form = _part_form(request.POST if request.method == "POST" else None, part)
    saved = None
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in packets.COMMON}
        try:
            saved = packets.part_update(
                account=viewer,
                packet_id=packet_id,
                case_id=case_id,
                version=form.cleaned_data["version"],
                answers=form.answers(),
                now=now,
                **given,
            )
        except Refusal as refusal:
            form.refused(refusal)
            form.read_again(part.version)
    if request.headers.get("HX-Request"):
        context = {"form": form, "saved": saved, "now": now}
        return render(request, "staff/disclosure_saved.html", context)
    if saved:
        return redirect("packet_show", packet_id=packet_id)
    theirs = _part_form(None, part) if form.status == 409 else None
    return page(
        request,
        "staff/packet_fill.html",
        section="cases",
        case=part.case,
        part=part,
        starts_from=packs.packets().templates[part.packet.template],
        form=form,
        theirs=theirs.said() if theirs else [],
    )


@staff(methods="GET POST")
def packet_partner(
    request: HttpRequest, *, viewer: Account, now: datetime, packet_id: UUID
) -> HttpResponse:
    """Add a partner: those with a route first, each with its own purpose, ask and date."""
    parts = queries.packet_people(viewer=viewer, packet_id=packet_id, now=now)
    template = packs.packets().templates[parts[0].packet.template]
    routes = _routes(viewer, template, now)
    form = PartnerForm(
        request.POST or None,
        roles={str(each.function.pk): each.function.role for each in routes},
        usual=[str(each.function.pk) for each in routes if each.usual],
        purposes=template.partners,
        people=[(str(each.case_id), _named(each)) for each in parts],
    )
    if request.method == "POST" and form.is_valid():
        try:
            packets.partner_add(account=viewer, packet_id=packet_id, now=now, **form.answers())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Added. Nothing has been sent.")
            return redirect("packet_show", packet_id=packet_id)
    return page(
        request,
        "staff/packet_partner.html",
        section="cases",
        cases=[each.case for each in parts],
        packet=parts[0].packet,
        starts_from=template,
        several=len(parts) > 1,
        form=form,
        groups=show.recipient_groups(
            routes,
            form["recipient"].value(),
            recipients.entries(viewer, [each.function for each in routes], now),
        ),
    )


@staff(methods="GET POST")
def packet_person(
    request: HttpRequest, *, viewer: Account, now: datetime, packet_id: UUID
) -> HttpResponse:
    """Let a packet concern another person, of a case that the viewer may open."""
    parts = queries.packet_people(viewer=viewer, packet_id=packet_id, now=now)
    words = request.GET.get("q", "").strip() or request.POST.get("q", "")
    there = {each.case_id for each in parts}
    found = cases.cases_mine(viewer=viewer, now=now, words=words).cases
    people = [
        (str(each.pk), f"{each.person.name}, case {each.reference}")
        for each in found
        if each.pk not in there
    ]
    form = PersonForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            case = cases.case(
                viewer=viewer, case_id=UUID(form.cleaned_data["case"]), now=now, what="share"
            )
            packets.person_add(account=viewer, packet_id=packet_id, case=case, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("packet_fill", packet_id=packet_id, case_id=case.pk)
    return page(
        request,
        "staff/packet_person.html",
        section="cases",
        cases=[each.case for each in parts],
        packet=parts[0].packet,
        form=form,
        people=people,
        words=words,
    )


def _part(viewer: Account, packet_id: UUID, case_id: UUID, now: datetime) -> PacketPart:
    parts = packets.parts_of(viewer, packet_id, now)
    found = next((each for each in parts if each.case_id == case_id), None)
    if found is None:
        raise NotFound
    cases.case(viewer=viewer, case_id=case_id, now=now, what="share")
    return found


def _part_form(data: Any, part: PacketPart) -> PartForm:
    pack = packs.packets()
    asks = [pack.asks[each] for each in pack.templates[part.packet.template].asks]
    known = {each.id: show.known_value(part.case, each.id) for each in asks}
    written = {
        f"answer_{n}": part.answers[ask.id]
        for n, ask in enumerate(asks, 1)
        if ask.id in part.answers
    }
    common = {name: getattr(part, name) for name in packets.COMMON}
    lines = extract.offered(part.case) if extract.FIELD in known else []
    entry = cases.known_fields(part.case).get(extract.FIELD)
    if extract.FIELD in known and entry is not None and not entry.unknown:
        known[extract.FIELD] = "\n".join(map(_flat, extract.passable(part.case, entry.items)))
    return PartForm(
        data,
        asks=asks,
        catalogue=agencies.policy_for(part.packet.agency).fields,
        known=known,
        lines=[(str(e.entry.line), _flat(line_words(e.entry)), e.why) for e in lines],
        initial={"version": part.version, **common, **written},
    )


def _flat(text: str) -> str:
    """A line of the chronology on one line."""
    return " ".join(text.split())


def _routes(viewer: Account, template: Template, now: datetime) -> list[Route]:
    """Those whom the form is for, each for the purpose it begins with; then the others, for its first purpose."""
    first = next(iter(template.partners.values()))
    by_purpose = {
        purpose: agencies.routes(viewer=viewer, purpose=purpose, now=now)
        for purpose in dict.fromkeys([*template.partners.values(), first])
    }
    meant = [
        route
        for role, purpose in template.partners.items()
        for route in by_purpose[purpose]
        if route.function.role == role
    ]
    others = [each for each in by_purpose[first] if each.function.role not in template.partners]
    return sorted([*meant, *others], key=lambda each: not each.usual)


def _named(part: PacketPart) -> str:
    return f"{part.case.person.name}, case {part.case.reference}"


PACKET = "packets/<uuid:packet_id>"
urls = [
    path("cases/<uuid:case_id>/packet/", packet_start, name="packet_start"),
    path(f"{PACKET}/people/<uuid:case_id>/", packet_fill, name="packet_fill"),
    path(f"{PACKET}/partner/", packet_partner, name="packet_partner"),
    path(f"{PACKET}/person/", packet_person, name="packet_person"),
]
