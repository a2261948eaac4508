"""Sites of an agency, and who leads safeguarding there; none of it is about a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sharewell.agencies import sites, staffchecks
from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account, Agency, RoleHeld, Site, SiteLead, Team

CLOCKS_DIFFER = timedelta(minutes=5)


class SiteChanged(Conflict):
    """Somebody else changed the site after the writer read it."""

    code = "site_changed"
    sentence = (
        "Somebody else changed this site while you were writing. Nothing was saved; what you typed is still below. "
        "Look at the list of sites, then save this again if it still holds."
    )


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

    ``kind`` is one of ``Site.KINDS``, ``parent`` the region it belongs to; ``actor`` an administrator of the
    agency, or None for the command line. Raises ``Invalid``.
    """
    _administers(actor, agency, now)
    _check(agency, kind, parent)
    found = Site.objects.filter(agency=agency, name=name).first()
    if found is not None:
        return unchanged(found)
    site = Site.objects.create(agency=agency, name=name, kind=kind, parent=parent, phone=phone)
    for each in teams:
        Team.objects.update_or_create(agency=agency, name=each, defaults={"site": site})
    things = {"site": {"id": site.id.hex, "kind": kind, "teams": len(teams)}}
    record(at=now, agency=agency, actor=actor, things=things)
    return site


@operation("site.changed")
def site_change(
    *,
    now: datetime,
    actor: Account | None,
    site: Site,
    name: str,
    kind: str,
    parent: Site | None = None,
    phone: str = "",
    teams: Sequence[str] = (),
    seen: str | None = None,
) -> Site:
    """Change a site; ``teams`` are the names of all teams of the agency that work there from now on.

    Cases stay with whom they are: only what is recorded from now on goes another way. ``seen`` is the stamp of
    the site that the writer read (``sites.stamp``). Raises ``Invalid`` and :class:`SiteChanged`.
    """
    agency = site.agency
    _administers(actor, agency, now)
    site = Site.objects.select_for_update(of=("self",)).select_related("agency").get(pk=site.pk)
    if seen is not None and seen != sites.stamp(site):
        raise SiteChanged
    _check(agency, kind, parent)
    if parent is not None and site.pk in sites.upward(agency, parent.pk):
        raise Invalid({"parent": ["Choose a site that is not this one, nor below it."]})
    if Site.objects.filter(agency=agency, name=name).exclude(pk=site.pk).exists():
        raise Invalid({"name": ["Another site has this name. Choose one that tells them apart."]})
    site.name, site.kind, site.parent, site.phone = name, kind, parent, phone
    site.save(update_fields=["name", "kind", "parent", "phone"])
    Team.objects.filter(site=site).exclude(name__in=teams).update(site=None)
    count = Team.objects.filter(agency=agency, name__in=teams).update(site=site)
    things = {"site": {"id": site.pk.hex, "kind": kind, "teams": count}}
    record(at=now, agency=agency, actor=actor, things=things)
    return site


@operation("site_lead.appointed")
def site_lead_appoint(
    *,
    now: datetime,
    actor: Account | None,
    site: Site,
    account: Account,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    despite: str = "",
) -> SiteLead:
    """Appoint a safeguarding lead to a site, from now on or between two moments; once while it lasts.

    Meanwhile they are given what the teams of that site record, and no longer that of other sites. ``despite`` is
    why they are appointed although training or vetting is missing or has run out. Raises ``Invalid`` for one who is
    not a safeguarding lead of the agency, for a time that cannot be (nobody was given anything before they were
    appointed), and for an administrator who does not say that why.
    """
    _administers(actor, site.agency, now)
    _check_lead(site.agency, account, now)
    start = starts_at or now
    if start < now - CLOCKS_DIFFER:
        sentence = (
            "This moment has passed. Choose one that is still to come, or leave it empty for now."
        )
        raise Invalid({"starts_at": [sentence]})
    if ends_at is not None and ends_at <= max(start, now):
        raise Invalid({"ends_at": ["Choose an end that is after the beginning and still to come."]})
    lasting = sites.lasting(SiteLead.objects.filter(site=site, account=account), now)
    found = [each for each in lasting if _meets(each, start, ends_at)]
    if found and found[0].ends_at == ends_at and found[0].starts_at <= start:
        return unchanged(found[0])
    if found:
        raise Invalid(
            {"account": ["They are appointed to this site in that time already. End that first."]}
        )
    lacks = staffchecks.lacking(account=account, holds=["safeguarding_lead"], now=now)
    if lacks and actor is not None and not despite.strip():
        raise Invalid({"despite": [staffchecks.pointed_out(account, lacks)]})
    lead = SiteLead.objects.create(site=site, account=account, starts_at=start, ends_at=ends_at)
    said: dict[str, object] = {"site": site.pk.hex, "account": account.pk.hex}
    if lacks:
        said |= {"lacks": [each.kind.id for each in lacks], "despite": despite}
    things = {"lead": said}
    record(at=now, agency=site.agency, actor=actor, things=things)
    return lead


