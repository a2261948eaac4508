"""What was worked out is found again, a bounded number of it, and nothing of any case is in it."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from random import Random

import pytest

from sharewell import packs
from sharewell.core import bits
from sharewell.core.bits import Keeping, Kept
from sharewell.core.decision import decide
from sharewell.core.judge import judge
from sharewell.core.request import Boundary, Consent, Request
from sharewell.core.standing import standing
from sharewell.core.tests.situations import situation

SAID = "Auntie Jo of 5 Mill Lane"
WHOLE = attrgetter("step", "effect", "rules", "gateways", "asks")


def _requests(size: int) -> list[Request]:
    random = Random(7)  # noqa: S311 - the same requests each time
    return [situation(random, random.choice(("england", "us"))) for _ in range(size)]


def test_each_key_is_worked_out_once() -> None:
    asked: list[tuple[object, ...]] = []

    def work(of: str, *key: object) -> str:
        asked.append(key)
        return f"{of} {key}"

    kept = Keeping("this")
    assert [kept[work][each] for each in ((1, "a"), 2, (1, "a"), 2)] == [
        "this (1, 'a')",
        "this (2,)",
        "this (1, 'a')",
        "this (2,)",
    ]
    assert asked == [(1, "a"), (2,)]


def test_when_it_is_full_it_begins_anew_and_answers_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bits, "KEPT", 3)
    kept = Kept(lambda of, key: of + key, 10)
    for number in (0, 1, 2, 3, 4, 0, 4):
        assert kept[number] == 10 + number
        assert len(kept) <= 3


def test_nothing_that_a_person_said_or_named_is_kept() -> None:
    """What is kept is made of its keys and of policy, so that the keys are what to look at."""
    for request in _requests(60):
        bounds = (Boundary("deny_person", SAID), Boundary("deny_channel", SAID))
        asked = replace(request, consent=replace(request.consent, boundaries=bounds))
        policy = packs.policy(asked.jurisdiction, asked.state)
        decided = decide(asked, policy)
        assert (decided.deny_persons, decided.deny_channels) == ((SAID,), (SAID,))
        for of in (policy, policy.era(asked.at)[1]):
            keys = [key for table in of.kept.values() for key in table]
            assert keys
            parts = [part for key in keys for part in (key if isinstance(key, tuple) else (key,))]
            assert not [each for each in parts if isinstance(each, str | tuple) and SAID in each]
            assert not [each for each in parts if isinstance(each, Request | Consent | Boundary)]


def test_the_first_step_is_found_by_the_lowest_row_as_by_trying_each_step() -> None:
    for request in _requests(100):
        policy = packs.policy(request.jurisdiction, request.state)
        _, era = policy.era(request.at)
        rows = standing(request, policy, era, agreed="none").rows
        regimes = request.sender.regimes
        one, other = judge(rows, era, regimes), judge(rows, era, regimes, steps=era.steps)
        assert WHOLE(one) == WHOLE(other)
