"""Checkpoints (C2SP tlog-checkpoint) and receipts (C2SP tlog-proof): the state of a log, and an entry's place in it.

A checkpoint is the text of a signed note (:mod:`sharewell.core.log.note`): origin, size and root, a line each.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from sharewell.core.log import note
from sharewell.core.log.note import NoteError, unb64

PROOF = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63  # of an inclusion proof in a log of fewer than 2**63 entries

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its origin, how many entries it has, and the root of its tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Receipt:
    """That the entry at ``index`` is in the log of the checkpoint: its proof, lowest hash first, and the note."""

    index: int
    proof: tuple[bytes, ...]
    note: bytes


def parse(text: str) -> Checkpoint:
    """Read the text of a checkpoint; lines after the third are passed over. Raises ``NoteError``."""
    lines = text.split("\n")
    if len(lines) < 4 or not all(lines[:-1]) or lines[-1]:
        raise NoteError("checkpoint", "A checkpoint has at least three lines, none of them empty.")
    root = unb64(lines[2], "checkpoint")
    if len(root) != 32:
        raise NoteError("checkpoint", "A checkpoint's root has 32 bytes.")
    return Checkpoint(lines[0], _number(lines[1]), root)


def receipt_text(index: int, proof: Sequence[bytes], signed: bytes) -> str:
    """Write a receipt: the index, the inclusion proof, and the signed checkpoint it leads to."""
    hashes = "".join(b64encode(each).decode() + "\n" for each in proof)
    return f"{PROOF}\nindex {index}\n{hashes}\n{signed.decode()}"


def receipt(data: bytes) -> Receipt:
    """Read a receipt; verifies nothing. Raises ``NoteError``."""
    try:
        head, divided, signed = data.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise NoteError("not_utf8", "The receipt is not UTF-8.") from error
    lines = head.split("\n")
    if lines[0] != PROOF or not divided:
        raise NoteError("receipt", "This is no receipt of a log (tlog-proof, version 1).")
    rest = lines[1:]
    if rest and rest[0].startswith("extra "):  # data of an application; ours writes none
        rest = rest[1:]
    if not rest or not rest[0].startswith("index "):
        raise NoteError("receipt", "The receipt has no index.")
    proof = tuple(unb64(each, "receipt") for each in rest[1:])
    if len(proof) > MAX_HASHES or any(len(each) != 32 for each in proof):
        raise NoteError("receipt", "The hashes of a receipt have 32 bytes, and are at most 63.")
    note.read(signed.encode())
    return Receipt(_number(rest[0].removeprefix("index ")), proof, signed.encode())


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise NoteError("number", "A size or an index is a plain decimal number.")
    return int(text)
