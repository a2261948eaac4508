"""Notices by e-mail, through a real mail server on this machine."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from sharewell.channels import ChannelError, email_notice
from sharewell.channels.email_notice import words
from sharewell.channels.email_notice.tests.mail_server import Post, mail_server
from sharewell.channels.webhook.tests.receiver import make_certificate

DESK = "desk@downshire.example"


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as running:
        yield running


def test_a_notice_arrives_once_plain_and_marked_as_automatic(post: Post) -> None:
    notice = words.link(key="k1", address="https://sharewell.example/link/abc", hours=72)
    receipt = email_notice.send(notice, DESK)
    (mail,) = post.taken
    assert post.recipients == [DESK]
    assert mail["Subject"] == "Something is waiting for you"
    assert mail["Message-ID"] == receipt.reference == "<k1@sharewell.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert "https://sharewell.example/link/abc" in str(mail.get_payload())


def test_sent_again_it_carries_the_same_name_so_that_mail_servers_can_tell(post: Post) -> None:
    notice = words.waiting(key="k1", address="https://sharewell.example/")
    assert email_notice.send(notice, DESK) == email_notice.send(notice, DESK)
    assert len({mail["Message-ID"] for mail in post.taken}) == 1


def test_the_code_and_the_link_never_stand_in_one_email(post: Post) -> None:
    link = words.link(key="k", address="https://sharewell.example/link/abc", hours=72)
    code = words.code(key="k", digits="1234 5678")
    assert "1234" not in link.body
    assert "http" not in code.body


@pytest.mark.parametrize(
    ("to_recipient", "to_message", "permanent"),
    [
        ("550 no such user", "", True),
        ("450 mailbox busy", "", False),
        ("", "554 refused", True),
        ("", "451 try later", False),
    ],
)
def test_the_answer_of_the_mail_server_says_whether_to_try_again(
    post: Post, to_recipient: str, to_message: str, permanent: bool
) -> None:
    post.to_recipient, post.to_message = to_recipient, to_message
    with pytest.raises(ChannelError) as caught:
        email_notice.send(words.waiting(key="k", address="https://s.example/"), DESK)
    assert caught.value.permanent is permanent
    assert caught.value.sentence.endswith(".")


def test_a_mail_server_that_is_down_is_tried_again() -> None:
    with (
        override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=9,
            EMAIL_USE_TLS=False,
        ),
        pytest.raises(ChannelError) as caught,
    ):
        email_notice.send(words.waiting(key="k", address="https://s.example/"), DESK)
    assert (caught.value.code, caught.value.permanent) == ("mail_server_silent", False)


def fails() -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        email_notice.send(words.waiting(key="k", address="https://s.example/"), DESK)
    return caught.value


def test_a_server_that_hangs_up_in_the_middle_is_tried_again(post: Post) -> None:
    post.hangs_up = True
    fault = fails()
    assert (fault.code, fault.permanent) == ("mail_server_silent", False)
    assert not post.taken


def test_a_server_that_says_nothing_is_not_waited_for_without_end(post: Post) -> None:
    post.held = True
    with override_settings(EMAIL_TIMEOUT=0.5):
        fault = fails()
    post.held = False
    assert (fault.code, fault.permanent) == ("mail_server_silent", False)


@pytest.mark.parametrize("trusted", [True, False])
def test_mail_goes_by_tls_to_a_server_whose_certificate_is_trusted_and_to_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    certificate = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(context) as post:
        if trusted:
            email_notice.send(words.waiting(key="k", address="https://s.example/"), DESK)
            assert post.recipients == [DESK]
            return
        assert not fails().permanent
    assert not post.taken


def test_a_server_without_tls_is_given_nothing_where_tls_is_asked_for(post: Post) -> None:
    with override_settings(EMAIL_USE_TLS=True):
        assert not fails().permanent
    assert not post.recipients


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@c.example", "a@b.example\nBcc: x@y.example"]
)
def test_an_address_that_is_none_is_never_tried_again(post: Post, address: str) -> None:
    with pytest.raises(ChannelError) as caught:
        email_notice.send(words.waiting(key="k", address="https://s.example/"), address)
    assert caught.value.permanent
    assert not post.taken
