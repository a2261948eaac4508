"""Raising a worry: the pack of whom to turn to outside is checked like the others."""

from __future__ import annotations

import pytest

from sharewell import packs
from sharewell.core.checking.packfaults import faults
from sharewell.core.whistleblowing import FILE
from sharewell.testing import NOW


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"follow_up_days: 28", b"follow_up_days: none", "follow_up_days"),
        (b"places: [wales]", b"places: [atlantis]", "ciw: places"),
        (b"phone: 03000 616161, ", b"", "cqc: phone"),
        (b"[us]", b"[england]", "has nobody for us"),
    ],
)
def test_a_fault_of_the_pack_is_named(old: bytes, new: bytes, says: str) -> None:
    files = {**packs.read(), FILE: packs.read()[FILE].replace(old, new)}
    found = [str(each) for each in faults(files, {}, NOW.date())[0]]
    assert any(each.startswith(FILE) and says in each for each in found), found
