"""The search index of the chronology: what is kept in it, and how it is asked.

Beside the words of a line stands a mark of its agency and one of its case, so that a search is held within
what its viewer may read by the index itself: how often a word stands in hidden lines changes neither what is
found nor, as far as it goes, how long it takes. Nothing is ranked by how rare a word is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from sharewell.cases.models import Case, ChronologyEntry, ChronologyWords
from sharewell.core.findable import stems

# No word begins with these: a word is made of letters, digits and marks.
CASE, AGENCY = "§", "¶"
# For more cases than these the mark of the agency is asked for: the index takes one mark faster than many.
FEW = 60
NEWEST = 2**62  # beyond every row of the index
Asked = tuple[str, tuple[Any, ...]]  # SQL with the values that go into it
NO_MORE: Asked = ("", ())


def kept(text: str, *, case_id: UUID, agency_id: UUID) -> str:
    """What the index holds of a line."""
    return " ".join([f"{AGENCY}{agency_id.hex}", f"{CASE}{case_id.hex}", *stems(text)])


def kept_of(entry: ChronologyEntry, case: Case) -> str:
    """What the index holds of a line of this case."""
    words = f"{entry.text} {entry.source_role}"
    return kept(words, case_id=case.pk, agency_id=case.agency_id)


def index_again(case: Case) -> None:
    """Make the index of a case's lines anew from the lines themselves."""
    ChronologyWords.objects.filter(entry__case=case).delete()
    entries = ChronologyEntry.objects.filter(case=case).order_by("line")
    ChronologyWords.objects.bulk_create(
        ChronologyWords(entry=entry, words=kept_of(entry, case)) for entry in entries
    )


def newest(
    words: Sequence[str],
    *,
    visible: Asked,
    case_id: UUID | None,
    agency_id: UUID,
    before: int = NEWEST,
    size: int,
) -> list[UUID]:
    """The ids of the lines that hold all of these stems, the newest recorded first, ``before`` a row of the index.

    ``visible`` asks for the ids of the cases that the viewer may read: no line of another is among them, nor counts
    towards ``size``. With ``case_id`` only lines of that case.
    """
    sql, values = visible
    few = f"{sql} LIMIT {FEW + 1}"
    ids = [case_id] if case_id else [UUID(str(key)) for (key,) in _rows((few, values))]
    if not ids:
        return []
    many = len(ids) > FEW
    marks = [f"{AGENCY}{agency_id.hex}"] if many else [f"{CASE}{each.hex}" for each in ids]
    of_case = ("AND e.case_id = %s", (_key(case_id),)) if case_id else NO_MORE
    if connection.vendor == "sqlite":
        asked = _in_sqlite(words, marks, visible, before, of_case)
    else:
        found = _many if many else _few
        asked = _in_postgresql(found(words, marks, before, size), visible, size, of_case)
    return [UUID(str(key)) for (key,) in _rows((f"{asked[0]} LIMIT {size}", asked[1]))]


def _key(case_id: UUID) -> Any:
    return case_id if connection.features.has_native_uuid_field else case_id.hex


def _rows(asked: Asked) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(*asked)
        return cursor.fetchall()


# --- SQLite: the index gives its rows in their order, so that it is left as soon as there are enough. ---


def _in_sqlite(
    words: Sequence[str], marks: Sequence[str], visible: Asked, before: int, of_case: Asked
) -> Asked:
    both = " OR ".join(f'"{mark}"' for mark in marks)
    asked = " AND ".join([f"({both})", *(f'"{word}"' for word in words)])
    return (
        f"""SELECT w.entry_id FROM cases_chronologyfts f
            CROSS JOIN cases_chronologywords w ON w.id = f.rowid
            CROSS JOIN cases_chronologyentry e ON e.id = w.entry_id
            WHERE f.cases_chronologyfts MATCH %s AND f.rowid < %s
            AND e.case_id IN ({visible[0]}) {of_case[0]}
            ORDER BY f.rowid DESC""",  # noqa: S608 # nosec B608 - from Django and from above
        (asked, before, *visible[1], *of_case[1]),
    )


# --- PostgreSQL: each step is made whole before the next, since it cannot tell how many lines a viewer reads. ---

HOLDS = "array_to_tsvector(string_to_array(words, ' ')) @@ %s::tsquery"  # as the index is written
# By its mark, which is at hand; the table has the last word. "IS TRUE" keeps it from being asked line by line.
OF_VISIBLE = "(substr(words, 36, 32) IN (SELECT replace(id::text, '-', '') FROM visible)) IS TRUE"
NEAR = 800  # newest lines of an agency that are read before the index is asked: a frequent word is among them


def _in_postgresql(found: Asked, visible: Asked, size: int, of_case: Asked) -> Asked:
    """The newest of the rows found, as far as the table of lines says too that the viewer may read them."""
    return (
        f"""WITH visible (id) AS MATERIALIZED ({visible[0]}), {found[0]},
            newest AS MATERIALIZED (SELECT id, entry_id FROM found ORDER BY id DESC LIMIT {size})
            SELECT e.id FROM newest JOIN cases_chronologyentry e ON e.id = newest.entry_id
            WHERE (e.case_id IN (SELECT id FROM visible)) IS TRUE {of_case[0]}
            ORDER BY newest.id DESC""",  # noqa: S608 # nosec B608 - from Django and from here
        (*visible[1], *found[1], *of_case[1]),
    )


def _tsquery(words: Sequence[str], marks: Sequence[str]) -> str:
    both = " | ".join(f"'{mark}'" for mark in marks)
    return " & ".join([f"({both})", *(f"'{word}'" for word in words)])


def _few(words: Sequence[str], marks: Sequence[str], before: int, _size: int) -> Asked:
    """In few cases: all that the index gives for them."""
    return (
        f"""hits AS MATERIALIZED (
                SELECT id, entry_id, words FROM cases_chronologywords WHERE {HOLDS} AND id < %s),
            found AS (SELECT id, entry_id FROM hits WHERE {OF_VISIBLE})""",  # noqa: S608 # nosec B608 - from here
        (_tsquery(words, marks), before),
    )


def _many(words: Sequence[str], marks: Sequence[str], before: int, size: int) -> Asked:
    """In many: the newest lines by their order alone, and the index only where these do not hold enough."""
    (mark,) = marks
    ours = "substr(words, 1, 33) = %s AND id < %s"
    return (
        f"""recent AS MATERIALIZED (
                SELECT min(id) AS first FROM (
                    SELECT id FROM cases_chronologywords WHERE {ours}
                    ORDER BY id DESC LIMIT {NEAR}) AS newest),
            near AS MATERIALIZED (
                SELECT id, entry_id FROM cases_chronologywords
                WHERE {ours} AND id >= (SELECT first FROM recent)
                AND string_to_array(words, ' ') @> %s AND {OF_VISIBLE}
                ORDER BY id DESC LIMIT {size}),
            hits AS MATERIALIZED (
                SELECT id, entry_id, words FROM cases_chronologywords
                WHERE {HOLDS} AND id < %s AND (SELECT count(*) FROM near) < {size}),
            found AS (
                SELECT id, entry_id FROM near WHERE (SELECT count(*) FROM near) >= {size}
                UNION ALL SELECT id, entry_id FROM hits WHERE {OF_VISIBLE})""",  # noqa: S608 # nosec B608 - from here
        (mark, before, mark, before, list(words), _tsquery(words, marks), before),
    )
