"""The key that signs the log's checkpoints: made at the first start, kept in a file that only its owner reads.

Whoever signs needs the file; the web process never does. One file holds all keys of the log, a line each (C2SP
signed note), the newest last: after a change of key the log goes on under the same name.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from sharewell.core.log import note
from sharewell.core.log.note import NoteError, Signer


class KeyUnusable(Exception):
    """The file of the log's key cannot be read, or others than its owner may read it."""

    code = "log_key_unusable"


def signers(
    path: Path, *, origin: str | None, random: Callable[[int], bytes]
) -> tuple[Signer, ...]:
    """Give the log's keys, the newest last; makes the first where there is no file.

    ``origin`` names the log for ever (a schemeless URL); it counts only at the first start, and None makes none. Two processes that start at once
    get the same key. Raises :class:`KeyUnusable`.
    """
    if not path.exists():
        if origin is None:
            raise KeyUnusable(f"{path} is not there: the worker makes it at its first start")
        _make(path, note.named(origin, note.SIGNS, random(32)))
    try:
        if path.stat().st_mode & 0o077:
            raise KeyUnusable(f"{path} can be read by others than its owner: set its mode to 0600")
        lines = path.read_text("ascii").splitlines()
        found = tuple(note.signer(line) for line in lines if line)
    except (OSError, UnicodeDecodeError, NoteError) as fault:
        raise KeyUnusable(f"{path} holds no key of a log that can be used: {fault}") from fault
    if not found or len({each.name for each in found}) > 1:
        raise KeyUnusable(f"{path} holds no key, or keys of more than one log")
    return found


def signed_last(path: Path) -> bytes | None:
    """Give the note that was signed last with the keys of this file, or None before the first."""
    kept = _kept(path)
    return kept.read_bytes() if kept.exists() else None


def remember(path: Path, whole: bytes) -> None:
    """Keep what was signed last beside the keys, outside the database that it is about."""
    _beside(_kept(path), whole.decode()).replace(_kept(path))


def rotate(path: Path, *, random: Callable[[int], bytes]) -> Signer:
    """Add a new key for the same log; what the older keys signed verifies as before. Raises :class:`KeyUnusable`."""
    old = signers(path, origin=None, random=random)
    new = note.named(old[-1].name, note.SIGNS, random(32))
    fresh = _beside(path, "".join(f"{each.text}\n" for each in (*old, new)))
    fresh.replace(path)
    return new


def _kept(path: Path) -> Path:
    return path.with_name(f"{path.name}.signed")


def _make(path: Path, signer: Signer) -> None:
    fresh = _beside(path, f"{signer.text}\n")
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first; its key is the key
    finally:
        fresh.unlink()


def _beside(path: Path, text: str) -> Path:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return fresh
