"""Which safeguarding leads look after what a team records: those of its site and of the regions above, then the oversight point.

And what the administrator of an agency sees of its sites; nothing of it is about a case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from sharewell.agencies import queries
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account, Agency, Site, SiteLead, Team


@dataclass(frozen=True, slots=True)
class Row:
    """One site with its teams and with the appointments that hold now or are still to come."""

    site: Site
    within: str  # the region it belongs to, or nothing
    teams: tuple[Team, ...]
    leads: tuple[SiteLead, ...]


@dataclass(frozen=True, slots=True)
class Sites:
    """The sites of an agency, each below the region it belongs to, and who stands above all of them."""

    rows: tuple[Row, ...]
    leads: tuple[Account, ...]  # every safeguarding lead, longest first
    above: tuple[Account, ...]
    teams: tuple[Team, ...]  # every team of the agency

    @property
    def without_site(self) -> list[Team]:
        """The teams that work at no site."""
        return [team for team in self.teams if team.site_id is None]

    def below(self, site: Site) -> set[UUID]:
        """A site and all that belong to it, however far down."""
        found = {site.pk}
        for row in self.rows:  # a region stands before its parts
            if row.site.parent_id in found:
                found.add(row.site.pk)
        return found


def require_administers(*, viewer: Account, now: datetime) -> None:
    """Go on only for an administrator; raises :class:`~sharewell.agencies.access.NotAllowed`."""
    queries.require(viewer=viewer, now=now, any_of=["administrator"])


def sites(*, viewer: Account, now: datetime) -> Sites:
    """All sites of the viewer's agency, for its administrator, in four questions to the database."""
    require_administers(viewer=viewer, now=now)
    agency = viewer.agency
    teams = tuple(Team.objects.filter(agency=agency).order_by("name"))
    leads = tuple(queries.holders(agency=agency, role="safeguarding_lead", now=now))
    active = [lead.pk for lead in leads]
    appointed = lasting(SiteLead.objects.filter(site__agency=agency, account__in=active), now)
    led = {each.account_id for each in appointed if each.starts_at <= now}
    found = _ordered(list(Site.objects.filter(agency=agency).order_by("name")))
    names = {each.pk: each.name for each in found}
    rows = tuple(
        Row(
            site=site,
            within=names[site.parent_id] if site.parent_id else "",
            teams=tuple(team for team in teams if team.site_id == site.pk),
            leads=tuple(each for each in appointed if each.site_id == site.pk),
        )
        for site in found
    )
    above = tuple(lead for lead in leads if lead.pk not in led)
    return Sites(rows=rows, leads=leads, above=above, teams=teams)


def site(*, viewer: Account, site_id: UUID, now: datetime) -> Site:
    """One site of the viewer's agency, for its administrator; raises :class:`NotFound`."""
    require_administers(viewer=viewer, now=now)
    own = Site.objects.select_related("agency").filter(agency_id=viewer.agency_id)
    found = own.filter(pk=site_id).first()
    if found is None:
        raise NotFound
    return found


def stamp(site: Site) -> str:
    """What tells whether a site, or which teams work there, was changed since it was read."""
    teams = sorted(site.teams.values_list("name", flat=True))
    stands = [site.name, site.kind, str(site.parent_id or ""), site.phone, *teams]
    return hashlib.sha256("\x1f".join(stands).encode()).hexdigest()


def appointment(*, viewer: Account, lead_id: int, now: datetime) -> SiteLead:
    """One appointment to a site of the viewer's agency, for its administrator; raises :class:`NotFound`."""
    require_administers(viewer=viewer, now=now)
    own = SiteLead.objects.filter(site__agency_id=viewer.agency_id)
    found = own.select_related("site__agency", "account").filter(pk=lead_id).first()
    if found is None:
        raise NotFound
    return found


def lasting(found: QuerySet[SiteLead], now: datetime) -> list[SiteLead]:
    """Those of these appointments that hold at a moment or are still to come, with their people."""
    still = found.filter(Q(ends_at=None) | Q(ends_at__gt=now)).select_related("account")
    rows = still.order_by("starts_at", "id")
    # One that was called off before it began ends where it would have begun.
    return [each for each in rows if each.ends_at is None or each.ends_at > each.starts_at]


def upward(agency: Agency, site_id: UUID | None) -> list[UUID]:
    """A site and the regions above it, the nearest first."""
    parents = dict(Site.objects.filter(agency=agency).values_list("pk", "parent_id"))
    found: list[UUID] = []
    while site_id is not None and site_id not in found:
        found.append(site_id)
        site_id = parents.get(site_id)
    return found


def near_first(
    *, agency: Agency, leads: Sequence[Account], team_id: UUID | None, now: datetime
) -> list[Account]:
    """The leads of the team's site, then those of no site, who stand above all; leads of other sites are left out.

    Without a team only those above. Where that leaves nobody, all: what is recorded never waits for an appointment.
    """
    led = _led(leads, now)
    if not led:
        return list(leads)
    above = [lead for lead in leads if lead.pk not in led]
    own: list[Account] = []
    for site in _upward(agency, team_id):
        own += [lead for lead in leads if site in led.get(lead.pk, ()) and lead not in own]
    return [*own, *above] or list(leads)


def _led(leads: Sequence[Account], now: datetime) -> dict[UUID, set[UUID]]:
    """The sites that each of these accounts is appointed to now."""
    rows = SiteLead.objects.filter(account__in=leads, starts_at__lte=now)
    found: dict[UUID, set[UUID]] = {}
    for account, site in rows.filter(Q(ends_at=None) | Q(ends_at__gt=now)).values_list(
        "account_id", "site_id"
    ):
        found.setdefault(account, set()).add(site)
    return found


def _upward(agency: Agency, team_id: UUID | None) -> list[UUID]:
    """The site of a team and the regions above it, the nearest first."""
    if team_id is None:
        return []
    site_id = Team.objects.filter(pk=team_id).values_list("site_id", flat=True).first()
    return upward(agency, site_id)


def _ordered(found: list[Site]) -> list[Site]:
    """These sites by name, each followed by its parts."""
    parts: dict[UUID | None, list[Site]] = {}
    for each in found:
        parts.setdefault(each.parent_id, []).append(each)
    ordered: list[Site] = []
    waiting = parts.get(None, [])[::-1]
    while waiting:
        each = waiting.pop()
        ordered.append(each)
        waiting += parts.get(each.pk, [])[::-1]
    return ordered
