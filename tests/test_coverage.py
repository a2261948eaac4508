"""Every row of the domain reference's sections 1, 2, 4 and 5 is carried by a pack, or its gap is told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sharewell import packs
from sharewell.config.commands import app
from sharewell.core import yamltext
from sharewell.core.checking.coverage import cells, coverage, report
from sharewell.core.policy import PackError
from tests import reference

FILES = packs.read()
UK = "coverage-uk.yaml"
SECTIONS = reference.sections()
# What a person counts in the reference; a row that is lost in reading it would show here.
COUNTS = {"1.1": 17, "1.2": 29, "1.3": 8, "1.4": 23, "2": 53, "5.2": 12, "5.4": 12}


def _listed() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in coverage(FILES):
        found.setdefault(row.section, []).append(row.id)
    return found


def test_the_reference_is_read_whole() -> None:
    assert {name: len(SECTIONS[name]) for name in COUNTS} == COUNTS
    assert all(SECTIONS.values())


@pytest.mark.parametrize("section", SECTIONS)
def test_each_row_is_carried_or_its_gap_is_told(section: str) -> None:
    assert Counter(_listed()[section]) == Counter(SECTIONS[section])


def test_no_section_is_listed_that_the_reference_does_not_have() -> None:
    assert set(_listed()) == set(SECTIONS)


def test_each_cell_of_the_matrix_is_held_against_the_reference() -> None:
    pack = yamltext.read(FILES["coverage-matrix.yaml"])["matrix"]
    table = reference.cells()
    assert table.pop("role") == list(pack["purposes"])
    ours = {row["reference"]: row["cells"] for row in pack["roles"]}
    assert ours == {role: [cell or "-" for cell in row] for role, row in table.items()}
    assert len(cells(FILES, packs.policy("england").matrix)) == 19 * 12


def test_joined_ids_stand_one_by_one() -> None:
    assert reference.split("e.ca14.6 / .7") == ["e.ca14.6", "e.ca14.7"]
    assert reference.split("e.ca14.43-45") == ["e.ca14.43", "e.ca14.44", "e.ca14.45"]
    assert reference.split("us.hipaa.512e/f") == ["us.hipaa.512e", "us.hipaa.512f"]
    assert reference.split("s.asp.3/4/5/10") == ["s.asp.3", "s.asp.4", "s.asp.5", "s.asp.10"]


def _with(row: dict[str, Any], section: str = "1.3") -> dict[str, bytes]:
    """The packs with one more row of coverage."""
    pack = yamltext.read(FILES[UK])
    pack["sections"].append({"id": f"{section} more", "rows": [row]})
    return {**FILES, UK: yamltext.written(pack)}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"id": "s.x", "rows": ["s.no_such_row"]}, "s.x: rows: `s.no_such_row` is not known here"),
        ({"id": "s.x", "rows": ["s.cp"], "gap": "Later.", "kind": "planned"}, "s.x: gap: and rows"),
        ({"id": "s.x"}, "s.x: rows: is missing"),
        ({"id": "s.x", "gap": "Later."}, "s.x: kind: is missing"),
        ({"id": "s.x", "gap": "Later.", "kind": "one day"}, "s.x: kind: `one day`"),
    ],
)
def test_a_row_is_in_one_list_and_names_rows_that_exist(row: dict[str, Any], why: str) -> None:
    with pytest.raises(PackError, match=why):
        coverage(_with(row))


def test_a_row_given_twice_is_refused() -> None:
    twice = yamltext.written({"sections": [{"id": "1.3", "same": ["s.cp"]}]})
    with pytest.raises(PackError, match=r"coverage-x\.yaml: s\.cp: id: is listed twice"):
        coverage({**FILES, "coverage-x.yaml": twice})


def test_a_cell_that_differs_needs_a_reason_and_one_that_does_not_has_none() -> None:
    matrix = packs.policy("england").matrix
    name = "coverage-matrix.yaml"
    pack = yamltext.read(FILES[name])
    pack["matrix"]["roles"][0]["cells"][0] = "2"
    with pytest.raises(PackError, match="police: IS: `2` differs"):
        cells({**FILES, name: yamltext.written(pack)}, matrix)
    pack["matrix"]["roles"][0]["cells"][0] = "1"
    pack["matrix"]["differs"].append({"id": "police IS", "why": "It does not."})
    with pytest.raises(PackError, match="police: IS: is the same; it needs no reason"):
        cells({**FILES, name: yamltext.written(pack)}, matrix)


def test_the_gap_report_is_printed_and_kept_up_to_date() -> None:
    """Fails when a row changes: write it again with ``sharewell pack gaps > docs/gaps.md``."""
    done = CliRunner().invoke(app, ["pack", "gaps"])
    assert done.exit_code == 0
    assert done.stdout == Path("docs/gaps.md").read_text("utf-8")
    assert done.stdout == report(coverage(FILES), cells(FILES, packs.policy("england").matrix))
    gaps = [row for row in coverage(FILES) if row.gap]
    assert all(f"- {row.section}, {row.id}: {row.gap}\n" in done.stdout for row in gaps)


def test_every_gap_has_a_reason_in_a_sentence() -> None:
    for row in coverage(FILES):
        for words in (row.gap, row.lacks):
            assert words == "" or (words[0].isupper() and words.endswith(".")), row
