"""The page of a case beside a bare page of the same rows, and search, with a million lines of chronology.

Run as ``./dev bench chronology``, or ``python bench/chronology.py [sqlite|postgresql] [CASES]`` for one database and
so many cases of each of twenty agencies (500). Each database is made for the run and dropped after it;
``DATABASE_URL_TEST`` names the PostgreSQL server, as for the tests.

Promised: the page of a case takes no longer than a bare page of its fifty rows (ratio 1 or less); the 95th percentile of
a search is 50 ms or less.
"""

# ruff: noqa: S603, SLF001 - it starts itself, and asks Django for the columns of tables

from __future__ import annotations

import contextlib
import io
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import numpy as np
import psycopg

CHILD = os.environ.pop(
    "SHAREWELL_BENCH", ""
)  # the database of this process; settings know no such name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharewell.config.settings")
if CHILD:
    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.db import connection, transaction
    from django.test import override_settings

    from sharewell.cases import finding
    from sharewell.cases.models import (
        Case,
        ChronologyEntry,
        ChronologyWords,
        CircleMember,
        Person,
    )
    from sharewell.cases.queries import chronology_search
    from sharewell.testing import make_account, make_agency

KINDS, SECTIONS = ["observed", "reported", "opinion"], ["contact", "note", "action", "concern"]
POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
AGENCIES, LINES, VOCABULARY, WORDS = 20, 100, 30_000, 20
NOW = datetime.now(UTC).replace(microsecond=0)
ROUNDS, SEARCHES = 120, 300
Taken = tuple[float, float]
MINE = 40  # cases of one practitioner; the lead of an agency reads all of its cases


def main(arguments: list[str]) -> int:
    """Measure on each database that answers, each in a process and a database of its own."""
    names = [each for each in arguments if each in {"sqlite", "postgresql"}]
    sizes = [each for each in arguments if each.isdigit()] or ["500"]
    if CHILD:
        measure(CHILD, int(sizes[0]))
        return 0
    for name in names or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, database(name) as url:
            if url is None:
                print(f"{name}: no server answers")
                continue
            values = {**os.environ, "DATABASE_URL": url, "SHAREWELL_DATA": folder}
            values |= {
                "SHAREWELL_BENCH": name,
                "DJANGO_SETTINGS_MODULE": "sharewell.config.settings",
            }
            subprocess.run([sys.executable, __file__, sizes[0]], env=values, check=True)
    return 0


