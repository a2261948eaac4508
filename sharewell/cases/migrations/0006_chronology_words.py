"""The words of the chronology, and the search index of each database that follows them by itself.

SQLite: an FTS5 table whose content is the table of words, kept by triggers. A later migration that alters the
table of words on SQLite makes the table anew and must make the triggers again. Where SQLite can (3.42), words
that are taken out are wiped from the index at once.
PostgreSQL: a GIN index over the words as a tsvector; without a list of pending entries, so that searches take
the same time after many writes.
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

SQLITE = (
    """CREATE VIRTUAL TABLE cases_chronologyfts USING fts5(
        words, content='cases_chronologywords', content_rowid='id',
        tokenize='ascii', detail='none', columnsize=0)""",
    """CREATE TRIGGER chronologywords_added AFTER INSERT ON cases_chronologywords BEGIN
        INSERT INTO cases_chronologyfts(rowid, words) VALUES (new.id, new.words); END""",
    """CREATE TRIGGER chronologywords_gone AFTER DELETE ON cases_chronologywords BEGIN
        INSERT INTO cases_chronologyfts(cases_chronologyfts, rowid, words)
        VALUES ('delete', old.id, old.words); END""",
    """CREATE TRIGGER chronologywords_changed AFTER UPDATE ON cases_chronologywords BEGIN
        INSERT INTO cases_chronologyfts(cases_chronologyfts, rowid, words)
        VALUES ('delete', old.id, old.words);
        INSERT INTO cases_chronologyfts(rowid, words) VALUES (new.id, new.words); END""",
)
SQLITE_BACK = ("DROP TABLE cases_chronologyfts",)
WIPES = (3, 42)
POSTGRESQL = (
    """CREATE INDEX chronologywords_found ON cases_chronologywords
        USING gin (array_to_tsvector(string_to_array(words, ' '))) WITH (fastupdate = off)""",
)
POSTGRESQL_BACK = ("DROP INDEX chronologywords_found",)


def make_index(_apps: Any, editor: Any) -> None:
    """Make the index, before there are words."""
    connection = editor.connection
    for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)
    if connection.vendor == "sqlite" and connection.Database.sqlite_version_info >= WIPES:
        editor.execute(
            "INSERT INTO cases_chronologyfts(cases_chronologyfts, rank) VALUES ('secure-delete', 1)"
        )


def drop_index(_apps: Any, editor: Any) -> None:
    """Take the index away; its triggers go with the table of words."""
    postgresql = editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL_BACK if postgresql else SQLITE_BACK:
        editor.execute(statement)


def fill(apps: Any, _editor: Any) -> None:
    """Keep the words of the lines that are there already."""
    from sharewell.cases.finding import kept  # noqa: PLC0415 - the words as they are kept now

    entries = apps.get_model("cases", "ChronologyEntry").objects.select_related("case")
    words = apps.get_model("cases", "ChronologyWords")
    rows = (
        words(
            entry_id=entry.pk,
            words=kept(
                f"{entry.text} {entry.source_role}",
                case_id=entry.case_id,
                agency_id=entry.case.agency_id,
            ),
        )
        for entry in entries.order_by("recorded_at", "line").iterator(chunk_size=500)
    )
    words.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    """The words, their index, and the words of what is there."""

    dependencies = [("cases", "0005_markings")]

    operations = [
        migrations.CreateModel(
            name="ChronologyWords",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.TextField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="cases.chronologyentry",
                    ),
                ),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
