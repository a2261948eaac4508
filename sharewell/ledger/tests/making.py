"""Entries for the tests of the ledger, and other processes that write them."""

from __future__ import annotations

import multiprocessing
import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess

from django.db import connections, transaction

from sharewell.core.log import note
from sharewell.core.log.tests import verifier
from sharewell.ledger import queries
from sharewell.ledger.models import Entry, Pending, Sequenced
from sharewell.ledger.operations import Appended, append

LOG = note.named("log.example/1", note.SIGNS, b"\x01" * 32)
AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
AGENCY = uuid.UUID("1f8c6e0b-5d3a-49c2-a7e4-d9b80c6f1a23").hex


def write(**things: bytes) -> Appended:
    """Append one entry about these things, in a transaction of its own."""
    with transaction.atomic():
        return append(
            kind="concern.raised",
            at=AT,
            agency=AGENCY,
            actor="system",
            policy=None,
            things=things,
            random=secrets.token_bytes,
        )


def write_many(count: int) -> list[Appended]:
    return [write() for _ in range(count)]


def leaves() -> list[bytes]:
    """The leaf of every sequenced entry in order, by the independent verifier."""
    rows = Sequenced.objects.order_by("index").values_list("entry__data", flat=True)
    return [verifier.leaf(bytes(data)) for data in rows]


def assert_whole(count: int) -> None:
    """Fail unless ``count`` entries stand in the log, each once, without gap, under their root."""
    indexes = list(Sequenced.objects.order_by("index").values_list("index", flat=True))
    assert indexes == list(range(count))
    assert Sequenced.objects.values("entry").distinct().count() == count
    assert Entry.objects.count() == count
    assert not Pending.objects.exists()
    assert queries.root(count) == verifier.mth(leaves())


def process(work: Callable[..., None], *arguments: object) -> BaseProcess:
    """Start work in another process with its own connections to the test's database."""
    connections.close_all()  # a connection must not be shared with the copy of this process
    child = multiprocessing.get_context("fork").Process(target=work, args=arguments)
    child.start()
    return child
