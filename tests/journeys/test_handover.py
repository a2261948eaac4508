"""A shift is handed over in a browser, and taken."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from sharewell.cases.models import Handover
from sharewell.cases.operations import facts_record
from sharewell.cases.tests.told import open_case
from sharewell.testing import Cast
from tests.journeys.walking import Walk


def test_a_shift_is_handed_over_and_taken(walk: Walk, cast: Cast) -> None:
    case = open_case(cast)
    facts_record(account=cast.alice, case=case, now=timezone.now(), facts={"harm": "serious"})
    walk.sign_in(cast.alice)
    walk.open("/home/")
    walk.page.get_by_role("link", name="Handover").click()
    walk.look("handover_sheet")
    walk.press("Hand over")
    walk.look("handover_wrong")
    end = timezone.localtime(timezone.now() + timedelta(hours=6))
    walk.page.get_by_label("To whom?").select_option(str(cast.stranger.pk))
    for name, value in (
        ("Day", end.day),
        ("Month", end.month),
        ("Year", end.year),
        ("Time", f"{end:%H:%M}"),
    ):
        walk.page.get_by_label(name, exact=True).fill(str(value))
    walk.page.get_by_label(f"Mary Mill, {case.reference}").check()
    walk.page.get_by_label("What to watch or to do").fill("Ring her at eight.")
    walk.press("Hand over")
    walk.look("handover_given")
    walk.sign_in(cast.stranger)
    walk.open("/home/")
    walk.look("handover_home")
    walk.open(reverse("handover_detail", args=[Handover.objects.get().pk]))
    walk.press("I have taken this over")
    walk.look("handover_taken")
    walk.page.get_by_role("link", name="Mary Mill").click()
    assert "Mary Mill" in walk.page.locator("h1").inner_text()
