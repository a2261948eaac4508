"""Records that may be about one person, and those that only look like it; the rules are those that are shipped."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharewell import packs
from sharewell.core.faults import PackError
from sharewell.core.people import FILE, people
from sharewell.core.sameperson import Sketch, likeness, may_compare

BORN = date(1950, 3, 4)
MARY = Sketch(["Mary Mill"], BORN, {"nhs": ["9434765919"]}, "2 Rose Lane, Testford TE5 7AA")


def found(one: Sketch, other: Sketch) -> str:
    """The id of the rule that fits both ways round; empty where none does."""
    rules = packs.people().duplicates
    there, back = likeness(one, other, rules), likeness(other, one, rules)
    assert there == back
    return there.id if there else ""


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        (Sketch(["Somebody Else"], None, {"nhs": ["9434765919"]}), "number"),
        (Sketch(["Mill, Mary"], BORN), "name_birth"),
        (Sketch(["Marie Mill"], BORN), "name_birth"),
        (Sketch(["MARY MÍLL"], BORN), "name_birth"),
        (Sketch(["Polly", "Mary Mill"], BORN), "name_birth"),
        (Sketch(["Mary Mill"], date(1950, 4, 3)), "name_birth_near"),
        (Sketch(["Mary Mill"], date(1951, 3, 4)), "name_birth_near"),
        (Sketch(["Mary Stone"], BORN, None, "Flat 2, Rose Lane te57aa"), "birth_home"),
        (Sketch(["Mary Mil"], None, None, "2 Rose Lane, TE5 7AA"), "name_home"),
        (Sketch(["Mary Mill"]), "name_alone"),
        # Near misses.
        (Sketch(["Mary Mill"], date(1962, 8, 4)), ""),
        (Sketch(["Gary Hill"], date(1950, 4, 3)), ""),
        (Sketch(["Mary Stone"], BORN), ""),
        (Sketch(["Tom Reed"], BORN, None, "2 Rose Lane, TE5 7AA"), ""),
        (Sketch(["Mary Mills-Brown"], None), ""),
        (Sketch(["Mary Mill"], BORN, {"nhs": ["4505577104"]}), ""),
        (Sketch([""], None), ""),
    ],
)
def test_likenesses_and_near_misses(other: Sketch, rule: str) -> None:
    assert found(MARY, other) == rule


def test_another_kind_of_number_speaks_for_nothing() -> None:
    assert found(MARY, Sketch(["Mary Mill"], BORN, {"upn": ["A801200001001"]})) == "name_birth"


def test_a_home_without_a_postcode_is_compared_as_words() -> None:
    one = Sketch(["Ann Lee"], None, None, "14 Hawthorn Street, Bay City")
    assert (
        found(one, Sketch(["Anne Lee"], None, None, "14 Hawthorn Street Bay City")) == "name_home"
    )
    assert found(one, Sketch(["Anne Lee"], None, None, "9 Elm Road, Bay City")) == ""


@given(st.lists(st.text(max_size=12), max_size=3), st.none() | st.dates(), st.text(max_size=30))
def test_whatever_is_recorded_is_compared(names: list[str], born: date | None, home: str) -> None:
    found(MARY, Sketch(names, born, None, home))


def test_records_of_two_agencies_are_never_compared() -> None:
    """Not by agreement, not by kind: a victim-services agency and a police force alike."""
    assert may_compare("alder-care", "alder-care")
    assert not may_compare("alder-care", "haven-house")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{id: number, number: same,", "{id: number, home: same,", "number: name: is missing"),
        ("flag: refuge", "flag: secret", "refuge: flag: is not a flag"),
        ("  - id: nhs", "  - id: ssn", "ssn: id: `ssn` is not one of"),
        ("fact: position_of_trust", "fact: staff", "staff: fact: is not a fact"),
        ("name: 82", "name: 182", "name_birth: name: is not a whole number"),
        ("{id: friend, label: Friend,", "{id: friend, word: Friend,", "friend: label: is missing"),
    ],
)
def test_a_fault_of_the_pack_names_row_and_key(old: str, new: str, told: str) -> None:
    text = packs.read()[FILE].decode()
    assert text.count(old) == 1
    with pytest.raises(PackError) as fault:
        people(FILE, text.replace(old, new).encode(), packs.vocabulary())
    assert str(fault.value).startswith(f"{FILE}: {told}")
