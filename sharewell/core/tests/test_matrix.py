"""The matrix is the reference's, cell by cell; where it is not, the cell says why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sharewell import packs
from sharewell.core import yamltext
from sharewell.core.catalogue import Cell
from sharewell.core.policy import PackError, load
from sharewell.core.tests.requests import WORDS, asked

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "domain.md"
MATRIX = packs.policy("england").matrix
FIELDS = packs.policy("england").fields
CODES = ["IS", "EX", "HS", "CC", "EN", "PP", "EH", "CP", "SA", "PR", "CR", "QA"]
PURPOSES = dict(zip(CODES, WORDS.purposes, strict=True))
ROLES = WORDS.recipient_roles[:19]  # in the order of the table
ADDED = {"care_provider", "probation", "court", "safeguarding_board"}
CODE = re.compile(r"1\+|1|2, 3!|2|N|D, L|L, D|D|L|-|$")
FORMS = {"notification": "N", "deidentified": "D", "log_extract": "L"}
# The fields of tier 2 that the paragraph below the table names, by the words that it uses for them.
NAMED = {
    "police": {"pattern", "finance.pattern", "risk.triggers"},
    "adult_social_care": {
        "supports.current",
        "actions.tried",
        "engagement.barriers",
        "needs.functional_impact",
    },
    "primary_care": {"needs.functional_impact"},
    "hospital": set(),
    "emergency_services": set(),
    "housing": {"housing.access_needs"},
    "school": {"risk.triggers", "attendance"},
    "advocacy": {"views.full"},
}
FILLED = "Proposal of this product; domain reference 4 gives the tier and leaves its fields open"
NEW = "Proposal of this product; domain reference 4 does not name this role"


def table() -> dict[tuple[str, str], str]:
    """What the reference says in each cell, by role and purpose."""
    text = REFERENCE.read_text("utf-8")
    part = text[text.index("\n## 4.") : text.index("\n## 5.")]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in part.splitlines()
        if line.startswith("|")
    ]
    head, _, *body = rows
    assert [len(row) for row in body] == [13] * len(ROLES)
    return {
        (role, PURPOSES[code]): cell
        for role, row in zip(ROLES, body, strict=True)
        for code, cell in zip(head[1:], row[1:], strict=True)
    }


def written(cell: Cell | None) -> str:
    """A cell of ours as the reference would write it."""
    if cell is None:
        return "-"
    if not cell.tier:
        return ", ".join(FORMS[form] for form in cell.forms)
    if cell.tier == 1:
        return "1+" if any(FIELDS[id_].tier == 2 for id_ in cell.named) else "1"
    return "2, 3!" if cell.items else "2"


@pytest.mark.parametrize(("role", "purpose"), table())
def test_a_cell_is_the_references_or_says_why_not(role: str, purpose: str) -> None:
    says, ours = table()[role, purpose], MATRIX.cells.get((role, purpose))
    code = CODE.match(says)
    if role == "person_themself":  # no disclosure: told through informing and requests for access
        assert ours is None
        return
    assert code is not None
    same = written(ours) == code[0]
    beside = says != code[0] and "bundle" not in says and "pseudonymous" not in says
    assert ours is None or bool(ours.differs) or (same and not beside), (written(ours), says)
    assert (ours is None) == (code[0] == "-")


def test_the_safety_bundle_goes_with_the_essentials_to_those_who_treat() -> None:
    with_bundle = {role for (role, _), says in table().items() if "bundle" in says}
    assert with_bundle == {"hospital", "emergency_services"}
    for role in with_bundle:
        assert asked(role, "immediate_safety").tiers["clinical.safety_bundle"] == 1


def test_a_cell_that_is_pseudonymous_leaves_out_all_that_identifies() -> None:
    (cell,) = [MATRIX.cells[key] for key, says in table().items() if "pseudonymous" in says]
    assert cell.without == {id_ for id_, field in FIELDS.items() if field.identifies}


@pytest.mark.parametrize("role", NAMED)
def test_the_fields_named_beside_the_essentials_are_the_references_or_say_why_not(
    role: str,
) -> None:
    for key in [key for key, says in table().items() if key[0] == role and says.startswith("1+")]:
        cell = MATRIX.cells[key]
        second = {id_ for id_ in cell.named if FIELDS[id_].tier == 2}
        if cell.source != FILLED:
            assert second >= NAMED[role], key
            assert second == NAMED[role] or cell.differs, key


def test_a_cell_that_this_product_fills_or_adds_says_so() -> None:
    plus = {key for key, says in table().items() if says.startswith("1+")}
    unnamed = {key for key in plus if key[0] not in {*NAMED, "hr"}} | {("police", PURPOSES["PP"])}
    assert {key for key, cell in MATRIX.cells.items() if cell.source == FILLED} == unnamed
    assert {key for key, cell in MATRIX.cells.items() if cell.source == NEW} == {
        key for key in MATRIX.cells if key[0] in ADDED
    }
    assert {cell.status for cell in MATRIX.cells.values()} == {"proposal"}
    others = [cell for cell in MATRIX.cells.values() if cell.source not in (FILLED, NEW)]
    assert all(cell.source.startswith("Domain reference 4") for cell in others)


# --- what goes to the police of exploitation: the essentials and the pattern, more by name (V07) ---------


def test_the_police_get_the_essentials_and_the_pattern_of_exploitation() -> None:
    usual = asked("police", PURPOSES["EX"])
    second = {id_ for id_, tier in usual.tiers.items() if tier == 2}
    assert second == NAMED["police"]
    assert {"subject.name", "source.identity", "concern.observed"} <= set(usual.fields)
    assert usual.withheld == {}


def test_the_police_get_more_of_exploitation_where_it_is_named() -> None:
    more = asked("police", PURPOSES["EX"], "concern.verbatim", "witness.identity", "history.trauma")
    assert more.tiers == {"concern.verbatim": 2, "witness.identity": 2}
    assert more.withheld == {"history.trauma": "above_tier"}
    assert "concern.verbatim" in asked("police", PURPOSES["EX"]).could_go


def test_another_adult_at_risk_is_told_as_an_essential() -> None:
    assert "household.adults" in asked("police", PURPOSES["EX"], others_at_risk="adults").fields
    assert "household.adults" not in asked("police", PURPOSES["EX"], others_at_risk="none").fields


# --- how a cell is read -----------------------------------------------------------------------------------


def with_cell(raw: Any, role: str = "housing", purpose: str = "early_help") -> Mapping[str, bytes]:
    """The packs with this cell in place of the one that is shipped."""
    pack: Any = yamltext.read(packs.read()["matrix.yaml"])
    cells = pack["roles"][role]["cells"]
    cells[purpose] = raw
    pack["roles"] = {**pack["roles"], role: {**pack["roles"][role], "cells": cells}}
    return {**packs.read(), "matrix.yaml": yamltext.written(pack)}


def cell_of(raw: Any) -> Cell:
    cell = load(with_cell(raw), "england").cell("housing", "early_help")
    assert cell is not None
    return cell


def test_a_cell_says_for_itself_what_it_rests_on_else_its_file_does() -> None:
    own = {"tier": 1, "source": "Board paper 14", "status": "from_knowledge", "differs": "We do."}
    assert (cell_of(own).source, cell_of(own).status, cell_of(own).differs) == (
        "Board paper 14",
        "from_knowledge",
        "We do.",
    )
    assert cell_of("1") == MATRIX.cells["housing", "early_help"]


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ("3", ""),
        ("X", ""),
        ([1], ""),
        ({"named": ["pattern"]}, ".tier"),
        ({"tier": 4}, ".tier"),
        ({"tier": 1, "usual": ["pattern"]}, ".usual"),
        ({"tier": 2, "items": "enquiry"}, ".items"),
        ({"tier": 3}, ".items"),
        ({"forms": ["N"], "tier": 1}, ".tier"),
        ({"forms": ["X"]}, ".forms"),
        ({"tier": 1, "named": ["mood"]}, ".named"),
        ({"tier": 1, "status": "rumour"}, ".status"),
        ({"tier": 1, "status": "verified"}, ".verified_on"),
        ({"tier": 1, "colour": "red"}, ".colour"),
    ],
)
def test_a_fault_of_a_cell_is_named(raw: Any, field: str) -> None:
    with pytest.raises(PackError) as caught:
        load(with_cell(raw), "england")
    assert (caught.value.file, caught.value.row) == ("matrix.yaml", "housing")
    assert caught.value.field == f"cells.early_help{field}"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ("notification", "subject.name"),
        ("notification", "legal.statements"),
        ("deidentified", "household.children"),
        ("deidentified", "concern.reason"),
        ("deidentified", "incident.reference"),
        ("log_extract", "concern.observed"),
        ("log_extract", "supports.lead"),
    ],
)
def test_a_form_that_would_hold_what_it_may_not_is_refused(form: str, field: str) -> None:
    pack: Any = yamltext.read(packs.read()["matrix.yaml"])
    pack["forms"][form]["fields"].append(field)
    with pytest.raises(PackError, match=f"forms.{form}.fields: `{field}` is not for this form"):
        load({**packs.read(), "matrix.yaml": yamltext.written(pack)}, "england")
