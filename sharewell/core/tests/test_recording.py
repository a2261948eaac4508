"""The guide to good recording: each row fires where it says, and not where it says it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharewell import packs
from sharewell.core.faults import PackError
from sharewell.core.recording import KINDS, Guide, advice, guides

GUIDES = packs.recording()
EACH = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.id)


def pointed_out(text: str, kind: str = "observed") -> list[str]:
    return [each.guide.id for each in advice(text, kind, GUIDES)]


def test_there_are_ten_guides_or_more() -> None:
    assert len({guide.id for guide in GUIDES}) >= 10


@EACH
def test_it_fires_on_its_example_and_names_the_words(guide: Guide) -> None:
    found = [each for each in advice(guide.fires, guide.kinds[0], GUIDES) if each.guide is guide]
    assert len(found) == 1
    assert found[0].words in guide.fires


@EACH
def test_nothing_is_pointed_out_in_its_near_miss(guide: Guide) -> None:
    assert pointed_out(guide.near_miss, guide.kinds[0]) == []


@EACH
def test_it_speaks_only_of_the_kinds_that_it_names(guide: Guide) -> None:
    for kind in set(KINDS) - set(guide.kinds):
        assert guide.id not in pointed_out(guide.fires, kind)


@EACH
def test_a_good_sentence_beside_it_does_not_hide_a_bad_one(guide: Guide) -> None:
    both = f"{guide.near_miss} {guide.fires}"
    assert guide.id in pointed_out(both, guide.kinds[0])


@EACH
def test_their_own_words_are_left_as_they_were_said(guide: Guide) -> None:
    assert pointed_out(f'He said, "{guide.fires}" and left.') == []
    assert pointed_out(f"He said, “{guide.fires}” and left.") == []


@given(st.text(max_size=400), st.sampled_from(KINDS))
def test_whatever_is_written_is_looked_at_without_a_fault(text: str, kind: str) -> None:
    for each in advice(text, kind, GUIDES):
        assert each.words
        assert each.guide in GUIDES


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"finds": "(open"}, "finds"),
        ({"spares": "'['"}, "spares"),
        ({"kinds": "[seen]"}, "kinds"),
        ({"why": "''"}, "why"),
        ({"rank": "1"}, "rank"),
    ],
)
def test_a_fault_names_the_file_the_row_and_the_field(change: dict[str, str], field: str) -> None:
    row = {
        "id": "one",
        "kinds": "[observed]",
        "finds": "x",
        "says": "Write it.",
        "why": "Because.",
        "fires": "x",
        "near_miss": "y",
        "source": "a source",
        "status": "proposal",
    }
    lines = "\n    ".join(f"{key}: {value}" for key, value in {**row, **change}.items())
    with pytest.raises(PackError) as fault:
        guides("recording.yaml", f"guides:\n  - {lines}\n".encode())
    assert (fault.value.file, fault.value.row, fault.value.field) == (
        "recording.yaml",
        "one",
        field,
    )
