"""When a partner does not say what they do, or the day they named has passed: somebody asks, once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sharewell.disclosures.models import PartnerAction
from sharewell.disclosures.operations import disclosure_acknowledge, disclosure_open_by_partner
from sharewell.disclosures.postponing import Later
from sharewell.disclosures.tests.answers import give, visit
from sharewell.disclosures.tests.stage import make_sent
from sharewell.followup.clocks import clocks_run
from sharewell.followup.models import Escalation
from sharewell.followup.tests.test_clocks import entries, waiting
from sharewell.testing import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_a_recipient_who_says_nothing_more_is_asked_what_they_do(cast: Cast, now: datetime) -> None:
    """Acknowledged, and no action with who and when in the time agreed: the sender asks, once."""
    sent = make_sent(cast, now, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    disclosure_acknowledge(account=cast.pat, disclosure_id=sent.id, now=now)
    sent.refresh_from_db()
    assert sent.action_due_at is not None
    clocks_run(sent.action_due_at - timedelta(minutes=1))
    assert waiting("first_action_chase") == []
    for _ in range(2):
        clocks_run(sent.action_due_at)
    assert waiting("first_action_chase") == [cast.alice]
    assert entries("first_action.late") == 1
    give(cast.pat, sent, sent.action_due_at, "accept", actions=[visit(sent.action_due_at)])
    assert waiting("first_action_chase") == []


@pytest.mark.parametrize("kind", ["redirect", "decline", "ask_more", "outcome"])
def test_one_who_waits_for_us_is_not_chased(cast: Cast, now: datetime, kind: str) -> None:
    sent = make_sent(cast, now, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    give(cast.pat, sent, now, kind)
    sent.refresh_from_db()
    assert sent.action_due_at is not None
    clocks_run(sent.action_due_at)
    assert waiting("first_action_chase") == []


def test_an_action_whose_day_has_passed_is_asked_after_once(cast: Cast, now: datetime) -> None:
    sent = make_sent(cast, now, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    give(cast.pat, sent, now, "accept", actions=[visit(now)])
    give(cast.pat, sent, now, "update", actions=[visit(now)])
    due = PartnerAction.objects.latest("due_at").due_at
    clocks_run(due - timedelta(minutes=1))
    assert waiting("partner_action_late") == []
    for _ in range(2):
        clocks_run(due)
    assert waiting("partner_action_late") == [cast.alice], (
        "one task for all that is late of a message"
    )
    assert entries("partner_action.late") == 2
    first, last = PartnerAction.objects.order_by("due_at", "id")
    give(cast.pat, sent, due, "update", done=[first.pk])
    assert waiting("partner_action_late") == [cast.alice], "the other is late still"
    give(cast.pat, sent, due, "update", done=[last.pk])
    assert waiting("partner_action_late") == []


def late(cast: Cast, now: datetime) -> tuple[PartnerAction, Escalation]:
    """An action whose day has passed, and the ladder that it stands on."""
    sent = make_sent(cast, now, cast.police)
    disclosure_open_by_partner(account=cast.pat, disclosure_id=sent.id, now=now)
    give(cast.pat, sent, now, "accept", actions=[visit(now)])
    action = PartnerAction.objects.get()
    clocks_run(action.due_at)
    return action, Escalation.objects.get(cause="late_action")


def give_later(cast: Cast, action: PartnerAction) -> None:
    at = action.due_at + timedelta(hours=1)
    later = Later(action_id=action.pk, due_on=action.due_on + timedelta(days=7))
    give(cast.pat, action.disclosure, at, "update", words="She was away.", later=later)
    action.refresh_from_db()
    for _ in range(2):
        clocks_run(at)


def test_a_later_day_lets_the_ladder_wait_and_go_on_from_where_it_stood(
    cast: Cast, now: datetime
) -> None:
    action, climbing = late(cast, now)
    give_later(cast, action)
    climbing.refresh_from_db()
    assert (climbing.ended_at, climbing.step, climbing.next_at) == (None, "chase", action.due_at)
    assert entries("escalation.settled") == 1, "said once"
    clocks_run(action.due_at - timedelta(minutes=1))
    climbing.refresh_from_db()
    assert climbing.step == "chase"
    clocks_run(action.due_at)
    climbing.refresh_from_db()
    assert climbing.step == "practitioners"


def test_done_by_the_later_day_it_ends(cast: Cast, now: datetime) -> None:
    action, climbing = late(cast, now)
    give_later(cast, action)
    give(
        cast.pat, action.disclosure, action.due_at - timedelta(hours=1), "update", done=[action.pk]
    )
    clocks_run(action.due_at)
    climbing.refresh_from_db()
    assert climbing.ending == "done"
