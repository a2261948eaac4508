"""The rules that are named as having taken part account for the whole answer, and for nothing else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from sharewell import packs
from sharewell.core.decision import GOES, decide
from sharewell.core.faults import PackError
from sharewell.core.fired import fired
from sharewell.core.request import Request
from sharewell.core.tests.cases import scenarios
from sharewell.core.tests.requests import requests


@settings(max_examples=200)
@given(requests())
def test_the_rules_named_account_for_the_answer(request: Request) -> None:
    policy = packs.policy(request.jurisdiction, request.state)
    decided = decide(request, policy)
    rules = fired(request, policy, decided)
    ids = [rule.id for rule in rules]
    assert len(ids) == len(set(ids))
    known = {rule.id for rule in policy.rules}
    assert {reason.rule for reason in (*decided.reasons, *decided.handling)} & known <= set(ids)
    assert {each for rule in rules for each in rule.obliges} == set(decided.obligations)
    assert set(decided.basis) <= {basis for rule in rules for basis in rule.basis}
    told = {rule.gives for rule in rules if rule.step == "inform" and rule.about == "person"}
    assert told == (
        {decided.inform} if decided.outcome in GOES and decided.inform != "none" else set()
    )
    needs = {each for rule in rules for each in rule.requires}
    tier_3 = {"approver", "tier3_rationale", "tier3_authority", "attachment_reason"}
    assert {*decided.missing, *decided.owed} - tier_3 <= needs
    assert request.consent.position == "obtained" or all(rule.step != "agreement" for rule in rules)
    assert all(decided.step == rule.step for rule in rules if rule.step.isdigit())


def test_the_limits_named_are_those_of_the_answer() -> None:
    for case in scenarios():
        request = packs.parse(case["request"])
        policy = packs.policy(request.jurisdiction, request.state)
        decided = decide(request, policy)
        rules = fired(request, policy, decided)
        within = {rule.hours for rule in rules if rule.step == "decide"}
        assert within == (set() if decided.outcome != "refer" else {decided.decide_within_hours})
        assert {r.hours for r in rules if r.step == "review"} <= {decided.review_within_hours}


def test_a_policy_that_cannot_be_used_names_none() -> None:
    request = packs.parse(scenarios()[0]["request"])
    policy = packs.policy(request.jurisdiction, request.state)
    broken = replace(policy, fault=PackError("packs", "", "", "cannot be read"))
    assert fired(request, broken, decide(request, broken)) == ()
