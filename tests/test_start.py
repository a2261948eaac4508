"""The application starts, and its first pages carry the headers that protect the records."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from sharewell.agencies.models import Account


def test_system_checks_pass() -> None:
    """Django's and our own checks find nothing wrong."""
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
def test_sign_in_page_is_protected(client: Client) -> None:
    """Sign-in is served with a strict policy and is kept by no cache."""
    response = client.get("/accounts/login/")
    assert response.status_code == 200
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_nobody_signs_up(client: Client) -> None:
    """Accounts are made by administrators only."""
    answer = {
        "email": "someone@example.org",
        "password1": "correct-horse-battery",
        "password2": "correct-horse-battery",
    }
    client.post("/accounts/signup/", answer)
    assert not Account.objects.exists()
