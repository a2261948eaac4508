"""V26: a silent partner. The ladder goes up by itself; the danger is looked at again; it ends when they acknowledge."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from sharewell.disclosures.models import Acknowledgement, Opening
from sharewell.disclosures.tests.stage import make_case, make_sent
from sharewell.followup.clocks import clocks_run
from sharewell.followup.models import Escalation
from sharewell.testing import Cast
from tests.journeys.walking import Walk

DAY = timedelta(days=1)


def silent_walk(walk: Walk, cast: Cast) -> None:
    """From the board to the ladder, an attempt, the managers, and the end."""
    now = timezone.now()
    case = make_case(cast, now - 4 * DAY)
    sent = make_sent(
        cast, now - 3 * DAY, cast.police, case=case, ack_due_at=now - 2 * DAY, urgency="urgent"
    )
    clocks_run(now - timedelta(hours=1))
    walk.sign_in(cast.alice)
    walk.page.goto(walk.base + "/actions/")
    walk.page.get_by_role("link", name="Acknowledge a message").click()
    walk.page.get_by_role("heading", name="Now: Chase").wait_for()
    walk.look("v26_ladder")
    walk.press("Write down an attempt")
    walk.look("v26_attempt")
    walk.press("Write it down")
    walk.page.evaluate("scrollTo(0, 0)")  # away from under the quick exit, which stays in sight
    walk.look("v26_attempt_wanting")
    walk.choose("How did you try?", "By telephone")
    walk.fill("Whom did you ask for?", "Dee, duty officer")
    walk.fill("What was said?", "She will look and ring back.")
    walk.choose("What came of it?", "They said when they will answer")
    walk.choose("Has the danger changed since it was last looked at?", "The same")
    walk.press("Write it down")
    assert "Dee, duty officer" in walk.page.inner_text("main")
    walk.press("Take it up now, with the reason")
    walk.fill("Why can it not wait?", "She has not been seen today.")
    walk.choose("Has the danger changed since it was last looked at?", "More danger than before")
    walk.press("Take it up")
    walk.page.get_by_role("heading", name="Now: Managers agree").wait_for()
    walk.look("v26_managers")
    opening = Opening.objects.create(disclosure=sent, name="Dee", role="Duty", at=now)
    Acknowledgement.objects.create(
        disclosure=sent, opening=opening, name="Dee", role="Duty", at=now
    )
    clocks_run(timezone.now())
    walk.page.reload()
    assert "They acknowledged" in walk.page.inner_text("main")
    walk.look("v26_ended")
    assert Escalation.objects.get().ending == "acknowledged"


def test_v26(walk: Walk, cast: Cast) -> None:
    """With script and without."""
    silent_walk(walk, cast)


def test_v26_on_a_phone(phone: Walk, cast: Cast) -> None:
    """The same on a telephone."""
    silent_walk(phone, cast)


def test_immediate_danger_leads_to_the_emergency_steps(walk: Walk, cast: Cast) -> None:
    """Whatever step it is on."""
    now = timezone.now()
    case = make_case(cast, now - DAY)
    make_sent(cast, now - DAY, cast.police, case=case, ack_due_at=now - DAY, urgency="urgent")
    clocks_run(now - timedelta(hours=1))
    walk.sign_in(cast.alice)
    walk.page.goto(walk.base + f"/escalations/{Escalation.objects.get().pk}/danger/")
    walk.choose("Has the danger changed since it was last looked at?", "Immediate danger")
    walk.look("v26_danger")
    walk.press("Record it")
    assert "/emergency/" in walk.page.url
    assert Escalation.objects.get().holder == cast.sam
