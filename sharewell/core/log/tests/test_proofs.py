"""Proofs are checked as RFC 9162 says: the same answer as an independent verifier, right or wrong."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sharewell.core.log import proofs, tree
from sharewell.core.log.tests import verifier
from sharewell.core.log.tests.test_tree import leaves, stored

MOST = 40
ALL = leaves(MOST)
STORE = stored(ALL)


def test_every_proof_of_small_logs_holds() -> None:
    for size in range(1, MOST + 1):
        root = verifier.mth(ALL[:size])
        for index in range(size):
            proof = tree.inclusion_proof(index, size, STORE.fetch)
            assert proofs.included(index, size, ALL[index], proof, root)
        for old in range(size + 1):
            proof = tree.consistency_proof(old, size, STORE.fetch)
            before = verifier.mth(ALL[:old])
            assert proofs.consistent(old, size, before, root, proof)


@given(st.data())
def test_a_proof_of_something_else_does_not_hold(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, MOST))
    root = verifier.mth(ALL[:size])
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(index, size, STORE.fetch)
    other = data.draw(st.integers(-1, size + 1))
    wrong = _wrong(data, proof)
    for at, path in ((other, proof), (index, wrong)):
        holds = at >= 0 and verifier.included(at, size, ALL[index], path, root)
        assert proofs.included(at, size, ALL[index], path, root) == holds
    assert not proofs.included(index, size, ALL[index], wrong, root)
    old = data.draw(st.integers(1, size))
    before, path = verifier.mth(ALL[:old]), tree.consistency_proof(old, size, STORE.fetch)
    assert not proofs.consistent(old, size, before, root, _wrong(data, path))
    assert not proofs.consistent(old, size, b"\0" * 32, root, path)
    assert not proofs.consistent(old, size, before, b"\0" * 32, path)
    assert not proofs.consistent(size + 1, size, before, root, path)


def _wrong(data: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """The proof with one hash changed, left out or put in."""
    at = data.draw(st.integers(0, len(proof)))
    strange = b"\xff" * 32
    changed = [[*proof[:at], strange, *proof[at:]]]
    if at < len(proof):
        changed += [[*proof[:at], *proof[at + 1 :]], [*proof[:at], strange, *proof[at + 1 :]]]
    return data.draw(st.sampled_from(changed))
