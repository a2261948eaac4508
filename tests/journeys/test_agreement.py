"""An agreement on its way into force: drafted, checked, mended, signed by two people, superseded."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from sharewell.agencies.models import AgreementVersion
from tests.journeys.stories import enter, said
from tests.journeys.walking import Walk

GRACE = "governance@northgate.example"
BEATRICE = "manager@northgate.example"
EXAMPLE = "Information sharing agreement of the local safeguarding partnership"
MATRIX = "housing_stability, protection_planning], tier: 2}"  # as much as housing ever receives


def newest() -> AgreementVersion:
    """The draft in hand."""
    return AgreementVersion.objects.get(state="draft")


def box(walk: Walk) -> str:
    """What stands in the box of the text."""
    return walk.page.locator("#id_text").input_value()


def type_text(walk: Walk, old: str, new: str) -> None:
    """Change one place of the text and save it."""
    text = box(walk)
    assert old in text
    walk.page.locator("#id_text").fill(text.replace(old, new))
    walk.press("Save")


def fill_day(walk: Walk, name: str, day: date) -> None:
    """Type a day into its three boxes."""
    parts = {"day": f"{day:%-d}", "month": f"{day:%-m}", "year": f"{day:%Y}"}
    for part, value in parts.items():
        walk.page.locator(f"[name={name}_{part}]").fill(value)


def record_partner(walk: Walk) -> None:
    """Beatrice records what the council signed on paper."""
    enter(walk, BEATRICE)
    walk.press("An agreement to sign")
    walk.press("Record a partner’s signature")
    walk.page.get_by_label("Which partner signed?").select_option("council")
    walk.fill("Who signed for them?", "Rosa Lind, director of adult services")
    walk.fill("Where is the signed copy?", "Agreements folder, 2026/14")
    fill_day(walk, "signed_on", timezone.localdate())
    walk.page.get_by_label("I have read this version").check()
    walk.look("agreement_sign_paper")
    walk.press("Record the signature")
    walk.page.get_by_text("From now on this text stands still").wait_for()


def sign(walk: Walk) -> None:
    """Grace signs for Northgate."""
    walk.press("Sign")
    walk.page.get_by_label("Mine, for Northgate Care").check()
    walk.page.get_by_label("I have read this version").check()
    walk.look("agreement_sign")
    walk.page.get_by_role("main").get_by_role("button", name="Sign", exact=True).click()
    walk.page.get_by_text("From now on this text stands still").wait_for()


def draft_from_example(walk: Walk) -> None:
    """Grace begins from the example and puts Northgate in the place of its care provider."""
    enter(walk, GRACE)
    walk.press("Agreements")
    walk.look("agreement_list")
    walk.press("Begin an agreement")
    walk.look("agreement_start")
    walk.page.get_by_label(EXAMPLE).check()
    walk.press("Begin the draft")
    walk.look("agreement_draft")
    walk.press("Edit the text")
    # What cannot be read is kept as it was typed, and named with its line.
    type_text(walk, "{agency: care-provider,", "{agency: northgate-care,")
    assert "routes[12].agency" in said(walk)
    walk.look("agreement_edit_fault")
    type_text(walk, "{agency: northgate-care,", "{agency: care-provider,")
    # The same by its form, which follows the name through the text.
    party = walk.page.locator(".govuk-summary-list__row", has_text="Care provider").last
    party.get_by_role("link", name="Change").click()
    walk.page.get_by_label("Which agency is it?").select_option("northgate-care")
    walk.fill("What is it called in the text?", "Northgate Care")
    walk.look("agreement_part")
    walk.press("Save")
    walk.press("Edit the text")


def mend(walk: Walk) -> None:
    """More for housing than the rules ever give is found by the check, seen, and mended."""
    type_text(walk, MATRIX, MATRIX.replace("2", "3"))
    walk.press("Check")
    walk.page.get_by_role("heading", name="Wider than the matrix").wait_for()
    walk.look("agreement_check")
    walk.page.get_by_text("The smallest request that shows it").first.click()
    walk.look("agreement_check_open")
    walk.press("Edit the text")
    type_text(walk, MATRIX.replace("2", "3"), MATRIX)
    walk.press("Check")
    walk.page.get_by_text("The check finds nothing").wait_for()
    walk.look("agreement_check_clean")


def into_force(walk: Walk, picture: str) -> None:
    """Grace brings into force what two have signed."""
    enter(walk, GRACE)
    walk.press("An agreement to bring into force")
    walk.press("Bring into force")
    walk.look(f"{picture}_day")
    walk.page.get_by_role("main").get_by_role("button", name="Bring into force").click()
    walk.page.get_by_text("Decisions follow it").wait_for()
    walk.look(picture)


@pytest.mark.usefixtures("demo")
def test_from_an_example_into_force_and_superseded(walk: Walk) -> None:
    draft_from_example(walk)
    mend(walk)
    sign(walk)
    walk.look("agreement_signed_once")
    record_partner(walk)
    into_force(walk, "agreement_in_force")
    walk.press("Draft the next version")
    walk.press("Edit the text")
    type_text(walk, "child_protection], tier: 2}", "child_protection], tier: 1}")
    walk.press("Compare")
    walk.page.get_by_role("heading", name="Less may go").wait_for()
    walk.look("agreement_compare")
    sign(walk)
    record_partner(walk)
    into_force(walk, "agreement_superseding")
    assert "Superseded" in said(walk)
    walk.press("End it early")
    walk.fill("Why does it end?", "The partnership was dissolved.")
    walk.look("agreement_end")
    walk.press("End it now")
    walk.page.get_by_text("The partnership was dissolved.").wait_for()


@pytest.mark.usefixtures("demo")
def test_the_pages_fit_a_phone(phone: Walk) -> None:
    enter(phone, GRACE)
    phone.press("Menu")
    phone.press("Agreements")
    phone.look("agreement_list")
    version = AgreementVersion.objects.get(agreement__slug="westshire-partnership")
    phone.open(reverse("agreement_detail", args=[version.pk]))
    phone.look("agreement_detail")
    phone.press("Draft the next version")
    phone.press("Edit the text")
    phone.look("agreement_edit")
    for part in ("clocks", "dataset-0", "night-0", "dates"):
        phone.open(reverse("agreement_part", args=[newest().pk, part]))
        phone.look(f"agreement_part_{part}")
    phone.open(reverse("agreement_edit", args=[newest().pk]))
    type_text(phone, "tier: 2", "tier: 1")
    phone.press("Compare")
    phone.look("agreement_compare")
    phone.press("Check")
    phone.look("agreement_check")
    phone.press("Sign")
    phone.look("agreement_sign")
