"""A message that goes to a partner's own system: the bytes that are kept, every attempt evidence, never nobody told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from sharewell.agencies.models import Sealed
from sharewell.cases.models import Concern, Task, Wall
from sharewell.channels import webhook
from sharewell.channels.webhook.tests.receiver import SIGNER, System, receiver
from sharewell.config.safety import kept_key
from sharewell.disclosures.delivering import Edge, deliver_due
from sharewell.disclosures.models import Delivery, Disclosure
from sharewell.disclosures.operations.deliver import ATTEMPTS
from sharewell.disclosures.tests.stage import make_case, make_desk, make_sent
from sharewell.followup.management.commands.work import edge_of_settings
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db
EXACT = '{"fields":[],"name":"Zoë","v":1}'.encode()
HOUR = timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def system() -> Iterator[System]:
    with receiver() as running:
        yield running


@pytest.fixture
def edge() -> Edge:
    return replace(edge_of_settings(), signer=SIGNER)


def send_to(cast: Cast, system: System, **changes: object) -> Disclosure:
    now = datetime.now(UTC)
    desk = make_desk(webhook=system.address, **changes)
    return make_sent(cast, now, desk, message_bytes=EXACT)


def ways(sent: Disclosure) -> set[str]:
    return set(sent.deliveries.values_list("channel", flat=True))


def outcomes(delivery: Delivery) -> list[tuple[int, str, str]]:
    """What the evidence says of each attempt: its number, how it stands, and the other side's word."""
    held = [json.loads(bytes(row.content)) for row in Sealed.objects.filter(name="delivery")]
    of = [row for row in held if row["delivery"] == delivery.id.hex]
    return [(row["attempt"], row["outcome"], row["reference"]) for row in of]


def test_the_system_takes_the_exact_bytes_that_are_kept_and_no_link_is_mailed(
    cast: Cast, system: System, edge: Edge
) -> None:
    sent = send_to(cast, system)
    assert ways(sent) == {"webhook"}
    assert deliver_due(edge) == 1
    delivery = sent.deliveries.get()
    assert system.taken == {str(delivery.id): EXACT}
    assert system.headers[0]["msg"] == str(sent.id)
    assert delivery.state == "done"
    assert outcomes(delivery) == [(1, "attempted", ""), (1, "done", "http 200 their-1")]


def test_people_with_accounts_have_it_in_their_inbox_too(cast: Cast, system: System) -> None:
    desk = make_desk(cast.pat, webhook=system.address)
    sent = make_sent(cast, datetime.now(UTC), desk)
    assert ways(sent) == {"webhook", "inbox", "email_notice"}


def test_in_an_emergency_the_desk_gets_its_link_as_well(cast: Cast, system: System) -> None:
    desk = make_desk(webhook=system.address)
    sent = make_sent(cast, datetime.now(UTC), desk, route="emergency")
    assert ways(sent) == {"webhook", "portal_link", "code_email"}


@pytest.mark.parametrize("by", ["wall", "team", "concern"])
def test_where_one_of_the_desk_is_kept_out_their_shared_system_is_too(
    cast: Cast, system: System, by: str
) -> None:
    now = datetime.now(UTC)
    desk, case = make_desk(cast.pat, webhook=system.address), make_case(cast, now)
    if by == "concern":
        concern = Concern.objects.create(
            agency=cast.agency,
            raised_by=cast.alice,
            raised_at=now,
            immediate_danger=False,
            form_key=case.pk,
            form_digest=b"",
        )
        case.concerns.create(concern=concern)
        concern.about_staff.add(cast.pat)
    else:
        kept = {"team": cast.pat.team} if by == "team" else {"account": cast.pat}
        Wall.objects.create(case=case, reason="alleged", raised_at=now, **kept)
    assert "webhook" not in ways(make_sent(cast, now, desk, case=case))


def test_a_fault_is_tried_again_under_the_same_name_and_each_attempt_is_evidence(
    cast: Cast, system: System, edge: Edge
) -> None:
    sent = send_to(cast, system)
    system.answer = (503, b"")
    assert deliver_due(edge) == 1
    assert deliver_due(edge) == 0, "it waits before it tries again"
    system.answer = (202, b"")
    assert deliver_due(replace(edge, clock=lambda: datetime.now(UTC) + timedelta(minutes=1))) == 1
    delivery = sent.deliveries.get()
    assert system.posts[str(delivery.id)] == 2
    assert [each[1:] for each in outcomes(delivery)] == [
        ("attempted", ""),
        ("waiting", "http_503"),
        ("attempted", ""),
        ("done", "http 202"),
    ]


def test_a_refusal_tells_a_person_and_goes_by_link_instead(
    cast: Cast, system: System, edge: Edge
) -> None:
    sent = send_to(cast, system)
    system.answer = (410, b"")
    deliver_due(edge, most=1)
    assert sent.deliveries.get(channel="webhook").fault == "http_410"
    told = Task.objects.filter(kind="delivery_failed", about_id=sent.id)
    assert {task.owner for task in told} == {cast.alice, cast.bea}
    assert ways(sent) == {"webhook", "portal_link", "code_email"}
    assert set(sent.deliveries.exclude(channel="webhook").values_list("state", flat=True)) == {
        "waiting"
    }


def test_what_the_person_ruled_out_is_not_used_instead(
    cast: Cast, system: System, edge: Edge
) -> None:
    sent = send_to(cast, system)
    Disclosure.objects.update(decision={**(sent.decision or {}), "deny_channels": ["email"]})
    system.answer = (410, b"")
    deliver_due(edge, most=1)
    assert ways(sent) == {"webhook"}


def test_given_up_after_many_attempts_a_person_is_told(
    cast: Cast, system: System, edge: Edge
) -> None:
    sent = send_to(cast, system, email="")
    system.answer = (500, b"")
    for number in range(ATTEMPTS):
        later = datetime.now(UTC) + number * HOUR
        deliver_due(replace(edge, clock=lambda at=later: at))  # type: ignore[misc]
    assert sent.deliveries.get().state == "failed"
    assert Task.objects.filter(kind="delivery_failed", about_id=sent.id).exists()


def test_the_key_is_made_at_the_first_start_and_is_its_owners_alone(tmp_path: Path) -> None:
    made = kept_key(tmp_path, "webhook_key")
    assert kept_key(tmp_path, "webhook_key") == made
    assert (tmp_path / "webhook_key").stat().st_mode & 0o777 == 0o600
    assert len(made) >= 50


def test_the_public_key_opens_what_the_worker_signs_and_the_secret_stays(client: Client) -> None:
    response = client.get(reverse("webhook_keys"))
    assert response["Content-Type"] == "application/jwk-set+json"
    (key,) = response.json()["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "alg", "use"}
    assert settings.WEBHOOK_SECRET not in response.content.decode()
    with receiver() as system:
        system.keys = response.json()
        made = edge_of_settings().signer.message(
            b"{}", delivery="d", message="m", address=system.address, now=datetime.now(UTC)
        )
        webhook.send(webhook.Signed("d", made), system.address)
        assert system.taken == {"d": b"{}"}
