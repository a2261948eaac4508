"""Each thing that can be wrong with an agreement is found where it is, and its near miss is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sharewell import packs
from sharewell.config import demo
from sharewell.core.checking import check
from sharewell.core.checking.asking import _paths, _without, asking, sharing
from sharewell.core.checking.findings import KINDS, outcome
from sharewell.core.checking.tests.agreements import SOUND, agreement
from sharewell.core.decision import decide
from sharewell.core.request import RequestError, encode

POLICY = packs.policy("england")
DEMO = sorted((Path(demo.__path__[0]) / "agreements").glob("*.yaml"))
DESK, TENANCIES = SOUND["routes"]
POLICE = {
    "agency": "police",
    "name": "Police",
    "legal_entity": "The police",
    "parts": ["receiving_function"],
    "receives_as": ["police"],
}
TO_POLICE = {
    **DESK,
    "role": "police",
    "purposes": ["exploitation_concern"],
    "agency": "police",
    "function": "unit",
}
POLICE_DATA = {"role": "police", "purposes": ["exploitation_concern"], "tier": 2}
SECOND_DESK = {**DESK, "purposes": ["exploitation_concern", "protection_planning"]}
PLANNING = {"role": "adult_social_care", "purposes": ["protection_planning"], "tier": 2}
NO_DANGER = ["safeguarding_enquiry", "exploitation_concern"]
SECOND_SENDER = {**SOUND["parties"][0], "agency": "other"}

# What is changed, the kind found, and where.
WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "a dataset that no route leads to": (
        {"datasets.5": PLANNING},
        "gap",
        "datasets[5].purposes",
    ),
    "a role that a party receives as, to which no route leads": (
        {"parties.3": POLICE},
        "gap",
        "parties[3].receives_as",
    ),
    "a route without a dataset": ({"datasets.4": ...}, "gap", "routes[1].purposes"),
    "nobody sends": ({"parties.0.parts": ["receiving_function"]}, "gap", "parties"),
    "a purpose with no route at night": (
        {"routes.1.out_of_hours": ...},
        "out_of_hours",
        "routes[1].out_of_hours",
    ),
    "danger at night reaches only somebody who does not come": (
        {
            "routes.0.out_of_hours": ...,
            "routes.0.purposes": ["immediate_safety"],
            "routes.2": {**DESK, "purposes": NO_DANGER},
            "routes.1.purposes": [*TENANCIES["purposes"], "immediate_safety"],
            "datasets.5": {"role": "housing", "purposes": ["immediate_safety"], "tier": 1},
        },
        "out_of_hours",
        "routes[0].out_of_hours",
    ),
    "an emergency with no recipient": (
        {"routes.0.purposes": NO_DANGER, "datasets.0": ...},
        "emergency",
        "routes",
    ),
    "an emergency with no recipient for one of two senders": (
        {
            "parties.3": SECOND_SENDER,
            "routes.0.senders": ["home"],
            "routes.2": {**DESK, "purposes": NO_DANGER, "senders": ["other"]},
        },
        "emergency",
        "routes",
    ),
    "two routes for the same request": (
        {"routes.2": {**SECOND_DESK, "function": "other-desk"}, "datasets.5": PLANNING},
        "conflict",
        "routes[2]",
    ),
    "a route to a party that only sends": (
        {"parties.1.parts": ["initiating_provider"]},
        "conflict",
        "routes[0].agency",
    ),
    "two datasets that differ": (
        {
            "datasets.5": {
                "role": "adult_social_care",
                "purposes": ["exploitation_concern"],
                "tier": 3,
                "only": ["subject.name", "ask"],
            }
        },
        "conflict",
        "datasets[5]",
    ),
    "a route that rows before it have taken": (
        {"routes.2": {**DESK, "purposes": ["exploitation_concern"], "function": "other-desk"}},
        "dead",
        "routes[2]",
    ),
    "a route whose only sender is whom it leads to": (
        {"routes.2": {**DESK, "senders": ["council"]}},
        "dead",
        "routes[2].senders",
    ),
    "a route for what the matrix gives nothing": (
        {"routes.0.purposes": [*DESK["purposes"], "assurance"]},
        "dead",
        "routes[0].purposes",
    ),
    "a dataset for what the matrix gives nothing": (
        {"datasets.3.purposes": ["housing_stability", "assurance"]},
        "dead",
        "datasets[3].purposes",
    ),
    "a dataset that another makes void": (
        {
            "datasets.5": {"role": "housing", "purposes": ["exploitation_concern"], "tier": 2},
        },
        "dead",
        "datasets[5]",
    ),
    "a field named above the tier of its row": (
        {"datasets.2": {"role": "adult_social_care", "purposes": ["exploitation_concern"], "tier": 1,
                        "only": ["subject.name", "pattern"]}},
        "dead",
        "datasets[2].only",
    ),
    "a tier above the matrix": ({"datasets.0.tier": 2}, "wider", "datasets[0].tier"),
    "a field that the matrix withholds": (
        {"datasets.3.only": ["subject.name", "pattern"]},
        "wider",
        "datasets[3].only",
    ),
    "a lead left out": ({"disclosure_lead": ...}, "lead", "disclosure_lead.name"),
    "a deputy left out": ({"disclosure_lead.deputy": ...}, "lead", "disclosure_lead.deputy"),
    "a lead still to be named": (
        {"governance_lead.name": "To be confirmed."},
        "lead",
        "governance_lead.name",
    ),
    "a lead who is their own deputy": (
        {"governance_lead.deputy": "cy  lead"},
        "lead",
        "governance_lead.deputy",
    ),
}  # fmt: skip
# The same, but for the one thing that makes it right.
RIGHT: dict[str, dict[str, Any]] = {
    "a dataset that a route leads to": {
        "datasets.5": PLANNING,
        "routes.0.purposes": [*DESK["purposes"], "protection_planning"],
    },
    "a role that a route leads to": {
        "parties.3": POLICE,
        "routes.2": TO_POLICE,
        "datasets.5": POLICE_DATA,
    },
    "one who sends and receives": {
        "parties.0.parts": ["receiving_function", "initiating_provider"],
    },
    "a purpose with one route at night, of two": {"routes.1.out_of_hours": ..., "routes.1.purposes": [
        "exploitation_concern"], "datasets.3": ...},
    "two senders, each with somebody who comes": {
        "parties.3": SECOND_SENDER,
        "routes.0.senders": ["home"],
        "routes.2": {**DESK, "senders": ["other"]},
    },
    "two routes to the same place that overlap": {
        "routes.2": SECOND_DESK,
        "datasets.5": PLANNING,
    },
    "two routes of different senders": {
        "parties.3": SECOND_SENDER,
        "routes.0.senders": ["home"],
        "routes.2": {**DESK, "senders": ["other"], "function": "other-desk"},
    },
    "a route among whose senders is whom it leads to": {"routes.0.senders": ["home", "council"]},
    "a party that decides and does not receive": {"parties.1.parts": ["decision_authority"]},
    "a narrower dataset": {"datasets.2.tier": 1},
    "fields that the row and the matrix give": {
        "datasets.2.only": ["subject.name", "pattern"],
    },
    "a deputy of the same family": {"governance_lead.deputy": "Dee Lead"},
}  # fmt: skip


def test_a_sound_agreement_shows_nothing() -> None:
    assert check(agreement(), POLICY) == ()


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found_where_it_is(name: str) -> None:
    changes, kind, place = WRONG[name]
    found = [(each.kind, each.place) for each in check(agreement(changes), POLICY)]
    assert (kind, place) in found


@pytest.mark.parametrize("name", RIGHT)
def test_a_near_miss_is_not_found(name: str) -> None:
    assert [each.says for each in check(agreement(RIGHT[name]), POLICY)] == []


@pytest.mark.parametrize(
    "name", ["a route that rows before it have taken", "a dataset that another makes void"]
)
def test_a_dead_row_is_named_once_and_not_as_a_conflict_too(name: str) -> None:
    changes, kind, place = WRONG[name]
    assert [(each.kind, each.place) for each in check(agreement(changes), POLICY)] == [
        (kind, place)
    ]


def test_every_kind_of_finding_has_an_agreement_that_shows_it() -> None:
    assert {kind for _, kind, _ in WRONG.values()} == set(KINDS)


@pytest.mark.parametrize("name", WRONG)
def test_a_counterexample_comes_out_as_is_said(name: str) -> None:
    for number, each in enumerate(check(agreement(WRONG[name][0]), POLICY)):
        scenario = each.scenario(number)
        decision = decide(packs.parse(scenario["request"]), POLICY)
        assert outcome(decision) == scenario["comes_out"]
        assert each.says.endswith(".")
        assert "{" not in each.says


def _smaller(request: Any, said: Any) -> list[Any]:
    """The paths that could be left out of a request without another outcome."""
    plain, found = encode(request), []
    for path in _paths(plain):
        less = _without(plain, path)
        try:
            asks = packs.parse(less)
        except RequestError:
            continue
        if asks != request and said(asks):
            found.append(path)
    return found


def test_no_key_of_a_counterexample_could_be_left_out() -> None:
    at = agreement().starts_at
    shares = sharing(POLICY, at, "police", "exploitation_concern")
    assert decide(shares, POLICY).outcome == "share"
    assert not _smaller(shares, lambda less: decide(less, POLICY).outcome == "share")
    asks = asking(POLICY, at, "housing", "housing_stability", "pattern")
    assert asks.wants.fields == ("pattern",)
    assert decide(asks, POLICY).withheld == {"pattern": "not_in_dataset"}


@pytest.mark.parametrize("name", list(packs.starter_agreements()))
def test_an_agreement_to_start_from_passes(name: str) -> None:
    found = packs.agreement(packs.starter_agreements()[name])
    assert [each.says for each in check(found, packs.policy(found.jurisdiction))] == []


@pytest.mark.parametrize("path", DEMO, ids=[path.stem for path in DEMO])
def test_an_agreement_of_the_demo_passes(path: Path) -> None:
    found = packs.agreement(path.read_bytes())
    assert [each.says for each in check(found, packs.policy(found.jurisdiction))] == []
