"""Matching all rows at once, by AND, gives what reading them one by one gives."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from sharewell import packs
from sharewell.core.bits import allowing, numbers
from sharewell.core.era import (
    AFTER,
    FACTS,
    POSITION,
    RECEIVING,
    SENDING,
    SHAPE,
    STANDING,
    TOGETHER,
    compiled,
)
from sharewell.core.request import Request
from sharewell.core.standing import standing, under
from sharewell.core.tests.plainly import matches, plain
from sharewell.core.tests.requests import WORDS, requests


@settings(max_examples=100)
@given(requests())
def test_the_rows_that_match_are_those_whose_every_condition_holds(request: Request) -> None:
    policy = packs.policy(request.jurisdiction, request.state)
    _, era = policy.era(request.at)
    stands = standing(request, policy, era, agreed=request.recipient.agreement)
    values = plain(request, policy, stands.standing, stands.form)
    known = {"answer", "release"}  # worked out from the standing, tested by scenario
    for number, rule in era.rules.items():
        if not known & rule.when.keys():
            assert bool(stands.rows >> number & 1) == matches(rule.when, values), rule.id
    for id_, row in era.citable.items():
        when = policy.provisions[id_].when
        if not known & when.keys():
            assert bool(stands.rows & row) == matches(when, values), id_
    for number, (_, when, _) in enumerate(policy.tier_rows):
        assert bool(stands.rows >> number & 1) == matches(when, values), when


@settings(max_examples=60)
@given(requests(), st.sampled_from(WORDS.purposes), st.sampled_from(("none", *WORDS.forms)))
def test_another_purpose_or_form_is_put_in_place_of_the_first(
    request: Request, purpose: str, form: str
) -> None:
    policy = packs.policy(request.jurisdiction, request.state)
    _, era = policy.era(request.at)
    stands = standing(request, policy, era, agreed="none")
    facts = replace(request, recipient=replace(request.recipient, agreement="none"))
    values = plain(facts, policy, stands.standing, form) | {"purpose": purpose}
    # What the role can do is a column of the matrix for the purpose that was named.
    rows = under(era, stands.apart, purpose, form)
    for number, rule in era.rules.items():
        if not {"answer", "release"} & rule.when.keys():
            assert bool(rows >> number & 1) == matches(rule.when, values), rule.id


def test_every_attribute_is_matched_once_before_the_answer_or_after_it() -> None:
    facts = [name for names in TOGETHER for name in names]
    assert facts == list(FACTS)
    named = [*facts, *SENDING, *RECEIVING, *POSITION, *SHAPE, *STANDING, *AFTER]
    kinds = ("flag_", "label_", "regime_")  # each of which is matched by whether it is named
    single = [name for name in packs.policy("us").attributes if not name.startswith(kinds)]
    assert sorted(named) == sorted(single)


def test_a_value_not_known_counts_as_unknown_or_as_one_that_no_row_allows() -> None:
    whens = [{"harm": ("unknown",)}, {"role": ("police",)}, {}]
    tables = allowing({"harm": ("serious", "unknown"), "role": ("police", "school")}, whens)
    assert numbers(tables["harm"]["?"]) == [0, 1, 2]
    assert numbers(tables["harm"]["serious"]) == [1, 2]
    assert numbers(tables["role"]["?"]) == [0, 2]
    assert numbers(tables["role"]["police"]) == [0, 1, 2]


def test_rows_not_in_force_on_a_day_are_not_among_those_that_may_match() -> None:
    policy = packs.policy("england")
    law = policy.provisions["e.ca04.16LA"]
    assert law.from_day is not None
    assert policy.vocabulary is not None
    era = compiled(
        policy.rules, policy.provisions, [], policy.attributes, policy.vocabulary, law.from_day
    )
    ids = [rule.id for rule in era.rows(era.steps["2"])]
    in_force = [
        r for r in policy.rules if r.step == "2" and (r.from_day or law.from_day) <= law.from_day
    ]
    assert ids == [r.id for r in in_force if r.until_day is None or r.until_day > law.from_day]
