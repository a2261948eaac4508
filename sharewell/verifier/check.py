"""What ``sharewell verify`` does with an export: every check, in order, and the first thing that is wrong."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sharewell.verifier import entries, signed
from sharewell.verifier.entries import Progress
from sharewell.verifier.signed import Head, Keys, Place, Wrong

SALT = 32


class Unreadable(Exception):
    """What was given cannot be read as an export; the message says why."""


class Export:
    """The files of an export, in a folder or a zip, read as they are asked for."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises :class:`Unreadable`."""
        self._zip: zipfile.ZipFile | None = None
        self._folder = path
        if path.is_dir():
            return
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as fault:
            raise Unreadable(
                f"{path} is neither a folder nor a zip file that can be read"
            ) from fault

    def whole(self, name: str) -> bytes | None:
        """One file whole, or None where there is none. Raises :class:`Unreadable`."""
        try:
            if self._zip is None:
                return (
                    (self._folder / name).read_bytes() if (self._folder / name).is_file() else None
                )
            return self._zip.read(name) if name in self._zip.namelist() else None
        except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError) as fault:
            raise Unreadable(f"{name} cannot be read: {fault}") from fault

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of one file, each with its line feed. Raises :class:`Unreadable`."""
        try:
            with (
                (self._folder / name).open("rb")
                if self._zip is None
                else self._zip.open(name) as file
            ):
                yield from file
        except (OSError, KeyError, zipfile.BadZipFile, zlib.error, RuntimeError) as fault:
            raise Unreadable(f"{name} cannot be read: {fault}") from fault

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder of it, in order."""
        if self._zip is None:
            return sorted(f"{folder}/{each.name}" for each in (self._folder / folder).glob("*"))
        return sorted(
            each
            for each in self._zip.namelist()
            if each.startswith(f"{folder}/") and each != f"{folder}/"
        )


@dataclass(slots=True)
class _Work:
    export: Export
    keys: Keys
    head: Head
    held: list[tuple[str, Head]]
    receipts: list[tuple[str, Place]] = field(default_factory=list)
    opened: dict[int, list[tuple[str, bytes, bytes]]] = field(default_factory=dict)
    leaves: dict[int, bytes] = field(default_factory=dict)


def verify(export: Export, *, held: Iterable[tuple[str, bytes]], tell: Progress) -> Iterator[str]:
    """Check an export, and say line by line what was checked. Raises :class:`Wrong` at the first fault.

    ``held`` are checkpoints that the caller kept from before, by name: the log must begin with what each says. Raises
    :class:`Unreadable` where files are missing.
    """
    known = signed.keys(_text(export, "origin.vkey"), _text(export, "witnesses.vkey", ""))
    checkpoint = export.whole("checkpoint")
    if checkpoint is None:
        raise Unreadable("there is no checkpoint")
    work = _Work(export, known, signed.head(checkpoint, known, "checkpoint"), [])
    yield f"checkpoint: {work.head.origin}, {work.head.size} entries, signed by the log"
    for name, at in work.head.witnessed.items():
        yield f"checkpoint: witnessed by {name} at {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
    work.held = [(name, signed.head(data, known, name)) for name, data in held]
    for name in export.names("receipts"):
        work.receipts.append((name, signed.place(export.whole(name) or b"", known, name)))
    _read_opened(work)
    yield from _entries(work, tell)
    yield from _receipts(work)
    if work.opened:
        yield f"opened: {sum(map(len, work.opened.values()))} contents are those that were committed to"


def _entries(work: _Work, tell: Progress) -> Iterator[str]:
    marks = [
        work.head.size,
        *(h.size for _, h in work.held),
        *(p.head.size for _, p in work.receipts),
    ]
    watch: dict[int, Callable[[bytes, bytes], None]] = {}
    for index in {place.index for _, place in work.receipts} | set(work.opened):
        watch[index] = _watcher(work, index)
    roots, count = entries.roots(work.export.lines("entries.jsonl"), marks, watch, tell)
    if count != work.head.size:
        _miscounted(work, roots, count)
    if roots[work.head.size] != work.head.root:
        raise Wrong(
            "altered", _between(work, roots), "together they do not give the root that was signed"
        )
    for name, head in sorted(work.held, key=lambda each: each[1].size):
        if head.size > count:
            says = f"{name} has {head.size} entries: the log was cut back"
            raise Wrong("truncated", f"entry {count}", says)
        _same(roots, head, "forked", name)
    for name, place in sorted(work.receipts, key=lambda each: each[1].head.size):
        _same(roots, place.head, "forked", name)
    yield f"entries: {count}, each of its form, none out of time, and together the root that was signed"
    for name, head in work.held:
        yield f"{name}: the log begins with its {head.size} entries"


