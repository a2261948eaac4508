"""Sharing in a browser: a coercion disclosure from purpose to record, what is held, referred, asked for."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sharewell.disclosures.models import Disclosure, Referral
from sharewell.disclosures.tests.world import UNSAFE_TO_ASK, World
from sharewell.testing import Cast
from sharewell.web.tests import sharing_stage as stage
from tests.journeys.walking import Walk


@pytest.fixture
def told(cast: Cast) -> World:
    """Nell's case: she is never alone, and he is in the room."""
    world = World(cast=cast, now=timezone.now() - timedelta(minutes=5))
    world.know(
        subject__current_location="At home, 12 Mill Lane, until Friday",
        subject__safe_contact="At the day centre on Tuesdays, through the manager",
        risk__unsafe_actions="Do not ring the house; he answers the telephone",
        concern__reason="Her partner controls her money and visits, and she shows injuries.",
        history__trauma="Hurt by an earlier partner.",
        finance__pattern="Her benefits go to his account.",
    )
    world.facts(harm="serious", undue_influence="true", others_at_risk="none")
    return world


def walk_to_preview(walk: Walk, told: World) -> Disclosure:
    """The first three pages, up to check and send."""
    desk = told.desk("police")
    walk.open(reverse("case_sharing", args=[told.case.pk]))
    walk.look("case_sharing_empty")
    walk.press("Share something")
    walk.look("disclosure_start")
    walk.page.get_by_label("A safety and protection plan").check()
    walk.press("Continue")
    walk.page.wait_for_url("**/recipient/")
    walk.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    walk.look("disclosure_recipient")
    walk.page.get_by_label(re.compile(desk.name)).check()
    walk.fill("Why them, and not the usual way?", "They can see her alone and act.")
    walk.choose("Is the recipient the person who may be causing the harm?", "No")
    walk.choose("Is the recipient connected to that person?", "No")
    walk.press("Continue")
    walk.look("disclosure_facts")
    walk.press("Continue")
    return Disclosure.objects.get()


def test_a_disclosure_about_coercion_is_shared_and_kept(walk: Walk, told: World) -> None:
    told.talk(UNSAFE_TO_ASK)
    walk.sign_in(told.cast.alice)
    draft = walk_to_preview(walk, told)
    walk.look("disclosure_preview_missing")
    walk.fill("What do you ask them to do?", "Please see her alone at the day centre.")
    walk.fill("What do you want to come of this?", "She can speak freely, and a plan is made.")
    walk.fill("Why does this recipient need it?", "They can see her alone; we cannot.")
    walk.fill("Why is this the least that will do?", "Only what they need to reach her safely.")
    walk.fill("What was done so that nobody", "No letters, no calls to the house.")
    walk.page.locator("#id_inform_plan").fill("When she is alone; looked at tomorrow.")
    without = walk.page.get_by_label("Why now, though no agreement")
    if without.count():
        without.fill("The law does not need one, and she cannot wait.")
    walk.press("Save and check again")
    walk.look("disclosure_preview")
    walk.press(f"Send to {draft.to_whom}")
    walk.look("disclosure_record_sent")
    assert "Nobody has acknowledged it yet" in walk.page.locator("main").inner_text()
    walk.open(reverse("case_sharing", args=[told.case.pk]))
    walk.look("case_sharing_sent")
    walk.open(reverse("disclosure_inform", args=[draft.pk]))
    walk.look("disclosure_inform")
    walk.open(reverse("disclosure_review", args=[draft.pk]))
    walk.look("disclosure_review")


def test_on_a_phone_the_answer_and_the_message_can_be_read(phone: Walk, told: World) -> None:
    told.talk(UNSAFE_TO_ASK)
    phone.sign_in(told.cast.alice)
    walk_to_preview(phone, told)
    phone.look("disclosure_preview_missing")


