"""A twentieth of `./dev bench deliveries`: killed workers and a failing receiver lose nothing, and do nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharewell.followup.tests.faults import play


@pytest.mark.django_db(transaction=True)
def test_each_message_arrives_once_and_each_attempt_is_in_the_log(tmp_path: Path) -> None:
    found = play(messages=100, kills=10, seed=7, folder=tmp_path)
    assert (found.lost, found.twice, found.failed) == (0, 0, 0)
    assert (found.unrecorded, found.unplaced) == (0, 0)
    assert found.caught, "no worker was killed in the middle of a delivery"
    assert set(found.faults) == {"F", "H", "L", "S"}
