"""The application starts, and its first pages carry the headers that protect the records."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
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
    monkeypatch.setattr(packs, "policy", lambda _place, _state: policy)
    found = checks.packs_load()
    assert {notice.id for notice in found} == {"sharewell.W002"}
    assert "rules.yaml: row 3" in found[0].msg


@pytest.fixture
def own_packs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, str], None]]:
    """Puts one file of the partnership's own packs in use, past what is remembered."""

    def put(name: str, text: str) -> None:
        (tmp_path / name).write_text(text)
        monkeypatch.setenv("SHAREWELL_PACKS", str(tmp_path))
        packs.policy.cache_clear()

    yield put
    packs.policy.cache_clear()


def test_a_local_row_of_any_nation_that_cannot_be_used_is_told(
    own_packs: Callable[[str, str], None],
) -> None:
    """A row that only Scotland reads stops Scotland's decisions, so the start names it."""
    row = "{id: scotland-child, step: nowhere, effect: cite, says: Ours., source: Ours., status: proposal,"
    own_packs(
        "rules-scotland.yaml",
        f"rules:\n  - {row} local: {{reason: R., author: A., review_on: 2030-01-01}}}}\n",
    )
    found = checks.packs_load()
    assert [notice.id for notice in found] == ["sharewell.W002"]
    assert "rules-scotland.yaml: scotland-child: step" in found[0].msg


def test_a_local_row_of_a_state_that_cannot_be_used_is_told(
    own_packs: Callable[[str, str], None],
) -> None:
    """A state's rows are read on top of federal law, so they are tried as well."""
    row = "{id: us.ca.pen.11166, title: Ours, effect: loosens, source: Ours., status: proposal,"
    own_packs(
        "provisions-us-ca.yaml",
        f"provisions:\n  - {row} local: {{reason: R., author: A., review_on: 2030-01-01}}}}\n",
    )
    assert [
        "provisions-us-ca.yaml: us.ca.pen.11166: effect" in found.msg
        for found in checks.packs_load()
    ] == [True]


def test_an_overdue_review_of_a_setting_is_told(own_packs: Callable[[str, str], None]) -> None:
    """Who decided it, and when it was to be decided again."""
    setting = "id: refusals-while-harm-mounts, position: decide-afresh"
    for year, ids in ((2020, ["sharewell.W003"]), (2999, [])):
        local = f"{{reason: R., author: A. Lead, review_on: {year}-01-01}}"
        own_packs("contested.yaml", f"points:\n  - {{{setting}, local: {local}}}\n")
        found = checks.local_rows_are_reviewed()
        assert [notice.id for notice in found] == ids
        assert all("A. Lead" in notice.msg for notice in found)
