"""Nothing about the log costs more than the logarithm of it: queries and rows are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharewell.ledger import queries
from sharewell.ledger.models import Node
from sharewell.ledger.operations import sequence
from sharewell.ledger.tests.making import write, write_many

pytestmark = pytest.mark.django_db

SIZES = [1, 2, 63, 64, 700]


@contextmanager
def counted() -> Iterator[Callable[[], int]]:
    """Count statements; those that only open and close a savepoint are the test's own."""
    with CaptureQueriesContext(connection) as capture:
        yield lambda: sum("SAVEPOINT" not in query["sql"] for query in capture.captured_queries)


def grow_to(size: int) -> None:
    write_many(size - queries.size())
    sequence()


def costs(work: Callable[[], object]) -> list[int]:
    """How many statements the work takes on logs of growing sizes."""
    found = []
    for size in SIZES:
        grow_to(size)
        with counted() as count:
            work()
        found.append(count())
    return found


def test_writing_an_entry_takes_two_statements() -> None:
    assert costs(write) == [2] * len(SIZES)


def test_sequencing_an_entry_takes_a_fixed_number_of_statements() -> None:
    def one() -> None:
        write()
        assert sequence() == 1

    most = 10 if connection.vendor == "postgresql" else 9
    assert max(costs(one)) <= most


def test_looking_for_work_takes_one_statement() -> None:
    assert costs(sequence) == [1] * len(SIZES)


def test_proofs_take_two_statements() -> None:
    """The size of the log, and all the hashes at once (of which a one-entry tree needs none)."""
    assert costs(lambda: queries.inclusion_proof(0, queries.size()))[1:] == [3] * (len(SIZES) - 1)
    size = queries.size()
    with counted() as count:
        queries.consistency_proof(size // 2 - 1, size)
    assert count() == 2


def test_a_place_takes_four_statements() -> None:
    write()
    entry = write()
    sequence()
    assert costs(lambda: queries.place(entry.id))[2:] == [4] * (len(SIZES) - 2)


def test_growing_by_one_adds_at_most_one_node_a_level() -> None:
    for size in (1, 2, 3, 4, 127, 128):
        grow_to(size)
        before = Node.objects.count()
        assert before == 2 * size - size.bit_count()
        write()
        sequence()
        assert Node.objects.count() - before <= (size + 1).bit_length()


def test_hashes_are_found_by_index_not_by_search() -> None:
    grow_to(700)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE ledger_node")
            # so small a table fits in a few pages, which PostgreSQL would rather read whole
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Node.objects.filter(pk__in=[(0, 5), (3, 7), (8, 0)]).explain()
    assert "SCAN ledger_node" not in plan
    assert "Seq Scan" not in plan
