"""V10: five small notes of three teams. The oversight point reads them side by side, and says what comes of it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from sharewell.disclosures.models import Disclosure
from sharewell.followup.models import Pattern, PatternReview
from tests.journeys.stories import enter, said
from tests.journeys.walking import Walk

LEAD = "lead@northgate.example"


@pytest.mark.usefixtures("demo")
def test_what_three_teams_saw_comes_to_one_desk(walk: Walk) -> None:
    enter(walk, LEAD)
    walk.look("v10_home")
    to_review(walk, "Concerns from more than one team or shift")
    walk.page.get_by_role("heading", name="Concerns from more than one team or shift").wait_for()
    walk.look("v10_review")
    text = said(walk)
    assert "5 concerns from 3 teams" in text
    assert re.search(r"in 5[45] days", text), "by the hour at which the demo was made"
    for words in ("same cardigan", "purse was empty", "asked whether the door", "yellow bruise"):
        assert words in text
    assert "nothing was sent to anybody" in text
    walk.press("Close the review")
    walk.page.get_by_role("alert").wait_for()
    walk.look("v10_review_wrong")
    walk.choose("What comes of it?", "An oversight meeting is held")
    walk.fill("Why, and what is done?", "Monday at ten, with the three teams.")
    walk.press("Close the review")
    walk.page.get_by_text("Monday at ten, with the three teams.").wait_for()
    walk.look("v10_closed")
    assert PatternReview.objects.get().outcome == "oversight_meeting"
    walk.open(reverse("pattern_list"))
    walk.look("v10_list")
    assert Pattern.objects.filter(state="closed").count() == 1
    assert not Disclosure.objects.filter(case__person__name="Edna Marsh").exists()


def to_review(walk: Walk, label: str) -> None:
    """From home to the review that waits there under this name."""
    row = walk.page.get_by_role("listitem").filter(has_text=label)
    row.get_by_role("link", name="Look at what came together").click()


@pytest.mark.usefixtures("demo")
def test_the_review_fits_a_phone(phone: Walk) -> None:
    enter(phone, LEAD)
    to_review(phone, "Small concerns that add up")
    phone.page.get_by_role("heading", name="Small concerns that add up").wait_for()
    phone.look("v10_review")
