"""The bytes of a digest of rows: what an entry of the evidence log commits to, so that each row can be held to it.

A digest names every row by its number and the SHA-256 of its canonical form (RFC 8785), and the digest before
it by its own SHA-256: a row altered, removed or put in afterwards shows, and so does a digest left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

VERSION = 1
_NUMBER, _HASH = 8, 32
_KEYS = {"v", "number", "previous", "after", "last", "rows"}


class DigestError(ValueError):
    """The bytes are no digest of rows."""

    code = "not_a_digest"


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest, read: ``rows`` are those numbered above ``after`` up to ``last``, each with its hash."""

    number: int
    previous: str  # SHA-256 of the digest before, in hexadecimal; empty for the first
    after: int
    last: int
    rows: Mapping[int, bytes]


def row_hash(row: Mapping[str, Any]) -> bytes:
    """The SHA-256 of one row in canonical form; its values are JSON values."""
    return hashlib.sha256(rfc8785.dumps(dict(row))).digest()


def digest_bytes(
    *, number: int, previous: bytes, after: int, last: int, rows: Iterable[tuple[int, bytes]]
) -> bytes:
    """The bytes of a digest: a line of canonical JSON, then number (8 bytes) and hash (32) of each row.

    ``previous`` are the bytes of the digest before, empty for the first; ``rows`` come in their order.
    """
    packed = [number.to_bytes(_NUMBER, "big", signed=True) + each for number, each in rows]
    head: dict[str, Any] = {
        "v": VERSION,
        "number": number,
        "previous": hashlib.sha256(previous).hexdigest() if previous else "",
        "after": after,
        "last": last,
        "rows": len(packed),
    }
    return rfc8785.dumps(head) + b"\n" + b"".join(packed)


def parse(data: bytes) -> Digest:
    """Read the bytes of a digest. Raises :class:`DigestError`."""
    line, _, packed = data.partition(b"\n")
    try:
        head = json.loads(line)
    except ValueError as error:
        raise DigestError("The first line is not JSON.") from error
    if not isinstance(head, dict) or set(head) != _KEYS or head["v"] != VERSION:
        raise DigestError(f"The digest is not of version {VERSION}.")
    size = _NUMBER + _HASH
    if len(packed) != size * head["rows"]:
        raise DigestError("The digest is cut off, or longer than it says.")
    parts = [packed[at : at + size] for at in range(0, len(packed), size)]
    rows = {int.from_bytes(part[:_NUMBER], "big", signed=True): part[_NUMBER:] for part in parts}
    return Digest(head["number"], head["previous"], head["after"], head["last"], rows)
