"""The invariants of the design hold of every class of facts that the rules tell apart, in every place."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from sharewell.core.bits import numbers
from sharewell.core.judge import judge
from sharewell.core.rules import JUDGING
from sharewell.core.tests.invariants import PLACES, families, search, subjects

FAMILIES = families()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("family", FAMILIES)
def test_it_holds_of_every_class_of_facts(family: str, place: str) -> None:
    for subject in subjects(place, family):
        size, counterexample = search(subject, FAMILIES[family])
        assert not counterexample, f"save this and run `sharewell decide` on it:\n{counterexample}"
        assert size > 50


@pytest.mark.parametrize("place", PLACES)
def test_of_the_rows_that_match_those_of_the_first_step_and_strongest_effect_answer(
    place: str,
) -> None:
    """A class may leave out the rows that come after a sure answer because of this."""
    for subject in subjects(place, "answer"):
        era, random = subject.era, Random(1)  # noqa: S311 - the same sets each time
        rows = numbers(era.judging)
        some = [tuple(random.sample(rows, 12)) for _ in range(500)]
        for matching in (*combinations(rows, 2), *some):
            rules = [era.rules[n] for n in matching]
            first = min((rule.step, JUDGING.index(rule.effect)) for rule in rules)
            found = judge(sum(1 << n for n in matching), era, ())
            answered = found.rules if found.effect == JUDGING[first[1]] else ()
            assert found.step == first[0]
            assert {(r.step, JUDGING.index(r.effect)) for r in answered} <= {first}
            assert answered or (JUDGING[first[1]] == "permit" and found.effect == "refer")
