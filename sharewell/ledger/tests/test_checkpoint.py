"""Checkpoints: signed when the log grew, never over a log that is not the one signed before, and receipts under them."""

from __future__ import annotations

import secrets
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection

from sharewell.core.log import checkpoint as state
from sharewell.core.log import note
from sharewell.core.log.tests import verifier
from sharewell.ledger import operations, queries, signing
from sharewell.ledger.models import Checkpoint, Entry
from sharewell.ledger.tests.making import LOG, leaves, write, write_many

pytestmark = pytest.mark.django_db

GUARDS = import_module("sharewell.ledger.migrations.0002_append_only")


def grow(count: int) -> None:
    write_many(count)
    operations.sequence()


def sign(signed: bytes | None = None) -> bytes:
    made = operations.checkpoint(signers=[LOG], signed=signed)
    assert made is not None
    return made


def alter(sql: str) -> None:
    """Change the log as the owner of the database can."""
    with connection.cursor() as cursor:
        if (
            connection.vendor == "postgresql"
        ):  # what is still to be checked keeps a table from being altered
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in [*GUARDS.THAW[connection.vendor], sql, *GUARDS.FREEZE[connection.vendor]]:
            cursor.execute(statement)


def test_a_checkpoint_says_the_size_and_the_root_and_is_signed() -> None:
    grow(5)
    read = note.read(sign())
    assert read.verified([LOG.key]) == {LOG.key: None}
    assert state.parse(read.text) == state.Checkpoint(LOG.name, 5, verifier.mth(leaves()))
    assert queries.checkpoint() == queries.checkpoint_at(5) == sign_again()


def sign_again() -> bytes | None:
    """Signing what was signed already signs nothing new."""
    newest = queries.checkpoint()
    assert operations.checkpoint(signers=[LOG], signed=newest) is None
    return queries.checkpoint()


def test_an_empty_log_is_not_signed() -> None:
    write()  # has no index yet
    assert operations.checkpoint(signers=[LOG], signed=None) is None
    assert not Checkpoint.objects.exists()


def test_what_is_signed_begins_with_what_was_signed_before() -> None:
    signed = None
    for more in (1, 1, 3, 8):
        grow(more)
        signed = sign(signed)
    sizes = list(Checkpoint.objects.order_by("size").values_list("size", flat=True))
    assert sizes == [1, 2, 5, 13]


def test_a_log_that_was_rewritten_is_not_signed() -> None:
    grow(4)
    signed = sign()
    alter("UPDATE ledger_node SET hash = (SELECT hash FROM ledger_node WHERE level = 0 AND position = 1)"
          " WHERE level = 2 AND position = 0")  # fmt: skip
    grow(3)
    with pytest.raises(operations.LogForked, match="first 4 entries"):
        operations.checkpoint(signers=[LOG], signed=signed)
    assert Checkpoint.objects.count() == 1


def test_a_log_that_was_rolled_back_is_not_signed() -> None:
    grow(2)
    older = sign()
    grow(2)
    newer = operations.checkpoint(signers=[LOG], signed=older)
    alter('DELETE FROM ledger_sequenced WHERE "index" > 1')
    with pytest.raises(operations.LogForked, match="2 entries, and 4 were signed"):
        operations.checkpoint(signers=[LOG], signed=newer)


@pytest.mark.parametrize(
    "other", [b"no note", note.written("a\n1\nAA==\n", ["— b AAAAAAAA"]).encode()]
)
def test_what_was_signed_last_must_be_ours(other: bytes) -> None:
    grow(1)
    with pytest.raises(operations.LogForked):
        operations.checkpoint(signers=[LOG], signed=other)


def test_every_entry_has_a_receipt_that_others_can_check() -> None:
    made = write_many(6)
    operations.sequence()
    first = sign()
    made += write_many(3)
    operations.sequence()
    late = write()  # no index yet
    operations.checkpoint(signers=[LOG], signed=first)
    hashes = leaves()
    for each in made:
        whole = queries.receipt(each.id)
        assert whole is not None
        read = state.receipt(whole)
        signed = note.read(read.note)
        assert signed.verified([LOG.key])
        head = state.parse(signed.text)
        leaf = verifier.leaf(bytes(Entry.objects.get(pk=each.id).data))
        assert leaf == hashes[read.index]
        assert verifier.included(read.index, head.size, leaf, list(read.proof), head.root)
        assert head.size == (
            6 if read.index < 6 else 9
        )  # the first that covers it: always the same
    assert queries.receipt(late.id) is None
    with pytest.raises(queries.NoSuchEntry):
        queries.receipt(secrets.token_hex(16))


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "log_key"
    first = signing.signers(path, origin="log.example/1", random=secrets.token_bytes)
    again = signing.signers(path, origin="another.example", random=secrets.token_bytes)
    assert first == again
    assert first[0].name == "log.example/1"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["log_key"]


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "log_key"
    signing.signers(path, origin="log.example/1", random=secrets.token_bytes)
    path.chmod(0o640)
    with pytest.raises(signing.KeyUnusable, match="0600"):
        signing.signers(path, origin="", random=secrets.token_bytes)


@pytest.mark.parametrize(
    "text", ["", "nonsense\n", f"{LOG.text}\n{note.named('b', 1, b'2' * 32).text}\n"]
)
def test_a_file_without_one_logs_keys_is_not_used(tmp_path: Path, text: str) -> None:
    path = tmp_path / "log_key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(signing.KeyUnusable) as fault:
        signing.signers(path, origin="", random=secrets.token_bytes)
    assert LOG.text not in str(fault.value)


def test_after_a_change_of_key_both_keys_verify(tmp_path: Path) -> None:
    path = tmp_path / "log_key"
    (old,) = signing.signers(path, origin="log.example/1", random=secrets.token_bytes)
    new = signing.rotate(path, random=secrets.token_bytes)
    both = signing.signers(path, origin="", random=secrets.token_bytes)
    assert both == (old, new)
    grow(1)
    whole = operations.checkpoint(signers=both, signed=None)
    assert whole is not None
    for each in (old, new):
        assert note.read(whole).verified([each.key]) == {each.key: None}


def test_what_was_signed_last_is_kept_beside_the_key(tmp_path: Path) -> None:
    path = tmp_path / "log_key"
    assert signing.signed_last(path) is None
    signing.remember(path, b"a note")
    assert signing.signed_last(path) == b"a note"
    assert (tmp_path / "log_key.signed").stat().st_mode & 0o777 == 0o600