def _miscounted(work: _Work, roots: Mapping[int, bytes], count: int) -> None:
    """Say where entries are missing or too many: at the end, or before a size whose root is known to be another."""
    says = f"{count} entries, and the checkpoint says {work.head.size}"
    between, fewer = _between(work, roots), count < work.head.size
    if any(roots.get(head.size, head.root) != head.root for head in _known(work)):
        raise Wrong("missing" if fewer else "added", between, says)
    raise Wrong("truncated" if fewer else "added", f"entry {min(count, work.head.size)}", says)


def _known(work: _Work) -> list[Head]:
    return [head for _, head in work.held] + [place.head for _, place in work.receipts]


def _between(work: _Work, roots: Mapping[int, bytes]) -> str:
    """Between which entries something was altered, left out, put in or moved, as closely as can be told."""
    known = [head for head in _known(work) if head.size in roots]
    whole = max((head.size for head in known if roots[head.size] == head.root), default=0)
    wrong = min(
        (head.size for head in known if roots[head.size] != head.root), default=work.head.size
    )
    return f"entry {whole} to {wrong - 1}"


def _same(roots: Mapping[int, bytes], head: Head, what: str, name: str) -> None:
    """Raise where the log's beginning is not the one that ``head`` signs, or it is not that long."""
    if head.size not in roots:
        raise Wrong("truncated", f"entry {max(roots)}", f"{name} has {head.size} entries")
    if roots[head.size] != head.root:
        raise Wrong(
            what, f"entry {head.size - 1} or before", f"it is not what {name} says was there"
        )


def _receipts(work: _Work) -> Iterator[str]:
    for name, place in work.receipts:
        leaf = work.leaves.get(place.index)
        if leaf is None:
            raise Wrong("missing", f"entry {place.index}", f"{name} proves it, and it is not here")
        if not signed.climbs(place.index, place.head.size, leaf, place.proof, place.head.root):
            raise Wrong("altered", f"entry {place.index}", f"it is not the one that {name} proves")
    if work.receipts:
        yield f"receipts: {len(work.receipts)}, each of an entry of this log"


def _watcher(work: _Work, index: int) -> Callable[[bytes, bytes], None]:
    def seen(line: bytes, leaf: bytes) -> None:
        work.leaves[index] = leaf
        for name, salt, content in work.opened.get(index, ()):
            commitment = base64.b64encode(hashlib.sha256(salt + content).digest())
            if b'"%b":"%b"' % (name.encode(), commitment) not in line:
                raise Wrong(
                    "altered",
                    f"entry {index}",
                    f"what is opened as {name} is not what it committed to",
                )

    return seen


def _read_opened(work: _Work) -> None:
    if work.export.whole("opened.jsonl") is None:
        return
    for number, line in enumerate(work.export.lines("opened.jsonl"), 1):
        where = f"opened.jsonl, line {number}"
        try:
            given: dict[str, Any] = json.loads(line)
            salt, content = (
                base64.b64decode(given[key], validate=True) for key in ("salt", "content")
            )
            index, name = int(given["index"]), str(given["name"])
        except (ValueError, KeyError, TypeError, binascii.Error) as fault:
            raise Wrong("altered", where, "it does not open anything") from fault
        if len(salt) != SALT:
            raise Wrong("altered", where, "its salt is not 32 bytes")
        work.opened.setdefault(index, []).append((name, salt, content))


def _text(export: Export, name: str, default: str | None = None) -> str:
    data = export.whole(name)
    if data is None:
        if default is not None:
            return default
        raise Unreadable(f"there is no {name}")
    try:
        return data.decode()
    except UnicodeDecodeError as fault:
        raise Unreadable(f"{name} is not UTF-8") from fault
