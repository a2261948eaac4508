"""The page of a case beside a bare page of the same rows, and search, with a million lines of chronology.

Run as ``./dev bench chronology``, or ``python bench/chronology.py [sqlite|postgresql] [CASES] [page|search|data] [keep]`` for
one database, so many cases of each of twenty agencies (500) and one of the figures (or the data alone). Each database is made for the run and
dropped after it; with ``keep`` it stays for the next run that says so too (in the folder for temporary files, or as
``sharewell_bench_CASES``). ``DATABASE_URL_TEST`` names the PostgreSQL server, as for the tests.

Promised: the page of a case takes no longer than a bare page of its fifty rows (ratio 1 or less); the 95th percentile of
a search is 50 ms or less.
"""

# ruff: noqa: S603 - it starts itself

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
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg

CHILD = os.environ.pop(
    "SHAREWELL_BENCH", ""
)  # the database of this process; settings know no such name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharewell.config.settings")
if CHILD:
    django.setup()
    from bare import lines
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.test import override_settings

    from sharewell.cases.queries import chronology_search

POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
ROUNDS, SEARCHES = 120, 300
Taken = tuple[float, float]


def main(arguments: list[str]) -> int:
    """Measure on each database that answers, each in a process and a database of its own."""
    names = [each for each in arguments if each in {"sqlite", "postgresql"}]
    cases = next((each for each in arguments if each.isdigit()), "500")
    figures = [each for each in arguments if each in {"page", "search", "data"}]
    figures = figures or ["page", "search"]
    if CHILD:
        measure(CHILD, int(cases), figures)
        return 0
    for name in names or ["sqlite", "postgresql"]:
        with place(name, cases, keep="keep" in arguments) as (folder, url):
            if url is None:
                print(f"{name}: no server answers")
                continue
            values = {**os.environ, "DATABASE_URL": url, "SHAREWELL_DATA": folder}
            values |= {
                "SHAREWELL_BENCH": name,
                "DJANGO_SETTINGS_MODULE": "sharewell.config.settings",
            }
            subprocess.run([sys.executable, __file__, cases, *figures], env=values, check=True)
    return 0


@contextlib.contextmanager
def place(name: str, cases: str, *, keep: bool) -> Iterator[tuple[str, str | None]]:
    """A folder and the address of a database: empty ones that go afterwards, or those that are kept."""
    if keep:
        folder = Path(tempfile.gettempdir()) / "sharewell-bench" / f"{name}-{cases}"
        folder.mkdir(parents=True, exist_ok=True)
        with database(name, cases, keep=True) as url:
            yield str(folder), url
        return
    with (
        tempfile.TemporaryDirectory() as made,
        database(name, str(os.getpid()), keep=False) as url,
    ):
        yield made, url


@contextlib.contextmanager
def database(name: str, called: str, *, keep: bool) -> Iterator[str | None]:
    """The address of a database: empty for SQLite, None where no server answers."""
    if name == "sqlite":
        yield ""
        return
    url = os.environ.get("DATABASE_URL_TEST", POSTGRES)
    ours = f"sharewell_bench_{called}"
    try:
        server = psycopg.connect(url, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield None
        return
    with server:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ours]).fetchone()
        if not found:
            server.execute(f"CREATE DATABASE {ours}")
        try:
            yield urlsplit(url)._replace(path=f"/{ours}").geturl()
        finally:
            if not keep:
                server.execute(f"DROP DATABASE {ours} WITH (FORCE)")


def measure(name: str, cases: int, figures: list[str]) -> None:
    """Make the data where there is none yet, and print the figures asked for."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    world = lines.world(cases)
    if "page" in figures:
        page(name, world)
    if "search" in figures:
        search(name, world)
    print(f"{name}: load {os.getloadavg()[0]:.1f}")


# --- the page of a case --------------------------------------------------------------------------


def page(name: str, world: lines.World) -> None:
    """Time the page beside two bare ones, one after the other in one run, each case in all of them."""
    alice, session = world.alice, SessionStore()
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
        taken = in_turn(ways, world.cases)
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


def search(name: str, world: lines.World) -> None:
    """Time searches as a page asks them, for one with forty cases and for one with all of an agency."""
    chance = random.Random(2)  # noqa: S311 - the same searches each time
    words = world.words
    many = f"{len(world.cases)} cases"
    for who, of in ((world.alice, many), (world.sam, "all cases of an agency")):
        times: list[Taken] = []
        for number in range(SEARCHES):
            top = (50, 1000, len(words))[number % 3]
            asked = " ".join(chance.choices(words[:top], k=1 + number % 2))
            began, worked = time.perf_counter(), time.process_time()
            chronology_search(viewer=who, now=datetime.now(UTC), words=asked)
            ended = time.perf_counter() - began, time.process_time() - worked
            times.append((ended[0] * 1000, ended[1] * 1000))
        for each, taken in zip(
            ("by the clock", "of this processor"), zip(*times, strict=True), strict=True
        ):
            found = sorted(taken)
            p50, p95 = found[len(found) // 2], found[int(len(found) * 0.95)]
            print(
                f"{name}: {SEARCHES} searches in {of}: median {p50:.1f} ms, 95% {p95:.1f} ms {each}"
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
