"""Pathways of the directory: what to do for a need, read by everybody, kept by those who keep their agency's entries."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell import packs
from sharewell.agencies import directory
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account, Agency, Pathway
from sharewell.core.policy import PackError
from sharewell.followup import operations
from sharewell.web.glossary import ladders_of, level_words
from sharewell.web.staff.directory import VERIFIED, kept_agency
from sharewell.web.staff.forms.pathway import PathwayForm
from sharewell.web.staff.known import with_seen
from sharewell.web.views import page, staff


@staff()
def pathway_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """List the pathways of the viewer's place by the need that they are for."""
    needs: dict[str, list[tuple[Pathway, str, str]]] = {}
    for each, state in directory.pathways(viewer=viewer, now=now):
        needs.setdefault(need_words(each.need), []).append((each, *VERIFIED[state]))
    return page(
        request,
        "staff/pathway_list.html",
        section="directory",
        needs=sorted(needs.items()),
        keeps=directory.keeps(viewer=viewer, agency=viewer.agency, now=now),
    )


@staff()
def pathway_detail(
    request: HttpRequest, *, viewer: Account, now: datetime, pathway_id: UUID
) -> HttpResponse:
    """Show one pathway: when it is the right one, its steps, and whom to turn to in each."""
    pathway, state, keeps = directory.pathway(viewer=viewer, pathway_id=pathway_id, now=now)
    label, colour = VERIFIED[state]
    ladder = next((each for each in ladders_of(viewer) if each.id == pathway.ladder), None)
    level = ladder.level(pathway.level) if ladder else None
    return page(
        request,
        "staff/pathway_detail.html",
        section="directory",
        pathway=pathway,
        need=need_words(pathway.need),
        ladder=ladder,
        level=level,
        level_means=level_words(level) if level else "",
        verified={"label": label, "colour": colour},
        keeps=keeps,
    )


@staff(methods="GET POST")
def pathway_add(
    request: HttpRequest, *, viewer: Account, now: datetime, agency_id: UUID
) -> HttpResponse:
    """Write down what to do for a need."""
    agency = kept_agency(viewer, now, agency_id)
    form = _form(request, viewer, agency)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.pathway_add(
                account=viewer,
                agency_id=agency_id,
                way=form.way(),
                form_key=form.cleaned_data["form_key"],
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Saved. The log has an entry for it.")
            return redirect("pathway_detail", pathway_id=made.pk)
    return page(request, "staff/pathway_form.html", section="directory", form=form, agency=agency)


@staff(methods="GET POST")
def pathway_change(
    request: HttpRequest, *, viewer: Account, now: datetime, pathway_id: UUID
) -> HttpResponse:
    """Change a pathway."""
    pathway = _kept(viewer, now, pathway_id)
    form = _form(request, viewer, pathway.agency, pathway)
    if request.method == "POST" and form.is_valid():
        try:
            operations.pathway_change(
                account=viewer,
                pathway_id=pathway_id,
                way=form.way(),
                seen=form.cleaned_data["seen"] or 0,
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
            form.data = with_seen(form.data, pathway.revision)
        else:
            messages.success(request, "Saved, and verified today. The log has an entry for it.")
            return redirect("pathway_detail", pathway_id=pathway_id)
    return page(
        request,
        "staff/pathway_form.html",
        section="directory",
        form=form,
        agency=pathway.agency,
        pathway=pathway,
    )


@staff(methods="POST")
def pathway_end(
    request: HttpRequest, *, viewer: Account, now: datetime, pathway_id: UUID
) -> HttpResponse:
    """Take a pathway out of the directory."""
    _kept(viewer, now, pathway_id)
    operations.pathway_end(account=viewer, pathway_id=pathway_id, now=now)
    messages.success(request, "Taken out of the directory. It stays in the log.")
    return redirect("pathway_list")


def need_words(need: str) -> str:
    """What a pathway is for, in words."""
    try:
        return packs.directory().offers[need].label
    except (PackError, KeyError):
        return need


def _kept(viewer: Account, now: datetime, pathway_id: UUID) -> Pathway:
    directory.require_keeper(viewer=viewer, now=now)
    found, _, _ = directory.pathway(viewer=viewer, pathway_id=pathway_id, now=now)
    directory.require_keeps(viewer=viewer, agency=found.agency, now=now)
    return found


def _form(
    request: HttpRequest, viewer: Account, agency: Agency, pathway: Pathway | None = None
) -> PathwayForm:
    return PathwayForm(
        request.POST if request.method == "POST" else None,
        agency=agency,
        ladders=ladders_of(viewer),
        functions=directory.sendable(viewer=viewer),
        pathway=pathway,
    )


urls = [
    path("directory/pathways/", pathway_list, name="pathway_list"),
    path("directory/pathways/<uuid:pathway_id>/", pathway_detail, name="pathway_detail"),
    path("directory/pathways/<uuid:pathway_id>/change/", pathway_change, name="pathway_change"),
    path("directory/pathways/<uuid:pathway_id>/end/", pathway_end, name="pathway_end"),
    path("directory/agency/<uuid:agency_id>/pathway/", pathway_add, name="pathway_add"),
]
