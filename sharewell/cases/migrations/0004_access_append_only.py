"""Let the database itself refuse to alter who read what, however it is reached.

Lines are inserted and never changed. The owner of a database can drop a trigger: these stop mistakes and other
programs, and the hourly digests in the evidence log show the rest.

SQLite drops a table's triggers when a later migration rebuilds the table (most ALTERs do): such a migration
must run FREEZE again. test_access_append_only.py fails where one did not.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# INSERT OR REPLACE deletes the old row without its trigger.
_REPLACES = {
    "cases_caseread": "EXISTS (SELECT 1 FROM cases_caseread WHERE id = NEW.id)",
    "cases_accessdigest": "EXISTS (SELECT 1 FROM cases_accessdigest WHERE id = NEW.id)",
}
TABLES = tuple(_REPLACES)


def _sqlite(table: str, act: str, when: str) -> str:
    return f"""CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} WHEN {when}
        BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"""


def _postgresql(table: str) -> list[str]:
    # ALWAYS: session_replication_role, which turns ordinary triggers off, does not turn this off.
    return [
        f"""CREATE TRIGGER access_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION access_refuse()""",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER access_no_change",
    ]


FREEZE = {
    "sqlite": [
        sql
        for table in TABLES
        for sql in (
            _sqlite(table, "update", "1"),
            _sqlite(table, "delete", "1"),
            _sqlite(table, "insert", _REPLACES[table]),
        )
    ],
    "postgresql": [
        """CREATE OR REPLACE FUNCTION access_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END $$""",
        *(sql for table in TABLES for sql in _postgresql(table)),
    ],
}
THAW = {
    "sqlite": [
        f"DROP TRIGGER IF EXISTS {table}_no_{act}"
        for table in TABLES
        for act in ("update", "delete", "insert")
    ],
    "postgresql": [f"DROP TRIGGER IF EXISTS access_no_change ON {table}" for table in TABLES],
}


def freeze(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in FREEZE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def thaw(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in THAW[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_access")]

    operations = [
        migrations.AlterField(
            model_name="caseread",
            name="agency",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.RunPython(freeze, thaw),
    ]
