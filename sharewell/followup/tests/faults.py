"""Workers killed at random moments while they deliver to a system that fails at random, and what is left of it all.

Used by ``bench/deliveries.py`` and, a twentieth of it, by the suite. Workers and the receiving system are processes of
their own, forked; a worker runs the loop of ``sharewell work`` on a clock that runs twenty times as fast, so that leases
and the waits between attempts pass in seconds.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connections
from django.test import override_settings

from sharewell.agencies.models import Function, Sealed
from sharewell.channels.webhook.tests.receiver import SENDER, SIGNER, receiver
from sharewell.disclosures.models import Delivery, Disclosure
from sharewell.disclosures.tests.stage import make_case, make_desk, make_sent
from sharewell.followup.management.commands import work
from sharewell.ledger import queries as ledger
from sharewell.ledger.models import Entry
from sharewell.testing import make_cast

SPEED = 20
WORKERS = 3
NONE = "-" * 36
LINE = len(f"T {NONE} {NONE}\n")
LONGEST = 900.0  # seconds, after which something is wrong


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened, and what was found of it afterwards."""

    messages: int
    kills: int
    caught: int  # of these, in the middle of a delivery
    posts: int
    faults: Counter[str]  # F: 5xx; H: hung up before; L: taken, answer lost; S: taken, slow
    repeated: int  # posts of what had been taken already
    seconds: float
    lost: int
    twice: int
    failed: int
    unrecorded: int  # attempts without an entry, or entries without an attempt
    unplaced: int  # entries without a place in the log


def play(*, messages: int, kills: int, seed: int, folder: Path) -> Figures:
    """Send so many messages while workers are killed so often; ``folder`` is for the receiver's journal."""
    origin, began = time.time(), time.perf_counter()

    def clock() -> float:
        return origin + (time.time() - origin) * SPEED

    journal = folder / "posts"
    journal.touch()
    system, address = _system(journal, clock, seed)
    with override_settings(WEBHOOK_PRIVATE_HOSTS=["127.0.0.1"], BASE_URL=SENDER):
        try:
            _stage(messages, address, datetime.fromtimestamp(origin, UTC))
            _let_go()
            _work_and_kill(messages, kills, clock, journal, random.Random(seed))  # noqa: S311 - a test's
        finally:
            os.kill(system, signal.SIGKILL)
            os.waitpid(system, 0)
    return _found(messages, kills, journal, time.perf_counter() - began)


def _stage(messages: int, address: str, now: datetime) -> None:
    """So many messages of one case, waiting to be posted to the same desk."""
    cast = make_cast()
    desk: Function = make_desk(webhook=address)
    first = make_sent(cast, now, desk, case=make_case(cast, now))
    (way,) = first.deliveries.all()
    rows = [copy(first) for _ in range(messages - 1)]
    for row in rows:
        row.pk = uuid.uuid4()
        row.message_bytes = f'{{"id":"{row.pk}"}}'.encode()
    Disclosure.objects.bulk_create(rows)
    Delivery.objects.bulk_create(
        Delivery(disclosure=row, channel=way.channel, address=way.address, next_at=now)
        for row in rows
    )


