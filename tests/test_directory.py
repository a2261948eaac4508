"""A site registers its agencies, people and functions from a file, wholly or not at all."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from sharewell.agencies import queries
from sharewell.agencies.models import Account, Agency, Duty, Function, Site, StaffCheck
from sharewell.config import directory

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SMALL = """
agencies:
  - slug: hazel-house
    name: Hazel House
    kind: care_provider
    jurisdiction: england
    accounts:
      - {email: ruth@hazel.example, name: Ruth Aldous, roles: [manager, safeguarding_lead]}
    duties:
      - {account: ruth@hazel.example, kind: manager_on_duty}
    functions:
      - {slug: hazel-lead, name: Safeguarding lead, role: safeguarding_lead, staff: [ruth@hazel.example]}
"""

pytestmark = pytest.mark.django_db


def test_what_a_file_names_can_act() -> None:
    done = directory.register(SMALL, agreements={}, now=NOW)
    ruth = done.people["ruth@hazel.example"]
    assert queries.roles(viewer=ruth, now=NOW) == {"manager", "safeguarding_lead"}
    assert queries.on_duty(agency=ruth.agency, kind="manager_on_duty", now=NOW) == ruth
    assert Function.objects.get(slug="hazel-lead").staff.get() == ruth
    assert not ruth.has_usable_password()


def test_a_file_registered_again_changes_nobody() -> None:
    directory.register(SMALL, agreements={}, now=NOW)
    before = Account.objects.get(email="ruth@hazel.example").pk
    done = directory.register(SMALL, agreements={}, now=NOW)
    assert done.people["ruth@hazel.example"].pk == before
    assert Duty.objects.get(agency=done.agencies[0]).account_id == before


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("care_provider", "carer", "agencies[0].kind"),
        ("jurisdiction: england", "jurisdiction: france", "agencies[0].jurisdiction"),
        ("jurisdiction: england", "jurisdiction: us\n    state: California", "agencies[0].state"),
        ("role: safeguarding_lead", "role: leader", "agencies[0].functions[0].role"),
        ("[manager, safeguarding_lead]", "[boss]", "agencies[0].accounts[0].roles"),
        ("staff: [ruth@hazel.example]", "staff: [rose@hazel.example]", "functions[0].staff"),
        ("name: Hazel House", "nam: Hazel House", "agencies[0].name"),
        ("agencies:", "agencies: [", "line"),
    ],
)
def test_a_mistake_names_its_place_and_registers_nothing(old: str, new: str, says: str) -> None:
    with pytest.raises(directory.DirectoryError) as caught:
        directory.register(SMALL.replace(old, new), agreements={}, now=NOW)
    assert says in str(caught.value)
    assert not Agency.objects.exists()


def test_an_agreement_whose_first_party_is_unknown_is_refused() -> None:
    with pytest.raises(directory.DirectoryError, match="pact"):
        directory.register(SMALL, agreements={"pact": "id: pact"}, now=NOW)


def test_a_person_who_was_registered_sets_a_password_by_mail(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    directory.register(SMALL, agreements={}, now=NOW)
    client.post(reverse("account_reset_password"), {"email": "ruth@hazel.example"})
    assert [mail.to for mail in mailoutbox] == [["ruth@hazel.example"]]


SITES = """    sites:
      - {name: North, kind: region, leads: [ruth@hazel.example]}
      - {name: Oak House, kind: home, parent: North, teams: [Days, Nights], phone: 01632 960 070}
"""


def test_sites_stand_below_their_agency_with_teams_and_leads() -> None:
    text = SMALL.replace("    duties:", f"{SITES}    duties:")
    for _ in range(2):
        directory.register(text, agreements={}, now=NOW)
    oak = Site.objects.get(name="Oak House")
    assert (oak.kind, oak.phone) == ("home", "01632 960 070")
    assert oak.parent is not None
    assert oak.parent.name == "North"
    assert set(oak.teams.values_list("name", flat=True)) == {"Days", "Nights"}
    assert oak.parent.leads.get().account.email == "ruth@hazel.example"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("parent: North", "parent: Nowhere", r"agencies\[0\].sites\[1\].parent"),
        ("kind: home", "kind: castle", r"agencies\[0\].sites\[1\].kind"),
        ("leads: [ruth@hazel.example]", "leads: [nobody@x.example]", r"sites\[0\].leads"),
    ],
)
def test_a_fault_of_a_site_is_named_by_its_place(old: str, new: str, place: str) -> None:
    text = SMALL.replace("    duties:", f"{SITES}    duties:").replace(old, new)
    with pytest.raises(directory.DirectoryError, match=place):
        directory.register(text, agreements={}, now=NOW)
    assert not Site.objects.exists()


def with_webhook(address: str) -> str:
    return SMALL.replace(
        "role: safeguarding_lead,", f"role: safeguarding_lead, webhook: {address},"
    )


def test_a_file_may_grow_by_the_address_of_a_system() -> None:
    directory.register(SMALL, agreements={}, now=NOW)
    for _ in range(2):
        directory.register(with_webhook("https://hazel.example/in"), agreements={}, now=NOW)
    assert Function.objects.get(slug="hazel-lead").webhook == "https://hazel.example/in"


@pytest.mark.parametrize("address", ["http://hazel.example/in", "https://10.0.0.1/in"])
def test_an_address_that_may_not_be_called_is_not_registered(address: str) -> None:
    with pytest.raises(directory.DirectoryError, match=r"functions\[0\].webhook"):
        directory.register(with_webhook(address), agreements={}, now=NOW)
    assert not Agency.objects.exists()


def test_a_duty_of_one_who_lacks_training_is_registered_only_with_a_reason() -> None:
    ruth = directory.register(SMALL, agreements={}, now=NOW).people["ruth@hazel.example"]
    day = NOW.date()
    StaffCheck.objects.create(
        account=ruth,
        kind="data_protection",
        done_on=day,
        seen_on=day,
        seen_by=ruth,
        recorded_at=NOW,
        form_key=uuid.uuid4(),
    )
    directory.register(SMALL, agreements={}, now=NOW)  # what stands already is not asked again
    line = "{account: ruth@hazel.example, kind: manager_on_duty}"
    more = SMALL.replace(line, "{account: ruth@hazel.example, kind: on_call_manager}")
    with pytest.raises(directory.DirectoryError, match=r"duties\[0\]\.despite .* DBS check"):
        directory.register(more, agreements={}, now=NOW)
    assert not Duty.objects.filter(kind="on_call_manager").exists()
    directory.register(
        more.replace("on_call_manager}", "on_call_manager, despite: For a week.}"),
        agreements={},
        now=NOW,
    )
    assert Duty.objects.get(kind="on_call_manager").account == ruth
