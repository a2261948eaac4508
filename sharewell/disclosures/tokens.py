"""Tokens and codes of links: made from the server's key, so that a second try sends the same ones.

Pure. What is stored is a digest of the token and a salted, slow digest of the code; neither can be had from
the database alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from uuid import UUID

CODE_DIGITS = 8


def link_token(key: bytes, link_id: UUID) -> str:
    """Return the secret part of a link's address: 256 bits, 43 letters that need no escaping."""
    return base64.urlsafe_b64encode(_derived(key, "token", link_id)).decode().rstrip("=")


def token_digest(token: str) -> bytes:
    """Return what is stored of a token, and by which its link is found."""
    return hashlib.sha256(token.encode()).digest()


def link_code(key: bytes, link_id: UUID, number: int) -> str:
    """Return the code of a link that has had ``number`` codes: eight digits, each as likely as another."""
    material = _derived(key, f"code {number}", link_id)
    return f"{int.from_bytes(material, 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def code_digest(code: str, salt: bytes) -> bytes:
    """Return what is stored of a code: scrypt, 16 MiB, some 50 milliseconds."""
    return hashlib.scrypt(code.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def same(one: bytes, other: bytes) -> bool:
    """Compare two digests in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)


def typed_code(text: str) -> str:
    """Return the digits of a code as a person typed it, with spaces and hyphens or without."""
    return "".join(c for c in text[:40] if c.isascii() and c.isdigit())


def spoken_code(code: str) -> str:
    """Write a code so that it can be read aloud: ``1234 5678``."""
    return f"{code[:4]} {code[4:]}"


def address_digest(key: bytes, address: str) -> bytes:
    """Return what is stored of a network address, to count wrong codes from it.

    Of an IPv6 address only the network (/64) counts: whoever has one address of it has them all.
    """
    try:
        parsed = ipaddress.ip_address(address)
        if parsed.version == 6:
            address = str(ipaddress.ip_network((parsed, 64), strict=False))
    except ValueError:
        pass  # what is no address is counted as the text it is
    return hmac.digest(key, b"sharewell address " + address.encode(), "sha256")


def _derived(key: bytes, use: str, link_id: UUID) -> bytes:
    return hmac.digest(key, f"sharewell link {use} ".encode() + link_id.bytes, "sha256")
