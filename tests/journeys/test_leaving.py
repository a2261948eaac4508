"""A colleague leaves; a worry is raised in confidence; a worker goes past a manager who does not answer."""

from __future__ import annotations

from django.utils import timezone

from sharewell.agencies.models import Account
from sharewell.cases.models import Case
from sharewell.disclosures.tests.stage import make_case
from sharewell.followup.models import Passed, Whistle
from sharewell.followup.operations import whistle_lead_appoint
from sharewell.testing import Cast
from tests.journeys.walking import Walk


def leaving_walk(walk: Walk, cast: Cast) -> None:
    """The manager hands over what Alice holds; the administrator ends the account."""
    case = make_case(cast, timezone.now())
    walk.sign_in(cast.bea)
    walk.page.goto(walk.base + "/leaving/")
    walk.look("leaving_list")
    alice = walk.page.locator(".govuk-summary-list__row", has_text="Alice Practitioner")
    alice.get_by_role("link", name="Hand over what they hold").click()
    walk.look("work_hand_over")
    walk.press("Hand it over")
    walk.page.get_by_text("Handed over: 1.").wait_for()
    assert Case.objects.get(pk=case.pk).owner == cast.bea
    walk.sign_in(cast.ada)
    walk.page.goto(walk.base + f"/leaving/{cast.alice.pk}/end/")
    walk.look("account_end")
    walk.press("End the account")
    assert not Account.objects.get(pk=cast.alice.pk).is_active


def confidence_walk(walk: Walk, cast: Cast) -> None:
    """Alice raises a worry; the lead reads it without her name."""
    whistle_lead_appoint(account=cast.ada, lead=cast.gita, now=timezone.now())
    walk.sign_in(cast.alice)
    walk.page.goto(walk.base + "/confidence/")
    walk.look("whistle_list")
    walk.page.goto(walk.base + "/confidence/raise/")
    walk.look("whistle_raise")
    walk.fill("What worries you?", "The night staff are alone with twelve people.")
    walk.press("Send it")
    walk.look("whistle_detail")
    kept = Whistle.objects.get()
    assert kept.protected
    walk.sign_in(cast.gita)
    walk.page.goto(walk.base + f"/confidence/{kept.pk}/")
    walk.look("whistle_detail_lead")
    assert "Alice" not in walk.page.inner_text("main")


def past_walk(walk: Walk, cast: Cast) -> None:
    """Alice goes past Bea to Sam."""
    case = make_case(cast, timezone.now())
    walk.sign_in(cast.alice)
    walk.page.goto(walk.base + f"/cases/{case.pk}/past-manager/")
    walk.look("manager_pass")
    walk.choose("Why do you go past your manager?", "They have not responded in time")
    walk.fill("What happened, and what do you think should happen?", "Asked on Monday.")
    walk.press("Go to them")
    walk.look("passed_detail")
    assert Passed.objects.get().to == cast.sam


def test_all_three(walk: Walk, cast: Cast) -> None:
    """With script and without."""
    past_walk(walk, cast)
    Case.objects.update(owner=cast.bea)
    confidence_walk(walk, cast)
    leaving_walk(walk, cast)


def test_all_three_on_a_phone(phone: Walk, cast: Cast) -> None:
    """The same on a telephone."""
    past_walk(phone, cast)
    Case.objects.update(owner=cast.bea)
    confidence_walk(phone, cast)
    leaving_walk(phone, cast)
