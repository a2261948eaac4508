"""The nightly look: once a day in the agency's own time, safe to be killed, and no slower with every case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharewell.agencies.access import NotAllowed
from sharewell.cases.marks import Mark
from sharewell.cases.models import Task
from sharewell.followup import looking, operations, queries
from sharewell.followup.clocks import clocks_run
from sharewell.followup.models import Pattern, PatternEntry, PatternRun
from sharewell.followup.tests.notes import about, rules, tell
from sharewell.ledger.models import Entry
from sharewell.testing import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def people(cast: Cast, number: int, *, marked: bool = True) -> None:
    """Concerns about so many people, each with a sign of the red list (or without); nobody has looked yet."""
    marks = [Mark(event="weapon")] if marked else []
    for each in range(number):
        tell(cast, people=[about(f"Person {each}", *marks)])


def test_it_is_taken_once_a_day_from_its_hour_on_in_the_agencys_own_time(cast: Cast) -> None:
    people(cast, 1)
    before_two = datetime(2026, 11, 21, 1, 59, tzinfo=UTC)
    assert looking.nightly(before_two) == 0
    assert looking.nightly(before_two + timedelta(minutes=1)) == 1
    assert looking.nightly(before_two + timedelta(hours=5)) == 0
    assert looking.nightly(before_two + timedelta(days=1, minutes=1)) == 1
    assert [run.day.isoformat() for run in PatternRun.objects.order_by("day")] == [
        "2026-11-21",
        "2026-11-22",
    ]
    cast.agency.time_zone = "America/Los_Angeles"
    cast.agency.save()
    assert looking.nightly(datetime(2026, 11, 23, 9, 59, tzinfo=UTC)) == 0
    assert looking.nightly(datetime(2026, 11, 23, 10, 0, tzinfo=UTC)) == 1


def test_killed_in_the_middle_it_is_taken_again_and_raises_nothing_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(cast, 3)
    right, calls = operations.pattern_raise, []

    def killed(**given: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit  # nobody catches it
        return right(**given)

    monkeypatch.setattr(operations, "pattern_raise", killed)
    with pytest.raises(SystemExit):
        looking.nightly(NOW)
    assert Pattern.objects.count() == 1
    assert PatternRun.objects.get().finished_at is None
    monkeypatch.setattr(operations, "pattern_raise", right)
    assert looking.nightly(NOW + timedelta(minutes=1)) == 1
    assert Pattern.objects.count() == Task.objects.filter(kind="pattern_review").count() == 3
    assert PatternEntry.objects.count() == 3
    run = PatternRun.objects.get()
    assert (run.raised, run.failed, run.looked_at) == (2, 0, 3)


def test_looking_again_leaves_nothing_behind(cast: Cast) -> None:
    people(cast, 2)
    looking.look_at_all(agency=cast.agency, now=NOW)
    before = (Entry.objects.count(), Task.objects.count(), PatternEntry.objects.count())
    found = looking.look_at_all(agency=cast.agency, now=NOW)
    assert (found.entries, found.raised) == (2, 0)
    assert (Entry.objects.count(), Task.objects.count(), PatternEntry.objects.count()) == before


def test_its_queries_do_not_grow_with_the_cases(cast: Cast) -> None:
    """Seen and unseen: with 12 people as many queries as with 2, where nothing new fires."""
    people(cast, 2)
    looking.look_at_all(agency=cast.agency, now=NOW)
    with CaptureQueriesContext(connection) as few:
        looking.look_at_all(agency=cast.agency, now=NOW)
    people(cast, 4)
    people(cast, 6, marked=False)
    looking.look_at_all(agency=cast.agency, now=NOW)
    with CaptureQueriesContext(connection) as many:
        found = looking.look_at_all(agency=cast.agency, now=NOW)
    assert found.entries == 12
    assert len(many) == len(few) <= 12


def test_the_clocks_run_although_the_nightly_look_fails(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> None:
        raise ValueError("lost")

    people(cast, 1)
    late = NOW + timedelta(days=2)
    monkeypatch.setattr("sharewell.packs.patterns", lost)
    assert clocks_run(late) > 0
    assert Task.objects.filter(kind="task_late").exists()
    monkeypatch.undo()
    clocks_run(late)
    assert rules() == ["CUM9"]


def test_a_late_review_goes_up_past_those_with_a_conflict(cast: Cast) -> None:
    people(cast, 1)
    looking.look_at_all(agency=cast.agency, now=NOW)
    pattern = Pattern.objects.get()
    assert pattern.task is not None
    assert pattern.task.owner == cast.sam
    clocks_run(NOW + timedelta(hours=1))
    up = Task.objects.get(kind="task_late", about_id=pattern.task_id)
    assert up.owner != cast.sam
    page = queries.pattern(viewer=up.owner, pattern_id=pattern.pk, now=NOW + timedelta(hours=1))
    assert page.closes


def test_who_administers_sees_when_it_was_last_taken_and_no_case(cast: Cast) -> None:
    people(cast, 1)
    looking.nightly(NOW)
    (run,) = queries.runs(viewer=cast.ada, now=NOW)
    assert (run.looked_at, run.raised, run.failed) == (1, 1, 0)
    assert queries.patterns(viewer=cast.ada, now=NOW) == []
    with pytest.raises(NotAllowed):
        queries.runs(viewer=cast.alice, now=NOW)
