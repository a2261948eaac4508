"""Fault: the clock is moved over both changes of summer time and a year end; nothing is missed, nothing comes twice.

Two places, three moments, steps of different sizes, forward and with repeats, by runners whose own clocks differ; and
four runners at once. Each thing fires in the first round at or after its time, never before it.
"""

from __future__ import annotations

import random
import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from sharewell.agencies.models import Agency
from sharewell.cases.models import Case, Task
from sharewell.cases.records import open_task
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.stage import make_case, make_sent
from sharewell.followup.clocks import clocks_run
from sharewell.followup.models import ClockPause, PatternRun
from sharewell.followup.operations import case_clock_start, clock_pause
from sharewell.followup.operations.pause import Pause
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_cast

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONDON, LOS_ANGELES = "Europe/London", "America/Los_Angeles"
MOMENTS = {  # when the clocks change, in UTC; and midnight at the end of a year
    "London, forward": (LONDON, datetime(2027, 3, 28, 1, tzinfo=UTC)),
    "London, back": (LONDON, datetime(2026, 10, 25, 1, tzinfo=UTC)),
    "London, year end": (LONDON, datetime(2027, 1, 1, tzinfo=UTC)),
    "Los Angeles, forward": (LOS_ANGELES, datetime(2027, 3, 14, 10, tzinfo=UTC)),
    "Los Angeles, back": (LOS_ANGELES, datetime(2026, 11, 1, 9, tzinfo=UTC)),
    "Los Angeles, year end": (LOS_ANGELES, datetime(2027, 1, 1, 8, tzinfo=UTC)),
}
EVERY = 20 * MINUTE  # something is due so often in the hours around the moment
FIRED = ("acknowledgement.late", "disclosure.reopened", "clock.resumed", "case_clock.at_risk")


def steps(kind: str, start: datetime, end: datetime) -> list[datetime]:
    """The moments at which somebody looks."""
    size = {"small": 23 * MINUTE, "hour": HOUR, "wide": 5 * HOUR, "repeats": 50 * MINUTE}.get(kind)
    if size is None:
        return [end]
    count = int((end - start) / size) + 1
    moments = [start + n * size for n in range(count + 1)]
    if kind == "repeats":  # each look twice, and now and then one whose clock goes back
        drawn = random.Random(7)  # noqa: S311 - the same walk every time
        moments = [
            moment - drawn.choice((timedelta(), timedelta(), 3 * HOUR))
            for each in moments
            for moment in (each, each)
        ]
    return [*(moment for moment in moments if moment < end), end]


def make_stage(zone: str, moment: datetime) -> tuple[Cast, dict[UUID, datetime]]:
    """Things due every twenty minutes around a moment, of each kind; returns when each is to fire."""
    cast = make_cast()
    Agency.objects.update(time_zone=zone)
    begun = moment - 3 * DAY
    case = make_case(cast, begun)
    case.agency.refresh_from_db()
    due: dict[UUID, datetime] = {}
    for number in range(12):
        at = moment + (number - 6) * EVERY
        waits = make_sent(cast, begun, cast.police, case=case, ack_due_at=at)
        held = make_sent(cast, begun, cast.police, case=case, state="not_shared", review_at=at)
        due |= {waits.pk: at, held.pk: at}
        if number % 4 == 0:
            due |= paused(cast, case, begun, at)
    return cast, due


def paused(cast: Cast, case: Case, begun: datetime, until: datetime) -> dict[UUID, datetime]:
    """A pause that ends at this moment, of a task with a day left."""
    task = open_task(
        agency=cast.agency, case=case, kind="inform_person", owner=cast.alice, now=begun,
        due_at=begun + DAY,
    )  # fmt: skip
    what = Pause(
        kind="task", about_id=task.pk, reason="awaiting_reply", words="A file.", until=until
    )
    row = clock_pause(account=cast.bea, pause=what, form_key=uuid.uuid4(), now=begun)
    return {row.pk: until}


def fired() -> dict[UUID, datetime]:
    """When each thing fired, by its own id."""
    chased = Task.objects.filter(kind="acknowledgement_chase").values_list("about_id", "opened_at")
    reopened = Disclosure.objects.filter(reopens__isnull=False)
    ended = ClockPause.objects.filter(ended_at__isnull=False)
    return {
        **{about: at for about, at in chased if about},
        **dict(reopened.values_list("reopens_id", "opened_at")),
        **dict(ended.values_list("pk", "until")),
    }