@operation("site_lead.stood_above")
def site_lead_stand_above(
    *, now: datetime, actor: Account | None, account: Account, reason: str
) -> Account:
    """Appoint a safeguarding lead to no site: all their appointments end, and they stand above all sites.

    Appointed to none already: unchanged. Raises ``Invalid`` for one who is not a safeguarding lead.
    """
    _administers(actor, account.agency, now)
    _check_lead(account.agency, account, now)
    lasting = sites.lasting(SiteLead.objects.filter(account=account), now)
    if not lasting:
        return unchanged(account)
    for each in lasting:
        _end(each, now, reason)
    ended = sorted({each.site_id.hex for each in lasting})
    things = {"lead": {"account": account.pk.hex, "ended": ended, "reason": reason}}
    record(at=now, agency=account.agency, actor=actor, things=things)
    return account


@operation("site_lead.ended")
def site_lead_end(
    *, now: datetime, actor: Account | None, appointment: SiteLead, reason: str
) -> SiteLead:
    """End an appointment, with the reason; what they stand in already they keep. Ended already: unchanged."""
    site = appointment.site
    _administers(actor, site.agency, now)
    if appointment.ends_at is not None and appointment.ends_at <= now:
        return unchanged(appointment)
    _end(appointment, now, reason)
    things = {
        "lead": {"site": site.pk.hex, "account": appointment.account_id.hex, "reason": reason}
    }
    record(at=now, agency=site.agency, actor=actor, things=things)
    return appointment


def _administers(actor: Account | None, agency: Agency, now: datetime) -> None:
    """Go on for the command line, and for an administrator of this agency."""
    if actor is None:
        return
    sites.require_administers(viewer=actor, now=now)
    if actor.agency_id != agency.pk:
        raise NotFound


def _check(agency: Agency, kind: str, parent: Site | None) -> None:
    if kind not in Site.KINDS:
        raise Invalid(
            {"kind": [f"{kind} is not a kind of site. Kinds are: {', '.join(Site.KINDS)}."]}
        )
    if parent is not None and parent.agency_id != agency.pk:
        raise Invalid({"parent": ["Choose a site of the same agency."]})


def _check_lead(agency: Agency, account: Account, now: datetime) -> None:
    holds = RoleHeld.objects.current(now).filter(account=account, role="safeguarding_lead")
    if account.agency_id != agency.pk or not holds.exists():
        raise Invalid({"account": ["Choose a safeguarding lead of your own agency."]})


def _meets(lead: SiteLead, start: datetime, end: datetime | None) -> bool:
    """Whether an appointment and a span of time share a moment."""
    return (lead.ends_at is None or lead.ends_at > start) and (end is None or end > lead.starts_at)


def _end(lead: SiteLead, now: datetime, reason: str) -> None:
    # One that is still to come ends where it would have begun, so that it never holds.
    lead.ends_at, lead.end_reason = max(now, lead.starts_at), reason
    lead.save(update_fields=["ends_at", "end_reason"])
