"""Keys, signed notes, checkpoints and receipts, read and checked (docs/formats/checkpoint.md)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG, WITNESS = 1, 4  # type bytes of keys
DASH = "— "
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
RECEIPT = "c2sp.org/tlog-proof@v1"


class Wrong(Exception):
    """Something does not hold. ``what`` is the class of fault, ``where`` the thing it was found in."""

    def __init__(self, what: str, where: str, says: str) -> None:
        super().__init__(f"{where}: {what}: {says}")
        self.what, self.where = what, where


@dataclass(frozen=True, slots=True)
class Head:
    """The state of a log that a note signs: its origin, size and root, and who witnessed it when (POSIX seconds)."""

    origin: str
    size: int
    root: bytes
    witnessed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """What a receipt says: an entry's index, its proof (lowest hash first), and the state it leads to."""

    index: int
    proof: tuple[bytes, ...]
    head: Head


@dataclass(frozen=True, slots=True)
class Keys:
    """Whose signatures count: the log's keys, and those of its witnesses, by name and id."""

    log: Mapping[tuple[str, bytes], bytes]
    witnesses: Mapping[tuple[str, bytes], bytes]


def keys(log: str, witnesses: str = "") -> Keys:
    """Read key lines (vkeys) of the log and of its witnesses. Raises :class:`Wrong`."""
    own = dict(_key(line, LOG, "origin.vkey") for line in log.split("\n") if line)
    if not own:
        raise Wrong("wrong key", "origin.vkey", "it holds no key")
    others = dict(_key(line, WITNESS, "witnesses.vkey") for line in witnesses.split("\n") if line)
    return Keys(own, others)


def head(data: bytes, known: Keys, where: str) -> Head:
    """Read and check a signed checkpoint. Raises :class:`Wrong`."""
    text, lines = _note(data, where)
    signed, witnessed = False, {}
    for line in lines:
        name, _, encoded = line.removeprefix(DASH).partition(" ")
        value = _decoded(encoded, where)
        if not line.startswith(DASH) or len(value) < 5:
            raise Wrong("altered", where, "a line after the empty line is no signature")
        own, other = known.log.get((name, value[:4])), known.witnesses.get((name, value[:4]))
        if own is not None:
            _verify(own, value[4:], text.encode(), f"{where}, signature of {name}")
            signed = True
        elif other is not None:
            at = int.from_bytes(value[4:12], "big")
            message = f"cosignature/v1\ntime {at}\n{text}".encode()
            _verify(other, value[12:], message, f"{where}, signature of {name}")
            witnessed[name] = at
    if not signed:
        raise Wrong("wrong key", where, "no signature is by a key of this log")
    lines = text.split("\n")
    if len(lines) < 4 or not all(lines[:3]) or not NUMBER.fullmatch(lines[1]):
        raise Wrong("altered", where, "it is no checkpoint")
    root = _decoded(lines[2], where)
    if len(root) != 32 or lines[0] not in {name for name, _ in known.log}:
        raise Wrong("altered", where, "its origin or its root is not of this log")
    return Head(lines[0], int(lines[1]), root, witnessed)


def place(data: bytes, known: Keys, where: str) -> Place:
    """Read a receipt and check the checkpoint in it; the proof is not checked yet. Raises :class:`Wrong`."""
    top, divided, note = data.partition(b"\n\n")
    try:
        lines = top.decode("ascii").split("\n")
    except UnicodeDecodeError:
        lines = []
    if not divided or lines[:1] != [RECEIPT]:
        raise Wrong("altered", where, "it is no receipt of a log")
    rest = lines[2:] if lines[1:2] and lines[1].startswith("extra ") else lines[1:]
    index = rest[0].removeprefix("index ") if rest else ""
    if not rest or not rest[0].startswith("index ") or not NUMBER.fullmatch(index):
        raise Wrong("altered", where, "it has no index")
    proof = tuple(_decoded(line, where) for line in rest[1:])
    if any(len(each) != 32 for each in proof):
        raise Wrong("altered", where, "a hash of its proof is not 32 bytes")
    return Place(int(index), proof, head(note, known, where))


def climbs(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof leads from a leaf to a root: halves the tree from the top, as RFC 6962 2.1.1 defines it."""
    if not 0 <= index < size:
        return False
    left = list(proof)

    def up(start: int, end: int) -> bytes | None:
        if end - start == 1:
            return leaf
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if not left:
            return None
        beside = left.pop()  # the highest hash of what remains stands last
        below = up(start, middle) if index < middle else up(middle, end)
        if below is None:
            return None
        pair = below + beside if index < middle else beside + below
        return hashlib.sha256(b"\x01" + pair).digest()

    return up(0, size) == root and not left


def _note(data: bytes, where: str) -> tuple[str, list[str]]:
    try:
        text, divided, tail = data.decode().rpartition("\n\n")
    except UnicodeDecodeError as fault:
        raise Wrong("altered", where, "it is not UTF-8") from fault
    if not divided or not tail.endswith("\n"):
        raise Wrong("altered", where, "it has no signatures")
    return f"{text}\n", tail[:-1].split("\n")


def _key(line: str, kind: int, where: str) -> tuple[tuple[str, bytes], bytes]:
    name, _, rest = line.partition("+")
    stated, _, encoded = rest.partition("+")
    value = _decoded(encoded, where)
    found = hashlib.sha256(name.encode() + b"\n" + value).digest()[:4]
    if not name or len(value) != 33 or value[0] != kind or stated != found.hex():
        raise Wrong("wrong key", where, "a line of it is no key of its kind")
    return (name, found), value[1:]


def _verify(public: bytes, signature: bytes, message: bytes, where: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as fault:
        raise Wrong("wrong key", where, "it does not hold") from fault


def _decoded(text: str, where: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Wrong("altered", where, "it holds what is not base64") from fault
    if base64.b64encode(value).decode() != text:
        raise Wrong("altered", where, "it holds base64 in another spelling")
    return value
