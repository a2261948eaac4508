"""The board of actions: ours and our partners', what is late, and whose."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from sharewell.cases.records import open_task
from sharewell.disclosures.tests.stage import make_case, make_sent
from sharewell.testing import Cast
from tests.journeys.walking import Walk


def board_walk(walk: Walk, cast: Cast) -> None:
    """From the navigation to what is late, and on to the record."""
    now = timezone.now()
    case = make_case(cast, now)
    open_task(agency=cast.agency, case=case, kind="inform_person", owner=cast.alice, now=now)
    make_sent(
        cast, now - timedelta(hours=9), cast.police, case=case, ack_due_at=now - timedelta(hours=5)
    )
    walk.sign_in(cast.alice)
    walk.open("/home/")
    walk.page.goto(walk.base + "/actions/")
    walk.look("action_list")
    walk.press("Everybody’s")
    walk.look("action_list_all")
    assert walk.page.get_by_role("link", name="Everybody’s").get_attribute("aria-current") == "true"
    walk.page.get_by_role("link", name="Acknowledge a message").click()
    walk.page.get_by_role("heading", name="What was shared").wait_for()


def test_the_board(walk: Walk, cast: Cast) -> None:
    """With script and without."""
    board_walk(walk, cast)


def test_the_board_on_a_phone(phone: Walk, cast: Cast) -> None:
    """The same on a telephone."""
    board_walk(phone, cast)
