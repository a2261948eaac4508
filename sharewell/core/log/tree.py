"""The Merkle tree over entries (RFC 6962 section 2, RFC 9162 section 2): hashes, growth and proofs.

Only the hashes of complete subtrees are stored: node ``(level, position)`` covers the leaves from
``position * 2**level`` up to ``(position + 1) * 2**level``, and never changes once it is written.
Any other hash is folded from a logarithm of them, which ``fetch`` is asked for all at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

EMPTY_ROOT = hashlib.sha256(b"").digest()


class Node(NamedTuple):
    """The address of a complete subtree; level 0 is the leaves."""

    level: int
    position: int


# Gives the stored hashes of the nodes asked for; every one of them is in the answer.
Fetch = Callable[[Sequence[Node]], Mapping[Node, bytes]]


class ProofError(ValueError):
    """There is no such proof: the leaf or the older tree lies outside the tree."""

    code = "no_such_proof"


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry's bytes: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(size: int, leaves: Iterable[bytes], fetch: Fetch) -> dict[Node, bytes]:
    """Give the nodes to store when leaf hashes are added to a tree of ``size`` leaves.

    Asks for the logarithm of ``size`` nodes, and gives fewer than two for each leaf added, plus at
    most that logarithm.
    """
    edge = fetch(_parts(0, size))
    new: dict[Node, bytes] = {}
    for index, leaf in enumerate(leaves, size):
        node, value = Node(0, index), leaf
        new[node] = value
        while node.position % 2:  # a right-hand child completes its parent
            sibling = Node(node.level, node.position - 1)
            value = node_hash(new[sibling] if sibling in new else edge[sibling], value)
            node = Node(node.level + 1, node.position // 2)
            new[node] = value
    return new


def root(size: int, fetch: Fetch) -> bytes:
    """Give the root hash of the first ``size`` leaves."""
    if size < 0:
        raise ProofError("A tree has no fewer than 0 entries.")
    return _hashes([(0, size)], fetch)[0] if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, fetch: Fetch) -> list[bytes]:
    """Prove that the leaf at ``index`` is in the tree of ``size`` leaves, lowest hash first.

    Raises :class:`ProofError` where the leaf is not in that tree.
    """
    if not 0 <= index < size:
        raise ProofError(f"Entry {index} is not in a tree of {size} entries.")
    spans = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return _hashes(spans[::-1], fetch)


def consistency_proof(old: int, new: int, fetch: Fetch) -> list[bytes]:
    """Prove that the tree of ``new`` leaves begins with the tree of ``old`` leaves.

    Empty where there is nothing to prove: ``old`` is 0 or equals ``new``. Raises
    :class:`ProofError` where ``old`` is the larger.
    """
    if not 0 <= old <= new:
        raise ProofError(f"A tree of {new} entries cannot begin with one of {old}.")
    if old == 0:
        return []
    spans = []
    start, end = 0, new
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:  # the verifier knows the old root itself, but not the old tree's last part
        spans.append((start, end))
    return _hashes(spans[::-1], fetch)


def _split(size: int) -> int:
    """Give the largest power of two below ``size``: where RFC 6962 divides a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def _parts(start: int, end: int) -> list[Node]:
    """Give the complete subtrees that make up a span, largest (leftmost) first.

    INVARIANT: ``start`` is a multiple of the largest power of two in the span's length. Every span
    made by halving a tree at :func:`_split` is.
    """
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(Node(level, start >> level))
        start += 1 << level
    return parts


def _hashes(spans: Sequence[tuple[int, int]], fetch: Fetch) -> list[bytes]:
    parts = [_parts(start, end) for start, end in spans]
    stored = fetch([node for nodes in parts for node in nodes])
    return [_fold([stored[node] for node in nodes]) for nodes in parts]


def _fold(hashes: Sequence[bytes]) -> bytes:
    value = hashes[-1]
    for left in reversed(hashes[:-1]):
        value = node_hash(left, value)
    return value
