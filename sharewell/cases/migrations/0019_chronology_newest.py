"""The newest lines of an agency, by the mark with which their words begin: for a word that stands in many of them.

PostgreSQL only; the index of SQLite keeps its lines in their order.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

MADE = """CREATE INDEX chronologywords_newest ON cases_chronologywords (substr(words, 1, 33), id)"""
DROPPED = "DROP INDEX chronologywords_newest"


def make_index(_apps: Any, editor: Any) -> None:
    """Make the index."""
    if editor.connection.vendor == "postgresql":
        editor.execute(MADE)


def drop_index(_apps: Any, editor: Any) -> None:
    """Take the index away."""
    if editor.connection.vendor == "postgresql":
        editor.execute(DROPPED)


class Migration(migrations.Migration):
    """One index."""

    dependencies = [("cases", "0018_marking_ended")]

    operations = [migrations.RunPython(make_index, drop_index)]
