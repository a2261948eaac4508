"""Partner systems: who keeps which, how deliveries stand in numbers, a token made once, an address set and ended."""

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

from sharewell.agencies.models import Function, Sealed, System
from sharewell.agencies.operations import function_webhook_set, system_end, system_let_in
from sharewell.agencies.systems import token_digest, token_of
from sharewell.disclosures import queries
from sharewell.disclosures.models import Delivery
from sharewell.disclosures.tests.stage import make_sent
from sharewell.testing import Cast, make_account, make_cast, make_function, sign_in

pytestmark = pytest.mark.django_db
ADDRESS = "https://partner.example/messages"
TOKEN = re.compile(r"sharewell_[0-9a-f]{64}")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def kept() -> str:
    """All that the evidence commits to."""
    return " ".join(bytes(each.content).decode() for each in Sealed.objects.order_by("pk"))


def enter(client: Client, desk: Function, **more: Any) -> Any:
    given = {"name": "Their system", "days": "30", "form_key": str(uuid.uuid4()), **more}
    return client.post(reverse("system_let_in", args=[desk.pk]), given)


def test_a_token_is_shown_once_and_kept_nowhere(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    key = str(uuid.uuid4())
    first = enter(client, cast.police, form_key=key)
    (token,) = TOKEN.findall(first.content.decode())
    made = System.objects.get()
    assert bytes(made.token_digest) == token_digest(token)
    assert made.made_by == cast.ada
    again = enter(client, cast.police, form_key=key)
    assert not TOKEN.search(again.content.decode())
    assert System.objects.count() == 1
    assert not TOKEN.search(client.get(reverse("system_list")).content.decode())
    assert made.pk.hex in kept()
    assert token not in kept()


@pytest.mark.parametrize("days", ["0", "367", "", "soon", "9" * 30])
def test_a_wrong_number_of_days_is_said_and_nothing_is_made(
    client: Client, cast: Cast, days: str
) -> None:
    response = enter(sign_in(client, cast.ada), cast.police, days=days)
    assert response.status_code == 422
    assert "Their system" in response.content.decode()
    assert not System.objects.exists()


@pytest.mark.parametrize(
    "address", ["http://partner.example/x", "https://10.0.0.1/x", "https://a:b@partner.example/"]
)
def test_an_address_is_judged_as_it_is_on_the_command_line(
    client: Client, cast: Cast, address: str
) -> None:
    sign_in(client, cast.ada)
    given = {"webhook": address, "seen": ""}
    response = client.post(reverse("function_webhook_set", args=[cast.police.pk]), given)
    assert response.status_code == 422
    cast.police.refresh_from_db()
    assert not cast.police.webhook


def test_an_address_is_set_replaced_and_ended_and_says_since_when(
    client: Client, cast: Cast
) -> None:
    sign_in(client, cast.ada)
    page, seen = reverse("function_webhook_set", args=[cast.police.pk]), ""
    for address in (ADDRESS, f"{ADDRESS}/2", ""):
        client.post(page, {"webhook": address, "seen": seen})
        cast.police.refresh_from_db()
        assert cast.police.webhook == address
        assert (cast.police.webhook_since is not None) == bool(address)
        assert f'"webhook":"{address}"' in kept()
        seen = address


def test_an_address_that_somebody_changed_meanwhile_is_not_overwritten_unseen(
    client: Client, cast: Cast
) -> None:
    function_webhook_set(now=timezone.now(), actor=None, function=cast.police, address=ADDRESS)
    sign_in(client, cast.ada)
    page = reverse("function_webhook_set", args=[cast.police.pk])
    given = {"webhook": f"{ADDRESS}/2", "seen": ""}
    response = client.post(page, given)
    assert response.status_code == 409
    assert f'value="{ADDRESS}/2"' in response.content.decode()
    assert f'name="seen" value="{ADDRESS}"' in response.content.decode()


@pytest.mark.parametrize("name", ["function_webhook_set", "system_let_in", "system_end"])
def test_what_another_agencys_administrator_keeps_is_seen_and_not_changed(
    client: Client, cast: Cast, name: str
) -> None:
    now = timezone.now()
    function_webhook_set(now=now, actor=None, function=cast.police, address=ADDRESS)
    token = token_of(b"2" * 32)
    ends_at = now + timedelta(days=9)
    made = system_let_in(
        now=now, actor=None, function=cast.police, name="Theirs", token=token, ends_at=ends_at
    )
    make_account("Una Other", cast.police_agency, "administrator")
    sign_in(client, cast.ada)
    said = client.get(reverse("system_list")).content.decode()
    assert ADDRESS in said
    assert "Their own administrator keeps this," in said
    about = made.pk if name == "system_end" else cast.police.pk
    for method in ("get", "post"):
        assert getattr(client, method)(reverse(name, args=[about])).status_code == 404
    made.refresh_from_db()
    assert made.ended_at is None


def test_those_of_another_nation_are_kept_by_nobody_here(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    assert enter(client, cast.police).status_code == 200
    agency = cast.police.agency
    agency.jurisdiction = "scotland"
    agency.save()
    assert enter(client, cast.police).status_code == 404
    address = {"address": ADDRESS, "form_key": str(uuid.uuid4())}
    refused = client.post(reverse("function_webhook_set", args=[cast.police.pk]), address)
    assert refused.status_code == 404
    assert System.objects.count() == 1


def test_how_deliveries_stand_is_counted_for_ones_own_agency_alone(cast: Cast) -> None:
    now = timezone.now()
    function_webhook_set(now=now, actor=None, function=cast.police, address=ADDRESS)
    sent = make_sent(cast, now, cast.police)
    Delivery.objects.filter(disclosure=sent).delete()
    Delivery.objects.create(
        disclosure=sent, channel="webhook", address=ADDRESS, state="failed", next_at=now
    )
    own = queries.systems(viewer=cast.ada, now=now).receiving
    assert [each.posted.failed for each in own] == [1]
    una = make_account("Una Other", cast.other_agency, "administrator")
    theirs = queries.systems(viewer=una, now=now).receiving
    assert [each.posted.failed for each in theirs] == [0]
    later = queries.systems(viewer=cast.ada, now=now + timedelta(days=31)).receiving
    assert [each.posted.failed for each in later] == [0]


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(cast: Cast) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.systems(viewer=cast.ada, now=timezone.now())
        return len(captured)

    function_webhook_set(now=timezone.now(), actor=None, function=cast.police, address=ADDRESS)
    before = asked()
    for name in ("housing", "hospital", "school"):
        desk = make_function(name, cast.police_agency, name)
        function_webhook_set(now=timezone.now(), actor=None, function=desk, address=ADDRESS)
    assert asked() == before


def test_last_use_is_written_down_and_an_end_holds_at_once(client: Client, cast: Cast) -> None:
    now, token = timezone.now(), token_of(b"3" * 32)
    given: dict[str, Any] = {"now": now, "actor": cast.ada}
    ends_at = now + timedelta(days=9)
    made = system_let_in(function=cast.police, name="Theirs", token=token, ends_at=ends_at, **given)
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(reverse("api_message_list"), headers=headers).status_code == 200
    made.refresh_from_db()
    assert made.used_at is not None
    system_end(system=made, **given)
    assert client.get(reverse("api_message_list"), headers=headers).status_code == 401
