"""By when a partner acknowledges: working time of the receiving side, holidays left out."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from sharewell.agencies.operations import local_days_add
from sharewell.agencies.operations.localdays import Days
from sharewell.disclosures import clocks, question
from sharewell.disclosures.tests.world import World
from sharewell.testing import make_account

pytestmark = pytest.mark.django_db

CHRISTMAS_EVE = datetime(2026, 12, 24, 18, 0, tzinfo=UTC)  # a Thursday, after five


def test_without_an_agreement_the_clock_of_the_packs_runs_on_the_nations_working_days() -> None:
    world = World()
    world.facts(harm="serious", others_at_risk="none", undue_influence="false")
    draft = world.draft("safeguarding_enquiry", "adult_social_care")
    known = question.gather(draft, CHRISTMAS_EVE)
    # Friday is Christmas Day, Monday the substitute for Boxing Day: received on Tuesday, due on Wednesday.
    assert clocks.acknowledge_by(known) == datetime(2026, 12, 30, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("urgency", "due_at"),
    [
        ("immediate", datetime(2026, 11, 16, 16, 0, tzinfo=UTC)),  # an hour of the clock
        ("urgent", datetime(2026, 11, 18, 11, 0, tzinfo=UTC)),  # four working hours
        ("standard", datetime(2026, 11, 18, 17, 0, tzinfo=UTC)),  # one working day
    ],
)
def test_each_urgency_has_its_clock_and_a_closing_day_of_the_recipient_counts(
    urgency: str, due_at: datetime
) -> None:
    world = World()
    world.facts(harm="serious", others_at_risk="none", undue_influence="false")
    draft = world.draft("safeguarding_enquiry", "adult_social_care")
    assert draft.recipient is not None
    agency = draft.recipient.agency
    monday = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
    local_days_add(
        account=make_account("Kay Keeper", agency, "administrator", in_team=False),
        days=Days(kind="closed", name="Flood", first=date(2026, 11, 17)),
        reason="Flood.",
        form_key=uuid.uuid4(),
        now=monday - timedelta(hours=1),
    )
    draft.urgency = urgency
    draft.save()
    assert clocks.acknowledge_by(question.gather(draft, monday)) == due_at


def test_an_emergency_is_to_be_acknowledged_within_ten_minutes_whatever_the_calendar() -> None:
    world = World()
    draft = world.draft("immediate_safety", "police")
    draft.route = "emergency"
    known = question.gather(draft, CHRISTMAS_EVE)
    assert clocks.acknowledge_by(known) == CHRISTMAS_EVE + timedelta(minutes=10)
