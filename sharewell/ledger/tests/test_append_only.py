"""The database itself refuses to alter the log, on each database, however it is reached."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from sharewell.ledger import operations
from sharewell.ledger.models import Checkpoint, Entry, Node, Pending, Sequenced
from sharewell.ledger.tests.making import LOG, write, write_many

pytestmark = pytest.mark.django_db

ON_BOTH = [
    "UPDATE ledger_entry SET data = data",
    "DELETE FROM ledger_entry",
    'UPDATE ledger_sequenced SET "index" = "index" + 100',
    "UPDATE ledger_sequenced SET entry_id = entry_id",
    "DELETE FROM ledger_sequenced",
    "UPDATE ledger_node SET hash = hash",
    "DELETE FROM ledger_node WHERE level = 0 AND position = 0",
    "UPDATE ledger_pending SET id = id + 100",
    "DELETE FROM ledger_pending",
    # an index that leaves a gap, one that is taken, and an entry that has its index already
    'INSERT INTO ledger_sequenced ("index", entry_id) SELECT 7, entry_id FROM ledger_pending',
    'INSERT INTO ledger_sequenced ("index", entry_id) SELECT 0, entry_id FROM ledger_pending',
    'INSERT INTO ledger_sequenced ("index", entry_id) SELECT 3, entry_id FROM ledger_sequenced',
    "INSERT INTO ledger_node (level, position, hash) SELECT level, position, hash FROM ledger_node",
    "INSERT INTO ledger_entry (id, data) SELECT id, data FROM ledger_entry",
    "UPDATE ledger_checkpoint SET note = note",
    "DELETE FROM ledger_checkpoint",
    "INSERT INTO ledger_checkpoint (size, note) SELECT size, note FROM ledger_checkpoint",
    """INSERT INTO ledger_entry (id, data) SELECT id, data FROM ledger_entry WHERE true
       ON CONFLICT (id) DO UPDATE SET data = excluded.data""",
]
ON_SQLITE = [
    "INSERT OR REPLACE INTO ledger_entry (id, data) SELECT id, x'00' FROM ledger_entry",
    """INSERT OR REPLACE INTO ledger_node (level, position, hash)
       SELECT level, position, x'00' FROM ledger_node""",
    """INSERT OR REPLACE INTO ledger_sequenced ("index", entry_id)
       SELECT "index", (SELECT entry_id FROM ledger_pending) FROM ledger_sequenced""",
    """INSERT OR REPLACE INTO ledger_sequenced ("index", entry_id)
       SELECT 3, entry_id FROM ledger_sequenced LIMIT 1""",
    """INSERT OR REPLACE INTO ledger_pending (id, entry_id)
       SELECT id, (SELECT entry_id FROM ledger_sequenced) FROM ledger_pending""",
    "UPDATE OR REPLACE ledger_entry SET data = x'00'",
    "INSERT OR REPLACE INTO ledger_checkpoint (size, note) SELECT size, x'00' FROM ledger_checkpoint",
    "INSERT INTO ledger_checkpoint (size, note) SELECT size - 1, note FROM ledger_checkpoint",
]
ON_POSTGRESQL = [
    "TRUNCATE ledger_entry CASCADE",
    "TRUNCATE ledger_sequenced",
    "TRUNCATE ledger_node",
    "TRUNCATE ledger_pending",
    "TRUNCATE ledger_checkpoint",
    "SET LOCAL session_replication_role = replica; UPDATE ledger_entry SET data = data",
    "SET LOCAL session_replication_role = replica; DELETE FROM ledger_pending",
    """MERGE INTO ledger_entry e USING ledger_pending p ON e.id = p.entry_id
       WHEN MATCHED THEN DELETE""",
]
ATTEMPTS = ON_BOTH + {"sqlite": ON_SQLITE, "postgresql": ON_POSTGRESQL}[connection.vendor]


def rows() -> list[object]:
    """Everything that the log's tables hold."""
    found: list[object] = []
    for model in (Entry, Sequenced, Node, Pending, Checkpoint):
        found += [
            tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
            for row in model.objects.order_by("pk").values_list()
        ]
    return found


@pytest.mark.parametrize("sql", ATTEMPTS)
def test_the_database_refuses_to_alter_the_log(sql: str) -> None:
    write_many(3)
    operations.sequence()
    operations.checkpoint(signers=[LOG], signed=None)
    write()
    before = rows()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert rows() == before


def test_a_refusal_says_what_it_is() -> None:
    write()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Entry.objects.update(data=b"")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Pending.objects.all().delete()


def test_the_model_cannot_be_saved_again() -> None:
    write()
    entry = Entry.objects.get()
    entry.data = b"something else"
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_each_committing_test_meets_an_empty_log_that_refuses(turn: int) -> None:
    """Emptying the tables between tests neither fails nor leaves the triggers off."""
    assert not Entry.objects.exists(), f"turn {turn} meets nothing of another test"
    write_many(2)
    operations.sequence()
    with pytest.raises(IntegrityError):
        Entry.objects.all().delete()
    call_command("flush", interactive=False, verbosity=0)
    assert rows() == []
    write()
    with pytest.raises(IntegrityError):
        Entry.objects.update(data=b"")
