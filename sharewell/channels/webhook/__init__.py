"""A partner's own system takes the message: one signed POST, to an address that was registered for it.

No redirect is followed, no proxy asked, no cookie kept. The name is looked up once and the connection made to the
numbers that were judged, so that a name cannot change between the two.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from sharewell.channels import ChannelError, Receipt
from sharewell.core.webhooks import fault_of, is_public

CONTENT_TYPE = "application/jose"
CONNECT_SECONDS = 10
WHOLE_SECONDS = 30.0  # from the connection to the answer, however slowly it drips
MOST_SENT = 1_000_000  # bytes
MOST_READ = 4096
TRY_AGAIN = frozenset({408, 425, 429})
REFERENCE = re.compile(r"[A-Za-z0-9._:-]{1,64}")
WRITE_AGAIN = "Their system does not take it. Ring them, and have its address checked."
SILENT = "Their system does not answer. It is tried again by itself."


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed message; ``key`` stays the same when it is sent again, so that the receiver takes it once."""

    key: str
    body: bytes


def send(message: Signed, address: str) -> Receipt:
    """Post a signed message; blocks up to its time limit. The receipt holds the status and their name for it.

    Raises :class:`ChannelError`: permanent where the address may not be called, or the receiver refuses
    (4xx but 408, 425 and 429; a redirect); to be tried again where it fails or does not answer.
    """
    allowed = frozenset(settings.WEBHOOK_PRIVATE_HOSTS)
    if fault_of(address, allowed):
        raise ChannelError("bad_address", WRITE_AGAIN, permanent=True)
    if len(message.body) > MOST_SENT:
        raise ChannelError("too_large", "It is too large for their system.", permanent=True)
    parts = urlsplit(address)
    try:
        with _answer(parts, message, allowed) as response:
            return _receipt(response)
    except (OSError, HTTPException) as error:
        raise ChannelError("webhook_silent", SILENT, permanent=False) from error


@contextmanager
def _answer(parts: SplitResult, message: Signed, allowed: frozenset[str]) -> Iterator[HTTPResponse]:
    """Post it, and give the answer; hang up when the time for all of it is over."""
    host = parts.hostname or ""
    connection: HTTPConnection
    sock = _connected(host, parts.port or (443 if parts.scheme == "https" else 80), allowed)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        sock = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
        connection = HTTPSConnection(host, parts.port, context=context)
    else:
        connection = HTTPConnection(host, parts.port)
    over = threading.Timer(WHOLE_SECONDS, _hang_up, [sock])
    over.daemon = True
    over.start()
    try:
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()
        connection.sock = sock
        headers = {
            "Content-Type": CONTENT_TYPE,
            "Idempotency-Key": message.key,
            "User-Agent": "Sharewell",
            "Accept": "application/json",
            "Connection": "close",
        }
        connection.request("POST", parts.path or "/", message.body, headers)
        yield connection.getresponse()
    finally:
        over.cancel()
        connection.close()
        sock.close()


def _connected(host: str, port: int, allowed: frozenset[str]) -> socket.socket:
    """A connection to a number that this name has now, if all of its numbers may be called."""
    numbers = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if host not in allowed and not all(map(is_public, numbers)):
        raise ChannelError("private_address", WRITE_AGAIN, permanent=True)
    failed: OSError = OSError("no address")
    for number in dict.fromkeys(numbers):
        try:
            return socket.create_connection((number, port), timeout=CONNECT_SECONDS)
        except OSError as error:
            failed = error
    raise failed


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):  # it ended by itself
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # below TLS, which would wait


def _receipt(response: HTTPResponse) -> Receipt:
    status = response.status
    if 200 <= status < 300:
        return Receipt(reference=" ".join(filter(None, [f"http {status}", _their_name(response)])))
    code = f"http_{status}"
    if status >= 500 or status in TRY_AGAIN:
        raise ChannelError(code, SILENT, permanent=False)
    raise ChannelError(code, WRITE_AGAIN, permanent=True)


def _their_name(response: HTTPResponse) -> str:
    """The receiver's name for what it took, where it gives one; nothing else of the answer is kept."""
    try:
        given = json.loads(response.read(MOST_READ))
    except (OSError, HTTPException, ValueError, RecursionError):
        return ""  # it has taken it
    name = given.get("id") if isinstance(given, dict) else None
    return name if isinstance(name, str) and REFERENCE.fullmatch(name) else ""
