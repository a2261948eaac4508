"""Let the database itself hold a signed account of a witness still, however it is reached.

A signed account is neither altered nor deleted; what is remembered later is a row of its own. The owner of a
database can drop a trigger: the digest in the evidence log shows what was signed.

SQLite drops a table's triggers when a later migration rebuilds the table (most ALTERs do): such a migration
must run FREEZE again. test_witness.py fails where one did not.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "cases_witnessaccount"
SIGNED = "OLD.signed_at IS NOT NULL"
# INSERT OR REPLACE deletes the old row without its trigger.
REPLACES = "EXISTS (SELECT 1 FROM cases_witnessaccount o WHERE o.id = NEW.id)"


def _sqlite(name: str, act: str, when: str) -> str:
    return f"""CREATE TRIGGER {name} BEFORE {act} ON {TABLE} WHEN {when}
        BEGIN SELECT RAISE(ABORT, 'signed: {TABLE}'); END"""


FREEZE = {
    "sqlite": [
        _sqlite("witness_stands", "UPDATE", SIGNED),
        _sqlite("witness_stays", "DELETE", SIGNED),
        _sqlite("witness_not_replaced", "INSERT", REPLACES),
    ],
    "postgresql": [
        f"""CREATE OR REPLACE FUNCTION witness_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {SIGNED} THEN
                RAISE EXCEPTION 'signed: %', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END $$""",
        f"""CREATE TRIGGER witness_stands BEFORE UPDATE OR DELETE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION witness_refuse()""",
        # ALWAYS: session_replication_role, which turns ordinary triggers off, does not turn this off.
        f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER witness_stands",
    ],
}
THAW = {
    "sqlite": [
        f"DROP TRIGGER IF EXISTS {name}"
        for name in ("witness_stands", "witness_stays", "witness_not_replaced")
    ],
    "postgresql": [f"DROP TRIGGER IF EXISTS witness_stands ON {TABLE}"],
}


def freeze(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in FREEZE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def thaw(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in THAW[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_allegation")]

    operations = [migrations.RunPython(freeze, thaw)]
