"""What is typed is cleaned, measured and kept; times are read as people write them."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.forms import ValidationError
from django.template import Context, Template
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from sharewell.agencies.access import Conflict, Invalid
from sharewell.web.fields import Choice, Form, KeyedForm, Line, Several, Words, clean_text
from sharewell.web.moments import Day, Moment

OVERRIDE = "\u202e"


class Typed(KeyedForm):
    told = Choice(
        label="Were you told?",
        choices=[("yes", "Yes"), ("no", "No")],
        reveals={"yes": ["by_whom"]},
    )
    by_whom = Line(label="By whom", required=False)
    signs = Several(label="Signs", choices=[("a", "Bruise"), ("b", "Fear")], required=False)
    text = Words(label="What happened", max_length=20)
    at = Moment(label="When", required=False)


def render(form: Form, *names: str) -> str:
    tags = "".join(f"{{% field form.{name} %}}" for name in names)
    return Template("{% load sharewell %}" + tags).render(Context({"form": form}))


def test_text_loses_what_nobody_types() -> None:
    """Controls, overrides of direction, halves of characters and hidden marks go; line ends become one kind."""
    assert clean_text(f"a\x00b{OVERRIDE}c\ud800d\ufeffe\r\nf\u200b") == "abcde\nf"


def test_text_keeps_scripts_that_need_joiners() -> None:
    assert clean_text("نمی\u200cخواهم 👩\u200d👧") == "نمی\u200cخواهم 👩\u200d👧"


def test_text_is_brought_to_one_form() -> None:
    assert clean_text("Zoe\u0308") == "Zoë"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.encode("utf-8").decode("utf-8") == once


def test_too_long_is_refused_with_both_figures_and_never_cut() -> None:
    with pytest.raises(ValidationError, match="20 characters: it has 21"):
        Words(max_length=20).clean("x" * 21)


def test_a_line_has_no_line_ends() -> None:
    assert Line().clean(" one\r\n  two ") == "one two"


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [("14:05", 14, 5), ("2.05pm", 14, 5), ("1405", 14, 5), ("12 am", 0, 0), ("12pm", 12, 0)],
)
def test_times_are_read_as_people_write_them(typed: str, hour: int, minute: int) -> None:
    read = Moment().clean(["20", "11", "2026", typed])
    assert read == datetime(2026, 11, 20, hour, minute, tzinfo=UTC)


def test_a_moment_is_read_in_the_agency_s_zone() -> None:
    with timezone.override(ZoneInfo("America/Los_Angeles")):
        assert Moment().clean(["20", "11", "2026", "9:00"]) == datetime(
            2026, 11, 20, 17, tzinfo=UTC
        )


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (["31", "2", "2026", "9:00"], "no such date"),
        (["x", "2", "2026", "9:00"], "the day as a number"),
        (["1", "2", "26", "9:00"], "four figures"),
        (["1", "2", "2026", "25:00"], "the time as hours"),
        (["1", "2", "2026", "13pm"], "the time as hours"),
        (["٣", "2", "2026", "9:00"], "the day as a number"),
        (["1", "2", "2026", ""], "the time as hours"),
    ],
)
def test_what_is_no_moment_is_refused_in_words(parts: list[str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Moment().clean(parts)


def test_an_empty_day_is_none_or_missing() -> None:
    assert Day(required=False).clean(["", "", ""]) is None
    assert Day().clean(["1", "2", "1980"]) == date(1980, 2, 1)
    with pytest.raises(ValidationError):
        Day().clean(["", "", ""])


def test_every_page_gets_a_fresh_form_key() -> None:
    first, second = Typed(), Typed()
    assert first["form_key"].value() != second["form_key"].value()
    assert f'value="{first["form_key"].value()}"' in render(first, "form_key")


def test_what_was_typed_stays_when_it_is_refused() -> None:
    data = {
        "told": "yes",
        "by_whom": "A neighbour",
        "signs": ["b"],
        "text": "x" * 30,
        "at_day": "40",
    }
    form = Typed(data)
    assert not form.is_valid()
    html = render(form, "told", "signs", "text", "at")
    assert 'value="A neighbour"' in html
    assert "x" * 30 in html
    assert 'value="40"' in html
    assert html.count(" checked") == 2
    assert 'aria-invalid="true"' in html


def test_typed_markup_is_shown_as_text() -> None:
    html = render(Typed({"text": "</textarea><script>", "by_whom": '"><b>'}), "told", "text")
    assert "<script>" not in html
    assert "<b>" not in html


def test_an_answer_opens_its_fields_inside_the_question() -> None:
    html = render(Typed(), "told")
    opened = html.partition('id="id_told-opens"')[2]
    assert opened.index('id="id_by_whom"') < opened.index('id="id_told-1"')


def test_the_summary_links_each_error_to_its_field() -> None:
    form = Typed({"text": ""})
    form.is_valid()
    html = Template("{% load sharewell %}{% error_summary form %}").render(Context({"form": form}))
    assert 'href="#id_told"' in html
    assert 'href="#id_text"' in html
    assert "Answer this: what happened" in html


@pytest.mark.parametrize(
    ("refusal", "status", "field"),
    [(Invalid({"text": ["Too vague"]}), 422, "text"), (Conflict(), 409, "__all__")],
)
def test_a_refusal_is_shown_with_the_form(refusal: Any, status: int, field: str) -> None:
    form = Typed({"told": "no", "text": "It was so", "form_key": str(uuid.uuid4())})
    assert form.is_valid(), form.errors
    form.refused(refusal)
    assert form.status == status
    assert field in form.errors


@pytest.mark.parametrize(
    "parts",
    [["9" * 20, "1", "2026"], ["1", "1", "9" * 20], ["1", "1", "9" * 5000], ["31", "12", "9999"]],
)
def test_a_day_beyond_all_calendars_is_no_day(parts: list[str]) -> None:
    """Numbers that no date can hold are answered in words, not with a fault."""
    with (
        timezone.override(ZoneInfo("America/Los_Angeles")),
        pytest.raises(ValidationError, match="no such date"),
    ):
        Moment().to_python([*parts, "23:59"])
