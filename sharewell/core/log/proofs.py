"""Checking proofs of the tree, as RFC 9162 writes it down: what witnesses and the log's own signer go by.

The offline verifier (``sharewell verify``) has its own, on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence

from sharewell.core.log.tree import node_hash


def included(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that ``leaf`` is the entry at ``index`` of the log with this root (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, last, value = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            value = node_hash(each, value)
            first, last = _up_to_a_right_child(first, last)
        else:
            value = node_hash(value, each)
        first, last = first >> 1, last >> 1
    return last == 0 and value == root


def consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the log of ``new`` entries begins with that of ``old`` (RFC 9162 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in {0, new}:
        return not proof and (old == 0 or old_root == new_root)
    path = list(proof)
    if old & (old - 1) == 0:  # the old tree is one complete subtree, and its root is known already
        path.insert(0, old_root)
    if not path:
        return False
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    before = after = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            before, after = node_hash(each, before), node_hash(each, after)
            first, last = _up_to_a_right_child(first, last)
        else:
            after = node_hash(after, each)
        first, last = first >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _up_to_a_right_child(first: int, last: int) -> tuple[int, int]:
    while first and not first & 1:
        first, last = first >> 1, last >> 1
    return first, last
