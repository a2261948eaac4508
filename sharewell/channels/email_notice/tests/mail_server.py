"""A real mail server on this machine for tests; it keeps what it takes and refuses what it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import override_settings


@dataclass
class Post:
    """What the server took; ``answer`` is what it says to the next recipient or message."""

    taken: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    to_recipient: str = ""
    to_message: str = ""
    arriving: threading.Event = field(default_factory=threading.Event)
    held: bool = False  # a message that arrives is not answered
    hangs_up: bool = False  # in the middle of the dialogue

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.hangs_up:
            assert _server.transport is not None
            _server.transport.close()
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.arriving.set()
        while self.held:  # noqa: ASYNC110 - another thread lets it go
            await asyncio.sleep(0.01)
        if self.to_message:
            return self.to_message
        self.taken.append(message_from_bytes(bytes(envelope.original_content or b"")))
        self.recipients += envelope.rcpt_tos
        return "250 taken"


class AnyPort(Controller):
    """A controller that takes whichever port is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def mail_server(tls: ssl.SSLContext | None = None) -> Iterator[Post]:
    """Run a mail server on a free port of this machine, with the settings pointed at it.

    With ``tls`` it takes mail after STARTTLS only, and the settings ask for that.
    """
    post = Post()
    options: Any = {"tls_context": tls, "require_starttls": True} if tls else {}
    controller = AnyPort(post, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=controller.port,
            EMAIL_USE_TLS=tls is not None,
            EMAIL_TIMEOUT=5,
            DEFAULT_FROM_EMAIL="sharewell@sharewell.example",
        ):
            yield post
    finally:
        controller.stop()
