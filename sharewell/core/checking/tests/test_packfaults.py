"""Every fault of the packs is named by file, row and field, not only the first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import pytest

from sharewell import packs
from sharewell.core.checking.packfaults import faults
from sharewell.core.policy import PackError, load

FILES = packs.read()
TODAY = date(2026, 11, 22)


def _found(files: Mapping[str, bytes], own: Mapping[str, bytes] | None = None) -> list[str]:
    return [str(fault) for fault in faults(files, own or {}, TODAY)[0]]


def _with(name: str, *swaps: tuple[str, str]) -> dict[str, bytes]:
    text = FILES[name].decode()
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new, 1)
    return {**FILES, name: text.encode()}


def test_the_packs_that_are_shipped_have_no_fault() -> None:
    assert _found(FILES) == []


def test_all_faulty_rows_of_a_file_are_named() -> None:
    files = _with(
        "rules-common.yaml",
        ("step: agreement\n    when: {undue_influence: *yes}\n    effect: invalid",
         "step: agreement\n    when: {undue_influence: *yes}\n    effect: valid"),
        ("subject_kind: [adult], capacity: [lacks]}", "subject_kind: [adulte], capacity: [lacks]}"),
    )  # fmt: skip
    assert [line.split(": `")[0] for line in _found(files)] == [
        "rules-common.yaml: agreement-coerced: effect",
        "rules-common.yaml: agreement-lacks-capacity: when.subject_kind",
    ]


EACH = {
    "provisions-uk.yaml": (("effect: permits", "effect: allows"), r"provisions-uk\.yaml: \S+: effect: "),
    "matrix.yaml": (("tier: 3, items: police_enquiry", "tier: 4, items: police_enquiry"),
                    r"matrix\.yaml: police: cells\.safeguarding_enquiry\.tier: "),
    "calendars.yaml": (("weekdays:", "weekday:"), r"calendars\.yaml: \S+: weekdays: is missing"),
    "clocks.yaml": ((", force: statute", ", force: gravity"), r"clocks\.yaml: \S+: force: `gravity` is not one of"),
    "labels.yaml": (("  police: Police\n", ""), r"labels\.yaml: recipient_roles: police: has no label"),
    "senders.yaml": (("public_authority: false", "public_authority: maybe"),
                     r"senders\.yaml: care_provider: public_authority: "),
    "jurisdictions.yaml": (("rules-uk.yaml, rules-england.yaml", "rules-uk.yaml, rules-france.yaml"),
                           r"rules-france\.yaml: is missing"),
    "rules-uk.yaml": (("[uk.gmc]", "[uk.sense]"),
                      r"rules-uk\.yaml: \S+: basis: `uk\.sense` is not a provision"),
    "allegations.yaml": (("means: There is no evidence", "meaning: There is no evidence"),
                         r"allegations\.yaml: unfounded: means: is missing"),
    "access_signs.yaml": (("days: 90", "days: 0"), r"access_signs\.yaml: long_ago: days: is not a whole number"),
    "break_glass.yaml": (("label: Nothing more", "lable: Nothing more"),
                         r"break_glass\.yaml: nothing: label: is missing"),
    "oversight.yaml": (("role.governance_lead, duty.on_call_manager", "role.governor, duty.on_call_manager"),
                       r"oversight\.yaml: oversight: steps: `role\.governor` is not one of"),
    "escalation.yaml": (("{id: refused, label", "{id: refused, lable"),
                        r"escalation\.yaml: refused: label: is missing"),
    "sites.yaml": (("label: Club, service: true", "label: Club, service: perhaps"),
                   r"sites\.yaml: club: service: `perhaps` is not one of"),
    "handover.yaml": (("{id: serious, label", "{id: grave, label"),
                      r"handover\.yaml: grave: id: is not one of: concern, immediate, none, serious"),
    "tasks.yaml": (("tasks:", "tasks: ["), r"tasks\.yaml: .*line"),
    "vocabulary.yaml": (("regimes:", "regime:"), r"vocabulary\.yaml: does not name every set once"),
}  # fmt: skip


@pytest.mark.parametrize("name", EACH)
def test_a_fault_of_each_kind_of_file_is_named(name: str) -> None:
    swap, pattern = EACH[name]
    found = _found(_with(name, swap))
    assert len(found) == 1, found
    assert re.match(pattern, found[0]), found


def test_a_faulty_field_does_not_make_the_rows_that_name_it_faulty() -> None:
    files = _with("fields.yaml", ("id: concern.reason, tier: 1", "id: concern.reason, tier: 9"))
    assert _found(files) == ["fields.yaml: concern.reason: tier: is not a whole number from 1 to 3"]


def test_two_rows_of_one_id_are_named_once() -> None:
    files = _with("rules-common.yaml", ("id: agreement-lacks-capacity", "id: agreement-coerced"))
    assert _found(files) == ["rules-common.yaml: agreement-coerced: id: is given to two rows"]


def test_whatever_is_refused_on_loading_is_found() -> None:
    files = _with("matrix.yaml", ("  marac:\n", "  marack:\n"))
    with pytest.raises(PackError) as caught:
        load(files, "england")
    assert str(caught.value) in _found(files)
