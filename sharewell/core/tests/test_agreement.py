"""Agreements are read strictly; in force they decide routes, datasets and clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from sharewell import packs
from sharewell.core import agreement as agreements
from sharewell.core.agreement import AgreementError, clock, dataset, route
from sharewell.core.deadlines import Clock
from sharewell.core.decision import decide
from sharewell.core.request import Consent, Covers, Facts, Recipient, Request, Sender, Wants
from sharewell.core.tests.requests import NOW, WORDS

TEXT = packs.starter_agreements()["england-local-partnership"]
PLAIN: dict[str, Any] = yaml.safe_load(TEXT)
PARTNERSHIP = packs.agreement(TEXT)


@pytest.mark.parametrize("name", list(packs.starter_agreements()))
def test_an_agreement_to_start_from_can_be_used(name: str) -> None:
    found = packs.agreement(packs.starter_agreements()[name])
    assert found.id == name
    assert found.disclosure_lead.deputy
    assert found.governance_lead.deputy
    policy = packs.policy(found.jurisdiction)
    assert set(found.gateways) <= set(policy.provisions)
    assert found.calendar in packs.calendars()


@pytest.mark.parametrize("name", list(packs.starter_agreements()))
def test_an_agreement_to_start_from_is_no_wider_than_the_matrix(name: str) -> None:
    found = packs.agreement(packs.starter_agreements()[name])
    policy = packs.policy(found.jurisdiction)
    pairs = [(each.role, each.purposes) for each in found.datasets]
    pairs += [(each.role, each.purposes) for each in found.routes]
    for role, purposes in pairs:
        assert all(policy.cell(role, purpose) for purpose in purposes), role


def test_it_is_in_force_from_local_midnight_until_its_end() -> None:
    assert PARTNERSHIP.starts_at == datetime(2026, 9, 30, 23, tzinfo=UTC)
    assert PARTNERSHIP.state(datetime(2026, 9, 30, 22, 59, tzinfo=UTC)) == "none"
    assert PARTNERSHIP.state(PARTNERSHIP.starts_at) == "in_force"
    assert PARTNERSHIP.ends_at is not None
    assert PARTNERSHIP.state(PARTNERSHIP.ends_at) == "expired"


def test_a_route_says_where_a_role_is_reached() -> None:
    found = route(PARTNERSHIP, "care-provider", "adult_social_care", "safeguarding_enquiry")
    assert found is not None
    assert (found.function, found.channel) == ("adult-safeguarding-desk", "portal")
    assert found.out_of_hours is not None
    assert route(PARTNERSHIP, "care-provider", "regulator", "assurance") is None
    assert route(PARTNERSHIP, "council", "adult_social_care", "safeguarding_enquiry") is None


def test_of_several_datasets_the_narrowest_holds() -> None:
    raw = {**PLAIN, "datasets": [
        {"role": "police", "purposes": ["exploitation_concern"], "tier": 2},
        {"role": "police", "purposes": ["exploitation_concern"], "tier": 1, "only": ["subject.name", "ask"]},
    ]}  # fmt: skip
    found = dataset(agreements.load(yaml.safe_dump(raw)), "police", "exploitation_concern")
    assert found is not None
    assert (found.tier, found.only) == (1, frozenset({"subject.name", "ask"}))


def test_clocks_are_by_event_and_urgency() -> None:
    assert clock(PARTNERSHIP, "acknowledge", "urgent") == Clock(4, "working_hours")
    assert clock(PARTNERSHIP, "acknowledge", "leisurely") is None


WRONG = [
    ("id", ..., "id"),
    ("title", "", "title"),
    ("version", 0, "version"),
    ("jurisdiction", "france", "jurisdiction"),
    ("time_zone", "Mars/Base", "time_zone"),
    ("starts_on", "soon", "starts_on"),
    ("ends_on", "2020-01-01", "ends_on"),
    ("review_on", ..., "review_on"),
    ("parties", [], "parties"),
    ("parties", [{**PLAIN["parties"][0], "parts": ["friend"]}], "parties[0].parts"),
    ("parties", [PLAIN["parties"][0]] * 2, "parties"),
    ("routes", [{**PLAIN["routes"][0], "role": "neighbour"}], "routes[0].role"),
    ("routes", [{**PLAIN["routes"][0], "agency": "nobody"}], "routes[0].agency"),
    ("routes", [{**PLAIN["routes"][0], "role": "housing"}], "routes[0].role"),
    ("routes", [{**PLAIN["routes"][0], "channel": "pigeon"}], "routes[0].channel"),
    ("routes", [{**PLAIN["routes"][0], "purposes": []}], "routes[0].purposes"),
    ("datasets", [{**PLAIN["datasets"][0], "tier": 4}], "datasets[0].tier"),
    ("datasets", [{**PLAIN["datasets"][0], "only": ["shoe_size"]}], "datasets[0].only"),
    ("clocks", {}, "clocks.acknowledge.immediate"),
    (
        "clocks",
        {"acknowledge": {"immediate": {"hours": 1, "days": 1}}},
        "clocks.acknowledge.immediate",
    ),
    (
        "escalation",
        [{"trigger": "boredom", "after": {"hours": 1}, "to": "x"}],
        "escalation[0].trigger",
    ),
    ("consent", {"routes": ["x"]}, "consent.exceptions"),
    ("onward_sharing", {"rule": "always", "says": "x"}, "onward_sharing.rule"),
    ("quality_review", {"by": "x"}, "quality_review.every"),
    ("disclosure_lead", {"name": "x"}, "disclosure_lead.deputy"),
    ("recorded_in", ..., "recorded_in"),
    ("extra", 1, "extra"),
]


@pytest.mark.parametrize(("key", "value", "path"), WRONG, ids=[f"{k}-{p}" for k, _, p in WRONG])
def test_what_is_wrong_is_named_by_its_place(key: str, value: Any, path: str) -> None:
    raw = {k: v for k, v in {**PLAIN, key: value}.items() if v is not ...}
    with pytest.raises(AgreementError) as caught:
        packs.agreement(yaml.safe_dump(raw))
    assert caught.value.path.startswith(path)


@pytest.mark.parametrize("text", ["", "[", "a: 1\na: 2", "- 1", b"\xff\xfe"])
def test_text_that_is_no_agreement_is_refused(text: str) -> None:
    with pytest.raises(AgreementError):
        agreements.load(text)


# --- in a decision -----------------------------------------------------------------------------------------


def _asks(role: str = "police", purpose: str = "exploitation_concern", **more: Any) -> Request:
    consent = Consent("obtained", covers=Covers(WORDS.recipient_roles, WORDS.purposes, 3))
    facts = Facts("adult", capacity="has", harm=more.pop("harm", "concern"))
    return Request(
        at=more.pop("at", NOW),
        jurisdiction="england",
        sender=Sender("care_provider"),
        purpose=purpose,
        recipient=Recipient(role, "in_force", connected_to_source="false"),
        facts=facts,
        consent=consent,
        supplied=("rationale", "proportionality"),
        **more,
    )


def _narrow(tier: int, only: tuple[str, ...] = ()) -> agreements.Agreement:
    scope = agreements.Scope(
        "police", frozenset(["exploitation_concern"]), tier, frozenset(only) or None
    )
    return replace(PARTNERSHIP, datasets=(scope,))


def test_an_agreement_narrows_the_dataset() -> None:
    policy = packs.policy("england")
    without = decide(_asks(), policy)
    within = decide(_asks(), policy, _narrow(1))
    assert set(within.fields) < set(without.fields)
    assert within.tier == 1
    few = decide(_asks(), policy, _narrow(2, ("subject.name", "ask")))
    assert few.fields == ("subject.name", "ask")


def test_what_an_agreement_leaves_out_is_named() -> None:
    wants = Wants(fields=("subject.name", "pattern"))
    decision = decide(_asks(wants=wants), packs.policy("england"), _narrow(1))
    assert decision.withheld == {"pattern": "above_tier"}


def test_an_agreement_never_gives_more_than_the_matrix() -> None:
    policy = packs.policy("england")
    wide = replace(
        PARTNERSHIP,
        datasets=(agreements.Scope("housing", frozenset(["housing_stability"]), 3, None),),
    )
    asks = _asks(
        "housing", "housing_stability", wants=Wants(fields=("subject.name", "clinical.summary"))
    )
    assert decide(asks, policy, wide).fields == ("subject.name",)


def test_an_agreement_that_does_not_cover_this_counts_as_none() -> None:
    decision = decide(_asks("probation"), packs.policy("england"), PARTNERSHIP)
    assert (decision.outcome, decision.missing) == (
        "complete_first",
        ("no_agreement_override_reason",),
    )


def test_an_agreement_that_has_run_out_counts_as_expired() -> None:
    late = _asks(at=datetime(2029, 1, 1, tzinfo=UTC))
    decision = decide(late, packs.policy("england"), PARTNERSHIP)
    assert "no_agreement_override_reason" in decision.missing


def test_in_immediate_danger_an_agreement_narrows_nothing() -> None:
    policy = packs.policy("england")
    asks = _asks(harm="immediate")
    assert decide(asks, policy, _narrow(1, ("ask",))).fields == decide(asks, policy).fields
