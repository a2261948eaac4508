"""An outcome in a browser, and the choice of e-mails."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures.tests.stage import make_case
from sharewell.testing import Cast
from tests.journeys.walking import Walk


def test_an_outcome_and_the_choice_of_a_digest(walk: Walk, cast: Cast) -> None:
    case = make_case(cast, timezone.now())
    walk.sign_in(cast.alice)
    walk.open(reverse("case_detail", args=[case.pk]))
    walk.press("Outcomes for the person")
    walk.press("Record an outcome")
    walk.press("Record this outcome")
    walk.page.get_by_role("alert").wait_for()
    walk.look("outcome_wrong")
    walk.choose("At what is this recorded?", "A review of what was shared")
    walk.fill("What did the person want to happen?", "“To stay at home.”")
    walk.choose("Did it happen?", "Yes, all of it")
    walk.choose("What did they lose on the way?", "Money")
    walk.choose("How are they now?", "Better than before")
    walk.choose("How great was the risk before?", "Serious harm")
    walk.choose("And now?", "Reduced")
    walk.press("Record this outcome")
    walk.page.get_by_text("The outcome is recorded.").wait_for()
    walk.look("outcome_list")
    walk.open(reverse("digest_choose"))
    walk.choose("When are you told by e-mail how much waits?", "At the end of each shift")
    walk.press("Keep this choice")
    walk.page.get_by_text("Your choice is kept.").wait_for()
    walk.look("digest_choose")
