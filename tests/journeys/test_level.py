"""A level in a browser: given on a case with what it means beside it, given on reading a concern, and the page of words."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from sharewell.cases.models import LevelGiven
from sharewell.cases.tests.told import open_case, raise_concern
from sharewell.testing import Cast
from tests.journeys.walking import Walk


def test_a_level_is_given_with_its_meaning_beside_it(walk: Walk, cast: Cast) -> None:
    case = open_case(cast, now=timezone.now())
    walk.sign_in(cast.alice)
    walk.open(reverse("level_give", args=[case.pk]))
    walk.press("Record this level")
    walk.page.get_by_role("alert").wait_for()
    walk.look("level_wrong")
    walk.page.get_by_label("DASH, domestic abuse").check()
    walk.page.locator("[name=number_dash]").fill("11")
    walk.page.get_by_label("High (from 14)").check()
    walk.page.get_by_label("Why this level?").fill("He has a key.")
    walk.look("level_give")
    walk.press("Record this level")
    walk.page.get_by_text("Nothing else follows from it.").wait_for()
    assert "High (DASH, domestic abuse)" in walk.page.inner_text("main")
    walk.open(reverse("glossary_list"))
    walk.look("glossary_list")


def test_whoever_reads_a_concern_sees_what_the_levels_mean(walk: Walk, cast: Cast) -> None:
    concern = raise_concern(cast, now=timezone.now())
    walk.sign_in(cast.bea)
    walk.open(reverse("concern_detail", args=[concern.pk]))
    walk.page.get_by_text("DASH, domestic abuse: what the levels mean").click()
    walk.page.get_by_text("Serious harm could happen at any time.").wait_for()
    walk.look("concern_triage_levels")
    walk.page.get_by_label("Not known yet").check()
    walk.page.locator("[name=owner]").select_option(str(cast.alice.pk))
    walk.page.locator("[name=note]").fill("Visit today.")
    walk.page.locator("[name=level_1]").select_option("dash/high")
    walk.page.locator("[name=level_1_why]").fill("He has a key.")
    walk.press("Record this and close the task")
    walk.page.get_by_text("The owner has been given the case.").wait_for()
    assert LevelGiven.objects.get().level == "high"
