"""Before sign-in: the numbers, the form to print, and the demo's sign-in, which exists in demo mode only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.testing import Cast, make_cast
from sharewell.web import public

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def demo(cast: Cast, settings: Any, tmp_path: Path) -> Any:
    """Demo mode, with Alice as its whole cast."""
    settings.DEMO = True
    settings.DEMO_CAST = tmp_path / "cast.yaml"
    settings.DEMO_CAST.write_text(
        f"agencies: [{{accounts: [{{email: {cast.alice.email}, roles: [practitioner], look: Raise}}]}}]"
    )
    return settings


def test_demo_people_sign_in_with_one_press(client: Client, cast: Cast, demo: Any) -> None:
    page = client.get(reverse("landing")).content.decode()
    assert cast.alice.name in page
    assert "Raise" in page
    response = client.post(reverse("demo_sign_in"), {"email": cast.alice.email})
    assert response["Location"] == reverse("home")
    assert client.session["_auth_user_id"] == str(cast.alice.pk)


def test_nobody_signs_in_that_way_outside_demo_mode(client: Client, cast: Cast, demo: Any) -> None:
    demo.DEMO = False
    assert cast.alice.name not in client.get(reverse("landing")).content.decode()
    response = client.post(reverse("demo_sign_in"), {"email": cast.alice.email})
    assert response.status_code == 404
    assert "_auth_user_id" not in client.session


def test_only_the_demo_s_own_people_sign_in_that_way(client: Client, cast: Cast, demo: Any) -> None:
    response = client.post(reverse("demo_sign_in"), {"email": cast.bea.email})
    assert response.status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_demo_sign_in_needs_its_token(cast: Cast, demo: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("demo_sign_in"), {"email": cast.alice.email}).status_code == 403


def test_every_person_of_the_shipped_demo_says_what_to_look_at(settings: Any) -> None:
    rows = public.cast_rows(settings.DEMO_CAST)
    assert len(rows) > 10
    assert all(row["look"] and row["roles"] for row in rows)


def test_signed_in_the_first_page_is_home(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    assert client.get("/")["Location"] == reverse("home")


def test_no_account_is_made_and_no_address_changed_by_a_visitor(client: Client) -> None:
    for path in ("/accounts/signup/", "/accounts/email/", "/accounts/password/set/"):
        assert client.get(path).status_code in (302, 404), path
