"""The frame of every page: before sign-in, signed in, refused; with and without script, and on a phone."""

from __future__ import annotations

from typing import Any

import pikepdf
import pytest
from django.urls import reverse

from sharewell.testing import Cast
from tests.journeys.walking import SCREENSHOTS, Walk

BEFORE_SIGN_IN = ["landing", "numbers", "concern_paper", "account_login", "account_reset_password"]


@pytest.mark.parametrize("name", BEFORE_SIGN_IN)
def test_pages_before_sign_in(walk: Walk, cast: Cast, name: str) -> None:
    """The numbers to ring and the quick exit stand on every page, and it is accessible."""
    assert walk.open(reverse(name)).status == 200
    numbers = walk.page.get_by_role("region", name="Numbers to ring")
    assert numbers.get_by_role("link", name="999").is_visible()
    assert walk.page.locator(".govuk-exit-this-page a").get_attribute("href")
    walk.look(name)


@pytest.mark.parametrize("name", [*BEFORE_SIGN_IN, "home"])
def test_pages_on_a_phone(phone: Walk, cast: Cast, name: str) -> None:
    """Nothing scrolls sideways at 320 pixels."""
    if name == "home":
        phone.sign_in(cast.alice)
    assert phone.open(reverse(name)).status == 200
    phone.look(name)


def test_home_says_who_i_am(walk: Walk, cast: Cast) -> None:
    """The header names the agency, the person and the role; the duty number is on the page."""
    walk.sign_in(cast.alice)
    walk.open(reverse("home"))
    header = walk.page.get_by_role("banner")
    assert "Alder Care" in header.inner_text()
    assert "Alice Practitioner, practitioner" in header.inner_text()
    assert "01632 960001" in walk.page.get_by_role("region", name="Numbers to ring").inner_text()
    walk.look("home")
    walk.press("Sign out")
    assert walk.page.url.endswith(reverse("account_login"))


def test_sign_in_says_nothing_of_accounts(walk: Walk, cast: Cast) -> None:
    """A wrong address and a wrong password are answered alike, and what was typed as address stays."""
    walk.open(reverse("account_login"))
    walk.fill("E-mail address", "nobody@nowhere.example")
    walk.page.locator("#id_password").fill("not the password")
    walk.press("Sign in")
    assert walk.page.locator("#id_login").input_value() == "nobody@nowhere.example"
    walk.look("sign_in_refused")


def test_an_address_that_leads_nowhere(walk: Walk, cast: Cast) -> None:
    """It is answered in the words for a thing one may not know of."""
    walk.sign_in(cast.alice)
    assert walk.open("/nothing-here/").status == 404
    walk.look("not_found")


def test_demo_people_are_one_press_away(
    walk: Walk, cast: Cast, settings: Any, tmp_path: Any
) -> None:
    """In demo mode a press on a name signs in as that person."""
    settings.DEMO = True
    settings.DEMO_CAST = tmp_path / "cast.yaml"
    settings.DEMO_CAST.write_text(
        f"agencies: [{{accounts: [{{email: {cast.alice.email}, roles: [practitioner], look: Raise}}]}}]"
    )
    walk.open(reverse("landing"))
    walk.look("landing_demo")
    walk.page.get_by_role("button", name="Alice Practitioner").click()
    assert walk.page.url.endswith(reverse("home"))


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_form_to_print_is_one_sheet(phone: Walk, cast: Cast, signed_in: bool) -> None:
    """Printed it is one page of A4 and holds the script, the boxes and nothing of the frame."""
    if signed_in:
        phone.sign_in(cast.alice)
    phone.open(reverse("concern_paper"))
    SCREENSHOTS.mkdir(exist_ok=True)
    sheet = SCREENSHOTS / f"concern_paper_{signed_in}.pdf"
    phone.page.pdf(path=sheet, prefer_css_page_size=True)
    with pikepdf.open(sheet) as document:
        assert len(document.pages) == 1
        width, height = document.pages[0].mediabox[2:]
        assert (round(width), round(height)) == (595, 842)


@pytest.mark.parametrize("way", ["button", "keyboard"])
def test_the_quick_exit_leads_away(walk: Walk, cast: Cast, way: str) -> None:
    """The red button leads to a page anyone might have open, with and without script; so does Shift, three times."""
    if way == "keyboard" and not walk.scripted:
        return  # keys are a comfort of the script
    weather = "https://www.bbc.co.uk/weather"
    walk.page.context.route(f"{weather}**", lambda r: r.fulfill(body="<title>Weather</title>"))
    walk.sign_in(cast.alice)
    walk.open(reverse("home"))
    if way == "button":
        walk.page.locator(".govuk-exit-this-page a").click()
    else:
        walk.page.locator("[data-govuk-exit-this-page-init]").wait_for()
        for _ in range(3):
            walk.page.keyboard.press("Shift", delay=50)
    walk.page.wait_for_url(weather)
    assert walk.page.title() == "Weather"
