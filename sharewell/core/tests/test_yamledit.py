"""One value changes; every other character stays where a person wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharewell import packs
from sharewell.core import yamledit, yamltext
from sharewell.core.yamltext import TextError

BLOCKS = """# who
a:
- x  # the first
- y
b:
  # how
  k: 1  # one

c: >
  folded
  text
"""
TEXTS = sorted(packs.starter_agreements().values())


def paths(plain: Any, path: str = "") -> list[str]:
    """Every path into plain values."""
    if isinstance(plain, dict):
        inner = [(f"{path}.{key}" if path else str(key), value) for key, value in plain.items()]
    elif isinstance(plain, list):
        inner = [(f"{path}[{at}]", value) for at, value in enumerate(plain)]
    else:
        return []
    return [p for name, value in inner for p in (name, *paths(value, name))]


PLACES = [(text, path) for text in TEXTS for path in paths(yamltext.read(text))]
LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=30)


@given(
    st.sampled_from(PLACES),
    st.none() | st.integers(-9, 9) | LINES | st.lists(LINES, max_size=3),
)
def test_only_what_was_named_changes(place: tuple[str, str], value: Any) -> None:
    """Whatever is put anywhere into the agreements to start from, all lines elsewhere are as they were."""
    text, path = place
    value = " ".join(value.split()) if isinstance(value, str) else value
    value = [" ".join(each.split()) for each in value] if isinstance(value, list) else value
    changed = yamledit.put(text, {path: value})
    for line in text.splitlines():
        if line.startswith("#"):
            assert line in changed
    before, after = yamltext.read(text), yamltext.read(changed)
    assert [p for p in paths(after) if not p.startswith(path)] == [
        p for p in paths(before) if not p.startswith(path)
    ]


def test_blocks_flows_and_new_keys() -> None:
    changes = {"a": ["q"], "b.k": 2, "b.n": "yes", "c": "a: b # c", "a[1]": "z", "d": None}
    changed = yamledit.put(BLOCKS, changes)
    assert yamltext.read(changed) == {
        "a": ["q", "z"],
        "b": {"k": 2, "n": "yes"},
        "c": "a: b # c",
        "d": None,
    }
    assert "# who" in changed
    assert "  # how" in changed
    assert "k: 2  # one" in changed


@pytest.mark.parametrize("path", ["e.f", "a[7]", "b.k.m", "a.k"])
def test_a_path_that_leads_nowhere_is_refused(path: str) -> None:
    with pytest.raises(TextError):
        yamledit.put(BLOCKS, {path: 1})


def test_what_stands_in_two_places_is_not_changed_in_one() -> None:
    """An alias gives the same value again: to change one alone would take more than one value."""
    with pytest.raises(TextError):
        yamledit.put("a: &x {k: 1}\nb: *x\n", {"b.k": 2})
