"""The bytes of one evidence entry, version 1: written, read, committed to (docs/formats/entry.md).

The bytes are final. Anything that would change them is a new version, never an edit of this one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

VERSION = 1
SALT_BYTES = 32
# Two length bytes hold it, so that entries fit the tiles of other transparency logs.
MAX_BYTES = 65_535
# The one actor that is not a person: the host's own worker.
SYSTEM = "system"

_KEYS = {"v", "kind", "at", "agency", "actor", "policy", "commitments"}
_NAME = re.compile(r"[a-z0-9_.]{1,64}")
_ID = re.compile(r"[0-9a-f]{32}")
_POLICY = re.compile(r"[a-z0-9_.:,@#+/-]{1,200}")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


class EntryError(ValueError):
    """An entry cannot be written or read as version 1; ``code`` says which rule it breaks."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, read. ``at`` is UTC to the millisecond; ``commitments`` map names to base64."""

    kind: str
    at: datetime
    agency: str
    actor: str
    policy: str | None
    commitments: Mapping[str, str]


def entry_bytes(
    *,
    kind: str,
    at: datetime,
    agency: str,
    actor: str,
    policy: str | None,
    commitments: Mapping[str, str],
) -> bytes:
    """Give the canonical bytes (RFC 8785) of a version 1 entry.

    ``at`` must be aware; it is written in UTC, cut (not rounded) to the millisecond. ``agency`` and
    ``actor`` are opaque ids of 32 lower-case hexadecimal digits; ``actor`` may also be ``system``.
    ``commitments`` map names to what :func:`commit` gave. Raises :class:`EntryError`.
    """
    _require(_NAME, kind, "kind", "1 to 64 of a-z 0-9 _ .")
    _require(_ID, agency, "agency", "an opaque id of 32 lower-case hexadecimal digits")
    if actor != SYSTEM:
        _require(_ID, actor, "actor", "an opaque id of 32 lower-case hexadecimal digits, or system")
    if policy is not None:
        _require(_POLICY, policy, "policy", "a policy id of at most 200 a-z 0-9 _ . : , @ # + / -")
    if not isinstance(commitments, Mapping):
        raise EntryError("commitments", "The entry's commitments are not a map of names to hashes.")
    for name, commitment in commitments.items():
        _require(_NAME, name, "name", "1 to 64 of a-z 0-9 _ .")
        _require_hash(name, commitment)
    data = rfc8785.dumps(
        {
            "v": VERSION,
            "kind": kind,
            "at": _moment_text(at),
            "agency": agency,
            "actor": actor,
            "policy": policy,
            "commitments": dict(commitments),
        }
    )
    if len(data) > MAX_BYTES:
        raise EntryError("too_long", f"The entry is longer than {MAX_BYTES} bytes.")
    return data


def parse(data: bytes) -> Entry:
    """Read the bytes of an entry, refusing all that :func:`entry_bytes` would not have written.

    Unknown, missing or repeated keys, another version, other spacing or order, and values outside
    the format raise :class:`EntryError`; so what is accepted has exactly one form.
    """
    value = _object(data)
    # bool is an int to Python: `true` must not pass for 1
    if value.get("v") != VERSION or isinstance(value["v"], bool):
        raise EntryError("version", f"The entry is not of version {VERSION}.")
    if set(value) != _KEYS:
        raise EntryError("keys", "The entry has keys that version 1 does not have, or lacks some.")
    entry = Entry(
        kind=value["kind"],
        at=_moment(value["at"]),
        agency=value["agency"],
        actor=value["actor"],
        policy=value["policy"],
        commitments=value["commitments"],
    )
    written = entry_bytes(
        kind=entry.kind,
        at=entry.at,
        agency=entry.agency,
        actor=entry.actor,
        policy=entry.policy,
        commitments=entry.commitments,
    )
    if written != data:
        raise EntryError("not_canonical", "The entry's bytes are not in canonical form (RFC 8785).")
    return entry


def commit(salt: bytes, content: bytes) -> str:
    """Commit to exact bytes: base64 of SHA-256(salt || content).

    The salt is 32 random bytes, new for every thing of every entry. Raises :class:`EntryError` for
    a salt of another length: a fixed length is what keeps salt and content apart.
    """
    if len(salt) != SALT_BYTES:
        raise EntryError("salt", f"A salt has {SALT_BYTES} bytes, this one has {len(salt)}.")
    return base64.b64encode(hashlib.sha256(salt + content).digest()).decode("ascii")


def _object(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise EntryError("too_long", f"The entry is longer than {MAX_BYTES} bytes.")
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise EntryError("not_json", "The entry is not JSON in UTF-8.") from error
    if not isinstance(value, dict):
        raise EntryError("not_json", "The entry is not a JSON object.")
    return value


def _require(pattern: re.Pattern[str], value: object, code: str, form: str) -> None:
    # The value itself stays out of the message: what is refused may be personal.
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise EntryError(code, f"The entry's {code} is not {form}.")


def _require_hash(name: str, commitment: object) -> None:
    if isinstance(commitment, str):
        try:
            digest = base64.b64decode(commitment, validate=True)
        except (binascii.Error, ValueError):
            digest = b""
        # Encoding again refuses the other spellings that base64 has for the same bytes.
        if len(digest) == 32 and base64.b64encode(digest).decode("ascii") == commitment:
            return
    raise EntryError("commitment", f"The commitment {name} is not 32 bytes in base64.")


def _moment_text(at: datetime) -> str:
    if at.utcoffset() is None:
        raise EntryError("naive", "The entry's time has no time zone.")
    try:
        utc = at.astimezone(UTC)
    except OverflowError as error:
        raise EntryError("at", "The entry's time is outside the years 1 to 9999 in UTC.") from error
    return utc.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _moment(text: object) -> datetime:
    if not isinstance(text, str) or not _AT.fullmatch(text):
        raise EntryError("at", "The entry's time is not of the form 2026-11-20T10:00:00.000Z.")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise EntryError("at", "The entry's time does not exist.") from error