def counted() -> Counter[str]:
    data = [bytes(entry.data) for entry in Entry.objects.all()]
    return Counter(kind for each in data for kind in FIRED if kind.encode() in each)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["small", "hour", "wide", "jump", "repeats"])
@pytest.mark.parametrize("name", MOMENTS)
def test_no_clock_is_missed_and_none_fires_twice_over_a_change(name: str, kind: str) -> None:
    zone, moment = MOMENTS[name]
    _, due = make_stage(zone, moment)
    looked = steps(kind, moment - 6 * HOUR, moment + 6 * HOUR)
    for now in looked:
        clocks_run(now)
    found = fired()
    assert found.keys() == due.keys()
    for about, at in due.items():
        first = min(now for now in looked if now >= at)
        assert at <= found[about]
        assert found[about] <= first or kind == "repeats"
    count = counted()
    assert (count["acknowledgement.late"], count["disclosure.reopened"]) == (12, 12)
    assert count["clock.resumed"] == 3
    assert Task.objects.filter(kind="acknowledgement_chase").count() == 12


@pytest.mark.django_db
@pytest.mark.parametrize("name", MOMENTS)
def test_runners_whose_clocks_differ_do_each_act_once(name: str) -> None:
    zone, moment = MOMENTS[name]
    _, due = make_stage(zone, moment)
    for now in steps("hour", moment - 4 * HOUR, moment + 6 * HOUR):
        for skew in (timedelta(), 7 * MINUTE, -11 * MINUTE):
            clocks_run(now + skew)
    assert fired().keys() == due.keys()
    assert counted() == {
        "acknowledgement.late": 12, "disclosure.reopened": 12, "clock.resumed": 3,
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", MOMENTS)
def test_each_local_day_has_one_nightly_look_also_where_it_has_23_or_25_hours(name: str) -> None:
    zone, moment = MOMENTS[name]
    cast, _ = make_stage(zone, moment)
    local = moment.astimezone(ZoneInfo(zone)).date()
    start = datetime.combine(local - DAY, time(0), ZoneInfo(zone)).astimezone(UTC)
    for number in range(3 * 24 + 2):
        clocks_run(start + number * HOUR)
    days = list(PatternRun.objects.filter(agency=cast.agency).order_by("day").values_list("day"))
    assert [day for (day,) in days][:3] == [local - DAY, local, local + DAY]
    assert len(days) == len(set(days))


@pytest.mark.django_db
@pytest.mark.parametrize("name", MOMENTS)
def test_a_clock_of_a_case_runs_its_hours_over_the_change_and_is_told_once(name: str) -> None:
    zone, moment = MOMENTS[name]
    cast = make_cast()
    Agency.objects.update(time_zone=zone)
    case = make_case(cast, moment - 3 * DAY)
    case.agency.refresh_from_db()
    began = moment - 54 * HOUR  # three quarters of 72 hours end at the very change
    (row,) = case_clock_start(
        account=cast.alice, case=case, event="police_protection", at=began, form_key=uuid.uuid4(),
        now=began,
    )  # fmt: skip
    assert row.due_at == began + 72 * HOUR
    for now in steps("small", moment - 2 * HOUR, moment + 19 * HOUR):
        clocks_run(now)
        told = Task.objects.filter(kind="case_clock_soon").count()
        assert told == (1 if now >= moment else 0)
    assert counted()["case_clock.at_risk"] == 1
    assert Task.objects.filter(kind="task_late").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["London, back", "Los Angeles, forward"])
def test_four_runners_at_once_over_a_change_do_each_act_once(name: str) -> None:
    zone, moment = MOMENTS[name]
    _, due = make_stage(zone, moment)
    ready = threading.Barrier(4, timeout=30)

    def runner(number: int) -> None:
        try:
            ready.wait()
            for now in (moment - HOUR, moment, moment + (5 + number) * HOUR):
                clocks_run(now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(runner, range(4)))
    clocks_run(moment + 9 * HOUR)
    assert fired().keys() == due.keys()
    count = counted()
    assert (count["acknowledgement.late"], count["disclosure.reopened"]) == (12, 12)
    assert count["clock.resumed"] == 3
