"""Sign what leaves by webhook: JSON Web Signature (RFC 7515), compact, with Ed25519 (RFC 8037).

The payload is the exact bytes of the message; what a receiver checks before it reads them stands in the
protected header (docs/formats/webhook.md).
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KIND = "sharewell-message"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one server; ``issuer`` is its web address, ``open_for`` how long what it signed is taken in."""

    issuer: str
    key: Ed25519PrivateKey
    open_for: timedelta

    def message(
        self, payload: bytes, *, delivery: str, message: str, address: str, now: datetime
    ) -> bytes:
        """The signed message for one attempt at a delivery to this address, at this moment (aware)."""
        signed_at = int(now.timestamp())
        header = {
            "alg": "EdDSA",
            "kid": thumbprint(self.key),
            "typ": KIND,
            "cty": "json",
            "iss": self.issuer,
            "aud": address,
            "jti": delivery,
            "msg": message,
            "iat": signed_at,
            "exp": signed_at + int(self.open_for.total_seconds()),
        }
        return sign(payload, header, self.key)


def key_from(secret: str) -> Ed25519PrivateKey:
    """The signing key that follows from the secret of the settings, always the same."""
    seed = hashlib.sha256(b"sharewell.webhook.ed25519\0" + secret.encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def sign(payload: bytes, header: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """The compact serialization of a payload under this protected header (RFC 7515 section 7.1)."""
    head = json.dumps(header, separators=(",", ":")).encode()
    signed = b".".join((_encoded(head), _encoded(payload)))
    return b".".join((signed, _encoded(key.sign(signed))))


def public_jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    """The public half as a JSON Web Key (RFC 8037 section 2), named by its thumbprint."""
    return {**_essential(key), "kid": thumbprint(key), "alg": "EdDSA", "use": "sig"}


def thumbprint(key: Ed25519PrivateKey) -> str:
    """The name of a key, from its public half (RFC 7638)."""
    essential = json.dumps(_essential(key), separators=(",", ":"), sort_keys=True)
    return _encoded(hashlib.sha256(essential.encode()).digest()).decode()


def _essential(key: Ed25519PrivateKey) -> dict[str, str]:
    public = _encoded(key.public_key().public_bytes_raw()).decode()
    return {"crv": "Ed25519", "kty": "OKP", "x": public}


def _encoded(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")
