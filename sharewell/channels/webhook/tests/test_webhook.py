"""Messages posted to a partner's system: signed, dated, once, and never to a place that may not be called."""

from __future__ import annotations

import socket
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import override_settings

from sharewell.channels import ChannelError, webhook
from sharewell.channels.webhook import jws
from sharewell.channels.webhook.tests.receiver import (
    SIGNER,
    System,
    documented,
    make_certificate,
    receiver,
    vector,
)
from sharewell.core.webhooks import fault_of, is_public

MESSAGE = b'{"fields":[],"v":1}'
KEY = "5f0f8a52-6d1c-4a86-9a55-0e8b6c2f7d11"
RFC_8037 = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6d"
    "WbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)


@pytest.fixture
def system() -> Iterator[System]:
    with receiver() as running:
        yield running


def signed(system: System, *, key: str = KEY, at: datetime | None = None) -> webhook.Signed:
    now = at or datetime.now(UTC)
    body = SIGNER.message(MESSAGE, delivery=key, message="m1", address=system.address, now=now)
    return webhook.Signed(key, body)


def private_key(text: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(urlsafe_b64decode(text + "="))


def test_a_signature_is_that_of_the_standard() -> None:
    key = private_key(vector()["d"])
    assert jws.sign(b"Example of Ed25519 signing", {"alg": "EdDSA"}, key).decode() == RFC_8037
    assert jws.thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_the_vector_of_the_page_is_what_is_signed_and_what_its_example_takes() -> None:
    of = vector()
    names = {name: of[name] for name in ("delivery", "message", "address")}
    at = datetime.fromtimestamp(of["now"], UTC)
    made = jws.Signer(of["sender"], private_key(of["d"]), timedelta(minutes=5)).message(
        of["payload"].encode(), now=at, **names
    )
    assert made.decode() == of["body"]
    header, payload = check(of)
    assert (header["msg"], payload.decode()) == (of["message"], of["payload"])


def check(of: dict[str, Any], **changes: Any) -> tuple[dict[str, Any], bytes]:
    given = {**of, **changes}
    told = {name: given[name] for name in ("keys", "sender", "address", "now")}
    taken: tuple[dict[str, Any], bytes] = documented()["checked"](
        given["body"].encode(), given["delivery"], **told
    )
    return taken


@pytest.mark.parametrize(
    "changes",
    [
        {"now": 1795341600 + 300},
        {"now": 1795341600 - 61},
        {"address": "https://other.example/messages"},
        {"sender": "https://other.example"},
        {"delivery": "another"},
        {"keys": {"keys": []}},
    ],
)
def test_the_example_of_the_page_refuses_what_it_says(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        check(vector(), **changes)


def test_a_message_that_was_altered_is_refused() -> None:
    of = vector()
    head, payload, signature = of["body"].split(".")
    for body in (f"{head}.{payload[:-1]}A.{signature}", f"{head}.{payload}.{signature[:-2]}AA"):
        with pytest.raises(ValueError, match="altered"):
            check(of, body=body)


def test_the_receiver_gets_the_exact_bytes_once_however_often_they_are_posted(
    system: System,
) -> None:
    first, second = (webhook.send(signed(system), system.address) for _ in range(2))
    assert first == second
    assert first.reference == "http 200 their-1"
    assert system.taken == {KEY: MESSAGE}
    assert system.posts[KEY] == 2
    assert {each["content_type"] for each in system.headers} == {"application/jose"}


def test_what_was_signed_long_ago_is_refused_by_the_receiver_and_not_tried_again(
    system: System,
) -> None:
    old = signed(system, at=datetime.now(UTC) - timedelta(minutes=6))
    with pytest.raises(ChannelError) as caught:
        webhook.send(old, system.address)
    assert caught.value.permanent
    assert not system.taken


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        *((each, True) for each in (301, 307, 400, 401, 404, 410)),
        *((each, False) for each in (408, 425, 429, 500, 503)),
    ],
)
def test_the_status_says_whether_to_try_again_and_is_the_evidence(
    system: System, status: int, permanent: bool
) -> None:
    system.answer = (status, b"why it was not: a name of somebody")
    system.more = {"Location": "http://127.0.0.1:9/elsewhere"}
    with pytest.raises(ChannelError) as caught:
        webhook.send(signed(system), system.address)
    assert (caught.value.code, caught.value.permanent) == (f"http_{status}", permanent)
    assert caught.value.sentence.endswith(".")