@contextlib.contextmanager
def database(name: str) -> Iterator[str | None]:
    """The address of an empty database that is dropped afterwards."""
    if name == "sqlite":
        yield ""
        return
    url = os.environ.get("DATABASE_URL_TEST", POSTGRES)
    fresh = f"sharewell_bench_{os.getpid()}"
    try:
        server = psycopg.connect(url, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield None
        return
    with server:
        server.execute(f"CREATE DATABASE {fresh}")
        try:
            yield urlsplit(url)._replace(path=f"/{fresh}").geturl()
        finally:
            server.execute(f"DROP DATABASE {fresh} WITH (FORCE)")


def measure(name: str, cases: int) -> None:
    """Make the data and print every figure for one database."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.perf_counter()
    world = fill(cases)
    print(f"{name}: {AGENCIES * cases * LINES:,} lines in {time.perf_counter() - began:.0f} s")
    page(name, world)
    search(name, world)


# --- data ----------------------------------------------------------------------------------------


def fill(cases: int) -> dict[str, Any]:
    """Twenty agencies, each with a practitioner, a lead and so many cases of a hundred lines."""
    chance = np.random.default_rng(1)  # the same data each time
    words = vocabulary(random.Random(1))  # noqa: S311
    odds = np.cumsum(1 / (np.arange(len(words)) + 20.0))
    odds /= odds[-1]
    world: dict[str, Any] = {"words": words, "cases": []}
    with transaction.atomic():
        for number in range(AGENCIES):
            agency = make_agency(f"agency-{number}", f"Agency {number}", kind="care_provider")
            alice = make_account(f"Alice{number} Practitioner", agency, "practitioner")
            sam = make_account(f"Sam{number} Lead", agency, "safeguarding_lead")
            made = make_cases(agency, alice, sam, cases)
            add_lines(made, alice, np.array(words, dtype=object), odds, chance)
            if number == 0:
                world |= {"alice": alice, "sam": sam, "cases": made[:MINE]}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return world


def vocabulary(chance: random.Random) -> list[str]:
    """Words that are their own stems, the commonest first."""
    letters = "abcdefghijklmnoprtuvw"
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        found["".join(chance.choices(letters, k=chance.randint(3, 9)))] = None
    return list(found)


def make_cases(agency: Any, alice: Any, sam: Any, cases: int) -> list[Any]:
    """Cases of one agency; the lead reads all of them, the practitioner some."""
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
    if isinstance(value, str | int | bool):
        return value
    if connection.vendor == "sqlite":
        return (
            value.hex if isinstance(value, uuid.UUID) else field.get_db_prep_save(value, connection)
        )
    return value


# --- the page of a case --------------------------------------------------------------------------


def page(name: str, world: dict[str, Any]) -> None:
    """Time the page beside two bare ones, one after the other in one run, each case in all of them."""
    alice, session = world["alice"], SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(alice.pk), alice.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
    with override_settings(ROOT_URLCONF="bare.urls"), quiet():
        ours = get_wsgi_application()
        with override_settings(MIDDLEWARE=[]):
            plain = get_wsgi_application()
        ways = {
            "ours": lambda case: get(ours, f"/cases/{case.pk}/", cookie),
            "bare": lambda case: get(plain, f"/bare/{case.pk}/", ""),
            "bare, our rows": lambda case: get(plain, f"/bare-with-our-rows/{case.pk}/", ""),
        }
        taken = in_turn(ways, world["cases"])
    for each, times in taken.items():
        clock, processor = (statistics.median(each) for each in zip(*times, strict=True))
        print(f"{name}: {each}: median {clock:.2f} ms, {processor:.2f} of the processor")
    for each in ("bare", "bare, our rows"):
        pairs = list(zip(taken["ours"], taken[each], strict=True))
        clock, processor = (statistics.median(a[n] / b[n] for a, b in pairs) for n in (0, 1))
        print(f"{name}: ours to {each}: {clock:.2f} by the clock, {processor:.2f} of the processor")


def in_turn(ways: dict[str, Callable[[Any], Taken]], cases: list[Any]) -> dict[str, list[Taken]]:
    """Milliseconds of each way for each case: forwards and then backwards (A B B A), round after round."""
    for case in cases:
        for way in ways.values():
            way(case)
    taken: dict[str, list[Taken]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        case = cases[number % len(cases)]
        for name in [*ways, *reversed(ways)]:
            taken[name].append(ways[name](case))
    return taken


def get(application: Any, path: str, cookie: str) -> Taken:
    """Milliseconds of one request through the whole handler, by the clock and of the processor, with its fifty rows."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "localhost:8000",
        "HTTP_COOKIE": cookie,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }
    status: list[str] = []
    began, worked = time.perf_counter(), time.process_time()
    response = application(environ, lambda line, _headers: status.append(line))
    body = b"".join(response)
    response.close()
    taken = (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
    assert status == ["200 OK"], status
    assert body.count(b'class="moj-timeline__header"') == 50, path
    return taken


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No log line of a request on the screen; each is made all the same."""
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stderr(nowhere):
        yield


# --- search --------------------------------------------------------------------------------------


def search(name: str, world: dict[str, Any]) -> None:
    """Time searches as a page asks them, for one with forty cases and for one with all of an agency."""
    chance = random.Random(2)  # noqa: S311 - the same searches each time
    words = world["words"]
    for who, many in (("alice", f"{MINE} cases"), ("sam", "all cases of an agency")):
        times: list[Taken] = []
        for number in range(SEARCHES):
            top = (50, 1000, len(words))[number % 3]
            asked = " ".join(chance.choices(words[:top], k=1 + number % 2))
            began, worked = time.perf_counter(), time.process_time()
            chronology_search(viewer=world[who], now=NOW, words=asked)
            ended = time.perf_counter() - began, time.process_time() - worked
            times.append((ended[0] * 1000, ended[1] * 1000))
        for each, taken in zip(
            ("by the clock", "of this processor"), zip(*times, strict=True), strict=True
        ):
            found = sorted(taken)
            p50, p95 = found[len(found) // 2], found[int(len(found) * 0.95)]
            print(
                f"{name}: {SEARCHES} searches in {many}: median {p50:.1f} ms, 95% {p95:.1f} ms {each}"
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