def _system(journal: Path, clock: Callable[[], float], seed: int) -> tuple[int, str]:
    """Start the receiving system; returns its process and its address."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        with os.fdopen(reading) as told:
            return pid, told.readline().strip()
    try:
        _receive(journal, clock, random.Random(seed), writing)  # noqa: S311 - a test's
    finally:
        os._exit(1)


def _receive(journal: Path, clock: Callable[[], float], dice: random.Random, writing: int) -> None:
    note = os.open(journal, os.O_WRONLY | os.O_APPEND)

    def write(what: str, key: str, message: str = NONE) -> None:
        os.write(note, f"{what} {key} {message}\n".encode())

    def before(handler: Any) -> bool:
        fault = dice.choices("FH-", (10, 5, 85))[0]
        if fault == "-":
            return False
        write(fault, handler.headers["Idempotency-Key"])
        if fault == "F":
            handler.say(503, b"")
        else:
            handler.hang_up()
        return True

    def after(handler: Any) -> bool:
        fault = dice.choices("LST", (5, 5, 90))[0]
        write(fault, handler.headers["Idempotency-Key"], handler.signed["msg"])
        if fault == "S":
            time.sleep(dice.random())
        if fault == "L":
            handler.hang_up()
        return fault == "L"

    with receiver() as system:
        system.clock, system.before, system.after = clock, before, after
        os.write(writing, f"{system.address}\n".encode())
        threading.Event().wait()


def _work_and_kill(
    messages: int, kills: int, clock: Callable[[], float], journal: Path, dice: random.Random
) -> None:
    """Keep the workers at it; kill one after every few posts, then let the rest be done."""
    workers = [_worker(clock) for _ in range(WORKERS)]
    try:
        for number in range(kills):
            _wait(lambda least=number * messages // kills: _posts(journal) >= least)  # type: ignore[misc]
            time.sleep(dice.random() / 20)
            place = dice.randrange(WORKERS)
            _kill(workers[place])
            workers[place] = _worker(clock)
        _wait(_all_settled, pause=0.3)
    finally:
        for pid in workers:
            _kill(pid)


def _worker(clock: Callable[[], float]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        edge = replace(
            work.edge_of_settings(),
            signer=SIGNER,
            clock=lambda: datetime.fromtimestamp(clock(), UTC),
        )
        # The chases of so long a time are no part of this.
        vars(work).update(edge_of_settings=lambda: edge, clocks_run=lambda _now: 0, PAUSE=0.05)
        work.work(threading.Event())
    finally:
        os._exit(1)


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _wait(done: Callable[[], bool], pause: float = 0.005) -> None:
    until = time.perf_counter() + LONGEST
    while not done():
        if time.perf_counter() > until:
            raise TimeoutError
        time.sleep(pause)


def _posts(journal: Path) -> int:
    return journal.stat().st_size // LINE


def _all_settled() -> bool:
    try:
        waits = Delivery.objects.filter(state="waiting").exists()
        return not waits and ledger.size() == Entry.objects.count()
    finally:
        _let_go()


def _let_go() -> None:
    """Leave no connection open, nor a pool of them: a process that is forked would share it."""
    connections.close_all()
    for each in connections.all(initialized_only=True):
        held: Any = each
        if held.vendor == "postgresql":
            held.close_pool()


def _found(messages: int, kills: int, journal: Path, seconds: float) -> Figures:
    posts = [line.split() for line in journal.read_text("ascii").splitlines()]
    taken = [(key, message) for _, key, message in posts if message != NONE]
    keys: dict[str, set[str]] = defaultdict(set)
    for key, message in taken:
        keys[message].add(key)
    deliveries = list(Delivery.objects.all())
    entries = {key.hex for key in Entry.objects.values_list("id", flat=True)}
    attempted: dict[str, list[int]] = defaultdict(list)
    settled: set[tuple[str, int]] = set()
    for row in Sealed.objects.filter(name="delivery", entry_id__in=entries).iterator():
        about = json.loads(bytes(row.content))
        if about["outcome"] == "attempted":
            attempted[about["delivery"]].append(about["attempt"])
        else:
            settled.add((about["delivery"], about["attempt"]))
    begun = {(key, number) for key, numbers in attempted.items() for number in numbers}
    posted = Counter(key.replace("-", "") for _, key, _ in posts)
    unrecorded = [
        each
        for each in deliveries
        if sorted(attempted[each.pk.hex]) != list(range(1, each.attempt + 1))
        or posted[each.pk.hex] > each.attempt
    ]
    return Figures(
        messages=messages,
        kills=kills,
        caught=len(begun - settled),
        posts=len(posts),
        faults=Counter(what for what, _, _ in posts if what != "T"),
        repeated=len(taken) - len(set(taken)),
        seconds=seconds,
        lost=messages - len(keys),
        twice=sum(len(each) > 1 for each in keys.values()),
        failed=sum(each.state != "done" for each in deliveries),
        unrecorded=len(unrecorded),
        unplaced=len(entries) - ledger.size(),
    )
