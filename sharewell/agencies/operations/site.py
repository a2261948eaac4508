"""Sites of an agency, and who leads safeguarding there; none of it is about a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sharewell.agencies.access import Invalid
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account, Agency, RoleHeld, Site, SiteLead, Team


@operation("site.registered")
def site_register(
    *,
    now: datetime,
    actor: Account | None,
    agency: Agency,
    name: str,
    kind: str,
    parent: Site | None = None,
    phone: str = "",
    teams: Sequence[str] = (),
) -> Site:
    """Take a site of an agency in, with the teams that work there; once for each name.

    ``kind`` is one of ``Site.KINDS``, ``parent`` the region it belongs to. Raises ``Invalid``.
    """
    if kind not in Site.KINDS:
        raise Invalid(
            {"kind": [f"{kind} is not a kind of site. Kinds are: {', '.join(Site.KINDS)}."]}
        )
    if parent is not None and parent.agency_id != agency.pk:
        raise Invalid({"parent": ["Choose a site of the same agency."]})
    found = Site.objects.filter(agency=agency, name=name).first()
    if found is not None:
        return unchanged(found)
    site = Site.objects.create(agency=agency, name=name, kind=kind, parent=parent, phone=phone)
    for each in teams:
        Team.objects.update_or_create(agency=agency, name=each, defaults={"site": site})
    things = {"site": {"id": site.id.hex, "kind": kind, "teams": len(teams)}}
    record(at=now, agency=agency, actor=actor, things=things)
    return site


@operation("site_lead.appointed")
def site_lead_appoint(
    *, now: datetime, actor: Account | None, site: Site, account: Account
) -> SiteLead:
    """Appoint a safeguarding lead to a site from now on; once while it lasts.

    From then on they are given what the teams of that site record, and no longer that of other sites. Raises
    ``Invalid`` for one who is not a safeguarding lead of the agency.
    """
    holds = RoleHeld.objects.current(now).filter(account=account, role="safeguarding_lead")
    if account.agency_id != site.agency_id or not holds.exists():
        raise Invalid({"account": ["Choose a safeguarding lead of your own agency."]})
    found = SiteLead.objects.filter(site=site, account=account, ends_at=None).first()
    if found is not None:
        return unchanged(found)
    lead = SiteLead.objects.create(site=site, account=account, starts_at=now)
    things = {"lead": {"site": site.pk.hex, "account": account.pk.hex}}
    record(at=now, agency=site.agency, actor=actor, things=things)
    return lead


@operation("site_lead.ended")
def site_lead_end(
    *, now: datetime, actor: Account | None, site: Site, account: Account
) -> SiteLead | None:
    """End an appointment; what they stand in already they keep. Not appointed: unchanged."""
    lead = SiteLead.objects.filter(site=site, account=account, ends_at=None).first()
    if lead is None:
        return unchanged(None)
    lead.ends_at = now
    lead.save(update_fields=["ends_at"])
    things = {"lead": {"site": site.pk.hex, "account": account.pk.hex}}
    record(at=now, agency=site.agency, actor=actor, things=things)
    return lead
