"""Typed text made fit to keep and to send: no control characters, and never cut silently."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from sharewell.agencies.access import Invalid

LONG = 4000
SHORT = 200
# Left-to-right and right-to-left overrides can make a message read other than it is written.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(text: str) -> str:
    """The text in one Unicode form without control or direction characters, spaces at its ends cut."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in plain if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return "".join(c for c in kept if c not in TURNING).strip()


def tidy_all(texts: Mapping[str, str], *, most: Mapping[str, int] | None = None) -> dict[str, str]:
    """Each text tidied; raises ``Invalid`` naming those longer than ``most`` (default :data:`LONG`)."""
    clean = {name: tidy(text) for name, text in texts.items()}
    limits = {name: (most or {}).get(name, LONG) for name in clean}
    errors = {
        name: [f"Shorten this to {limits[name]} characters; it has {len(text)}."]
        for name, text in clean.items()
        if len(text) > limits[name]
    }
    if errors:
        raise Invalid(errors)
    return clean


def required(texts: Mapping[str, str], sentences: Mapping[str, str]) -> None:
    """Raise ``Invalid`` with its sentence for each of these that is empty."""
    errors = {name: [sentences[name]] for name in sentences if not texts.get(name)}
    if errors:
        raise Invalid(errors)
