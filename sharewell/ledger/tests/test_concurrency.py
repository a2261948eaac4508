"""Many write and sequence at once, and some are killed: no gap, none twice, nothing half done."""

from __future__ import annotations

import os
import secrets
import signal
import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction

from sharewell.ledger import queries
from sharewell.ledger.models import Node, Pending, Sequenced
from sharewell.ledger.operations import append, sequence
from sharewell.ledger.tests.making import AT, assert_whole, process, write, write_many

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, EACH = 4, 30


def write_steps(writer: int) -> None:
    """Write numbered entries, sequencing after some of them and giving up others half way."""
    for step in range(EACH):
        with transaction.atomic():
            _step(writer, step)
        if step % 7 == writer:
            sequence(limit=5)
        if step % 5 == 0:
            with transaction.atomic():
                _step(writer, EACH + step)
                transaction.set_rollback(True)


def _step(writer: int, step: int) -> None:
    append(
        kind=f"step_{step}",
        at=AT,
        agency=f"{writer:032x}",
        actor="system",
        policy=None,
        things={},
        random=secrets.token_bytes,
    )


def sequence_often() -> None:
    for _ in range(40):
        sequence(limit=7)


def test_many_writers_and_sequencers_leave_one_whole_log() -> None:
    work = [process(write_steps, writer) for writer in range(WRITERS)]
    work += [process(sequence_often) for _ in range(2)]
    for each in work:
        each.join(60)
    assert [each.exitcode for each in work] == [0] * len(work)
    while sequence():
        pass
    assert_whole(WRITERS * EACH)
    ids = Sequenced.objects.order_by("index").values_list("entry", flat=True)
    steps: dict[str, list[str]] = {}
    for entry in [queries.entry(entry_id.hex) for entry_id in ids]:
        steps.setdefault(entry.agency, []).append(entry.kind)
    expected = [f"step_{step}" for step in range(EACH)]
    assert all(kinds == expected for kinds in steps.values()), "each writer's own order is kept"


def sequence_until_killed(statements: int) -> None:
    """Sequence, and die right after that many statements, as if the machine had stopped."""
    left = statements

    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        result = run(sql, params, many, context)
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    with connection.execute_wrapper(execute):
        sequence()


def test_a_killed_sequencer_leaves_nothing_half_done() -> None:
    """Killed after each of its statements in turn; the next one finds the work as it was."""
    write_many(5)
    sequence()
    write_many(6)
    before = (Sequenced.objects.count(), Node.objects.count(), Pending.objects.count())
    kills = 0
    while True:
        child = process(sequence_until_killed, kills + 1)
        child.join(60)
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
        kills += 1
        now = (Sequenced.objects.count(), Node.objects.count(), Pending.objects.count())
        assert now == before, f"killed after statement {kills}"
    assert kills >= 6, "it was killed before, between and after its writes"
    assert_whole(11)


def test_work_goes_on_at_once_after_a_kill() -> None:
    write_many(3)
    child = process(sequence_until_killed, 4)
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert sequence() == 3
    assert_whole(3)


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite admits one writer: no act can overtake another"
)
def test_an_act_that_commits_late_gets_a_later_index() -> None:
    """It arrived first and is not waited for; when it commits it leaves no gap behind it."""
    written, finish = threading.Event(), threading.Event()
    late: list[str] = []

    def slow_act() -> None:
        with transaction.atomic():
            late.append(write().id)
            written.set()
            finish.wait(20)
        connections.close_all()

    thread = threading.Thread(target=slow_act)
    thread.start()
    assert written.wait(20)
    overtaking = write().id
    assert sequence() == 1
    finish.set()
    thread.join(20)
    assert sequence() == 1
    assert [queries.place(entry_id).index for entry_id in (overtaking, *late)] == [0, 1]
    assert_whole(2)
