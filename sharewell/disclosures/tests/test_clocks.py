"""By when a partner acknowledges: working time of the receiving side, holidays left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sharewell.disclosures import clocks, question
from sharewell.disclosures.tests.world import World

pytestmark = pytest.mark.django_db

CHRISTMAS_EVE = datetime(2026, 12, 24, 18, 0, tzinfo=UTC)  # a Thursday, after five


def test_without_an_agreement_the_clock_of_the_packs_runs_on_the_nations_working_days() -> None:
    world = World()
    world.facts(harm="serious", others_at_risk="none", undue_influence="false")
    draft = world.draft("safeguarding_enquiry", "adult_social_care")
    known = question.gather(draft, CHRISTMAS_EVE)
    # Friday is Christmas Day, Monday the substitute for Boxing Day: received on Tuesday, due on Wednesday.
    assert clocks.acknowledge_by(known) == datetime(2026, 12, 30, 17, 0, tzinfo=UTC)
