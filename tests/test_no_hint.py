"""Whoever stands outside gets no hint that a thing exists: same answer, byte for byte, by the same questions.

Goes over every address that is about something in a case, as ``tests/endpoints.py`` lists them, so that a
new address is under it from its first day.
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies.models import Agency
from sharewell.cases.models import Case, Wall
from sharewell.cases.telling import PersonTold
from sharewell.cases.tests.told import open_case
from sharewell.config import middleware
from sharewell.disclosures.tests.world import World
from sharewell.testing import sign_in
from tests.endpoints import ENDPOINTS, Endpoint
from tests.stage import NAME, set_stage, without_rows
from tests.test_endpoints import url

pytestmark = pytest.mark.django_db
ABOUT = [
    endpoint
    for endpoint in ENDPOINTS
    if endpoint.access in {"circle", "asked", "desk", "takes_in", "code"} and endpoint.parameters
]
THEIRS = {("pat", "desk"), ("olu", "takes_in")}  # sent to a desk of theirs
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value="|csrf-token" content=")[^"]+')
LITERAL = re.compile(r"'(?:[^']|'')*'(?:::\w+)?|\b\d+(?:\.\d+)?\b|\bs\d+_x\d+\b")


@pytest.fixture(autouse=True)
def _no_minute_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """That a sign-in is in use is written down once a minute, whatever was asked for."""
    monkeypatch.setattr(middleware, "SEEN_SECONDS", 86_400)


def answered(client: Client, method: str, address: str) -> dict[str, Any]:
    """All that comes back, and what was asked of the database, without what differs every time."""
    with CaptureQueriesContext(connection) as asked:
        response = client.generic(method, address)
    headers = {k: v for k, v in response.items() if k != "Set-Cookie"}
    return {
        "status": response.status_code,
        "headers": headers,
        "body": TOKEN.sub("", response.content.decode()),
        "asked": [LITERAL.sub("?", query["sql"]) for query in asked],
    }


def differing(client: Client, values: dict[str, Any], endpoints: list[Endpoint]) -> list[str]:
    """The addresses at which what is hidden answers otherwise than what does not exist."""
    client.get(reverse("home"))  # the session is as it stays
    found = []
    for endpoint in endpoints:
        for method in endpoint.methods.split():
            hidden = answered(client, method, url(endpoint, values))
            nothing = answered(client, method, url(endpoint, without_rows()))
            if endpoint.access != "code":
                assert hidden["status"] == 404, endpoint.name
            assert NAME not in hidden["body"]
            found += [
                f"{method} {endpoint.name}: {part}\n  {_first(hidden[part], nothing[part])}"
                for part in hidden
                if hidden[part] != nothing[part]
            ]
    return found


def _first(hidden: Any, nothing: Any) -> str:
    """Where two answers begin to differ."""
    if not isinstance(hidden, list):
        return f"{str(hidden)[:200]} | {str(nothing)[:200]}"
    for one, other in zip([*hidden, ""], [*nothing, ""], strict=False):
        if one != other:
            return f"{len(hidden)} and {len(nothing)} questions: {one[:300]} | {other[:300]}"
    return f"{len(hidden)} and {len(nothing)} questions"


@pytest.mark.parametrize("who", ["stranger", "olu", "ada", "pat", "walled"])
def test_what_is_hidden_answers_as_what_does_not_exist(who: str) -> None:
    """Pat and Olu are of desks that something was sent to, so what their desks may read is left out."""
    world, values = set_stage()
    endpoints = [e for e in ABOUT if (who, e.access) not in THEIRS]
    viewer = world.cast.stranger if who == "walled" else getattr(world.cast, who)
    if who == "walled":
        Wall.objects.create(
            case=world.case, account=viewer, reason="x", raised_at=world.now, raised_by=None
        )
    differ = differing(sign_in(Client(), viewer), values, endpoints)
    assert not differ, "\n".join(differ)


def sought(client: Client, name: str, words: str) -> dict[str, Any]:
    """What a search answers, without the words that were typed."""
    with CaptureQueriesContext(connection) as asked:
        response = client.post(reverse(name), {"words": words})
    body = TOKEN.sub("", response.content.decode())
    return {
        "status": response.status_code,
        "body": body.replace(words, "WORDS"),
        "asked": [LITERAL.sub("?", query["sql"]) for query in asked],
    }


@pytest.mark.parametrize("name", ["case_search", "chronology_search"])
@pytest.mark.parametrize("who", ["stranger", "olu", "ada", "gita"])
def test_a_search_for_what_is_hidden_finds_what_a_search_for_nobody_finds(
    name: str, who: str
) -> None:
    world, _ = set_stage()
    client = sign_in(Client(), getattr(world.cast, who))
    client.get(reverse("home"))
    nobody = sought(client, name, "Xandra Nemo")
    assert sought(client, name, NAME) == nobody
    assert sought(client, name, world.case.reference) == sought(client, name, "ZZZZ-ZZZZ")


def test_whoever_finds_nothing_is_told_whom_to_ask_unless_the_agency_says_otherwise() -> None:
    """Everybody alike: one who stands in circles and one who stands in none."""
    world, _ = set_stage()
    advice = "ask your safeguarding lead"
    clients = [sign_in(Client(), who) for who in (world.cast.alice, world.cast.stranger)]
    for client in clients:
        assert advice in sought(client, "case_search", "Xandra Nemo")["body"]
    Agency.objects.update(ask_lead=False)
    for client in clients:
        assert advice not in sought(client, "case_search", "Xandra Nemo")["body"]


@pytest.mark.parametrize("who", ["stranger", "ada", "gita"])
def test_home_lists_and_suggestions_are_the_same_with_and_without_a_hidden_case(who: str) -> None:
    """Counts, what waits, people to choose from: nothing of it changes when a hidden case is opened."""
    world = World(now=timezone.now() - timedelta(minutes=5))
    client = sign_in(Client(), getattr(world.cast, who))
    pages = [reverse(name) for name in ("home", "case_list", "concern_raise")]
    before = [_steady(client.get(page)) for page in pages]
    hidden = open_case(world.cast, people=[PersonTold(name="Vera Vane", subject_kind="adult")])
    after = [_steady(client.get(page)) for page in pages]
    assert before == after
    assert Case.objects.filter(pk=hidden.pk).exists()


def _steady(response: Any) -> str:
    """A page without keys that are made anew for each form."""
    body = TOKEN.sub("", response.content.decode())
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "KEY", body)


def test_a_draft_about_what_is_hidden_is_kept_as_one_about_nothing() -> None:
    world, values = set_stage()
    client = sign_in(Client(), world.cast.stranger)
    client.get(reverse("home"))
    kept = []
    for about in (values["case_id"], uuid.uuid4()):
        address = reverse("draft_save", args=["concern_raise", about])
        with CaptureQueriesContext(connection) as asked:
            response = client.post(address, {"text": "x"})
        kept.append((response.status_code, [LITERAL.sub("?", q["sql"]) for q in asked]))
    assert kept[0] == kept[1]
