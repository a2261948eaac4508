"""The sites of an agency, for its administrator: the list, one site, and who leads safeguarding there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from sharewell import packs
from sharewell.agencies import operations, sites
from sharewell.agencies.access import Refusal
from sharewell.agencies.models import Account
from sharewell.web.staff.forms.site import A_SITE, SiteForm, SiteLeadEndForm, SiteLeadForm
from sharewell.web.staff.known import with_seen
from sharewell.web.views import page, staff


@staff()
def site_list(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """List the sites by region: teams, telephone and leads of each, and who stands above all."""
    shown = sites.sites(viewer=viewer, now=now)
    kinds = packs.sites()
    rows = [
        (row, kinds[row.site.kind].label if row.site.kind in kinds else row.site.kind)
        for row in shown.rows
    ]
    return page(request, "staff/site_list.html", section="sites", shown=shown, rows=rows, now=now)


@staff(methods="GET POST")
def site_edit(
    request: HttpRequest, *, viewer: Account, now: datetime, site_id: UUID | None = None
) -> HttpResponse:
    """Add a site, or change one."""
    shown = sites.sites(viewer=viewer, now=now)
    site = sites.site(viewer=viewer, site_id=site_id, now=now) if site_id else None
    form = SiteForm(request.POST if request.method == "POST" else None, sites=shown, site=site)
    if request.method == "POST" and form.is_valid():
        try:
            if site is None:
                operations.site_register(
                    now=now, actor=viewer, agency=viewer.agency, **form.answer()
                )
            else:
                seen = form.cleaned_data["seen"] or None
                operations.site_change(now=now, actor=viewer, site=site, seen=seen, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
            if site is not None:
                form.data = with_seen(form.data, sites.stamp(site))
        else:
            messages.success(request, "Saved. The log has an entry for it.")
            return redirect("site_list")
    return page(request, "staff/site_edit.html", section="sites", form=form, adds=site is None)


@staff(methods="GET POST")
def site_lead(request: HttpRequest, *, viewer: Account, now: datetime) -> HttpResponse:
    """Appoint a safeguarding lead to a site, or to none: the oversight point above all sites."""
    shown = sites.sites(viewer=viewer, now=now)
    asked = request.GET.get("site", "")
    form = SiteLeadForm(
        request.POST if request.method == "POST" else None,
        sites=shown,
        initial={"where": A_SITE, "site": asked} if asked else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            if above := form.above():
                operations.site_lead_stand_above(now=now, actor=viewer, **above)
            else:
                operations.site_lead_appoint(now=now, actor=viewer, **form.answer())
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "Appointed. The log has an entry for it.")
            return redirect("site_list")
    return page(request, "staff/site_lead.html", section="sites", form=form, shown=shown)


@staff(methods="GET POST")
def site_lead_end(
    request: HttpRequest, *, viewer: Account, now: datetime, lead_id: int
) -> HttpResponse:
    """End an appointment to a site, with the reason."""
    appointment = sites.appointment(viewer=viewer, lead_id=lead_id, now=now)
    form = SiteLeadEndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.site_lead_end(
                now=now, actor=viewer, appointment=appointment, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, "The appointment has ended. The log has an entry for it.")
            return redirect("site_list")
    return page(
        request, "staff/site_lead_end.html", section="sites", form=form, appointment=appointment
    )


urls = [
    path("sites/", site_list, name="site_list"),
    path("sites/new/", site_edit, name="site_edit"),
    path("sites/leads/", site_lead, name="site_lead"),
    path("sites/leads/<int:lead_id>/end/", site_lead_end, name="site_lead_end"),
    path("sites/<uuid:site_id>/", site_edit, name="site_edit"),
]
