"""Writing the evidence log: an entry at the moment of the act, its index soon after.

These two stand below the operations of every other room, which leave an entry; they leave none.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from sharewell.core.log import checkpoint as state
from sharewell.core.log import note, proofs, tree
from sharewell.core.log.entry import SALT_BYTES, commit, entry_bytes
from sharewell.core.log.note import NoteError, Signer
from sharewell.ledger import queries
from sharewell.ledger.models import Checkpoint, Entry, Node, Pending, Sequenced

# Any number that nothing else in this database locks; it must never change.
_LOCK = int.from_bytes(b"sharelog", "big")
_ROWS = 500


class OutsideTransaction(RuntimeError):
    """An entry was appended outside the transaction of the act it proves; nothing was written."""

    code = "outside_transaction"


class LogForked(RuntimeError):
    """The log is not what was signed before with more entries after it; nothing was signed."""

    code = "log_forked"


@dataclass(frozen=True, slots=True)
class Appended:
    """An appended entry: its opaque id, and by name the salt of each thing it commits to.

    The caller keeps salts and content with the record, and erases them with it.
    """

    id: str
    salts: Mapping[str, bytes]


def append(
    *,
    kind: str,
    at: datetime,
    agency: str,
    actor: str,
    policy: str | None,
    things: Mapping[str, bytes],
    random: Callable[[int], bytes],
) -> Appended:
    """Write one entry in the caller's transaction, committing to the exact bytes of each thing.

    ``at`` is aware; ``agency`` and ``actor`` are opaque ids (32 hexadecimal digits, or ``system``
    for the actor); ``random`` gives that many bytes from a cryptographic source. Raises
    :class:`OutsideTransaction`, and ``EntryError`` for values outside the format.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("An entry is appended inside the transaction of its act.")
    salts = {name: random(SALT_BYTES) for name in things}
    data = entry_bytes(
        kind=kind,
        at=at,
        agency=agency,
        actor=actor,
        policy=policy,
        commitments={name: commit(salts[name], content) for name, content in things.items()},
    )
    entry = Entry.objects.create(id=uuid.UUID(bytes=random(16), version=4), data=data)
    Pending.objects.create(entry=entry)
    return Appended(id=entry.id.hex, salts=salts)


def sequence(*, limit: int = 1000) -> int:
    """Give the next indexes to entries that have none, and return how many were placed.

    Call it again while it returns ``limit``. When it returns less, every entry that had been
    committed before the call has its index. Many may run it at once: one works, the others wait
    for it; one that is killed leaves nothing half done. It has its own transaction and raises
    ``RuntimeError`` inside another one: an entry gets its index only once it is committed.

    Order. An entry is visible here only when its transaction is committed, so an act that could
    have known of another always comes after it. On PostgreSQL a transaction that took its arrival
    number early and commits late is not waited for: when it appears, it gets a later index than
    entries that overtook it. Only acts that ran at the same time and were both still waiting are
    put in order of arrival, which is as true as any other order of them.
    """
    if not Pending.objects.exists():
        return 0  # the usual case of a waiting worker; takes no lock
    with transaction.atomic(durable=True):
        _wait_for_turn()
        waiting = list(
            Pending.objects.order_by("id").values_list("id", "entry_id", "entry__data")[:limit]
        )
        if waiting:
            _place(waiting)
    return len(waiting)


def checkpoint(*, signers: Sequence[Signer], signed: bytes | None) -> bytes | None:
    """Sign the state of the log, if it grew since, with each of its keys; returns the note, or None.

    ``signed`` is the last note that these keys signed, as the signer kept it outside this database: what it says is
    the beginning of what is signed now, or :class:`LogForked` is raised and nothing is signed. So a log that was
    rolled back or rewritten is not signed again by mistake. Has its own transaction.
    """
    size, before = queries.size(), _signed(signers, signed)
    if before is not None and size < before.size:
        raise LogForked(f"The log has {size} entries, and {before.size} were signed before.")
    if size == 0 or queries.checkpoint_at(size) is not None:
        return None
    new = state.Checkpoint(signers[-1].name, size, queries.root(size))
    if before is not None:
        proof = queries.consistency_proof(before.size, size)
        if not proofs.consistent(before.size, size, before.root, new.root, proof):
            raise LogForked(f"The first {before.size} entries are not those that were signed.")
    whole = note.written(new.text, [each.line(new.text) for each in signers]).encode()
    with transaction.atomic(durable=True):
        _wait_for_turn()
        if Checkpoint.objects.filter(size__gte=size).exists():
            return None  # another signer was first
        Checkpoint.objects.create(size=size, note=whole)
    return whole


def _signed(signers: Sequence[Signer], signed: bytes | None) -> state.Checkpoint | None:
    """What was signed last, if any key of ours did sign it."""
    if signed is None:
        return None
    try:
        read = note.read(signed)
        if read.verified(each.key for each in signers):
            return state.parse(read.text)
    except NoteError as fault:
        raise LogForked("What was signed last cannot be read.") from fault
    raise LogForked("What was signed last bears no signature of this log's keys.")


def _wait_for_turn() -> None:
    """Let one sequencer work at a time, until its transaction ends in whatever way.

    SQLite needs nothing: its transactions begin IMMEDIATE, which admits one writer. On PostgreSQL
    (READ COMMITTED) each statement after the lock sees all that the previous holder committed.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _place(waiting: Sequence[tuple[int, uuid.UUID, bytes | memoryview]]) -> None:
    size = queries.size()
    leaves = [tree.leaf_hash(bytes(data)) for _, _, data in waiting]
    nodes = tree.grow(size, leaves, queries.fetch)
    Sequenced.objects.bulk_create(
        (
            Sequenced(index=index, entry_id=entry)
            for index, (_, entry, _) in enumerate(waiting, size)
        ),
        batch_size=_ROWS,
    )
    Node.objects.bulk_create(
        (
            Node(level=node.level, position=node.position, hash=value)
            for node, value in nodes.items()
        ),
        batch_size=_ROWS,
    )
    placed = Sequenced.objects.filter(index__gte=size).values("entry_id")
    Pending.objects.filter(id__lte=waiting[-1][0], entry_id__in=placed).delete()
