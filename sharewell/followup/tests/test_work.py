"""The worker: one round, many workers at once, a round that fails, and being told to stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from sharewell.agencies.models import Account
from sharewell.cases.models import Task
from sharewell.channels.email_notice.tests.mail_server import Post, mail_server
from sharewell.disclosures.delivering import deliver_due
from sharewell.disclosures.models import Delivery
from sharewell.disclosures.tests.stage import make_case, make_desk, make_sent
from sharewell.followup.clocks import clocks_run
from sharewell.followup.management.commands import work
from sharewell.followup.models import DigestChoice
from sharewell.ledger import queries as ledger
from sharewell.ledger.models import Entry
from sharewell.testing import make_cast

WORKERS = 4
HOUR = timedelta(hours=1)


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as running:
        yield running


@pytest.mark.django_db(transaction=True)
def test_one_round_delivers_runs_the_clocks_and_puts_the_log_in_order(post: Post) -> None:
    cast = make_cast()
    for each in Account.objects.all():  # at some hours of the day they would have an e-mail more
        DigestChoice.objects.create(account=each, kind="none", chosen_at=timezone.now())
    sent = make_sent(cast, timezone.now() - 9 * HOUR, make_desk())
    call_command("work", "--once")
    assert len(post.taken) == 2
    assert Task.objects.filter(kind="acknowledgement_chase", about_id=sent.id).count() == 1
    assert ledger.size() == Entry.objects.count() > 0
    call_command("work", "--once")
    assert len(post.taken) == 2


@pytest.mark.django_db(transaction=True)
def test_whoever_is_paged_hears_of_it_in_the_same_round(post: Post) -> None:
    cast = make_cast()
    make_sent(cast, timezone.now() - HOUR, cast.police, route="emergency",
              ack_due_at=timezone.now() - HOUR / 2)  # fmt: skip
    call_command("work", "--once")
    assert cast.sam.email in post.recipients
    for mail in post.taken:
        assert "Alder" not in mail.as_string()


@pytest.mark.django_db(transaction=True)
def test_many_workers_deliver_everything_and_nothing_twice(post: Post) -> None:
    cast, now = make_cast(), timezone.now()
    for _ in range(10):
        make_sent(cast, now - HOUR, make_desk())

    def worker(_number: int) -> int:
        try:
            return deliver_due(work.edge_of_settings())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        counts = list(pool.map(worker, range(WORKERS)))
    assert sum(counts) == 20
    assert len(post.taken) == 20
    assert len({mail["Message-ID"] for mail in post.taken}) == 20
    assert set(Delivery.objects.values_list("state", "attempt")) == {("done", 1)}


@pytest.mark.django_db(transaction=True)
def test_many_runners_of_the_clocks_do_each_act_once(now: datetime) -> None:
    cast = make_cast()
    case = make_case(cast, now)
    for _ in range(3):
        make_sent(cast, now, cast.police, case=case)
    make_sent(cast, now, cast.police, case=case, state="not_shared", review_at=now + HOUR)
    make_sent(cast, now, cast.police, case=case, route="emergency", ack_due_at=now + HOUR)
    ready = threading.Barrier(WORKERS, timeout=30)

    def runner(_number: int) -> None:
        try:
            ready.wait()
            clocks_run(now + 5 * HOUR)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(runner, range(WORKERS)))
    kinds = [task.kind for task in Task.objects.all()]
    assert kinds.count("acknowledgement_chase") == 3
    assert kinds.count("emergency_unacknowledged") == 1
    data = [bytes(entry.data) for entry in Entry.objects.all()]
    assert sum(b"acknowledgement.late" in one for one in data) == 3
    assert sum(b"disclosure.reopened" in one for one in data) == 1


@pytest.mark.django_db  # a round closes a connection that is too old, whichever test opened it
def test_a_round_that_fails_does_not_end_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, rounds = threading.Event(), []

    def fails(*, clocks: bool) -> None:
        rounds.append(clocks)
        if len(rounds) == 3:
            stop.set()
        raise OSError

    monkeypatch.setattr(work, "work_round", fails)
    monkeypatch.setattr(work, "AFTER_FAULT", 0)
    work.work(stop)
    assert rounds == [True, False, False]


def test_a_worker_told_to_stop_begins_no_other_round(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    stop.set()
    monkeypatch.setattr(work, "work_round", pytest.fail)
    work.work(stop)
