"""Sites: the lead of a site is given what its teams record and nothing of other sites; one stands above all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sharewell.agencies.access import Invalid
from sharewell.agencies.models import Account, Site, SiteLead, Team
from sharewell.agencies.operations import site_lead_appoint, site_lead_end, site_register
from sharewell.cases.models import Case
from sharewell.cases.oversight import candidates, resolve
from sharewell.cases.tests.told import open_case
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_account, make_cast

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def north(cast: Cast) -> Account:
    """The lead of the northern region, in which Alice's team works in a home; the south has a lead of its own."""
    given: dict[str, Any] = {"now": NOW, "actor": cast.ada, "agency": cast.agency}
    region = site_register(name="North", kind="region", **given)
    site_register(name="Oak House", kind="home", parent=region, teams=["First team"], **given)
    south = site_register(name="South", kind="region", teams=["Night team"], **given)
    for name, site in (("Norah North", region), ("Sid South", south)):
        lead = make_account(name, cast.agency, "safeguarding_lead", in_team=False)
        site_lead_appoint(now=NOW, actor=cast.ada, site=site, account=lead)
    return Account.objects.get(name="Norah North")


def leads(case: Case) -> set[str]:
    """Who stands in the circle of a case as its safeguarding lead."""
    members = case.circle.filter(relation="safeguarding_lead")
    return set(members.values_list("account__name", flat=True))


def test_without_sites_nothing_changes(cast: Cast) -> None:
    assert leads(open_case(cast)) == {"Sam Lead"}


@pytest.mark.usefixtures("north")
def test_the_lead_of_the_site_is_given_the_case_and_other_sites_see_nothing(cast: Cast) -> None:
    case = open_case(cast)
    assert leads(case) == {"Norah North"}
    sid = Account.objects.get(name="Sid South")
    assert not Case.objects.visible_to(sid, NOW).exists()


def test_the_resolver_prefers_the_site_then_the_one_above_all(cast: Cast, north: Account) -> None:
    case = open_case(cast)
    given: dict[str, Any] = {
        "agency": cast.agency,
        "case": case,
        "purpose": "oversight",
        "now": NOW,
    }
    assert resolve(**given) == north
    assert resolve(**given, without=[north]) == cast.sam
    above = candidates(agency=cast.agency, purpose="oversight", now=NOW, avoid=set())
    assert next(above) == cast.sam
    names = [
        each.name
        for each in candidates(
            agency=cast.agency,
            purpose="oversight",
            now=NOW,
            avoid=set(),
            team_id=cast.alice.team_id,
        )
    ]
    assert names.index("Norah North") < names.index("Sam Lead")
    assert "Sid South" not in names


def test_where_every_lead_leads_another_site_one_of_them_is_asked_all_the_same(
    cast: Cast, north: Account
) -> None:
    site_lead_end(now=NOW, actor=cast.ada, appointment=north.led_sites.get(), reason="Moved")
    for account in (cast.sam, north):
        south = Site.objects.get(name="South")
        site_lead_appoint(now=NOW, actor=cast.ada, site=south, account=account)
    assert len(leads(open_case(cast))) == 1


def test_an_appointment_ends_with_evidence_and_is_made_once(cast: Cast, north: Account) -> None:
    site = Site.objects.get(name="North")
    before = Entry.objects.count()
    site_lead_appoint(now=LATER, actor=cast.ada, site=site, account=north)
    assert (Entry.objects.count(), SiteLead.objects.filter(site=site).count()) == (before, 1)
    for _ in range(2):
        appointment = SiteLead.objects.get(site=site)
        site_lead_end(now=LATER, actor=cast.ada, appointment=appointment, reason="Moved on")
    assert SiteLead.objects.get(site=site).end_reason == "Moved on"
    assert Entry.objects.count() == before + 1
    assert leads(open_case(cast, now=LATER)) == {"Sam Lead"}


def test_only_a_lead_of_the_agency_is_appointed_and_kinds_and_regions_are_checked(
    cast: Cast, north: Account
) -> None:
    site = Site.objects.get(name="Oak House")
    for wrong in (cast.alice, cast.olu):
        with pytest.raises(Invalid):
            site_lead_appoint(now=NOW, actor=cast.ada, site=site, account=wrong)
    given: dict[str, Any] = {"now": NOW, "actor": None, "name": "Elsewhere"}
    with pytest.raises(Invalid):
        site_register(agency=cast.agency, kind="castle", **given)
    with pytest.raises(Invalid):
        site_register(agency=cast.other_agency, kind="home", parent=site, **given)
    assert Team.objects.get(name="First team", agency=cast.agency).site == site
    assert north.led_sites.count() == 1
