"""The key with which this server signs what it posts to a partner's system, and its public half."""

from __future__ import annotations

from typing import Any

from sharewell.channels.webhook.jws import Signer, key_from, public_jwk
from sharewell.disclosures.catalogues import limit


def signer(*, issuer: str, secret: str) -> Signer:
    """What signs the messages of the server at this web address."""
    return Signer(issuer=issuer, key=key_from(secret), open_for=limit("webhook_open"))


def published(*, secret: str) -> dict[str, Any]:
    """The public keys, as a JSON Web Key Set (RFC 7517)."""
    return {"keys": [public_jwk(key_from(secret))]}
