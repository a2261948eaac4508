"""The log holds no personal data: a new column or a foreign key out would be seen here."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

TABLES = {
    "ledger_entry": {"id", "data"},
    "ledger_pending": {"id", "entry_id"},
    "ledger_sequenced": {"index", "entry_id"},
    "ledger_node": {"level", "position", "hash"},
    "ledger_checkpoint": {"size", "note"},
}


@pytest.mark.django_db
def test_the_tables_hold_exactly_these_columns() -> None:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = {
            table: {c.name for c in connection.introspection.get_table_description(cursor, table)}
            for table in names
            if table.startswith("ledger_")
        }
    assert found == TABLES


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_no_foreign_key_leaves_the_ledger(table: str) -> None:
    with connection.cursor() as cursor:
        relations = connection.introspection.get_relations(cursor, table)
    assert {target for _, target, *_ in relations.values()} <= {"ledger_entry"}


def test_no_other_room_ties_its_rows_to_the_ledger() -> None:
    """Records name an entry by its opaque id; a foreign key would bind erasing them to the log."""
    ours = set(apps.get_app_config("ledger").get_models())
    tied = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model not in ours
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model in ours
    ]
    assert tied == []
