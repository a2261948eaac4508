"""A partner's system on this machine for tests: it checks what is posted to it as docs/formats/webhook.md says."""

from __future__ import annotations

import contextlib
import json
import re
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.test import override_settings

from sharewell.channels.webhook.jws import Signer, key_from, public_jwk

PAGE = Path(__file__).parents[4] / "docs/formats/webhook.md"
SENDER = "https://sharewell.example"
SIGNER = Signer(SENDER, key_from("a secret of the tests"), timedelta(minutes=5))
Fault = Callable[["Handler"], bool]


def documented() -> dict[str, Any]:
    """What the example of the page defines; the receiver runs nothing else."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(found[1], names)  # noqa: S102 - our own page
    return names


@dataclass
class System:
    """What the partner's system took, by the name of each delivery, and what it refused."""

    address: str = ""
    keys: dict[str, Any] = field(default_factory=lambda: {"keys": [public_jwk(SIGNER.key)]})
    taken: dict[str, bytes] = field(default_factory=dict)
    headers: list[dict[str, Any]] = field(default_factory=list)
    posts: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    answer: tuple[int, bytes] = (200, b'{"id": "their-1"}')
    more: dict[str, str] = field(default_factory=dict)  # headers of the answer
    before: Fault | None = None  # True: nothing is taken and nothing more is answered
    after: Fault | None = None  # True: it is taken, and nothing more is answered
    clock: Callable[[], float] = time.time
    lock: threading.Lock = field(default_factory=threading.Lock)


class Handler(BaseHTTPRequestHandler):
    """One connection to the system of its server."""

    system: System
    check: Callable[..., tuple[dict[str, Any], bytes]]
    signed: dict[str, Any]  # the header of what is being taken

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        system, key = self.system, self.headers["Idempotency-Key"]
        with system.lock:
            system.posts[key] += 1
        if system.before and system.before(self):
            return
        try:
            header, message = type(self).check(
                body,
                key,
                keys=system.keys,
                sender=SENDER,
                address=system.address,
                now=system.clock(),
            )
        except ValueError as error:
            system.refused.append(str(error))
            self.say(400, b"")
            return
        self.signed = header
        with system.lock:
            if 200 <= system.answer[0] < 300:
                system.taken.setdefault(key, message)
            system.headers.append({**header, "content_type": self.headers["Content-Type"]})
        if system.after and system.after(self):
            return
        self.say(*system.answer)

    def say(self, status: int, body: bytes) -> None:
        """Answer, as far as the other side still listens."""
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in self.system.more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def hang_up(self) -> None:
        """End the connection without an answer."""
        self.close_connection = True

    def log_message(self, *_arguments: Any) -> None:
        """Keep quiet."""


@contextlib.contextmanager
def receiver(certificate: Path | None = None) -> Iterator[System]:
    """Run a partner's system on a free port of this machine, with the settings that let it be called.

    It speaks TLS where a certificate is given, as a file that also holds its key.
    """
    system = System()
    kind = type("Its", (Handler,), {"system": system, "check": documented()["checked"]})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # they hang up on us
    scheme = "https" if certificate else "http"
    system.address = f"{scheme}://127.0.0.1:{server.server_port}/messages"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        with override_settings(WEBHOOK_PRIVATE_HOSTS=["127.0.0.1"], BASE_URL=SENDER):
            yield system
    finally:
        server.shutdown()
        server.server_close()


def make_certificate(folder: Path) -> Path:
    """A certificate of this machine that nobody vouches for, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    host = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(host, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    held = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + held)
    return file


def vector() -> dict[str, Any]:
    """The test vector of the page."""
    found = re.search(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found
    return dict(json.loads(found[1]))