def test_a_hold_is_recorded_with_what_would_open_it_again(walk: Walk, told: World) -> None:
    draft = stage.refused(told)
    walk.sign_in(told.cast.alice)
    walk.open(reverse("disclosure_preview", args=[draft.pk]))
    walk.look("disclosure_preview_hold")
    walk.press("Record the decision not to share")
    walk.page.get_by_label(re.compile("refused freely")).check()
    walk.fill("Why, in your own words?", "She refused freely and nobody else is at risk.")
    walk.page.get_by_label(re.compile("Losses of money")).check()
    walk.fill("The figure", "100 pounds in a month")
    walk.page.get_by_label(re.compile("The reputation")).check()
    walk.look("disclosure_not_shared")
    walk.press("Record the decision")
    walk.look("disclosure_record_not_shared")
    walk.open(reverse("case_sharing", args=[told.case.pk]))
    walk.look("case_sharing_held")
    walk.page.get_by_role("button", name=re.compile("This was reached")).first.click()
    walk.fill("What happened, and when?", "130 pounds were gone on Monday.")
    walk.look("threshold_reached")
    walk.press("Record it and decide again")
    walk.look("disclosure_preview_reopened")


def test_what_is_not_known_is_referred_and_decided(walk: Walk, told: World) -> None:
    draft = stage.unclear(told)
    walk.sign_in(told.cast.alice)
    walk.open(reverse("disclosure_preview", args=[draft.pk]))
    walk.look("disclosure_preview_refer")
    walk.press("Refer it")
    walk.fill("What do they need to know", "She looked at the door before she answered.")
    walk.look("disclosure_refer")
    walk.press("Refer it")
    walk.look("disclosure_preview_referred")
    referral = Referral.objects.get()
    walk.sign_in(referral.decider)
    walk.open(reverse("referral_decide", args=[referral.pk]))
    walk.page.get_by_label("Yes, it may be sent").check()
    walk.page.get_by_label(re.compile("coerced or afraid")).first.check()
    walk.fill("Why?", "She is not free to answer.")
    walk.page.get_by_label(re.compile("The reputation")).check()
    walk.look("referral_decide")
    walk.press("Record my answer")
    walk.look("disclosure_preview_decided")
    walk.open(reverse("disclosure_overrule", args=[draft.pk]))
    walk.look("disclosure_overrule")


def test_one_thing_more_is_asked_for_and_approved(walk: Walk, told: World) -> None:
    draft = stage.coerced(told)
    walk.sign_in(told.cast.alice)
    walk.open(reverse("disclosure_preview", args=[draft.pk]))
    walk.look("disclosure_preview_withheld")
    walk.page.get_by_role("link", name=re.compile("Ask for it")).first.click()
    walk.look("item_ask")
    walk.fill("Why does this recipient need it", "They plan how to approach her.")
    walk.fill("On what authority?", "Her own wish that they know.")
    walk.page.get_by_label("Who is asked to approve it?").select_option(label="Bea Manager")
    walk.press("Ask for it")
    walk.look("disclosure_preview_asked")
    walk.open(reverse("attachment_add", args=[draft.pk]))
    walk.look("attachment_add")
    walk.sign_in(told.cast.bea)
    walk.open(reverse("disclosure_approve", args=[draft.pk]))
    walk.look("disclosure_approve")
    walk.page.get_by_label("Approve", exact=True).check()
    walk.page.get_by_role("button", name=re.compile("Record my answer")).click()
    walk.look("disclosure_approve_done")


def test_what_may_never_go_says_who_may_receive_something(walk: Walk, told: World) -> None:
    draft = stage.coerced(told)
    told.edit(draft, alleged_source="true")
    walk.sign_in(told.cast.sam)
    walk.open(reverse("disclosure_preview", args=[draft.pk]))
    walk.look("disclosure_preview_refuse")


def test_two_people_editing_are_told_of_each_other(walk: Walk, told: World) -> None:
    draft = stage.coerced(told)
    walk.sign_in(told.cast.alice)
    walk.open(reverse("disclosure_preview", args=[draft.pk]))
    told.edit(draft, by=told.cast.bea, ask="Bea asks for a visit on Monday.")
    walk.fill("What do you ask them to do?", "Alice asks for a call today.")
    walk.press("Save and check again")
    walk.look("disclosure_preview_conflict")
    text = walk.page.locator("main").inner_text()
    assert "Bea asks for a visit on Monday." in text
