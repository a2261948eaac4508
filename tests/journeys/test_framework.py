"""The decision framework: readable on a phone and by keyboard, and one sheet of paper in every place."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from sharewell import packs
from sharewell.testing import Cast
from sharewell.web.framework import standing_alone
from tests.journeys.walking import SCREENSHOTS, Walk, axe

pytestmark = pytest.mark.django_db(transaction=True)
PLACES = [*packs.vocabulary().jurisdictions, "us-ca"]


def pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def test_the_framework_is_reached_from_every_page_and_read(walk: Walk, cast: Cast) -> None:
    walk.sign_in(cast.alice)
    walk.open(reverse("home"))
    walk.press("Decision framework")
    walk.look("framework")
    walk.press("Where these rules come from")
    assert walk.page.url.endswith(reverse("source_list", args=["england"]))


def test_the_framework_is_read_on_a_phone(phone: Walk, cast: Cast) -> None:
    phone.sign_in(cast.alice)
    phone.open(reverse("framework", args=["us"]))
    phone.look("framework_us")


@pytest.mark.parametrize("place", PLACES)
def test_it_prints_on_one_sheet_of_either_paper(desktop: Walk, cast: Cast, place: str) -> None:
    desktop.sign_in(cast.alice)
    desktop.open(reverse("framework", args=[place]))
    for size in ("A4", "Letter"):
        pdf = desktop.page.pdf(format=size, path=SCREENSHOTS / f"framework_{place}_{size}.pdf")
        assert pages(pdf) == 1, size


def test_the_file_that_the_command_writes_stands_alone(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(standing_alone(packs.policy("us", "us-ca")))
    axe(page)
    for size in ("A4", "Letter"):
        assert pages(page.pdf(format=size)) == 1, size
    assert (
        page.locator("h1").inner_text()
        == "Whether to share, and how much: California, United States"
    )
    page.close()
