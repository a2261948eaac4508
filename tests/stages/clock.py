"""A closing day of the agency, and in the case a clock that runs, one that is paused, and a task that may be."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sharewell.agencies.models import LocalDays
from sharewell.agencies.operations import local_days_add
from sharewell.agencies.operations.localdays import Days
from sharewell.cases.models import Case
from sharewell.cases.records import open_task
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.tests.world import World
from sharewell.followup.models import CaseClock, ClockPause
from sharewell.followup.operations import case_clock_start, clock_pause
from sharewell.followup.operations.pause import Pause

NOTHING = {
    **dict.fromkeys(("local_id", "clock_id", "timed_id", "pause_id"), uuid.uuid4()),
    "clock_kind": "task",
}


def values(world: World, now: datetime, sent: Disclosure) -> dict[str, Any]:
    """A staff day of the agency in a week, police protection that runs, and a paused request for information."""
    days = Days(kind="closed", name="Staff day", first=(now + timedelta(days=7)).date())
    row = local_days_add(
        account=world.cast.ada, days=days, reason="Training.", form_key=uuid.uuid4(), now=now
    )
    runs, waits = (
        case_clock_start(
            account=world.cast.alice, case=world.case, event=event, at=now, note=f"{event}.",
            form_key=uuid.uuid4(), now=now,
        )[0]
        for event in ("police_protection", "own_information")
    )  # fmt: skip
    pause = Pause(
        kind="case_clock",
        about_id=waits.pk,
        reason="awaiting_reply",
        words="Which years they mean.",
        until=now + timedelta(days=2),
    )
    paused = clock_pause(account=world.cast.bea, pause=pause, form_key=uuid.uuid4(), now=now)
    task = open_task(
        agency=world.cast.agency, kind="inform_person", owner=world.cast.alice, now=now,
        case=world.case,
    )  # fmt: skip
    return {
        "local_id": row.pk,
        "clock_id": runs.pk,
        "pause_id": paused.pk,
        "clock_kind": "task",
        "timed_id": task.pk,
    }


def count(case: Case) -> int:
    """How many closing days, clocks and pauses there are that still stand."""
    closed = LocalDays.objects.filter(withdrawn_at=None).count()
    running = CaseClock.objects.filter(case=case, done_at=None).count()
    return closed + running + ClockPause.objects.filter(case=case, ended_at=None).count()
