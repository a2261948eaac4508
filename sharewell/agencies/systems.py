"""The systems of partners: which one a token belongs to."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sharewell.agencies.models import System

PREFIX = "sharewell_"  # so that a token is known for one where somebody finds it


def token_of(random: bytes) -> str:
    """The token that 32 random bytes make."""
    return PREFIX + random.hex()


def token_digest(token: str) -> bytes:
    """What is kept of a token, and by which its system is found."""
    return hashlib.sha256(token.encode()).digest()


def let_in(*, token: str, now: datetime) -> System | None:
    """The system that this token lets in at this moment; None without one."""
    held = System.objects.current(now).select_related("function__agency")
    return held.filter(token_digest=token_digest(token)).first()
