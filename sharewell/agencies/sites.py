"""Which safeguarding leads look after what a team records: those of its site and of the regions above, then the oversight point."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from sharewell.agencies.models import Account, Agency, Site, SiteLead, Team


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
    site = Team.objects.filter(pk=team_id).values_list("site_id", flat=True).first()
    parents = dict(Site.objects.filter(agency=agency).values_list("pk", "parent_id"))
    found: list[UUID] = []
    while site is not None and site not in found:
        found.append(site)
        site = parents.get(site)
    return found
