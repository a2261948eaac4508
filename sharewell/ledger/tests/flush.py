"""Let tests that commit empty the log afterwards, though its tables refuse to be emptied.

After such a test (``transactional_db``, ``live_server``) Django empties every table with ``flush``.
While tests run, a flush takes the triggers of migration 0002 off, empties the tables and puts the
triggers back, in one transaction: each test meets an empty log with its triggers on. The product
has no such way; its ``flush`` command is refused by the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

triggers = import_module("sharewell.ledger.migrations.0002_append_only")


@pytest.fixture(autouse=True, scope="session")
def flush_empties_the_log() -> Iterator[None]:
    """Take the triggers off for the length of each flush; conftest.py at the root imports this."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def execute(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        vendor = self.connection.vendor
        flush(self, [*triggers.THAW[vendor], *sql_list, *triggers.FREEZE[vendor]])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", execute)
        yield
