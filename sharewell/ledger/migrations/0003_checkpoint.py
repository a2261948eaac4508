"""Signed checkpoints of the log, which the database keeps as it keeps the log: inserted, never changed."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FREEZE = {
    "sqlite": [
        """CREATE TRIGGER ledger_checkpoint_no_update BEFORE update ON ledger_checkpoint
        BEGIN SELECT RAISE(ABORT, 'append-only: ledger_checkpoint'); END""",
        """CREATE TRIGGER ledger_checkpoint_no_delete BEFORE delete ON ledger_checkpoint
        BEGIN SELECT RAISE(ABORT, 'append-only: ledger_checkpoint'); END""",
        # Also stops INSERT OR REPLACE, which deletes the old row without its trigger.
        """CREATE TRIGGER ledger_checkpoint_no_insert BEFORE insert ON ledger_checkpoint
        WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM ledger_checkpoint)
        BEGIN SELECT RAISE(ABORT, 'append-only: ledger_checkpoint'); END""",
    ],
    "postgresql": [
        """CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoint
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()""",
        "ALTER TABLE ledger_checkpoint ENABLE ALWAYS TRIGGER ledger_no_change",
    ],
}
THAW = {
    "sqlite": [
        "DROP TRIGGER IF EXISTS ledger_checkpoint_no_update",
        "DROP TRIGGER IF EXISTS ledger_checkpoint_no_delete",
        "DROP TRIGGER IF EXISTS ledger_checkpoint_no_insert",
    ],
    "postgresql": ["DROP TRIGGER IF EXISTS ledger_no_change ON ledger_checkpoint"],
}


def freeze(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in FREEZE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def thaw(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in THAW[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("note", models.BinaryField()),
            ],
        ),
        migrations.RunPython(freeze, thaw),
    ]
