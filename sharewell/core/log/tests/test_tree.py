"""The tree is that of RFC 6962: its vectors, its definition, and proofs that others can verify."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharewell.core.log import tree
from sharewell.core.log.tests import verifier
from sharewell.core.log.tree import Node

VECTORS = json.loads((Path(__file__).parent / "vectors" / "tree.json").read_text("utf-8"))
NATIONAL = 2**50  # more entries than any country will write


class Store:
    """Stored subtrees, as a table would hold them; remembers what was asked for."""

    def __init__(self) -> None:
        self.nodes: dict[Node, bytes] = {}
        self.size = 0
        self.asked: list[list[Node]] = []

    def fetch(self, nodes: Sequence[Node]) -> dict[Node, bytes]:
        self.asked.append(list(nodes))
        return {node: self.nodes[node] for node in nodes}

    def add(self, leaves: Sequence[bytes]) -> dict[Node, bytes]:
        new = tree.grow(self.size, leaves, self.fetch)
        assert not new.keys() & self.nodes.keys(), "a stored node is never written again"
        self.nodes |= new
        self.size += len(leaves)
        return new


def leaves(count: int) -> list[bytes]:
    return [tree.leaf_hash(str(number).encode()) for number in range(count)]


def stored(hashes: Sequence[bytes]) -> Store:
    store = Store()
    store.add(hashes)
    return store


def unhex(values: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(value) for value in values]


@pytest.fixture
def published() -> Store:
    """The reference tree of Certificate Transparency, eight leaves."""
    return stored([tree.leaf_hash(data) for data in unhex(VECTORS["leaves"])])


def test_empty_tree_has_the_published_root() -> None:
    assert tree.EMPTY_ROOT.hex() == VECTORS["empty_root"]
    assert tree.root(0, Store().fetch) == tree.EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(published: Store, size: int) -> None:
    assert tree.root(size, published.fetch).hex() == VECTORS["roots"][size - 1]


@pytest.mark.parametrize("vector", VECTORS["inclusion"])
def test_inclusion_proofs_are_the_published_ones(published: Store, vector: dict[str, Any]) -> None:
    proof = tree.inclusion_proof(vector["index"], vector["size"], published.fetch)
    assert proof == unhex(vector["proof"])


@pytest.mark.parametrize("vector", VECTORS["consistency"])
def test_consistency_proofs_are_the_published_ones(
    published: Store, vector: dict[str, Any]
) -> None:
    proof = tree.consistency_proof(vector["old"], vector["new"], published.fetch)
    assert proof == unhex(vector["proof"])


@given(st.lists(st.integers(0, 40), max_size=12))
def test_growing_in_any_batches_gives_the_defined_root(batches: list[int]) -> None:
    store, hashes = Store(), leaves(sum(batches))
    for count in batches:
        store.add(hashes[store.size : store.size + count])
        assert tree.root(store.size, store.fetch) == verifier.mth(hashes[: store.size])
    for size in range(0, store.size, 7):
        assert tree.root(size, store.fetch) == verifier.mth(hashes[:size]), "older roots stay"


@given(st.integers(1, 300), st.data())
def test_inclusion_proofs_verify(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    proof = tree.inclusion_proof(index, size, stored(hashes).fetch)
    assert verifier.included(index, size, hashes[index], proof, verifier.mth(hashes))


@given(st.integers(2, 300), st.data())
def test_consistency_proofs_verify(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    hashes = leaves(new)
    proof = tree.consistency_proof(old, new, stored(hashes).fetch)
    assert verifier.consistent(old, new, verifier.mth(hashes[:old]), verifier.mth(hashes), proof)


def test_every_proof_of_every_small_tree_verifies() -> None:
    hashes = leaves(33)
    store, roots = stored(hashes), [verifier.mth(hashes[:size]) for size in range(34)]
    for size in range(1, 34):
        for index in range(size):
            proof = tree.inclusion_proof(index, size, store.fetch)
            assert verifier.included(index, size, hashes[index], proof, roots[size])
            if index:
                proof = tree.consistency_proof(index, size, store.fetch)
                assert verifier.consistent(index, size, roots[index], roots[size], proof)


def altered(proof: list[bytes], draw: st.DataObject) -> list[bytes]:
    """One proof that differs: a bit turned, a hash lost, doubled, added, or two exchanged."""
    changes = [[*proof, bytes(32)], [*proof, *proof[-1:], bytes(32)]]
    for at, value in enumerate(proof):
        bit = draw.draw(st.integers(0, 255))
        turned = int.from_bytes(value, "big") ^ (1 << bit)
        changes += [
            [*proof[:at], turned.to_bytes(32, "big"), *proof[at + 1 :]],
            [*proof[:at], *proof[at + 1 :]],
            [*proof[:at], value, *proof[at:]],
        ]
        if at:
            changes.append([*proof[: at - 1], value, proof[at - 1], *proof[at + 1 :]])
    return draw.draw(st.sampled_from(changes))


@given(st.integers(1, 300), st.data())
def test_an_altered_inclusion_proof_fails(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    root, proof = verifier.mth(hashes), tree.inclusion_proof(index, size, stored(hashes).fetch)
    assert not verifier.included(index, size, hashes[index], altered(proof, data), root)
    assert not verifier.included(index, size, hashes[index], proof, hashes[index][::-1])
    assert not verifier.included(index, size, tree.leaf_hash(b"another"), proof, root)
    other = data.draw(st.integers(0, size))
    assert (other == index) == verifier.included(other, size, hashes[index], proof, root)


@given(st.integers(2, 300), st.data())
def test_an_altered_consistency_proof_fails(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    hashes = leaves(new)
    before, after = verifier.mth(hashes[:old]), verifier.mth(hashes)
    proof = tree.consistency_proof(old, new, stored(hashes).fetch)
    assert not verifier.consistent(old, new, before, after, altered(proof, data))
    assert not verifier.consistent(old, new, after, before, proof)


@given(st.integers(2, 200), st.data())
def test_a_rewritten_entry_shows(new: int, data: st.DataObject) -> None:
    """Whoever changes an entry that an old root covers can prove no consistency with that root."""
    old = data.draw(st.integers(1, new - 1))
    hashes = leaves(new)
    before = verifier.mth(hashes[:old])
    hashes[data.draw(st.integers(0, old - 1))] = tree.leaf_hash(b"rewritten")
    proof = tree.consistency_proof(old, new, stored(hashes).fetch)
    assert not verifier.consistent(old, new, before, verifier.mth(hashes), proof)


@pytest.mark.parametrize("size", [0, 1, 7, 8])
def test_there_is_nothing_to_prove_from_nothing_or_from_itself(published: Store, size: int) -> None:
    assert tree.consistency_proof(0, size, published.fetch) == []
    assert tree.consistency_proof(size, size, published.fetch) == []


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (8, 8), (-1, 8), (9, 8)])
def test_a_leaf_outside_the_tree_has_no_proof(published: Store, index: int, size: int) -> None:
    with pytest.raises(tree.ProofError):
        tree.inclusion_proof(index, size, published.fetch)


@pytest.mark.parametrize(("old", "new"), [(8, 7), (-1, 8), (1, 0)])
def test_a_larger_tree_is_no_beginning(published: Store, old: int, new: int) -> None:
    with pytest.raises(tree.ProofError):
        tree.consistency_proof(old, new, published.fetch)


def test_no_tree_is_smaller_than_empty(published: Store) -> None:
    with pytest.raises(tree.ProofError):
        tree.root(-1, published.fetch)


@settings(max_examples=300)
@given(st.integers(1, NATIONAL), st.data())
def test_work_is_the_logarithm_of_the_log(size: int, data: st.DataObject) -> None:
    """Each proof asks once, for at most two hashes per level; adding an entry asks for one."""
    asked: list[int] = []

    def fetch(nodes: Sequence[Node]) -> dict[Node, bytes]:
        asked.append(len(nodes))
        return dict.fromkeys(nodes, bytes(32))

    index = data.draw(st.integers(0, size - 1))
    levels = size.bit_length()
    assert len(tree.inclusion_proof(index, size, fetch)) <= levels
    assert len(tree.consistency_proof(index + 1, size, fetch)) <= levels + 1
    tree.root(size, fetch)
    new = tree.grow(size, [bytes(32)], fetch)
    assert len(asked) == 4, "one question each"
    assert max(asked[0], asked[1]) <= 2 * levels
    assert max(asked[2], asked[3], len(new)) <= levels + 1


@given(st.integers(0, 500))
def test_a_tree_stores_fewer_than_two_nodes_for_each_entry(size: int) -> None:
    assert len(stored(leaves(size)).nodes) == 2 * size - size.bit_count()
