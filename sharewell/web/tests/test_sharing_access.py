"""Who may open the pages of sharing: the circle; for all others there is nothing there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharewell.disclosures.tests.world import World
from sharewell.testing import sign_in
from sharewell.web.tests import sharing_stage as stage

pytestmark = pytest.mark.django_db
Found = Callable[[World], tuple[Any, ...]]


def _case(told: World) -> tuple[Any, ...]:
    return (told.case.pk,)


def _draft(told: World) -> tuple[Any, ...]:
    return (stage.coerced(told).pk,)


def _sent(told: World) -> tuple[Any, ...]:
    return (stage.sent(told).pk,)


def _item(told: World) -> tuple[Any, ...]:
    return (stage.coerced(told).pk, 1)


def _threshold(told: World) -> tuple[Any, ...]:
    return (stage.threshold(told).pk,)


def _not_shared(told: World) -> tuple[Any, ...]:
    return (stage.not_shared(told).pk,)


def _referral(told: World) -> tuple[Any, ...]:
    return (stage.referral(told).pk,)


# The address, the methods that it takes, and what it is about.
PAGES: list[tuple[str, str, Found]] = [
    ("case_sharing", "GET", _case),
    ("disclosure_start", "GET POST", _case),
    ("disclosure_purpose", "GET POST", _draft),
    ("disclosure_recipient", "GET POST", _draft),
    ("disclosure_facts", "GET POST", _draft),
    ("disclosure_preview", "GET", _draft),
    ("disclosure_update", "POST", _draft),
    ("disclosure_restore", "POST", _draft),
    ("disclosure_send", "POST", _draft),
    ("disclosure_close", "POST", _draft),
    ("disclosure_not_shared", "GET POST", _draft),
    ("disclosure_refer", "GET POST", _draft),
    ("disclosure_overrule", "GET POST", _draft),
    ("disclosure_reopen", "GET POST", _not_shared),
    ("referral_decide", "GET POST", _referral),
    ("threshold_reached", "GET POST", _threshold),
    ("item_ask", "GET POST", _item),
    ("attachment_add", "GET POST", _draft),
    ("disclosure_approve", "GET POST", _draft),
    ("disclosure_record", "GET", _sent),
    ("disclosure_copy", "GET", _sent),
    ("disclosure_review", "GET POST", _sent),
    ("disclosure_inform", "GET POST", _sent),
    ("emergency_start", "GET POST", _case),
    ("emergency_call_log", "GET POST", _case),
    ("emergency_send", "GET POST", _case),
    ("emergency_complete", "GET POST", _sent),
]
OUTSIDE = ("stranger", "olu", "ada", "ivo", "gita", "hana", "pat")


@pytest.fixture
def told() -> World:
    return stage.world()


@pytest.mark.parametrize(("name", "methods", "found"), PAGES, ids=[row[0] for row in PAGES])
def test_outside_the_circle_there_is_nothing(
    client: Client, told: World, name: str, methods: str, found: Found
) -> None:
    address = reverse(name, args=found(told))
    # Where a question was referred, the governance lead is the decider's deputy.
    for who in [each for each in OUTSIDE if (name, each) != ("referral_decide", "gita")]:
        sign_in(client, getattr(told.cast, who))
        for method in methods.split():
            answer = client.generic(method, address)
            assert answer.status_code == 404, f"{who} {method}"
            assert stage.NAME not in answer.content.decode()


@pytest.mark.parametrize(("name", "methods", "found"), PAGES, ids=[row[0] for row in PAGES])
def test_signed_out_and_wrong_method_are_refused(
    client: Client, told: World, name: str, methods: str, found: Found
) -> None:
    address = reverse(name, args=found(told))
    signed_out = client.generic(methods.split(maxsplit=1)[0], address)
    assert signed_out.status_code in {302, 403}
    assert signed_out.status_code == 403 or "login" in signed_out["Location"]
    sign_in(client, told.cast.alice)
    for method in {"GET", "POST", "PUT", "DELETE"} - set(methods.split()):
        assert client.generic(method, address).status_code == 405, method


@pytest.mark.parametrize(
    ("name", "found"),
    [(name, found) for name, methods, found in PAGES if "GET" in methods],
    ids=[name for name, methods, _ in PAGES if "GET" in methods],
)
def test_a_page_opens_for_its_circle_with_a_neutral_title_and_is_not_kept(
    client: Client, told: World, name: str, found: Found
) -> None:
    address = reverse(name, args=found(told))
    who = told.cast.sam if name == "referral_decide" else told.cast.alice
    answer = sign_in(client, who).get(address)
    assert answer.status_code == 200
    if name != "disclosure_copy":
        title = answer.content.decode().partition("<title>")[2].partition("</title>")[0]
        assert "Nell" not in title
        assert "Sharewell" in title
        assert answer.content.decode().count("<h1") == 1
    assert "no-store" in answer["Cache-Control"]
