"""From a decision to the rule that it rests on, where that is written, and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from sharewell.disclosures.tests.world import World
from sharewell.testing import Cast
from sharewell.web.tests import sharing_stage as stage
from tests.journeys.walking import Walk

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_hold_says_what_would_change_it_and_leads_to_its_rule(walk: Walk, cast: Cast) -> None:
    draft = stage.refused(World(now=timezone.now() - timedelta(minutes=5), cast=cast))
    walk.sign_in(cast.alice)
    walk.open(reverse("disclosure_preview", args=[draft.pk]))
    expect(walk.page.get_by_text("If others were at risk", exact=False)).to_be_visible()
    walk.look("disclosure_preview_changes")
    walk.page.get_by_role("link", name="Other people are at risk", exact=False).click()
    row = walk.page.locator("#rule-refusal-others-at-risk")
    expect(row).to_be_in_viewport()
    expect(row).to_contain_text("SCIE, sharing without consent")
    row.get_by_text("When it counts").click()
    expect(row.get_by_text("Others at risk", exact=False)).to_be_visible()
    walk.look("source_list")
    walk.page.go_back()
    expect(walk.page).to_have_url(f"{walk.base}{reverse('disclosure_preview', args=[draft.pk])}")


def test_the_sources_can_be_read_on_a_phone(phone: Walk, cast: Cast) -> None:
    phone.sign_in(cast.alice)
    phone.open(reverse("source_list", args=["us"]))
    phone.look("source_list_us")
