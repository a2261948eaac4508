"""`sharewell system`: a token is shown once, works, and ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from sharewell.agencies.models import System
from sharewell.config.commands import app
from sharewell.testing import make_cast

pytestmark = pytest.mark.django_db


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["system", *words])
    return done.exit_code, done.output


def let_in(token: str) -> int:
    address = reverse("api_message_list")
    return Client().get(address, headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_is_shown_once_works_and_ends() -> None:
    desk = make_cast().police
    status, said = run("let-in", desk.slug, "Their system", "--days", "30")
    assert status == 0
    token = said.splitlines()[-1]
    system = System.objects.get()
    assert system.ends_at - system.made_at == timedelta(days=30)
    assert let_in(token) == 200
    status, said = run("list")
    assert str(system.pk) in said
    assert token not in said
    assert run("end", str(system.pk))[0] == 0
    assert let_in(token) == 401
    assert run("list")[1] == "No system is let in.\n"
    assert "ended already" in run("end", str(system.pk))[1]


@pytest.mark.parametrize("words", [("let-in", "nowhere", "x"), ("end", "0" * 32)])
def test_what_is_not_there_is_said(words: tuple[str, ...]) -> None:
    assert run(*words)[0] == 1


@pytest.mark.parametrize("days", ["0", "367", "-1", "9" * 30])
def test_no_token_lasts_longer_than_a_year_or_no_time(days: str) -> None:
    status, said = run("let-in", make_cast().police.slug, "x", f"--days={days}")
    assert status == 1
    assert "Give an end within " in said
    assert not System.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 201])
def test_a_system_has_a_name_that_can_be_kept(name: str) -> None:
    status, said = run("let-in", make_cast().police.slug, name)
    assert status == 1
    assert "at most 200 characters" in said
