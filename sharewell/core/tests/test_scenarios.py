"""Every scenario comes out as expected. Each states one sentence of how decisions are made."""

from __future__ import annotations

from typing import Any

import pytest

from sharewell import packs
from sharewell.core.decision import decide
from sharewell.core.tests.cases import misses, scenarios


@pytest.mark.parametrize("case", scenarios(), ids=lambda case: case["id"])
def test_scenario_comes_out_as_expected(case: dict[str, Any]) -> None:
    request = packs.parse(case["request"])
    decision = decide(request, packs.policy(request.jurisdiction, request.state))
    assert not misses(case["expect"], decision.as_dict()), case.get("says") or case["title"]


def test_every_scenario_has_its_own_id() -> None:
    ids = [case["id"] for case in scenarios()]
    assert len(set(ids)) == len(ids)
