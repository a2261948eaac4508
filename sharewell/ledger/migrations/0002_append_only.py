"""Let the database itself refuse to alter the log, however it is reached.

Entries, indexes and nodes are inserted and never changed; indexes run without a gap; an entry stops
waiting only once it has an index. The owner of a database can drop a trigger: these stop mistakes
and other programs, and proofs kept by partners show the rest.

SQLite drops a table's triggers when a later migration rebuilds the table (most ALTERs do): such a
migration must run FREEZE again. test_append_only.py fails where one did not.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

APPEND_ONLY = ("ledger_entry", "ledger_sequenced", "ledger_node")

# Each INSERT guard also stops INSERT OR REPLACE, which deletes the old row without its trigger.
_SQLITE_INSERT = {
    "ledger_entry": "EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id)",
    "ledger_node": """EXISTS (SELECT 1 FROM ledger_node
        WHERE level = NEW.level AND position = NEW.position)""",
    "ledger_sequenced": """NEW."index" <> (SELECT coalesce(max("index") + 1, 0) FROM ledger_sequenced)
        OR EXISTS (SELECT 1 FROM ledger_sequenced WHERE entry_id = NEW.entry_id)""",
    "ledger_pending": """EXISTS (SELECT 1 FROM ledger_pending
        WHERE id = NEW.id OR entry_id = NEW.entry_id)""",
}


def _sqlite_refuse(table: str, act: str, when: str = "1") -> str:
    return f"""CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} WHEN {when}
        BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"""


_SQLITE_FREEZE = [
    *(_sqlite_refuse(table, act) for table in APPEND_ONLY for act in ("update", "delete")),
    *(_sqlite_refuse(table, "insert", when) for table, when in _SQLITE_INSERT.items()),
    _sqlite_refuse("ledger_pending", "update"),
    _sqlite_refuse(
        "ledger_pending",
        "delete",
        "NOT EXISTS (SELECT 1 FROM ledger_sequenced WHERE entry_id = OLD.entry_id)",
    ),
]

_SQLITE_THAW = [
    f"DROP TRIGGER IF EXISTS {table}_no_{act}"
    for table in (*APPEND_ONLY, "ledger_pending")
    for act in ("update", "delete", "insert")
]

_POSTGRESQL_FUNCTIONS = [
    """CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE OR REPLACE FUNCTION ledger_next_index() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW."index" <> (SELECT coalesce(max("index") + 1, 0) FROM ledger_sequenced) THEN
            RAISE EXCEPTION 'append-only: ledger_sequenced has no gaps'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE OR REPLACE FUNCTION ledger_placed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM ledger_sequenced WHERE entry_id = OLD.entry_id) THEN
            RAISE EXCEPTION 'append-only: ledger_pending'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END $$""",
]


def _postgresql(table: str, trigger: str, timing: str, each: str, function: str) -> list[str]:
    # ALWAYS: session_replication_role, which turns ordinary triggers off, does not turn these off.
    return [
        f"""CREATE TRIGGER {trigger} BEFORE {timing} ON {table}
            FOR EACH {each} EXECUTE FUNCTION {function}()""",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}",
    ]


_POSTGRESQL_TRIGGERS = [
    *(
        (t, "ledger_no_change", "UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "ledger_refuse")
        for t in APPEND_ONLY
    ),
    ("ledger_pending", "ledger_no_change", "UPDATE OR TRUNCATE", "STATEMENT", "ledger_refuse"),
    ("ledger_pending", "ledger_no_loss", "DELETE", "ROW", "ledger_placed"),
    ("ledger_sequenced", "ledger_no_gap", "INSERT", "ROW", "ledger_next_index"),
]

FREEZE = {
    "sqlite": _SQLITE_FREEZE,
    "postgresql": [
        *_POSTGRESQL_FUNCTIONS,
        *(sql for trigger in _POSTGRESQL_TRIGGERS for sql in _postgresql(*trigger)),
    ],
}
THAW = {
    "sqlite": _SQLITE_THAW,
    "postgresql": [
        f"DROP TRIGGER IF EXISTS {trigger} ON {table}"
        for table, trigger, *_ in _POSTGRESQL_TRIGGERS
    ],
}


def freeze(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in FREEZE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def thaw(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in THAW[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(freeze, thaw)]