@pytest.mark.parametrize(
    "body", [b"", b"ok", b'{"id": "a b"}', b'["x"]', b'{"id": 7}', b'{"id": "' + b"x" * 65 + b'"}']
)
def test_of_the_answer_only_a_short_name_is_kept(system: System, body: bytes) -> None:
    system.answer = (202, body)
    assert webhook.send(signed(system), system.address).reference == "http 202"


def test_an_answer_without_end_is_not_read(system: System) -> None:
    system.answer = (200, b'{"id": "x", "' + b"y" * 1_000_000)
    assert webhook.send(signed(system), system.address).reference == "http 200"


def hangs_up(handler: Any) -> bool:
    handler.hang_up()
    return True


def drips(handler: Any) -> bool:
    for _ in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)
    return True


def is_silent(_handler: Any) -> bool:
    time.sleep(3)
    return True


@pytest.mark.parametrize("fault", [hangs_up, drips, is_silent])
def test_one_that_hangs_up_drips_or_is_silent_is_tried_again(
    system: System, monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    monkeypatch.setattr(webhook, "WHOLE_SECONDS", 0.5)
    system.before = fault
    with pytest.raises(ChannelError) as caught:
        webhook.send(signed(system), system.address)
    assert (caught.value.code, caught.value.permanent) == ("webhook_silent", False)


def test_nobody_there_is_tried_again() -> None:
    with (
        override_settings(WEBHOOK_PRIVATE_HOSTS=["127.0.0.1"]),
        pytest.raises(ChannelError) as caught,
    ):
        webhook.send(webhook.Signed(KEY, b"x"), "http://127.0.0.1:9/")
    assert not caught.value.permanent


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_that_is_not_trusted_is_never_spoken_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    certificate = make_certificate(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with receiver(certificate) as system:
        if trusted:
            assert webhook.send(signed(system), system.address).reference == "http 200 their-1"
            return
        with pytest.raises(ChannelError) as caught:
            webhook.send(signed(system), system.address)
    assert (caught.value.code, caught.value.permanent) == ("webhook_silent", False)
    assert not system.posts


def test_what_is_too_large_is_not_sent(system: System) -> None:
    with pytest.raises(ChannelError) as caught:
        webhook.send(webhook.Signed(KEY, b"x" * (webhook.MOST_SENT + 1)), system.address)
    assert caught.value.permanent
    assert not system.posts


@pytest.mark.parametrize(
    "address",
    [
        "http://partner.example/x",
        "ftp://partner.example/",
        "https://user:secret@partner.example/",
        "https://partner.example/?token=1",
        "https://partner.example/#x",
        "https://partner.example/a b",
        "https://partner.example/\r\nHost: x",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://partner.example:0/",
        "https://partner.example:99999/",
        "https://",
        "https://" + "a" * 250 + ".example/",
        "",
    ],
)
def test_an_address_that_may_not_be_called_is_refused(address: str) -> None:
    assert fault_of(address).endswith(".")
    with pytest.raises(ChannelError) as caught:
        webhook.send(webhook.Signed(KEY, b"x"), address)
    assert caught.value.permanent


def test_plain_http_is_for_this_machine_alone_also_where_a_host_is_named() -> None:
    assert fault_of("http://10.0.0.5/", ["10.0.0.5"])
    assert not fault_of("https://10.0.0.5/", ["10.0.0.5"])
    assert not fault_of("https://partner.example:8443/messages")


def test_a_name_that_leads_into_a_private_network_is_not_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One number inside is enough; what the name says a moment later counts for nothing."""
    found = [(socket.AF_INET, 1, 6, "", (number, 443)) for number in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    monkeypatch.setattr(socket, "create_connection", pytest.fail)
    with pytest.raises(ChannelError) as caught:
        webhook.send(webhook.Signed(KEY, b"x"), "https://partner.example/")
    assert (caught.value.code, caught.value.permanent) == ("private_address", True)


@pytest.mark.parametrize("number", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_the_internet_at_large_may_be_called(number: str) -> None:
    assert is_public(number)


def test_the_key_follows_from_its_secret() -> None:
    one, again, other = (jws.key_from(each) for each in ("a", "a", "b"))
    assert jws.thumbprint(one) == jws.thumbprint(again) != jws.thumbprint(other)
