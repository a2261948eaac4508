"""An entry is written with its act, gets its index after it, and can be proved ever after."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import transaction

from sharewell.core.log.entry import EntryError, commit, parse
from sharewell.core.log.tests import verifier
from sharewell.ledger import operations, queries
from sharewell.ledger.models import Entry, Pending, Sequenced
from sharewell.ledger.operations import OutsideTransaction, append, sequence
from sharewell.ledger.tests.making import AGENCY, AT, assert_whole, leaves, write, write_many

pytestmark = pytest.mark.django_db


class Undone(Exception):
    """The act fails."""


def stored(entry_id: str) -> bytes:
    return bytes(Entry.objects.get(id=entry_id).data)


def test_an_entry_is_written_as_given() -> None:
    appended = write(message=b"the message", form=b"the form")
    entry = parse(stored(appended.id))
    assert (entry.kind, entry.at, entry.agency) == ("concern.raised", AT, AGENCY)
    assert entry.commitments == {
        "message": commit(appended.salts["message"], b"the message"),
        "form": commit(appended.salts["form"], b"the form"),
    }


def test_an_entry_says_nothing_of_what_it_is_about() -> None:
    appended = write(message=b"Maria Example, 12 Alder Road")
    assert b"Maria" not in stored(appended.id)
    assert appended.salts["message"] not in stored(appended.id)


def test_every_thing_of_every_entry_has_its_own_salt() -> None:
    entries = [write(message=b"same", form=b"same") for _ in range(5)]
    salts = [salt for appended in entries for salt in appended.salts.values()]
    assert {len(salt) for salt in salts} == {32}
    assert len(set(salts)) == 10
    hashes = [hash_ for e in entries for hash_ in parse(stored(e.id)).commitments.values()]
    assert len(set(hashes)) == 10, "equal contents cannot be linked"


def test_salts_and_ids_come_from_the_random_source_given() -> None:
    source: Iterator[int] = iter(range(256))
    with transaction.atomic():
        appended = append(
            kind="a",
            at=AT,
            agency=AGENCY,
            actor="system",
            policy=None,
            things={"b": b"", "c": b""},
            random=lambda count: bytes([next(source)]) * count,
        )
    assert appended.salts == {"b": bytes(32), "c": b"\x01" * 32}
    assert appended.id == "02020202020242028202020202020202", "a version 4 UUID"


def test_an_act_that_fails_leaves_no_entry() -> None:
    def act() -> None:
        with transaction.atomic():
            write()
            raise Undone

    with pytest.raises(Undone):
        act()
    assert not Entry.objects.exists()
    assert not Pending.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_its_act_is_refused() -> None:
    with pytest.raises(OutsideTransaction):
        append(
            kind="a",
            at=AT,
            agency=AGENCY,
            actor="system",
            policy=None,
            things={},
            random=secrets.token_bytes,
        )
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": datetime(2026, 11, 20)},  # noqa: DTZ001 - without a zone on purpose
        {"actor": "alice@example.org"},
        {"agency": "Alder Care"},
        {"kind": "Concern raised"},
        {"things": {"the message": b""}},
        {"random": lambda _count: b"short"},
    ],
)
def test_what_does_not_fit_the_format_is_refused(wrong: dict[str, object]) -> None:
    right: dict[str, object] = {
        "kind": "a",
        "at": AT,
        "agency": AGENCY,
        "actor": "system",
        "policy": None,
        "things": {"form": b""},
        "random": secrets.token_bytes,
    }
    with pytest.raises(EntryError):
        append(**{**right, **wrong})  # type: ignore[arg-type]
    assert not Entry.objects.exists()


def test_sequencing_places_entries_in_order_and_only_once() -> None:
    first = write_many(3)
    assert sequence() == 3
    second = write_many(2)
    assert sequence() == 2
    assert sequence() == 0
    assert [queries.place(e.id).index for e in [*first, *second]] == [0, 1, 2, 3, 4]
    assert_whole(5)


def test_sequencing_goes_on_where_its_limit_stopped_it() -> None:
    write_many(7)
    assert [sequence(limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert_whole(7)


def test_sequencing_any_number_at_once_gives_the_same_tree() -> None:
    """More entries than one statement inserts, after a beginning of uneven size."""
    write_many(5)
    sequence()
    write_many(700)
    assert sequence() == 700
    assert_whole(705)


def test_every_entry_can_be_proved_with_others_tools() -> None:
    write_many(21)
    sequence(limit=8)
    early = queries.root(8)
    sequence()
    hashes, root = leaves(), queries.root(21)
    for index, leaf in enumerate(hashes):
        proof = queries.inclusion_proof(index, 21)
        assert verifier.included(index, 21, leaf, proof, root)
    assert queries.root(8) == early, "an old root stays"
    assert verifier.consistent(8, 21, early, root, queries.consistency_proof(8, 21))


@pytest.mark.django_db(transaction=True)
def test_an_entry_gets_its_index_only_after_its_act() -> None:
    """Inside an unfinished act sequencing is refused, so that no index can be taken back."""
    with transaction.atomic():
        write()
        with pytest.raises(RuntimeError):
            sequence()
    assert not Sequenced.objects.exists()
    assert operations.sequence() == 1
