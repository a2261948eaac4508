"""Let the database itself hold what an agreement stands on, however it is reached.

From its first signature on a version's text stands still. A signature is given under the text as it is, and
is never altered. Two different people have signed before a version comes into force (one that was registered
from a file carries its signatures in its text). At no moment are two versions of one agreement in force.

SQLite drops a table's triggers when a later migration rebuilds the table (most ALTERs do): such a migration
must run FREEZE again. test_agreement_guards.py fails where one did not.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

VERSION, SIGNATURE = "agencies_agreementversion", "agencies_agreementsignature"
CHANGED = ("id", "agreement_id", "number", "text", "digest")

_ALTERED = f"""OLD.state <> 'draft' AND (NEW.state = 'draft'
    OR {" OR ".join(f"NEW.{name} <> OLD.{name}" for name in CHANGED)})"""
_UNFORCED = (
    """OLD.state = 'in_force' AND (NEW.state <> 'in_force' OR NEW.starts_at <> OLD.starts_at)"""
)
# A version that was given up before it began has no time between its two moments.
_TWO_AT_ONCE = """NEW.state = 'in_force' AND (NEW.ends_at IS NULL OR NEW.starts_at < NEW.ends_at)
    AND EXISTS (SELECT 1 FROM agencies_agreementversion o WHERE o.agreement_id = NEW.agreement_id AND o.id <> NEW.id
        AND o.state = 'in_force' AND (o.ends_at IS NULL OR o.starts_at < o.ends_at)
        AND (o.ends_at IS NULL OR NEW.starts_at < o.ends_at)
        AND (NEW.ends_at IS NULL OR o.starts_at < NEW.ends_at))"""
_TOO_FEW = """NEW.state = 'in_force' AND OLD.state <> 'in_force' AND
    (SELECT count(DISTINCT s.account_id) FROM agencies_agreementsignature s
        WHERE s.version_id = NEW.id AND s.digest = NEW.digest) < 2"""
_UNSIGNED = "NEW.state = 'in_force' AND NEW.brought_by_id IS NOT NULL"
_OTHER_TEXT = """NOT EXISTS (SELECT 1 FROM agencies_agreementversion v WHERE v.id = NEW.version_id
    AND v.digest = NEW.digest AND v.state IN ('draft', 'signing'))"""

# Name: table, act, when it is refused.
GUARDS = {
    "agreement_text_stands": (VERSION, "UPDATE", _ALTERED),
    "agreement_force_stands": (VERSION, "UPDATE", _UNFORCED),
    "agreement_two_signed": (VERSION, "UPDATE", _TOO_FEW),
    "agreement_one_then": (VERSION, "UPDATE", _TWO_AT_ONCE),
    "agreement_one_at_once": (VERSION, "INSERT", _TWO_AT_ONCE),
    "agreement_signed_first": (VERSION, "INSERT", _UNSIGNED),
    "agreement_stays": (VERSION, "DELETE", "OLD.state <> 'draft'"),
    "signature_of_this_text": (SIGNATURE, "INSERT", _OTHER_TEXT),
    "signature_stands": (SIGNATURE, "UPDATE", "1 = 1"),
    "signature_stays": (SIGNATURE, "DELETE", "1 = 1"),
}
# INSERT OR REPLACE deletes the old row without its trigger.
_SQLITE_ONLY = {
    "agreement_not_replaced": (
        VERSION,
        "INSERT",
        "EXISTS (SELECT 1 FROM agencies_agreementversion o WHERE o.id = NEW.id)",
    ),
    "signature_not_replaced": (
        SIGNATURE,
        "INSERT",
        """EXISTS (SELECT 1 FROM agencies_agreementsignature o WHERE o.id = NEW.id
            OR (o.version_id = NEW.version_id
                AND (o.party = NEW.party OR o.account_id = NEW.account_id)))""",
    ),
}


def _sqlite(name: str, table: str, act: str, when: str) -> str:
    return f"""CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when}
        BEGIN SELECT RAISE(ABORT, 'refused: {name}'); END"""


def _postgresql(name: str, table: str, act: str, when: str) -> list[str]:
    # Of two who bring versions of one agreement into force at the same time the second waits, then sees.
    wait = "PERFORM 1 FROM agencies_agreement WHERE id = NEW.agreement_id FOR UPDATE; "
    found = "OLD" if act == "DELETE" else "NEW"
    return [
        f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {wait if when == _TWO_AT_ONCE else ""}
            IF {when} THEN
                RAISE EXCEPTION 'refused: {name}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN {found};
        END $$""",
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    ]


FREEZE = {
    "sqlite": [_sqlite(name, *guard) for name, guard in {**GUARDS, **_SQLITE_ONLY}.items()],
    "postgresql": [sql for name, guard in GUARDS.items() for sql in _postgresql(name, *guard)],
}
THAW = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {name}" for name in (*GUARDS, *_SQLITE_ONLY)],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, (table, _, _) in GUARDS.items()
    ],
}


def freeze(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in FREEZE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def thaw(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in THAW[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("agencies", "0004_agreement_signatures")]

    operations = [migrations.RunPython(freeze, thaw)]
