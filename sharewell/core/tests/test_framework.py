"""The framework on one page is made from the packs: real rules, every step, what the steps really answer."""

from __future__ import annotations

import pytest

from sharewell import packs
from sharewell.core.decision import decide
from sharewell.core.framework import deciders, framework, limits, steps
from sharewell.core.policy import PackError
from sharewell.core.rules import JUDGING
from sharewell.core.tests.cases import scenarios
from sharewell.core.tests.requests import WORDS

ASKED = packs.framework()
PLACES = [*WORDS.jurisdictions, "us-ca"]


def test_every_rule_that_it_names_is_a_rule_of_some_place() -> None:
    known = {rule.id for place in PLACES for rule in packs.policy_at(place).rules}
    named = {id_ for question in ASKED.questions for id_ in question.rules}
    assert named <= known


@pytest.mark.parametrize("place", PLACES)
def test_every_step_of_every_place_is_there_in_order_with_its_rules(place: str) -> None:
    policy = packs.policy_at(place)
    shown = steps(policy, ASKED)
    assert [each.step for each in shown if each.step.isdigit()] == list("012345678")
    assert any(each.step == "gateway" for each in shown) is (policy.jurisdiction == "us")
    for each in shown:
        assert 1 <= len(each.rules) <= 3
        assert {rule.id for rule in each.rules} <= {rule.id for rule in policy.rules}
        answers = {rule.effect for rule in policy.rules if rule.step == each.step}
        assert set(each.effects) == answers & {*JUDGING, "allow"}


@pytest.mark.parametrize("place", PLACES)
def test_who_decides_and_how_soon_is_read_from_the_rules(place: str) -> None:
    policy = packs.policy_at(place)
    named = {rule.decider for rule in policy.rules if rule.effect == "refer"}
    assert set(deciders(policy)) == named
    assert deciders(policy)[0] == "safeguarding_lead" or policy.jurisdiction == "us"
    hours = [rule.hours for rule in limits(policy)]
    assert hours == sorted(hours)
    assert hours[0] == 1


def test_six_things_are_written_down_and_danger_comes_first() -> None:
    assert len(ASKED.records) == 6
    assert "{number}" in ASKED.reminders[0]


def test_the_steps_shown_answer_the_scenarios() -> None:
    """What a decision says of its step is among what the sheet says that the step answers."""
    effect = {
        "share": "permit",
        "complete_first": "permit",
        "hold": "hold",
        "refer": "refer",
        "seek_agreement": "seek",
    }
    for case in scenarios():
        request = packs.parse(case["request"])
        policy = packs.policy(request.jurisdiction, request.state)
        decided = decide(request, policy)
        if decided.outcome in effect and decided.reasons[0].rule in {r.id for r in policy.rules}:
            shown = {each.step: each.effects for each in steps(policy, ASKED)}
            possible = {*shown[decided.step], *shown.get("gateway", ())}
            assert effect[decided.outcome] in possible, case["id"]


WRONG = [
    ('step: "0"', 'step: "9"', "danger", "step"),
    ("rules: [best-interests]", "rules: best-interests", "capacity", "rules"),
    ("asks: Do they refuse?", "ask: Do they refuse?", "refuses", "asks"),
    ("obliges: [record_proportionality]", "obliges: [dance]", "least", "obliges"),
    ("reminders:", "remindful:", "", "remindful"),
]


@pytest.mark.parametrize(("old", "new", "row", "key"), WRONG)
def test_a_fault_in_the_pack_is_named(old: str, new: str, row: str, key: str) -> None:
    text = packs.read()["framework.yaml"].decode()
    assert old in text
    with pytest.raises(PackError) as caught:
        framework("framework.yaml", text.replace(old, new, 1).encode(), WORDS)
    assert (caught.value.row, caught.value.field) == (row, key)


def test_there_is_no_policy_of_no_place() -> None:
    with pytest.raises(KeyError):
        packs.policy_at("atlantis")
