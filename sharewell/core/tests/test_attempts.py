"""Attempts to see a person alone: what only repeats those before, and when a manager must know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharewell.core.contacting import Attempt, repeats, too_many

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WEEK, HOUR, MINUTE = timedelta(weeks=1), timedelta(hours=1), timedelta(minutes=1)
WAYS = ("varied_visit", "outing", "advocacy")
attempts = st.lists(
    st.builds(
        Attempt,
        at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        way=st.sampled_from(WAYS),
        alone=st.booleans(),
    ),
    max_size=8,
)


def failed(at: datetime = TUESDAY, way: str = "varied_visit") -> Attempt:
    return Attempt(at, way, alone=False)


def alone(at: datetime = TUESDAY, way: str = "varied_visit") -> Attempt:
    return Attempt(at, way, alone=True)


def found(
    done: list[Attempt], at: datetime, way: str = "outing", same_ways: int = 2, hours: int = 2
) -> list[str]:
    near = timedelta(hours=hours)
    return repeats(done, at, way, near=near, same_ways=same_ways, label="An outing")


@pytest.mark.parametrize(
    ("at", "same"),
    [
        (TUESDAY + WEEK, True),
        (TUESDAY + WEEK + 2 * HOUR - MINUTE, True),
        (TUESDAY + WEEK + 2 * HOUR, False),
        (TUESDAY + WEEK - 2 * HOUR + MINUTE, True),
        (TUESDAY + WEEK - 2 * HOUR, False),
        (TUESDAY + timedelta(days=1), False),
        (TUESDAY + 5 * WEEK, True),
    ],
)
def test_the_same_day_of_the_week_near_the_same_hour_is_the_same_time(
    at: datetime, same: bool
) -> None:
    said = found([failed()], at)
    assert bool(said) is same
    if same:
        assert said[0].startswith("It was tried on a Tuesday about 10:00 before.")


def test_the_same_way_so_many_times_in_a_row_asks_for_another() -> None:
    other = TUESDAY + timedelta(days=1)
    once, twice = [failed(way="outing")], [failed(way="outing"), failed(way="outing")]
    assert found(once, other) == []
    assert found(twice, other) == [
        "The same way (An outing) was tried 2 times in a row. Choose another."
    ]
    assert found(twice, other, way="advocacy") == []
    assert found([*twice, failed(way="advocacy")], other) == []
    assert found(twice, other, same_ways=3) == []


def test_an_attempt_that_found_them_alone_is_one_to_repeat() -> None:
    assert found([alone(way="outing"), alone(way="outing")], TUESDAY + WEEK) == []


@pytest.mark.parametrize(
    ("done", "told"),
    [
        ([], False),
        ([failed()] * 2, False),
        ([failed()] * 3, True),
        ([failed()] * 4, True),
        ([failed(), failed(), alone(), failed()], False),
        ([alone(), failed(), failed(), failed()], True),
    ],
)
def test_a_manager_knows_after_so_many_since_they_were_last_seen_alone(
    done: list[Attempt], told: bool
) -> None:
    assert too_many(done, 3) is told


@given(attempts, st.integers(1, 5))
def test_one_more_failure_never_quiets_the_alarm_and_being_seen_alone_always_does(
    done: list[Attempt], most: int
) -> None:
    if too_many(done, most):
        assert too_many([*done, failed()], most)
    assert not too_many([*done, alone()], most)
    assert too_many([*done, *[failed()] * most], most)


@given(attempts, st.sampled_from(WAYS), st.integers(0, 60 * 24 * 7))
def test_a_time_that_was_tried_is_never_found_new_and_order_does_not_matter_for_it(
    done: list[Attempt], way: str, minutes: int
) -> None:
    at = TUESDAY + minutes * MINUTE

    def tried(order: list[Attempt]) -> bool:
        return any(each.startswith("It was tried") for each in found(order, at, way))

    assert tried(done) == tried(done[::-1])
    assert tried([*done, failed(at - WEEK, way)])
