"""Reading the evidence log: where an entry stands, and the proofs that it does.

There is no ``viewer`` here, unlike in every other room: the log holds nothing of a case. Who may
open an entry is decided by the rooms that keep its content and salts.

Rows are never changed, so no query here needs a transaction: what is true of a size stays true.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from sharewell.core.log import entry as log_entry
from sharewell.core.log import tree
from sharewell.core.log.checkpoint import receipt_text
from sharewell.ledger.models import Checkpoint, Entry, Node, Sequenced


class NoSuchEntry(LookupError):
    """The log has no entry of this id."""

    code = "no_such_entry"


class LogDamaged(RuntimeError):
    """The stored tree lacks a hash that it must have: the database was altered."""

    code = "log_damaged"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its index (None until it is sequenced) in a log of ``size`` entries."""

    index: int | None
    size: int
    root_hex: str
    leaf_hex: str


def size() -> int:
    """Give the number of entries that have an index."""
    last = Sequenced.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def entry(entry_id: str) -> log_entry.Entry:
    """Give one entry, read from its bytes. Raises :class:`NoSuchEntry`."""
    return log_entry.parse(_row(entry_id)[0])


def of_kind(kind: str) -> Iterator[str]:
    """Give the ids of all entries of one kind; reads the whole log, so it is for checks only."""
    named = f'"kind":"{kind}"'.encode()
    for key, data in Entry.objects.values_list("id", "data").iterator(chunk_size=2000):
        if named in bytes(data):
            yield key.hex


def place(entry_id: str) -> Place:
    """Say where an entry stands in the log as it is now. Raises :class:`NoSuchEntry`."""
    data, index = _row(entry_id)
    now = size()  # read after the index, so that the index is always below it
    return Place(
        index=index,
        size=now,
        root_hex=root(now).hex(),
        leaf_hex=tree.leaf_hash(data).hex(),
    )


def checkpoint() -> bytes | None:
    """Give the newest signed checkpoint, or None before the first."""
    return _note(Checkpoint.objects.order_by("-size"))


def checkpoint_at(size: int) -> bytes | None:
    """Give the signed checkpoint of the log at this size, or None where none was signed then."""
    return _note(Checkpoint.objects.filter(size=size))


def receipt(entry_id: str) -> bytes | None:
    """Prove that an entry is in the log, up to the first checkpoint that covers it (C2SP tlog-proof).

    The same bytes at each call, but for None until the entry has its index and a checkpoint. Raises :class:`NoSuchEntry`.
    """
    _, index = _row(entry_id)
    covers = (
        Checkpoint.objects.filter(size__gt=index).order_by("size").first()
        if index is not None
        else None
    )
    if index is None or covers is None:
        return None
    proof = inclusion_proof(index, covers.size)
    return receipt_text(index, proof, bytes(covers.note)).encode()


def root(size: int) -> bytes:
    """Give the root hash of the first ``size`` entries. Raises ``ProofError`` past the end."""
    _within(size)
    return tree.root(size, fetch)


def inclusion_proof(index: int, size: int) -> list[bytes]:
    """Prove that the entry at ``index`` is in the log of ``size`` entries; lowest hash first.

    Raises ``ProofError`` where there is no such entry or the log is not yet that long.
    """
    _within(size)
    return tree.inclusion_proof(index, size, fetch)


def consistency_proof(old: int, new: int) -> list[bytes]:
    """Prove that the log of ``new`` entries begins with the log of ``old`` entries.

    Raises ``ProofError`` where ``old`` is the larger or the log is not yet that long.
    """
    _within(new)
    return tree.consistency_proof(old, new, fetch)


def fetch(nodes: Sequence[tree.Node]) -> Mapping[tree.Node, bytes]:
    """Give the stored hashes of these nodes in one query. Raises :class:`LogDamaged`."""
    if not nodes:
        return {}
    rows = Node.objects.filter(pk__in=[tuple(node) for node in nodes])
    stored = {
        tree.Node(level, position): bytes(value)
        for level, position, value in rows.values_list("level", "position", "hash")
    }
    for node in nodes:
        if node not in stored:
            raise LogDamaged(f"The log lacks the hash of subtree {node.level}/{node.position}.")
    return stored


def _row(entry_id: str) -> tuple[bytes, int | None]:
    try:
        key = uuid.UUID(entry_id)
        data, index = Entry.objects.values_list("data", "sequenced__index").get(id=key)
    except (ValueError, Entry.DoesNotExist) as error:
        raise NoSuchEntry("The evidence log has no such entry.") from error
    return bytes(data), index


def _note(rows: QuerySet[Checkpoint]) -> bytes | None:
    found = rows.values_list("note", flat=True).first()
    return None if found is None else bytes(found)


def _within(length: int) -> None:
    now = size()
    if length > now:
        raise tree.ProofError(f"The log has {now} entries, not yet {length}.")
