"""Part 2 and elder abuse: the privacy officer by default, a report that names no patient where so decided."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from sharewell import packs
from sharewell.core.decision import Decision, decide
from sharewell.core.overlay import laid_over
from sharewell.core.policy import Policy, load
from sharewell.core.tests.cases import merged, scenarios

POINT = "part2-and-elder-abuse"
REPORT: dict[str, Any] = next(case for case in scenarios() if case["id"] == "US30")["request"]
MARKS = ("clinical.substance_use", "clinical.summary", "supports.current", "consent.position")


def _unnamed() -> Policy:
    local = {"reason": "Counsel's opinion 7.", "author": "A. Lead", "review_on": "2027-05-01"}
    text = yaml.safe_dump({"points": [{"id": POINT, "position": "unnamed", "local": local}]})
    text = text.replace("'2027-05-01'", "2027-05-01")
    files, rows, found = laid_over(packs.read(), {"contested.yaml": text.encode()})
    assert (len(rows), found) == (1, ())
    return load(files, "us")


def _asked(policy: Policy, **change: Any) -> Decision:
    return decide(packs.parse(merged(REPORT, change)), policy)


def test_by_default_the_privacy_officer_decides_and_the_answer_says_that_it_is_contested() -> None:
    said = _asked(packs.policy("us"))
    assert (said.outcome, said.decider, said.contested) == ("refer", "privacy_officer", (POINT,))


def test_where_so_decided_the_report_goes_and_marks_nobody_as_a_patient() -> None:
    said = _asked(_unnamed(), wants={"fields": ["subject.name", "concern.observed", *MARKS]})
    assert (said.outcome, said.contested) == ("share", (POINT,))
    assert said.fields == ("subject.name", "concern.observed")
    assert {said.withheld[field] for field in MARKS[:-1]} <= {"special_regime", "above_tier"}
    assert said.withheld["consent.position"] == "special_regime"
    assert "us.p2.12.a" in said.basis
    assert "accounting_entry" in said.obligations  # the program is under HIPAA as well
    assert any(why.source.startswith("Local: Counsel's opinion 7.") for why in said.reasons)


@pytest.mark.parametrize("role", ["police", "regulator", "oversight_body"])
def test_the_other_position_opens_nothing_but_adult_protective_services(role: str) -> None:
    said = _asked(_unnamed(), recipient={"role": role})
    assert (said.outcome, said.decider) == ("refer", "privacy_officer")


def test_without_a_report_that_a_law_requires_both_positions_refuse() -> None:
    for policy in (packs.policy("us"), _unnamed()):
        said = _asked(policy, facts={"reporting_duty": "none"})
        assert (said.outcome, said.contested) == ("refuse", ())
