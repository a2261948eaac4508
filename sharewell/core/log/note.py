"""Signed notes and their keys, as C2SP signed-note and tlog-cosignature define them (docs/formats/checkpoint.md).

A note is text that ends in a line feed, an empty line, and one line for each signature. Keys are passed in; the
signatures of Ed25519 need no randomness.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SIGNS, COSIGNS = 0x01, 0x04  # type bytes: a log's own key, a witness's key
MAX_BYTES = 1_000_000
MAX_SIGNATURES = 100

_NAME = re.compile(r"[^\s+]{1,200}")
_LINE = re.compile("— ([^\\s+]+) ([A-Za-z0-9+/=]+)")
_PRIVATE = "PRIVATE+KEY+"


class NoteError(ValueError):
    """A note or a key is not of its format, or a signature does not hold; ``code`` says which."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Key:
    """A public key by its name; ``kind`` is SIGNS or COSIGNS, ``public`` its 32 bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that name this key in a signature line."""
        text = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(text).digest()[:4]

    @property
    def text(self) -> str:
        """The key in one line: name, id in hexadecimal, type and bytes in base64 (a *vkey*)."""
        return f"{self.name}+{self.id.hex()}+{_b64(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key by its name: what can sign notes, or cosign them as a witness."""

    name: str
    kind: int
    seed: bytes

    @property
    def key(self) -> Key:
        """The public key that belongs to it."""
        public = self._private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return Key(self.name, self.kind, public)

    @property
    def text(self) -> str:
        """The private key in one line, for a file that only its owner reads."""
        key = self.key
        return f"{_PRIVATE}{self.name}+{key.id.hex()}+{_b64(bytes([self.kind]) + self.seed)}"

    def line(self, text: str, *, at: int | None = None) -> str:
        """Give the signature line over a note's text.

        A witness says ``at``, POSIX seconds; a log's own key signs without a time.
        """
        key = self.key
        if self.kind == COSIGNS:
            if at is None:
                raise NoteError("no_time", "A cosignature says when.")
            signed = struct.pack(">Q", at) + self._private().sign(_cosigned(text, at))
        else:
            signed = self._private().sign(text.encode())
        return f"— {self.name} {_b64(key.id + signed)}"

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, read: who, the key's id, and the bytes after it."""

    name: str
    id: bytes
    value: bytes
    line: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note, read and not yet verified: its text (ends in a line feed) and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def verified(self, keys: Iterable[Key]) -> dict[Key, int | None]:
        """Give the keys whose signature holds, with the time each cosignature states (POSIX seconds).

        Signatures of unknown keys are passed over. Raises :class:`NoteError` where a known key's does not hold.
        """
        known = {(key.name, key.id): key for key in keys}
        held: dict[Key, int | None] = {}
        for signature in self.signatures:
            key = known.get((signature.name, signature.id))
            if key is not None:
                held[key] = _check(self.text, key, signature.value)
        return held


def named(name: str, kind: int, seed: bytes) -> Signer:
    """Give the signer of this name from 32 secret bytes. Raises :class:`NoteError` for a bad name."""
    if not _NAME.fullmatch(name):
        raise NoteError("name", "A key's name has 1 to 200 characters, no space and no plus sign.")
    return Signer(name, kind, seed)


def key(text: str) -> Key:
    """Read a public key from its line. Raises :class:`NoteError`."""
    name, kind, public, stated = _key_parts(text.strip())
    found = Key(name, kind, public)
    if found.id.hex() != stated:
        raise NoteError("key_id", "The id in the key is not that of its name and bytes.")
    return found


def signer(text: str) -> Signer:
    """Read a private key from its line. Raises :class:`NoteError`; nothing of the key is in the message."""
    line = text.strip()
    if not line.startswith(_PRIVATE):
        raise NoteError("key", "This is no private key of a signed note.")
    name, kind, seed, stated = _key_parts(line.removeprefix(_PRIVATE))
    found = Signer(name, kind, seed)
    if found.key.id.hex() != stated:
        raise NoteError("key_id", "The id in the key is not that of its name and bytes.")
    return found


def written(text: str, lines: Sequence[str]) -> str:
    """Put a note together from its text and its signature lines. Raises :class:`NoteError`."""
    _require_text(text)
    if not lines:
        raise NoteError("unsigned", "A note has at least one signature.")
    return text + "\n" + "".join(line + "\n" for line in lines)


def read(data: bytes) -> Note:
    """Read a note's bytes; verifies nothing. Raises :class:`NoteError`."""
    if len(data) > MAX_BYTES:
        raise NoteError("too_long", f"A note has at most {MAX_BYTES} bytes.")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise NoteError("not_utf8", "The note is not UTF-8.") from error
    body, divided, tail = whole.rpartition("\n\n")
    if not divided or not tail.endswith("\n"):
        raise NoteError("form", "The note has no signatures after an empty line.")
    text = body + "\n"
    _require_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("too_many", f"A note has at most {MAX_SIGNATURES} signatures.")
    return Note(text, tuple(_signature(line) for line in lines))


def unb64(text: str, code: str) -> bytes:
    """Decode base64 with padding, in its one spelling. Raises :class:`NoteError`."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError(code, "This is not base64.") from error
    if _b64(value) != text:
        raise NoteError(code, "This base64 is not in its one spelling.")
    return value


def _signature(line: str) -> Signature:
    match = _LINE.fullmatch(line)
    if match is None:
        raise NoteError("signature", "A line after the empty line is no signature.")
    value = unb64(match[2], "signature")
    if len(value) < 5:
        raise NoteError("signature", "A signature is too short.")
    return Signature(match[1], value[:4], value[4:], line)


def _check(text: str, key: Key, value: bytes) -> int | None:
    at, message, signed = None, text.encode(), value
    if key.kind == COSIGNS:
        if len(value) != 72:
            raise NoteError("bad_signature", f"The cosignature of {key.name} is not 72 bytes.")
        at = struct.unpack(">Q", value[:8])[0]
        message, signed = _cosigned(text, at), value[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signed, message)
    except InvalidSignature as error:
        raise NoteError("bad_signature", f"The signature of {key.name} does not hold.") from error
    return at


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _key_parts(line: str) -> tuple[str, int, bytes, str]:
    parts = line.split("+", 2)  # base64 may hold a plus sign; names and ids may not
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
        raise NoteError("key", "A key is NAME+ID+BYTES.")
    value = unb64(parts[2], "key")
    if len(value) != 33 or value[0] not in {SIGNS, COSIGNS}:
        raise NoteError("key", "The key is not one of Ed25519 that signs or cosigns.")
    return parts[0], value[0], value[1:], parts[1]


def _require_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(each) < 0x20 and each != "\n" for each in text):
        raise NoteError(
            "form", "A note's text ends in a line feed and holds no other control character."
        )


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
