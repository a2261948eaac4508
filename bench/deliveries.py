"""Two thousand messages to a partner's system that fails at random, by workers that are killed two hundred times.

Run as ``./dev bench deliveries``, or ``python bench/deliveries.py [sqlite|postgresql] [MESSAGES] [KILLS]``. Each database is
made for the run and dropped after it; ``DATABASE_URL_TEST`` names the PostgreSQL server, as for the tests.

Promised: each message arrives, none twice at a receiver that honours the idempotency key, and every attempt is in the
log. Ends with 1 where one of these does not hold.
"""

# ruff: noqa: S603 - it starts itself

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg

CHILD = os.environ.pop("SHAREWELL_BENCH", "")  # the database of this process
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharewell.config.settings")
if CHILD:
    django.setup()
    from django.core.management import call_command

    from sharewell.followup.tests.faults import play

POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
MESSAGES, KILLS, SEED = 2000, 200, 20261122


def main(arguments: list[str]) -> int:
    """Play it on each database that answers, each in a process and a database of its own."""
    names = [each for each in arguments if each in {"sqlite", "postgresql"}]
    figures = [each for each in arguments if each.isdigit()]
    if CHILD:
        return measure(*map(int, figures))
    status = 0
    for name in names or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, database(name) as url:
            if url is None:
                print(f"{name}: no server answers")
                continue
            values = {**os.environ, "DATABASE_URL": url, "SHAREWELL_DATA": folder}
            values |= {"SHAREWELL_BENCH": name, "SHAREWELL_BASE_URL": "http://localhost:8000"}
            child = [sys.executable, __file__, *figures]
            status |= subprocess.run(child, env=values, check=False).returncode
    return status


@contextlib.contextmanager
def database(name: str) -> Iterator[str | None]:
    """The address of an empty database: nothing for SQLite, None where no server answers."""
    if name == "sqlite":
        yield ""
        return
    url = os.environ.get("DATABASE_URL_TEST", POSTGRES)
    ours = f"sharewell_bench_{os.getpid()}"
    try:
        server = psycopg.connect(url, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield None
        return
    with server:
        server.execute(f"CREATE DATABASE {ours}")
        try:
            yield urlsplit(url)._replace(path=f"/{ours}").geturl()
        finally:
            server.execute(f"DROP DATABASE {ours} WITH (FORCE)")


def measure(messages: int = MESSAGES, kills: int = KILLS) -> int:
    """Play it, and print what was found; 1 where a promise does not hold."""
    logging.disable(logging.CRITICAL)  # connections that a kill has cut
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        found = play(messages=messages, kills=kills, seed=SEED, folder=Path(folder))
    faults = found.faults
    broken = (found.lost, found.twice, found.failed, found.unrecorded, found.unplaced)
    print(f"{CHILD}: {found.messages} messages in {found.seconds:.0f} s, {found.posts} posts")
    print(f"  workers killed: {found.kills}, in the middle of a delivery: {found.caught}")
    print(f"  the receiver failed: 5xx {faults['F']}, hung up before {faults['H']}, ", end="")
    print(f"took it and hung up {faults['L']}, took it slowly {faults['S']}")
    print(f"  posts of what it had taken already: {found.repeated}")
    print(
        "  lost {}, twice {}, failed {}, attempts not in the log {}, not placed {}".format(*broken)
    )
    print(f"  load {os.getloadavg()[0]:.1f}")
    return int(any(broken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
