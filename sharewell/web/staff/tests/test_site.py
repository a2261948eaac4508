"""The pages of sites: an administrator sees and changes those of the own agency, and no case; wrong input is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sharewell.agencies.models import Account, Site, SiteLead, Team
from sharewell.agencies.operations import site_lead_appoint, site_register
from sharewell.agencies.sites import near_first
from sharewell.agencies.sites import sites as sites_of
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_account, make_cast, sign_in

pytestmark = pytest.mark.django_db
LIST, NEW, LEADS = "/sites/", "/sites/new/", "/sites/leads/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def ada(client: Client, cast: Cast) -> Client:
    """The browser of the administrator."""
    return sign_in(client, cast.ada)


@pytest.fixture
def norah(cast: Cast) -> Account:
    """A second safeguarding lead."""
    return make_account("Norah North", cast.agency, "safeguarding_lead", in_team=False)


def make_site(cast: Cast, name: str, kind: str = "region", **more: Any) -> Site:
    given = {"now": timezone.now(), "actor": cast.ada, "agency": cast.agency}
    return site_register(**{**given, "name": name, "kind": kind, **more})


def text(client: Client, address: str = LIST) -> str:
    return client.get(address).content.decode()


def test_a_site_is_added_below_its_region_with_its_teams(ada: Client, cast: Cast) -> None:
    region = make_site(cast, "North")
    team = Team.objects.get(agency=cast.agency)
    given = {"name": "Oak House", "kind": "home", "phone": "01632 960070", "teams": str(team.pk)}
    assert ada.post(NEW, {**given, "parent": str(region.pk)}).status_code == 302
    shown = text(ada)
    for words in ("Oak House", "Home, belongs to North", "01632 960070", "First team", "Sam Lead"):
        assert words in shown
    assert shown.index(">North<") < shown.index(">Oak House<")


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(ada: Client, cast: Cast) -> None:
    make_site(cast, "North")
    page = ada.post(NEW, {"name": "North", "phone": "01632 960070"})
    assert page.status_code == 422
    words = page.content.decode()
    assert "Another site has this name." in words
    assert "01632 960070" in words
    assert Site.objects.count() == 1


def test_a_site_is_changed_and_never_stands_below_itself(ada: Client, cast: Cast) -> None:
    team = Team.objects.get(agency=cast.agency)
    region = make_site(cast, "North", teams=[team.name])
    part = make_site(cast, "Far north", parent=region)
    address = reverse("site_edit", args=[region.pk])
    assert "Far north" not in text(ada, address)
    wrong = ada.post(address, {"name": "Norland", "kind": "region", "parent": str(part.pk)})
    assert wrong.status_code == 422
    assert "Norland" in wrong.content.decode()
    before = Entry.objects.count()
    assert ada.post(address, {"name": "Norland", "kind": "region"}).status_code == 302
    team.refresh_from_db()
    region.refresh_from_db()
    assert (region.name, team.site, Entry.objects.count()) == ("Norland", None, before + 1)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten_unseen(
    ada: Client, cast: Cast
) -> None:
    site = make_site(cast, "North")
    address = reverse("site_edit", args=[site.pk])
    seen = ada.get(address).context["form"]["seen"].value()
    mine = {"name": "Norland", "kind": "region", "seen": seen}
    Team.objects.filter(agency=cast.agency).update(site=site)  # by a second administrator
    refused = ada.post(address, mine)
    assert refused.status_code == 409
    assert "Somebody else changed this site" in refused.content.decode()
    assert "Norland" in refused.content.decode()
    again = refused.context["form"]["seen"].value()
    assert ada.post(address, {**mine, "seen": again}).status_code == 302
    site.refresh_from_db()
    assert site.name == "Norland"


def test_what_an_answer_asks_for_is_not_called_optional(ada: Client, cast: Cast) -> None:
    make_site(cast, "North")
    page = " ".join(text(ada, LEADS).split())
    for label, optional in (
        ("Which site?", False),
        ("Why do their appointments end?", False),
        ("From when?", True),
    ):
        after = page.partition(label)[2][:40]
        assert ("(optional)" in after) is optional, label


def test_an_appointment_does_not_begin_in_the_past(ada: Client, cast: Cast, norah: Account) -> None:
    site = make_site(cast, "North")
    given = {"account": str(norah.pk), "where": "site", "site": str(site.pk)}
    then = {"day": "1", "month": "2", "year": "2021", "time": "09:00"}
    refused = ada.post(LEADS, given | {f"starts_at_{name}": part for name, part in then.items()})
    assert refused.status_code == 422
    assert "This moment has passed." in refused.content.decode()
    assert 'value="2021"' in refused.content.decode()
    assert not SiteLead.objects.exists()


def test_a_lead_is_appointed_for_a_time_and_no_longer(
    ada: Client, cast: Cast, norah: Account
) -> None:
    site = make_site(cast, "North", teams=["First team"])
    end = timezone.localtime(timezone.now() + timedelta(days=30))
    given = {
        "account": str(norah.pk),
        "where": "site",
        "site": str(site.pk),
        "ends_at_day": str(end.day),
        "ends_at_month": str(end.month),
        "ends_at_year": str(end.year),
        "ends_at_time": "12:00",
    }
    missing = ada.post(LEADS, {**given, "site": ""})
    assert missing.status_code == 422
    assert "Choose the site." in missing.content.decode()
    assert f'value="{end.year}"' in missing.content.decode()
    past = ada.post(LEADS, {**given, "ends_at_year": "2020"})
    assert "still to come" in past.content.decode()
    assert not SiteLead.objects.exists()
    assert ada.post(LEADS, given).status_code == 302
    assert ada.post(LEADS, given).status_code == 302  # sent twice, done once
    assert SiteLead.objects.count() == 1
    again = ada.post(LEADS, {**given, "ends_at_time": "13:00"})
    assert "End that first." in again.content.decode()
    team = cast.alice.team_id
    both = [cast.sam, norah]
    for now, first in ((timezone.now(), norah), (timezone.now() + timedelta(days=40), cast.sam)):
        assert near_first(agency=cast.agency, leads=both, team_id=team, now=now)[0] == first


def test_a_lead_is_appointed_to_none_with_a_reason_and_stands_above(
    ada: Client, cast: Cast, norah: Account
) -> None:
    given = {"now": timezone.now(), "actor": cast.ada}
    for account in (cast.sam, norah):
        site_lead_appoint(site=make_site(cast, account.name), account=account, **given)
    assert "Nobody stands above all sites" in text(ada)
    wanted = {"account": str(norah.pk), "where": "none"}
    assert "Say why" in ada.post(LEADS, wanted).content.decode()
    assert ada.post(LEADS, {**wanted, "reason": "Leads all now"}).status_code == 302
    assert norah.led_sites.get().end_reason == "Leads all now"
    assert sites_of(viewer=cast.ada, now=timezone.now()).above == (norah,)


def test_an_appointment_ends_with_its_reason_and_one_to_come_never_begins(
    ada: Client, cast: Cast, norah: Account
) -> None:
    now = timezone.now()
    lead = site_lead_appoint(
        now=now,
        actor=cast.ada,
        site=make_site(cast, "North"),
        account=norah,
        starts_at=now + timedelta(days=2),
    )
    assert "from" in text(ada).partition("Norah North, ")[2][:10]
    address = reverse("site_lead_end", args=[lead.pk])
    assert ada.post(address, {"reason": ""}).status_code == 422
    assert ada.post(address, {"reason": "Chose another"}).status_code == 302
    lead.refresh_from_db()
    assert (lead.ends_at, lead.end_reason) == (lead.starts_at, "Chose another")
    assert "None of its own" in text(ada)


def test_sites_of_another_agency_are_not_there(ada: Client, cast: Cast) -> None:
    there = make_account("Una Under", cast.other_agency, "safeguarding_lead")
    site = make_site(cast, "Birch yard", actor=None, agency=cast.other_agency)
    lead = site_lead_appoint(now=timezone.now(), actor=None, site=site, account=there)
    for address in (
        reverse("site_edit", args=[site.pk]),
        reverse("site_lead_end", args=[lead.pk]),
    ):
        for method in ("GET", "POST"):
            assert ada.generic(method, address).status_code == 404
    assert "Birch yard" not in text(ada)
    assert "Una Under" not in text(ada, LEADS)
    refused = ada.post(LEADS, {"account": str(there.pk), "where": "site", "site": str(site.pk)})
    assert refused.status_code == 422
    assert SiteLead.objects.count() == 1


def test_only_an_administrator_finds_the_way(ada: Client, cast: Cast) -> None:
    assert 'href="/sites/"' in text(ada, reverse("home"))
    for other in (cast.alice, cast.sam, cast.gita):
        client = sign_in(Client(), other)
        assert 'href="/sites/"' not in text(client, reverse("home"))
        assert client.get(LIST).status_code == 403


def test_more_sites_ask_no_more_of_the_database(
    cast: Cast, norah: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    for number in range(5):
        site = make_site(cast, f"Site {number}", "home")
        site_lead_appoint(now=now, actor=cast.ada, site=site, account=norah)
    with django_assert_num_queries(5):  # the roles of the viewer, teams, leads, appointments, sites
        shown = sites_of(viewer=cast.ada, now=now)
        assert len([row.leads[0].account.name for row in shown.rows]) == 5
