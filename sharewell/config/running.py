"""Serving: the web process and the worker, started together, watched, and stopped together."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import importlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO, Any

PORTS = range(8000, 8050)
WEB_THREADS = 2 * (os.cpu_count() or 1) + 1  # of one web process; each has its own connection
STOP_SECONDS = 15  # for requests and deliveries under way
DEMO = "sharewell.config.demo"


class DemoError(Exception):
    """Demo data cannot be loaded; nothing was changed."""

    code = "demo"


class AlreadyRunningError(Exception):
    """Another process serves this data folder; the message is where and which."""

    code = "already_running"


def prepare_demo(environment: MutableMapping[str, str]) -> None:
    """Set what a demonstration needs and its starter left open: the mode, and a free port."""
    environment.setdefault("SHAREWELL_DEMO", "True")
    if not environment.get("SHAREWELL_LISTEN"):
        environment["SHAREWELL_LISTEN"] = f"127.0.0.1:{free_port()}"


def free_port() -> int:
    """Return the first port from 8000 on that nothing on this machine listens to."""
    for port in PORTS:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    return PORTS.start


def serve(*, demo: bool) -> int:
    """Bring the data up to date and serve until stopped; return the exit status.

    Started a second time on the same data folder, says where the first runs, and returns 0.
    """
    from django.conf import settings

    # Control-C stops it too where its starter, a shell in the background, had that ignored.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupt)
    try:
        with only_one(settings.DATA_FOLDER / "run.lock", settings.BASE_URL):
            say("preparing the database and the page assets")
            bring_up_to_date()
            if demo:
                with contextlib.suppress(DemoError):  # its database is not empty: a later start
                    load_demo(datetime.now(UTC))
            return watch(start_web(), demo=demo)
    except AlreadyRunningError as error:
        say(f"Sharewell is already running at {error}")
    except KeyboardInterrupt:
        say("stopped")
    return 0


def say(text: str) -> None:
    """Tell whoever started it what is going on."""
    print(f"sharewell: {text}", flush=True)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """Stop as control-C does."""
    raise KeyboardInterrupt


@contextlib.contextmanager
def only_one(path: Path, address: str) -> Iterator[None]:
    """Hold the lock of the data folder while serving; raise AlreadyRunningError if it is held."""
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(told_address(file)) from None
        file.truncate(0)
        file.write(f"{address} (process {os.getpid()})")
        file.flush()
        yield


def told_address(file: IO[str]) -> str:
    """Return what the process that holds the lock wrote into it, a moment after it took it."""
    for _ in range(20):
        file.seek(0)
        if text := file.read():
            return text
        time.sleep(0.05)
    return "an address it has not told yet"


def bring_up_to_date() -> None:
    """Apply the migrations, make the cache table, collect the page assets, tell what is amiss."""
    from django.core.checks import run_checks
    from django.core.management import call_command

    from sharewell.config.checks import TAG

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    for problem in run_checks(tags=[TAG]):
        print(f"sharewell: {problem.msg} ({problem.hint})", file=sys.stderr, flush=True)


def load_demo(now: datetime) -> None:
    """Fill an empty database with the demo cases, as of ``now`` (aware, UTC).

    Raises DemoError where the database holds anything already, or this build has no demo data.
    """
    from django.db import transaction

    from sharewell.agencies.models import Agency

    if Agency.objects.exists():
        message = "the database is not empty: demo data goes into an empty one only"
        raise DemoError(message)
    demo = demo_data()
    if demo is None:
        message = "this build has no demo data"
        raise DemoError(message)
    say("loading the demo data")
    with transaction.atomic():  # killed half-way, it leaves the database empty
        demo.load(now=now)


def demo_data() -> Any:
    """Return the module that loads the demo cases and names who can sign in, if it is there."""
    found = importlib.util.find_spec(DEMO)
    return importlib.import_module(DEMO) if found and found.origin else None


def start_web() -> subprocess.Popen[bytes]:
    """Start the web processes at the address of SHAREWELL_LISTEN."""
    from django.conf import settings

    host, _, port = settings.LISTEN.rpartition(":")
    return child(
        "granian",
        *("--interface", "wsgi", "--host", host.strip("[]"), "--port", port),
        *("--workers", str(settings.WEB_PROCESSES), "--blocking-threads", str(WEB_THREADS)),
        *("--workers-kill-timeout", str(STOP_SECONDS), "--respawn-failed-workers"),
        *("--no-ws", "--log-level", "warning", "sharewell.config.wsgi:application"),
    )


def start_worker() -> subprocess.Popen[bytes] | None:
    """Start the process that works deliveries and clocks, where this build has one."""
    from django.core.management import get_commands

    return child("sharewell", "work") if "work" in get_commands() else None


def child(module: str, *words: str) -> subprocess.Popen[bytes]:
    """Start a Python module as a process that ends when this one does, however it ends."""
    command = [sys.executable, "-m", module, *words]
    return subprocess.Popen(command, preexec_fn=end_with_parent)  # noqa: PLW1509 - one thread here


def end_with_parent() -> None:
    """Ask Linux to stop this process when its parent dies."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def watch(web: subprocess.Popen[bytes], *, demo: bool) -> int:
    """Wait while both processes run; a worker that ends is started again, the web ends all."""
    worker = start_worker()
    announce(web, demo=demo)
    try:
        while web.poll() is None:
            time.sleep(0.5)
            if worker and worker.poll() is not None:
                say("the worker ended; starting it again")
                time.sleep(1)
                worker = start_worker()
        say("the web process ended, so all does")
        return 1
    finally:
        stop([process for process in (web, worker) if process])


def announce(web: subprocess.Popen[bytes], *, demo: bool) -> None:
    """Print the address once it answers, and who can sign in to a demonstration."""
    from django.conf import settings

    host, _, port = settings.LISTEN.rpartition(":")
    while web.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()
            break
        time.sleep(0.05)
    else:
        return
    print(f"Sharewell is at {settings.BASE_URL}", flush=True)
    if demo and (data := demo_data()):
        for line in data.sign_ins():
            print(f"  {line}")
    print("Stop it with control-C.", flush=True)


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask the processes to end what they are doing; end those that do not."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
