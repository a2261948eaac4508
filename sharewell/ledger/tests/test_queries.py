"""Where an entry stands, what the log is like at any size, and what there is not."""

from __future__ import annotations

import pytest

from sharewell.core.log.tests import verifier
from sharewell.core.log.tree import EMPTY_ROOT, Node, ProofError
from sharewell.ledger import queries
from sharewell.ledger.models import Entry
from sharewell.ledger.operations import sequence
from sharewell.ledger.queries import LogDamaged, NoSuchEntry
from sharewell.ledger.tests.making import AGENCY, AT, leaves, write, write_many

pytestmark = pytest.mark.django_db


def test_an_empty_log_has_the_empty_root() -> None:
    assert queries.size() == 0
    assert queries.root(0) == EMPTY_ROOT


def test_an_entry_that_waits_has_no_index_yet() -> None:
    write()
    sequence()
    entry = write()
    place = queries.place(entry.id)
    assert (place.index, place.size) == (None, 1)


def test_the_place_of_an_entry_can_be_verified() -> None:
    entry = write_many(6)[4]
    sequence()
    place = queries.place(entry.id)
    data = bytes(Entry.objects.get(id=entry.id).data)
    assert (place.index, place.size) == (4, 6)
    assert place.leaf_hex == verifier.leaf(data).hex()
    assert place.root_hex == verifier.mth(leaves()).hex()
    proof = queries.inclusion_proof(4, 6)
    root = bytes.fromhex(place.root_hex)
    assert verifier.included(4, 6, bytes.fromhex(place.leaf_hex), proof, root)


def test_an_entry_can_be_read() -> None:
    entry = queries.entry(write().id)
    assert (entry.kind, entry.at, entry.agency, entry.actor) == (
        "concern.raised",
        AT,
        AGENCY,
        "system",
    )


@pytest.mark.parametrize("entry_id", ["", "not an id", "0" * 32])
def test_an_unknown_id_is_no_entry(entry_id: str) -> None:
    with pytest.raises(NoSuchEntry):
        queries.place(entry_id)
    with pytest.raises(NoSuchEntry):
        queries.entry(entry_id)


def test_there_is_no_proof_beyond_the_end() -> None:
    write_many(3)
    sequence()
    with pytest.raises(ProofError):
        queries.root(4)
    with pytest.raises(ProofError):
        queries.inclusion_proof(2, 4)
    with pytest.raises(ProofError):
        queries.inclusion_proof(3, 3)
    with pytest.raises(ProofError):
        queries.consistency_proof(1, 4)


def test_a_missing_hash_is_reported_not_guessed_around() -> None:
    write()
    sequence()
    with pytest.raises(LogDamaged):
        queries.fetch([Node(0, 0), Node(5, 0)])
