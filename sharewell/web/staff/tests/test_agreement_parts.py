"""The forms for the commonest parts of a draft: each changes its own place and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharewell import packs
from sharewell.agencies.agreements import drafts, texts
from sharewell.agencies.models import AgreementVersion
from sharewell.agencies.tests.pact import Pact
from sharewell.core import agreement as core
from sharewell.core import yamltext
from sharewell.core.deadlines import Clock
from sharewell.testing import sign_in
from sharewell.web.tests.sharing_stage import form_of, text_of

pytestmark = pytest.mark.django_db
PARTS_OF_DAY = ("day", "month", "year")
PARTS = ["dates", "leads", "clocks", "party-0", "route-3", "night-0", "night-10", "dataset-4"]


@pytest.fixture
def pact() -> Pact:
    return Pact.make(timezone.now() - timedelta(minutes=5))


@pytest.fixture
def gita(pact: Pact) -> Client:
    return sign_in(Client(), pact.cast.gita)


@pytest.fixture
def version(pact: Pact) -> AgreementVersion:
    text = packs.starter_agreements()["england-local-partnership"]
    return drafts.draft_start(account=pact.cast.gita, now=pact.now, text=text)


def address(version: AgreementVersion, part: str) -> str:
    return reverse("agreement_part", args=[version.pk, part])


def posted(page: Any) -> dict[str, Any]:
    """What a form posts as it stands; days go in three boxes."""
    data = form_of(page)
    days: dict[str, Any] = {n: v for n, v in data.items() if isinstance(v, date)}
    boxes = {f"{n}_{part}": getattr(v, part) for n, v in days.items() for part in PARTS_OF_DAY}
    return {**{n: v for n, v in data.items() if n not in days}, **boxes}


def change(client: Client, version: AgreementVersion, part: str, **typed: Any) -> Any:
    """Post a form as it stands with these answers."""
    url = address(version, part)
    return client.post(url, {**posted(client.get(url)), **typed})


def saved(version: AgreementVersion) -> Any:
    version.refresh_from_db()
    return texts.draft(version.text)


def test_a_night_contact_is_put_where_none_was(gita: Client, version: AgreementVersion) -> None:
    before = version.text
    night = {"name": "On-call lead", "phone": "01632 960 299", "when": "Holidays: all day"}
    assert change(gita, version, "night-10", **night).status_code == 302
    contact = saved(version).routes[10].out_of_hours
    assert (contact.name, contact.phone, contact.when) == tuple(night.values())
    old, new = before.splitlines(), version.text.splitlines()
    assert len([line for line in new if line not in old]) == 1


def test_a_party_becomes_an_agency_of_the_directory(
    pact: Pact, gita: Client, version: AgreementVersion
) -> None:
    name = {"agency": "alder-care", "name": "Alder Care", "legal_entity": "Alder Care Ltd"}
    assert change(gita, version, "party-0", **name).status_code == 302
    read = saved(version)
    assert read.parties[0].agency == "alder-care"
    assert {route.agency for route in read.routes if route.role == "care_provider"} == {
        "alder-care"
    }
    assert "care-provider" not in version.text
    pact.sign(version)
    twice = address(AgreementVersion.objects.get(), "party-1")
    assert gita.get(twice).status_code == 409, "a signed text stands still"


def test_one_agency_is_one_party(gita: Client, version: AgreementVersion) -> None:
    change(gita, version, "party-0", agency="alder-care")
    assert change(gita, version, "party-1", agency="alder-care").status_code == 422


def test_dates_leads_clocks_routes_and_datasets(gita: Client, version: AgreementVersion) -> None:
    dates = {"starts_on_year": "2027", "review_on_year": "2027", "review_on_month": "12"}
    assert change(gita, version, "dates", **dates).status_code == 302
    change(gita, version, "leads", governance_lead_deputy="Ama Boateng")
    clocks = {"acknowledge_immediate_amount": "30", "acknowledge_immediate_unit": "minutes"}
    change(gita, version, "clocks", **clocks, update_standard_amount="", update_standard_unit="")
    change(gita, version, "route-1", function="ppu", purposes=["immediate_safety"])
    change(gita, version, "dataset-4", tier="1", purposes=["early_help"])
    read = saved(version)
    assert (read.starts_on.year, read.review_on.month) == (2027, 12)
    assert read.governance_lead.deputy == "Ama Boateng"
    assert core.clock(read, "acknowledge", "immediate") == Clock(30, "minutes")
    assert core.clock(read, "update", "standard") is None
    assert (read.routes[1].function, read.routes[1].purposes) == ("ppu", {"immediate_safety"})
    assert (read.datasets[4].tier, read.datasets[4].purposes) == (1, {"early_help"})


@pytest.mark.parametrize(
    ("part", "typed", "field"),
    [
        ("dates", {"ends_on_year": "2020"}, "ends_on"),
        ("dates", {"review_on_year": "2020"}, "review_on"),
        ("night-0", {"phone": ""}, "phone"),
        ("dataset-4", {"purposes": []}, "purposes"),
        ("clocks", {"update_urgent_unit": ""}, "update_urgent_amount"),
        ("clocks", {"acknowledge_urgent_amount": "-1"}, "acknowledge_urgent_amount"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(
    gita: Client, version: AgreementVersion, part: str, typed: dict[str, Any], field: str
) -> None:
    answer = change(gita, version, part, **typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    before = version.text
    version.refresh_from_db()
    assert version.text == before


@pytest.mark.parametrize("part", PARTS)
def test_saved_as_it_stands_nothing_changes(
    gita: Client, version: AgreementVersion, part: str
) -> None:
    if part == "night-10":
        return  # nobody is named there, so it cannot be saved as it stands
    before = yamltext.read(version.text)
    assert change(gita, version, part).status_code == 302
    version.refresh_from_db()
    assert core.load(version.text) != before  # it can be read
    after = yamltext.read(version.text)
    for rows in (before, after):
        for row in (*rows["routes"], *rows["datasets"]):
            row["purposes"] = sorted(row["purposes"])
    assert after == before


@pytest.mark.parametrize("part", ["nothing", "party", "party-99", "dates-1", "night-x", "party--1"])
def test_a_part_that_is_not_there(gita: Client, version: AgreementVersion, part: str) -> None:
    assert gita.get(address(version, part)).status_code == 404


def test_the_second_to_save_is_told(gita: Client, version: AgreementVersion) -> None:
    stale = posted(gita.get(address(version, "leads")))
    change(gita, version, "dates", starts_on_year="2027", review_on_year="2028")
    answer = gita.post(address(version, "leads"), {**stale, "disclosure_lead_name": "Mine"})
    assert answer.status_code == 409
    assert answer.context["form"]["disclosure_lead_name"].value() == "Mine"
    again = {**stale, "disclosure_lead_name": "Mine"}
    again["revision"] = answer.context["form"]["revision"].value()
    assert gita.post(address(version, "leads"), again).status_code == 302


def test_a_text_that_says_one_thing_in_two_places_is_edited_as_text(
    pact: Pact, gita: Client, version: AgreementVersion
) -> None:
    text = version.text.replace(
        "governance_lead: {name: The safeguarding governance lead, deputy: The Caldicott guardian}",
        "governance_lead: *lead",
    ).replace("disclosure_lead: {", "disclosure_lead: &lead {")
    twice = drafts.draft_start(account=pact.cast.gita, now=pact.now, text=text)
    answer = change(gita, twice, "leads", governance_lead_name="Another")
    assert answer.status_code == 422
    assert "Edit the text itself" in text_of(answer)
    assert saved(twice).governance_lead.name == "The disclosure lead"
