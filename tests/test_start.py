"""The application starts, and its first pages carry the headers that protect the records."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.config import checks
from sharewell.core.policy import PackError


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


def test_open_data_folder_is_told(settings: Any, tmp_path: Path) -> None:
    """Whoever runs the server hears that other accounts may read the records."""
    settings.DATA_FOLDER = tmp_path
    tmp_path.chmod(0o755)
    assert [found.id for found in checks.data_folder_is_private()] == ["sharewell.W001"]
    tmp_path.chmod(0o700)
    assert checks.data_folder_is_private() == []


def test_broken_pack_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack that cannot be loaded is named at the start, and stops nothing."""
    fault = PackError("rules.yaml", "row 3", "effect", "not a word of the vocabulary")
    policy = dataclasses.replace(packs.policy("england"), fault=fault)
    monkeypatch.setattr(packs, "policy", lambda _jurisdiction: policy)
    found = checks.packs_load()
    assert {notice.id for notice in found} == {"sharewell.W002"}
    assert "rules.yaml: row 3" in found[0].msg
