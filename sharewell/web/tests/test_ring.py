"""A telephone number on a page rings when it is pressed."""

from __future__ import annotations

import pytest

from sharewell.web.templatetags.sharewell import ring

RUNG = {
    "01632 960001": "01632960001",
    "(01632) 960-001": "01632960001",
    "+44 (0)1632 960001": "+441632960001",
    "555-0100 ext. 4": "5550100",
    "101": "101",
}


@pytest.mark.parametrize("number", RUNG)
def test_it_dials_the_number_without_its_extension(number: str) -> None:
    assert ring(number) == f'<a class="govuk-link" href="tel:{RUNG[number]}">{number}</a>'


@pytest.mark.parametrize(
    "words", ["", "through the switchboard", "24 hours, by the switchboard", "ask for <b>duty</b>"]
)
def test_what_is_no_number_stays_as_it_is_and_is_escaped_by_the_page(words: str) -> None:
    assert ring(words) == words
    assert not hasattr(ring(words), "__html__")
