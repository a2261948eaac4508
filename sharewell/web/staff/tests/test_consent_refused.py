"""Who may not reach the consent pages: other roles, other agencies, outside the circle, signed out, wrong methods."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.cases.models import Case, CircleMember
from sharewell.consent.models import Conversation
from sharewell.consent.tests.stage import make_case
from sharewell.testing import LONG_AGO, Cast, make_cast, sign_in
from sharewell.web.staff.tests.consent_form import consent_data, stands

pytestmark = pytest.mark.django_db
PAGES = ("case_consent", "consent_record", "consent_withdraw", "consent_release")
FORMS = PAGES[1:]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.alice)


def url(name: str, case: Case) -> str:
    return reverse(name, kwargs={"case_id": case.id})


def recorded(client: Client, case: Case, data: dict[str, Any] | None = None) -> Conversation:
    response = client.post(url("consent_record", case), data or consent_data())
    assert response.status_code == 302, response.content.decode()
    return stands(case)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["stranger", "olu", "ada", "ivo", "hana", "gita", "pat"])
def test_outsiders_find_nothing(
    client: Client, cast: Cast, case: Case, name: str, who: str
) -> None:
    """Another agency, another role, and colleagues outside the circle get the same 404."""
    recorded(sign_in(client, cast.alice), case)
    sign_in(client, getattr(cast, who))
    assert client.get(url(name, case)).status_code == 404
    if name in FORMS:
        assert client.post(url(name, case), consent_data()).status_code == 404
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize("name", FORMS)
def test_an_approver_in_the_circle_reads_but_does_not_record(
    client: Client, cast: Cast, case: Case, name: str
) -> None:
    CircleMember.objects.create(
        case=case, account=cast.gita, relation="approver", joined_at=LONG_AGO
    )
    sign_in(client, cast.gita)
    assert client.get(url("case_consent", case)).status_code == 200
    assert client.get(url(name, case)).status_code == 403
    assert client.post(url(name, case), consent_data()).status_code == 403
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("name", PAGES)
def test_signed_out_leads_to_sign_in_and_writes_nothing(
    client: Client, case: Case, name: str
) -> None:
    response = client.get(url(name, case))
    assert response.status_code == 302
    assert "sign-in" in response["Location"] or "login" in response["Location"]
    if name in FORMS:
        assert client.post(url(name, case), consent_data()).status_code == 403
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("name", ["consent_leaflet", "consent_card"])
def test_material_is_for_those_signed_in(client: Client, name: str) -> None:
    address = reverse(name, args=["adult" if name == "consent_leaflet" else "pl"])
    assert client.get(address).status_code == 302
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_wrong_methods_are_refused(alice: Client, case: Case, name: str, method: str) -> None:
    assert getattr(alice, method)(url(name, case)).status_code == 405


def test_the_tab_takes_no_post(alice: Client, case: Case) -> None:
    assert alice.post(url("case_consent", case)).status_code == 405
