"""A sign-in ends when idle or after a long shift, guessing is slowed, and errors say nothing."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from sharewell.agencies.models import Account, Agency

EMAIL = "rowan@alder.example"
PASSWORD = "correct-horse-battery"


@pytest.fixture
def account() -> Account:
    """Somebody who may sign in."""
    cache.clear()
    agency = Agency.objects.create(slug="a", name="A", kind="charity", jurisdiction="england")
    return Account.objects.create_user(EMAIL, PASSWORD, name="Rowan", agency=agency)


def sign_in(client: Client, password: str = PASSWORD) -> int:
    """Answer the sign-in page; return the status."""
    answer = {"login": EMAIL, "password": password}
    return client.post(reverse("account_login"), answer).status_code


@pytest.mark.django_db
def test_signs_in_with_email_and_password(client: Client, account: Account) -> None:
    assert sign_in(client) == 302
    assert client.session["_auth_user_id"] == str(account.pk)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.django_db
def test_sign_in_ends_after_twelve_hours(client: Client, account: Account) -> None:
    client.force_login(account)
    session = client.session
    session["signed_in_at"] = int(time.time()) - 12 * 3600 - 1
    session.save()
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_sign_in_lasts_half_an_hour_idle(client: Client, account: Account) -> None:
    client.force_login(account)
    assert client.session.get_expiry_age() == 30 * 60


@pytest.mark.django_db
def test_a_sign_in_in_use_lasts_and_is_written_down_once_a_minute(
    client: Client, account: Account
) -> None:
    """The half hour begins anew with each minute in which the sign-in is used."""
    client.force_login(account)
    client.get(reverse("home"))
    session = Session.objects.get()
    begun = client.session["seen_at"]
    soon = session.expire_date - timedelta(minutes=20)
    Session.objects.update(expire_date=soon)
    client.get(reverse("home"))
    assert Session.objects.get().expire_date == soon
    kept = client.session
    kept["seen_at"] = begun - 61
    kept.save()
    Session.objects.update(expire_date=soon)
    client.get(reverse("home"))
    assert Session.objects.get().expire_date > soon


@pytest.mark.django_db
def test_guessing_is_stopped(client: Client, account: Account) -> None:
    """After five wrong passwords even the right one has to wait."""
    for _ in range(5):
        sign_in(client, "wrong-horse-battery")
    assert sign_in(client) != 302


@pytest.mark.django_db
@override_settings(DEBUG=False)
def test_missing_page_says_nothing_of_its_address(client: Client) -> None:
    response = client.get("/nothing/Ava-Lindqvist/")
    assert response.status_code == 404
    assert b"Lindqvist" not in response.content
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "name",
    ["account_reset_password_done", "account_reset_password_from_key_done", "account_inactive"],
)
def test_pages_without_a_form_are_shown(client: Client, name: str) -> None:
    """Whoever asked for a new password is told what comes next."""
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.django_db
def test_signing_out_has_the_browser_forget_the_pages(client: Client, account: Account) -> None:
    client.force_login(account)
    left = client.post("/accounts/logout/")
    assert left["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/home/").status_code == 302
