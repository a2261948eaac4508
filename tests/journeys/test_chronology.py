"""The chronology in a browser: added to, corrected, narrowed, searched, printed on one page, downloaded."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.urls import reverse

from sharewell.cases.models import Case
from sharewell.cases.records import add_chronology
from sharewell.cases.tests.told import open_case
from sharewell.testing import NOW, Cast
from sharewell.web.staff.copies import MOST_LINES
from tests.journeys.walking import SCREENSHOTS, Walk

pytestmark = pytest.mark.django_db(transaction=True)


def tell(walk: Walk) -> None:
    """Tell of a call on 19 November."""
    for part, value in (("Day", "19"), ("Month", "11"), ("Year", "2026"), ("Time", "14:05")):
        walk.fill(part, value)
    walk.page.get_by_label("Contact", exact=True).check()
    walk.fill("What was seen or heard?", "She rang twice and hung up.")
    walk.fill("What was said, in their own words?", "He has my bank card.")
    walk.fill("Who said it, or told you?", "the person")
    walk.fill("What was done, and by whom?", "I told Bea Manager.")
    walk.fill("What do you think it means?", "She may be exploited.")


def test_a_line_is_added_corrected_found_and_copied(walk: Walk, cast: Cast) -> None:
    case = open_case(cast)
    walk.sign_in(cast.alice)
    walk.open(reverse("case_detail", args=[case.id]))
    walk.press("Add to the chronology")
    tell(walk)
    walk.look("chronology_add")
    walk.press("Add to the chronology")
    walk.look("case_detail_told")
    main = walk.page.locator("main")
    assert main.locator("blockquote").inner_text() == "He has my bank card."
    walk.press("Correct line 2")
    walk.fill("What happened?", "She rang three times.")
    walk.look("chronology_correct")
    walk.press("Record the correction")
    assert "Corrects line 2." in main.inner_text()
    assert "Corrected later" in main.inner_text()
    walk.press("Filter, search, print or download it")
    walk.page.get_by_text("Filter", exact=True).click()
    walk.page.get_by_label("How it is known").select_option("Their own words")
    walk.press("Show these lines")
    walk.look("chronology_list")
    assert main.locator(".moj-timeline__item").count() == 1
    address = walk.page.url
    assert "bank" not in address
    walk.fill("Search in this chronology", "cards bank")
    walk.press("Search")
    walk.look("chronology_search")
    assert main.locator("mark").all_inner_texts() == ["bank", "card"]
    assert "bank" not in walk.page.url
    walk.open(reverse("chronology_list", args=[case.id]))
    for name, suffix in (("Download as PDF", ".pdf"), ("Download as a table (CSV)", ".csv")):
        with walk.page.expect_download() as waited:
            walk.press(name)
        assert waited.value.suggested_filename == f"chronology{suffix}"


def fill(case: Case, cast: Cast, text: str) -> None:
    for _ in range(MOST_LINES):
        add_chronology(
            case=case, now=NOW, by=cast.alice, section="contact", text=text, source_role="neighbour"
        )


@pytest.mark.parametrize(
    "text",
    [
        "On the landing she said that he had taken her card and her keys again. " * 20,
        "WHY MUST WE MEET MARY MILL WITHOUT HER MOTHER? " * 30,
        "\u6f22\u5b57\u4eee\u540d\u4ea4\u3058\u308a\u6587 " * 60,
        "unbroken" * 100,
    ],
    ids=["ordinary", "capitals", "wide", "unbroken"],
)
def test_the_short_chronology_is_one_page_of_either_paper(
    desktop: Walk, cast: Cast, text: str
) -> None:
    case = open_case(cast)
    fill(case, cast, text)
    desktop.sign_in(cast.alice)
    desktop.open(reverse("chronology_short", args=[case.id]))
    for box in desktop.page.locator("[name=line]").all()[:MOST_LINES]:
        box.check()
    desktop.look("chronology_choose")
    desktop.press("Show the page")
    desktop.look("chronology_short")
    for size in ("A4", "Letter"):
        pdf = desktop.page.pdf(format=size, path=SCREENSHOTS / f"chronology_short_{size}.pdf")
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert len(document.pages) == 1, size


def test_on_a_phone_the_pages_fit(phone: Walk, cast: Cast) -> None:
    case = open_case(cast)
    phone.sign_in(cast.alice)
    for name in ("chronology_list", "chronology_add", "chronology_short"):
        phone.open(reverse(name, args=[case.id]))
        phone.look(f"{name}_phone")
    phone.open(f"{reverse('chronology_short', args=[case.id])}?line=1")
    phone.look("chronology_short_sheet_phone")
