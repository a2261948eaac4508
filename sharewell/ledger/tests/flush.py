"""Let tests that commit empty the tables afterwards, though some refuse to be emptied.

After such a test (``transactional_db``, ``live_server``) Django empties every table with ``flush``.
While tests run, a flush takes the triggers of the log, the agreements, the access table and signed accounts
off, empties the tables and puts the triggers back, in one transaction, and what was signed last is forgotten: each test meets an empty log with its triggers on. The product
has no such way; its ``flush`` command is refused by the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.conf import settings
from django.db.backends.base.operations import BaseDatabaseOperations

GUARDED = [
    import_module("sharewell.ledger.migrations.0002_append_only"),
    import_module("sharewell.ledger.migrations.0003_checkpoint"),
    import_module("sharewell.agencies.migrations.0005_agreement_guards"),
    import_module("sharewell.cases.migrations.0004_access_append_only"),
    import_module("sharewell.cases.migrations.0008_witness_guards"),
]


@pytest.fixture(autouse=True, scope="session")
def flush_empties_the_log() -> Iterator[None]:
    """Take the triggers off for the length of each flush; conftest.py at the root imports this."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def execute(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        vendor = self.connection.vendor
        thaw = [statement for each in GUARDED for statement in each.THAW[vendor]]
        freeze = [statement for each in GUARDED for statement in each.FREEZE[vendor]]
        flush(self, [*thaw, *sql_list, *freeze])
        settings.LOG_KEY.with_name(f"{settings.LOG_KEY.name}.signed").unlink(missing_ok=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", execute)
        yield
