"""An agency's own closing days and hours count for its own clocks, from when they were entered; the past stays."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NoReturn

import pytest

from sharewell import packs
from sharewell.agencies.access import Invalid, NotAllowed, NotFound
from sharewell.agencies.models import LocalDays
from sharewell.agencies.operations import local_days_add, local_days_withdraw
from sharewell.agencies.operations.localdays import Days
from sharewell.agencies.reckoning import reckoning, state
from sharewell.cases.catalogues import task_due
from sharewell.core.deadlines import Clock
from sharewell.core.policy import PackError
from sharewell.ledger.models import Entry
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)
TUESDAY, WEDNESDAY = date(2026, 11, 17), datetime(2026, 11, 18, 17, tzinfo=UTC)
ONE = Clock(1, "working_days")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def add(
    cast: Cast, now: datetime = MONDAY, key: uuid.UUID | None = None, **given: Any
) -> LocalDays:
    days = {"kind": "closed", "name": "Staff day", "first": TUESDAY, **given}
    return local_days_add(
        account=cast.ada,
        days=Days(**days),
        reason="Training.",
        form_key=key or uuid.uuid4(),
        now=now,
    )


def test_a_closing_day_counts_for_clocks_of_that_agency_that_start_after_it_was_entered(
    cast: Cast,
) -> None:
    before = reckoning(cast.agency, MONDAY - timedelta(minutes=1)).due(ONE, MONDAY)
    row = add(cast)
    assert (row.added_by, row.reason) == (cast.ada, "Training.")
    assert reckoning(cast.agency, MONDAY).due(ONE, MONDAY) == WEDNESDAY
    assert reckoning(cast.agency, MONDAY - timedelta(minutes=1)).due(ONE, MONDAY) == before
    other = cast.police.agency
    assert reckoning(other, MONDAY).due(ONE, MONDAY) == before, "not for another agency"
    assert task_due("consent_copy", agency=cast.agency, now=MONDAY) == datetime(2026, 11, 20, 17, tzinfo=UTC)  # fmt: skip


def test_withdrawn_it_is_out_from_then_on_and_still_explains_what_started_under_it(
    cast: Cast,
) -> None:
    row = add(cast)
    later = MONDAY + timedelta(hours=2)
    local_days_withdraw(account=cast.gita, local_id=row.pk, why="It was put off.", now=later)
    assert reckoning(cast.agency, later).due(ONE, later) < WEDNESDAY
    assert reckoning(cast.agency, MONDAY).due(ONE, MONDAY) == WEDNESDAY
    assert "own days 1" in reckoning(cast.agency, MONDAY).named
    with pytest.raises(NotFound):
        local_days_withdraw(account=cast.ada, local_id=row.pk, why="Again.", now=later)
    left = [str(entry.data) for entry in Entry.objects.order_by("id")]
    for kind in ("local_days.added", "local_days.withdrawn"):
        assert sum(kind in data for data in left) == 1


def test_opening_hours_hold_until_others_are_entered(cast: Cast) -> None:
    add(cast, kind="hours", weekdays=[0, 1, 2, 3, 4, 5], opens=time(8), closes=time(20))
    at = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)  # a Saturday
    assert reckoning(cast.agency, at).open_at(at)
    assert not reckoning(cast.agency, at).open_at(at + timedelta(hours=1))
    assert reckoning(cast.agency, at).due(Clock(1, "working_hours"), at) == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"first": date(2026, 11, 15)}, "first"),
        ({"first": None}, "first"),
        ({"name": " "}, "name"),
        ({"kind": "sometimes"}, "kind"),
        ({"last": date(2026, 11, 16)}, "last"),
        ({"last": date(2027, 11, 16)}, "last"),
        ({"kind": "hours", "opens": time(9), "closes": time(17)}, "weekdays"),
        ({"kind": "hours", "weekdays": [0], "opens": time(9), "closes": time(9)}, "closes"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    cast: Cast, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add(cast, **given)
    assert list(refused.value.errors) == [field]
    assert not LocalDays.objects.exists()


def test_only_those_who_keep_the_calendar_enter_days_and_the_same_form_adds_once(
    cast: Cast,
) -> None:
    days = Days(kind="closed", name="Staff day", first=TUESDAY)
    with pytest.raises(NotAllowed):
        local_days_add(account=cast.alice, days=days, reason="x", form_key=uuid.uuid4(), now=MONDAY)
    key = uuid.uuid4()
    assert add(cast, key=key) == add(cast, key=key)
    assert LocalDays.objects.count() == 1


def test_the_state_of_a_clock_is_told_also_without_its_pack(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = MONDAY + timedelta(hours=4)
    assert state(MONDAY, ends, MONDAY + timedelta(hours=3)) == "at_risk"

    def lost() -> NoReturn:
        raise PackError("clock_rules.yaml", "", "", "cannot be read")

    monkeypatch.setattr(packs, "clock_rules", lost)
    assert state(MONDAY, ends, MONDAY + timedelta(hours=3)) == "at_risk"
