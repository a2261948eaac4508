"""Sites in a browser: the administrator adds one, appoints a lead to it, and ends the appointment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies.models import Site, SiteLead
from sharewell.agencies.operations import site_lead_appoint, site_register
from sharewell.testing import Cast, make_account
from tests.journeys.walking import Walk


def test_a_site_is_added_with_a_lead_whose_appointment_ends(walk: Walk, cast: Cast) -> None:
    make_account("Norah North", cast.agency, "safeguarding_lead", in_team=False)
    walk.sign_in(cast.ada)
    walk.open(reverse("site_list"))
    walk.look("site_list_none")
    walk.press("Add a site")
    walk.press("Save")
    walk.page.get_by_role("alert").wait_for()
    walk.look("site_edit_wrong")
    walk.fill("What is it called?", "North")
    walk.choose("What kind of site is it?", "School")
    walk.choose("Which teams work there?", "First team")
    walk.press("Save")
    walk.page.get_by_role("heading", name="North").wait_for()

    walk.press("Appoint a lead to North")
    walk.page.get_by_label("Which safeguarding lead?").select_option(label="Norah North")
    then = timezone.localtime(timezone.now() - timedelta(days=400))
    start = walk.page.get_by_role("group", name="From when?")
    for name, value in (("Day", then.day), ("Month", then.month), ("Year", then.year)):
        start.get_by_label(name, exact=True).fill(str(value))
    start.get_by_label("Time").fill("09:00")
    walk.press("Appoint")
    walk.page.get_by_role("alert").wait_for()
    assert "This moment has passed." in walk.page.get_by_role("alert").inner_text()
    walk.look("site_lead_wrong")
    for name in ("Day", "Month", "Year", "Time"):
        start.get_by_label(name).fill("")
    walk.press("Appoint")
    walk.page.get_by_text("Appointed. The log has an entry for it.").wait_for()
    walk.look("site_list")

    walk.press("End the appointment of Norah North to North")
    walk.press("End it")
    walk.page.get_by_role("alert").wait_for()
    walk.look("site_lead_end_wrong")
    walk.fill("Why does it end?", "Leads another school now")
    walk.press("End it")
    walk.page.get_by_text("The appointment has ended.").wait_for()
    assert SiteLead.objects.get().end_reason == "Leads another school now"


def test_a_site_that_somebody_else_changed_is_not_overwritten_unseen(
    desktop: Walk, cast: Cast
) -> None:
    site = site_register(
        now=timezone.now(), actor=cast.ada, agency=cast.agency, name="North", kind="school"
    )
    desktop.sign_in(cast.ada)
    desktop.open(reverse("site_edit", args=[site.pk]))
    Site.objects.filter(pk=site.pk).update(phone="01632 960099")
    desktop.fill("What is it called?", "North school")
    desktop.press("Save")
    desktop.page.get_by_role("alert").wait_for()
    desktop.look("site_edit_changed")
    assert desktop.page.get_by_label("What is it called?").input_value() == "North school"


@pytest.mark.parametrize("name", ["site_list", "site_edit", "site_lead"])
def test_on_a_phone(phone: Walk, cast: Cast, name: str) -> None:
    given = {"now": timezone.now(), "actor": cast.ada}
    site = site_register(agency=cast.agency, name="North", kind="school", phone="01632", **given)
    site_lead_appoint(site=site, account=cast.sam, **given)
    phone.sign_in(cast.ada)
    phone.open(reverse(name))
    phone.look(name)
