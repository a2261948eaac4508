"""The sheet: everything that the message says, and nothing that it does not."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.html import strip_tags

from sharewell.disclosures.tests.stage import MESSAGE
from sharewell.web import sheets


def read(message: dict[str, object]) -> str:
    html = render_to_string("components/message.html", {"message": sheets.sheet(message)})
    return " ".join(strip_tags(html).split())


def test_the_sheet_shows_who_what_how_known_and_how_to_handle_it() -> None:
    shown = read(MESSAGE)
    for words in (
        "From: Alder Care (Alice Practitioner)",
        "To: The front door",
        "Do not tell: her brother",
        "Do not use: letters",
        "Keep the address from everybody outside your team.",
        "What is happening",
        "Why we are worried",
        "Ruth Lee is afraid.",
        "Seen or heard by the sender, care worker, 20 November 2026 at 09:30",
        "Not safe to ask",
    ):
        assert words in shown


def test_what_somebody_typed_is_never_markup() -> None:
    field = {**MESSAGE["fields"][0], "text": "<script>alert(1)</script>"}  # type: ignore[index]
    message = {**MESSAGE, "fields": [field], "handling": ["<b>x</b>"], "do_not_tell": ["<i>y</i>"]}
    html = render_to_string("components/message.html", {"message": sheets.sheet(message)})
    assert "<script>" not in html
    assert "<b>" not in html
    assert "<i>" not in html


def test_a_message_without_notices_has_no_empty_box() -> None:
    plain = {**MESSAGE, "handling": [], "do_not_tell": [], "do_not_use": []}
    html = render_to_string("components/message.html", {"message": sheets.sheet(plain)})
    assert "sw-minds" not in html


def test_besides_gives_the_parts_that_are_not_on_the_page() -> None:
    assert [row["key"] for row in sheets.besides(MESSAGE, {"concern.reason"})] == [
        "How to reach them safely"
    ]
