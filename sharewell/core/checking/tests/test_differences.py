"""Two agreements are compared by what comes out, each kind with a request that shows it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sharewell import packs
from sharewell.core.agreement import clock, route
from sharewell.core.checking import Difference, differences
from sharewell.core.checking.differences import KINDS
from sharewell.core.checking.findings import outcome
from sharewell.core.checking.tests.agreements import SOUND, agreement
from sharewell.core.decision import decide

POLICY = packs.policy("england")
FIRST = {"urgent": {"hours": 2}}
NARROW = {
    "role": "adult_social_care",
    "purposes": ["exploitation_concern"],
    "tier": 2,
    "only": ["subject.name", "ask"],
}
OTHER = {**NARROW, "only": ["subject.name", "pattern"]}

# What is changed, and the kinds that are found.
CHANGES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "starts later": ({"starts_on": date(2026, 11, 1)}, ["dates"]),
    "ends": ({"ends_on": date(2027, 11, 1)}, ["dates"]),
    "another function": ({"routes.0.function": "front-door"}, ["routes"]),
    "another number at night": ({"routes.0.out_of_hours.phone": "01632 960 999"}, ["routes"]),
    "a route less": ({"routes.1": ...}, ["routes"]),
    "less may go": ({"datasets.2.tier": 1}, ["narrower"]),
    "no longer agreed": ({"datasets.4": ...}, ["covered"]),
    "another clock": ({"clocks.acknowledge.urgent": {"hours": 2}}, ["clocks"]),
    "a clock more": ({"clocks.first_action": FIRST}, ["clocks"]),
    "another legal entity": ({"parties.2.legal_entity": "A trust"}, ["parties"]),
    "another party that sends": (
        {"parties.3": {**SOUND["parties"][0], "agency": "other"}},
        ["parties", "routes", "routes"],
    ),
}
# What changes nothing for a request.
SAME: dict[str, dict[str, Any]] = {
    "another version": {"version": 2},
    "rows in another order": {"routes": SOUND["routes"][::-1], "datasets": SOUND["datasets"][::-1]},
    "a row split in two": {
        "routes.0.purposes": ["immediate_safety"],
        "routes.2": {
            **SOUND["routes"][0],
            "purposes": ["safeguarding_enquiry", "exploitation_concern"],
        },
    },
    "a tier that the matrix never reaches": {"datasets.0.tier": 3},
    "another lead": {"governance_lead.name": "Ed Lead"},
}


def _diff(changes: dict[str, Any]) -> tuple[Difference, ...]:
    return differences(agreement(), agreement(changes), POLICY)


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_is_found_by_kind(name: str) -> None:
    changes, kinds = CHANGES[name]
    assert [each.kind for each in _diff(changes)] == kinds


@pytest.mark.parametrize("name", SAME)
def test_what_changes_nothing_is_not_found(name: str) -> None:
    assert _diff(SAME[name]) == ()


def test_more_may_go_and_other_than_before() -> None:
    narrow = agreement({"datasets.2": NARROW})
    assert [each.kind for each in differences(narrow, agreement(), POLICY)] == ["wider"]
    other = agreement({"datasets.2": OTHER})
    (found,) = differences(narrow, other, POLICY)
    assert found.kind == "changed"
    assert "pattern may go now; ask may no longer go" in found.says


def test_every_kind_has_an_example() -> None:
    shown = {kind for _, kinds in CHANGES.values() for kind in kinds}
    assert shown | {"wider", "changed"} == set(KINDS)


@pytest.mark.parametrize("name", CHANGES)
def test_an_example_comes_out_both_ways_as_is_said(name: str) -> None:
    old, new = agreement(), agreement(CHANGES[name][0])
    for number, each in enumerate(differences(old, new, POLICY)):
        request = packs.parse(each.scenario(number)["request"])
        way = (each.sender, request.recipient.role, request.purpose)
        assert each.old != each.new
        if each.kind in ("wider", "narrower", "changed", "covered"):
            assert outcome(decide(request, POLICY, old)) == each.old
            assert outcome(decide(request, POLICY, new)) == each.new
        elif each.kind == "dates":
            assert (old.state(request.at), new.state(request.at)) == (each.old, each.new)
        elif each.kind == "clocks":
            assert clock(old, "acknowledge", each.urgency) != clock(
                new, "acknowledge", each.urgency
            ) or (
                clock(old, "first_action", each.urgency) != clock(new, "first_action", each.urgency)
            )
        elif each.kind == "routes" and each.old != "no route":
            found = route(old, *way)
            assert found is not None
            assert each.old.startswith(f"{found.function} of {found.agency} by {found.channel}")
