"""The engine and an encoding of the same order of judgement in Cedar permit the same requests."""

from __future__ import annotations

from itertools import combinations
from random import Random

import cedarpy
import pytest

from sharewell import packs
from sharewell.core.decision import decide
from sharewell.core.request import Request, Wants
from sharewell.core.tests.oracle.permits import permits, permitted, policies
from sharewell.core.tests.situations import WORDS, situation

SEED, SIZE = 20261122, 6000


@pytest.fixture(scope="module")
def covering() -> list[Request]:
    random = Random(SEED)  # noqa: S311 - the same set each time
    return [situation(random, "england", Wants()) for _ in range(SIZE)]


def _values(request: Request) -> list[tuple[str, str]]:
    facts = [(name, getattr(request.facts, name)) for name in WORDS.facts]
    said = [("role", request.recipient.role), ("purpose", request.purpose)]
    said += [("sender", request.sender.kind), ("position", request.consent.position)]
    return [*facts, *said, ("connected", request.recipient.connected_to_source)]


def test_the_set_covers_every_pair_of_values(covering: list[Request]) -> None:
    sets = {**WORDS.facts, "role": WORDS.recipient_roles, "purpose": WORDS.purposes}
    sets |= {"sender": WORDS.sender_kinds, "position": WORDS.consent_positions}
    sets["connected"] = ("true", "false", "unknown")
    seen = {pair for request in covering for pair in combinations(_values(request), 2)}
    names = list(sets)
    for first, second in combinations(names, 2):
        for one in sets[first]:
            for other in sets[second]:
                assert ((first, one), (second, other)) in seen, (first, one, second, other)


def test_they_permit_the_same_over_a_covering_set(covering: list[Request]) -> None:
    policy, rules = packs.policy("england"), policies()
    nobody = cedarpy.Entities.from_json_str("[]")
    permitted_ = 0
    for request in covering:
        ours = permits(decide(request, policy))
        permitted_ += ours
        assert ours == permitted(request, policy, rules, nobody), request
    assert SIZE / 10 < permitted_ < SIZE / 2
