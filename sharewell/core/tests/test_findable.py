"""Words as they are found again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharewell.core.findable import MOST, marked, sought, stems


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Two bruises.", "bruise"),
        ("a Café", "CAFE"),
        ("Straße", "strasse"),
        ("He carries a knife", "carry"),
        ("Złoty 01632-960001", "960001"),
        ("\N{LATIN SMALL LIGATURE FI}nger", "finger"),
        ("O'Brien", "o'brien"),
        ("cafe\N{COMBINING ACUTE ACCENT}", "café"),
    ],
)
def test_what_is_typed_finds_what_is_written(written: str, typed: str) -> None:
    assert set(stems(typed)) <= set(stems(written))


@pytest.mark.parametrize(
    ("written", "typed"), [("glass", "glas"), ("bus", "bu"), ("shoes", "sho"), ("gas", "ga")]
)
def test_an_ending_that_is_no_plural_stays(written: str, typed: str) -> None:
    assert not set(stems(typed)) & set(stems(written))


@given(st.text())
def test_stems_are_letters_digits_and_marks_only(text: str) -> None:
    for stem in stems(text):
        assert stem
        assert stem == stem.strip()
        assert not set(stem) & set("\"'*()^:-+{}&|!<>\\ \t\n\0")


@given(st.text())
def test_each_word_of_a_text_finds_the_text(text: str) -> None:
    held = set(stems(text))
    for word in text.split():
        assert set(stems(word)) <= held


@given(st.text(), st.text())
def test_pieces_join_to_the_text_and_what_is_marked_is_wanted(text: str, words: str) -> None:
    wanted = set(stems(words))
    pieces = marked(text, wanted)
    assert "".join(piece for piece, _ in pieces) == text
    for piece, hit in pieces:
        assert hit == bool(set(stems(piece)) & wanted)


def test_what_is_sought_has_an_end() -> None:
    assert len(sought(" ".join(map(str, range(100))))) == MOST
