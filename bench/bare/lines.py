"""Twenty agencies with cases of a hundred lines each, made in bulk as the operations write them."""

# ruff: noqa: SLF001 - it asks Django for the columns of tables

from __future__ import annotations

import contextlib
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction

from sharewell.agencies.models import Account
from sharewell.cases import finding
from sharewell.cases.models import (
    Case,
    CaseRead,
    ChronologyEntry,
    ChronologyWords,
    CircleMember,
    Person,
)
from sharewell.testing import make_account, make_agency

KINDS, SECTIONS = ["observed", "reported", "opinion"], ["contact", "note", "action", "concern"]
AGENCIES, LINES, VOCABULARY, WORDS = 20, 100, 30_000, 20
MINE = 40  # cases of one practitioner; the lead of an agency reads all of its cases
NOW = datetime.now(UTC).replace(microsecond=0)
# The search index of each database, made once at the end instead of line by line.
INDEX = "chronologywords_found"
TRIGGER = "chronologywords_added"


@dataclass(frozen=True, slots=True)
class World:
    """Who reads, what they read, and the words that may be sought, the commonest first."""

    alice: Account
    sam: Account
    cases: list[Case]
    words: list[str]


def world(cases: int) -> World:
    """The data of this database: made where it is empty, in one transaction, otherwise as it was left."""
    words = vocabulary(random.Random(1))  # noqa: S311 - the same data each time
    alice = Account.objects.filter(name="Alice0 Practitioner").first()
    if alice is None:
        began = time.perf_counter()
        fill(cases, words, began)
        print(f"{AGENCIES * cases * LINES:,} lines in {time.perf_counter() - began:.0f} s")
        alice = Account.objects.get(name="Alice0 Practitioner")
    mine = Case.objects.filter(owner=alice, circle__account=alice).order_by("reference")
    return World(alice, Account.objects.get(name="Sam0 Lead"), list(mine), words)


def fill(cases: int, words: list[str], began: float) -> None:
    """Twenty agencies, each with a practitioner, a lead and so many cases of a hundred lines."""
    chance = np.random.default_rng(1)
    odds = np.cumsum(1 / (np.arange(len(words)) + 20.0))
    odds /= odds[-1]
    with transaction.atomic(), index_at_the_end():
        for number in range(AGENCIES):
            agency = make_agency(f"agency-{number}", f"Agency {number}", kind="care_provider")
            alice = make_account(f"Alice{number} Practitioner", agency, "practitioner")
            sam = make_account(f"Sam{number} Lead", agency, "safeguarding_lead")
            made = make_cases(agency, alice, sam, cases)
            add_lines(made, alice, np.array(words, dtype=object), odds, chance)
            seconds = time.perf_counter() - began
            print(f"  {(number + 1) * cases * LINES:,} lines, {seconds:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


@contextlib.contextmanager
def index_at_the_end() -> Iterator[None]:
    """Leave the search index aside while lines are added, and make it from all of them."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [INDEX])
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [TRIGGER])
        (again,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {INDEX}" if postgresql else f"DROP TRIGGER {TRIGGER}")
        yield
        if postgresql:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        else:
            cursor.execute(
                "INSERT INTO cases_chronologyfts(cases_chronologyfts) VALUES ('rebuild')"
            )
        cursor.execute(again)


def vocabulary(chance: random.Random) -> list[str]:
    """Words that are their own stems, the commonest first."""
    letters = "abcdefghijklmnoprtuvw"
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        found["".join(chance.choices(letters, k=chance.randint(3, 9)))] = None
    return list(found)


def make_cases(agency: Any, alice: Any, sam: Any, cases: int) -> list[Any]:
    """Cases of one agency; the lead reads all of them, the practitioner some, which they opened yesterday."""
    people = Person.objects.bulk_create(
        Person(agency=agency, name=f"Person {n}", subject_kind="adult") for n in range(cases)
    )
    made = Case.objects.bulk_create(
        Case(
            agency=agency,
            person=person,
            reference=uuid.uuid4().hex[:12],
            owner=alice,
            manager=sam,
            opened_at=NOW - timedelta(days=400),
        )
        for person in people
    )
    since = NOW - timedelta(days=400)
    leads = [(case, sam, "safeguarding_lead") for case in made]
    CircleMember.objects.bulk_create(
        CircleMember(case=case, account=account, relation=relation, joined_at=since)
        for case, account, relation in [*leads, *((case, alice, "owner") for case in made[:MINE])]
    )
    CaseRead.objects.bulk_create(
        CaseRead(
            agency=agency,
            case=case,
            account=alice,
            at=NOW - timedelta(days=1),
            what="page",
            role="practitioner",
            relation="owner",
        )
        for case in made[:MINE]
    )
    return made


def add_lines(cases: list[Any], by: Any, words: Any, odds: Any, chance: Any) -> None:
    """A hundred lines for each case with their words, as operations write them, in bulk."""
    entries, held = [], []
    for case in cases:
        marks = f"{finding.AGENCY}{case.agency_id.hex} {finding.CASE}{case.pk.hex}"
        said = words[np.searchsorted(odds, chance.random((LINES, WORDS)))]
        for line in range(1, LINES + 1):
            text = " ".join(said[line - 1])
            key = uuid.uuid4()
            at = NOW - timedelta(days=LINES - line)
            entries.append(
                {
                    "id": key,
                    "case_id": case.pk,
                    "line": line,
                    "event_at": at - timedelta(hours=line % 50),
                    "recorded_at": at,
                    "section": SECTIONS[line % 4],
                    "kind": KINDS[line % 3],
                    "source_role": "neighbour" if line % 3 == 1 else "",
                    "verbatim": line % 6 == 1,
                    "text": text,
                    "corrects_id": entries[-1]["id"] if line % 50 == 0 else None,
                }
            )
            held.append(
                {"entry_id": key, "words": f"{marks} {' '.join(dict.fromkeys(said[line - 1]))}"}
            )
    sample = finding.kept(entries[0]["text"], case_id=cases[0].pk, agency_id=cases[0].agency_id)
    assert held[0]["words"] == sample, "the words are not as operations keep them"
    copy_in(ChronologyEntry(recorded_by_id=by.pk, team_id=by.team_id), entries)
    copy_in(ChronologyWords(), held)


def copy_in(like: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows as fast as the database takes them; what a row does not say is as in ``like``."""
    model = type(like)
    fields = [
        each for each in model._meta.concrete_fields if each.attname != "id" or "id" in rows[0]
    ]
    names = ", ".join(f'"{each.column}"' for each in fields)
    same = {each.attname: prepared(each, getattr(like, each.attname)) for each in fields}
    varied = [(each.attname, each) for each in fields if each.attname in rows[0]]
    values = (
        tuple((same | {name: prepared(of, row[name]) for name, of in varied}).values())
        for row in rows
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copied:
                for each in values:
                    copied.write_row(each)
        else:
            marks = ", ".join("?" * len(fields))
            insert = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})"  # noqa: S608
            connection.connection.executemany(insert, values)


def prepared(field: Any, value: Any) -> Any:
    """A value as Django writes it to this database."""
    if value is None or isinstance(value, str | int | bool):
        return value
    if connection.vendor == "sqlite":
        return (
            value.hex if isinstance(value, uuid.UUID) else field.get_db_prep_save(value, connection)
        )
    return value
