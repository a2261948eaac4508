"""The entries of an export, streamed: the form of each, the order of their times, and the roots of the tree over them.

Lines are taken in blocks: one pattern judges a whole block, and only a block that fails is looked at line by line. The
tree is folded block by block, so memory does not grow with the log.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from sharewell.verifier.signed import Wrong

BLOCK = 4096  # lines; a power of two, so that a full block is one complete subtree
LONGEST = 65_535  # bytes of an entry
BACKWARDS = 300  # seconds by which one entry's clock may lie behind the latest before it
WHERE = "entries.jsonl"

_HASH = rb"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
_WORD = rb"[a-z0-9_.]{1,64}"
_COMMITS = rb'(?:"%b":"%b"(?:,"%b":"%b")*)?' % (_WORD, _HASH, _WORD, _HASH)
_AT = rb"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
_ENTRY = (
    rb'\{"actor":"(?:[0-9a-f]{32}|system)","agency":"[0-9a-f]{32}","at":"%b","commitments":\{%b\},'
    rb'"kind":"%b","policy":(?:null|"[a-z0-9_.:,@#+/-]{1,200}"),"v":1\}'
)
_LEAF = rb'\{"leaf":"%b"\}' % _HASH
MANY = re.compile(rb"(?:(?:%b|%b)\n)*" % (_ENTRY % (_AT, _COMMITS, _WORD), _LEAF))
LINE = re.compile(rb"(?:%b|%b)" % (_ENTRY % (rb"(?P<at>%b)" % _AT, _COMMITS, _WORD), _LEAF))
TIMES = re.compile(rb'"at":"([^"]+)","commitments"')
COMMITTED = re.compile(rb'"commitments":\{([^}]*)\}')
VALUES = re.compile(rb':"[^"]*"')

Progress = Callable[[int], None]


class Tree:
    """The roots of a growing log, from its leaves: one hash for each complete subtree that still stands alone."""

    def __init__(self) -> None:
        """Begin with no leaf."""
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []  # height and hash, the largest first

    def add(self, leaves: list[bytes]) -> None:
        """Take in the next leaves."""
        start = 0
        while start < len(leaves):
            height = min(
                (self.size & -self.size).bit_length() - 1 if self.size else 62,
                (len(leaves) - start).bit_length() - 1,
            )
            width = 1 << height
            self._join(height, _folded(leaves[start : start + width]))
            self.size += width
            start += width

    def root(self) -> bytes:
        """The root over the leaves so far."""
        if not self._peaks:
            return hashlib.sha256().digest()
        value = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            value = hashlib.sha256(b"\x01" + left + value).digest()
        return value

    def _join(self, height: int, value: bytes) -> None:
        while self._peaks and self._peaks[-1][0] == height:
            _, left = self._peaks.pop()
            value = hashlib.sha256(b"\x01" + left + value).digest()
            height += 1
        self._peaks.append((height, value))


def _folded(level: list[bytes]) -> bytes:
    sha = hashlib.sha256
    while len(level) > 1:
        ones = iter(level)
        level = [
            sha(b"\x01" + left + right).digest() for left, right in zip(ones, ones, strict=True)
        ]
    return level[0]


def roots(
    lines: Iterable[bytes],
    wanted: Iterable[int],
    found: Mapping[int, Callable[[bytes, bytes], None]],
    tell: Progress,
) -> tuple[dict[int, bytes], int]:
    """Read all lines; give the root at each wanted size that is reached and at the end, and how many entries there are.

    ``found`` is called for single indexes with the line and its leaf. Raises :class:`Wrong` naming the first entry that
    is not of its form, or whose clock lies far behind.
    """
    tree, sizes, given = Tree(), sorted(set(wanted)), {}
    latest = ""
    for block in _blocks(lines):
        latest = _judge(block, tree.size, latest)
        leaves = _leaves(block)
        first = tree.size
        for index in range(first, first + len(block)) if found else ():
            if index in found:
                found[index](block[index - first], leaves[index - first])
        while sizes and sizes[0] <= first + len(block):
            size = sizes.pop(0)
            tree.add(leaves[tree.size - first : size - first])
            given[size] = tree.root()
        tree.add(leaves[tree.size - first :])
        tell(tree.size)
    given[tree.size] = tree.root()
    return given, tree.size


def _blocks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    for line in lines:
        block.append(line)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block


def _judge(block: list[bytes], first: int, latest: str) -> str:
    """Raise at the first line that is no entry, or lies behind in time; give the latest time."""
    whole = b"".join(block)
    if MANY.fullmatch(whole) and max(map(len, block)) <= LONGEST and _ordered(whole):
        times = TIMES.findall(whole)
        if times == sorted(times) and (not times or times[0].decode() >= latest):
            for hour in {each[:13] for each in times}:
                _seconds(f"{hour.decode()}:00:00Z", first)
            return times[-1].decode() if times else latest
    for index, line in enumerate(block, first):
        found = LINE.fullmatch(line[:-1]) if line.endswith(b"\n") and len(line) <= LONGEST else None
        if found is None or not _ordered(line):
            raise Wrong("altered", f"entry {index}", "its line is no entry of version 1")
        if found["at"] is None:
            continue
        at = found["at"].decode()
        seconds = _seconds(at, index)
        if latest and _seconds(latest, index) - seconds > BACKWARDS:
            raise Wrong("time running backwards", f"entry {index}", f"{at} after {latest}")
        latest = max(latest, at)
    return latest


def _ordered(lines: bytes) -> bool:
    """Whether the commitments of every entry stand in the order of their names, each once."""
    shapes = VALUES.sub(b"", b"\n".join(COMMITTED.findall(lines)))
    return all(
        left < right
        for shape in set(shapes.split(b"\n"))
        for left, right in pairwise(shape.split(b","))
    )


def _seconds(at: str, index: int) -> float:
    try:
        return datetime.fromisoformat(at).timestamp()
    except ValueError as fault:
        raise Wrong("altered", f"entry {index}", "its time does not exist") from fault


def _leaves(block: list[bytes]) -> list[bytes]:
    sha = hashlib.sha256
    return [
        sha(b"\x00" + line[:-1]).digest() if line[2:6] != b"leaf" else _decoded(line[9:-3])
        for line in block
    ]


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as fault:
        raise Wrong("altered", WHERE, "a leaf is not base64") from fault
