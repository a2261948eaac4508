"""How fast a disclosure is decided, beside cedarpy in the same run.

Run as ``python bench/decide.py``.

Each decision is the product's own: forty fields asked for by name, an agreement between the agencies or
none, flags, every obligation, reason and citation. No request is asked twice. cedarpy is asked the permit
rules alone (tests/oracle), with policies and entities parsed before, one call a field, as it would have
to be. Nine rounds, each in the order A B B A; times are those of the processor, so that what else the
machine does counts less.

Promised: 50,000 decisions a second and 200 microseconds at the 99th percentile on one core; in field
verdicts 100 times cedarpy.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from statistics import median

import cedarpy

from sharewell import packs
from sharewell.core.decision import decide
from sharewell.core.request import Request
from sharewell.core.terms import Agreement
from sharewell.core.tests.oracle.permits import permitted, policies
from sharewell.core.tests.situations import situation

SEED, SIZE, CALLS, ROUNDS, FIELDS = 3, 3000, 300, 9, 40
WARM = 20_000  # asked before, so that what is kept of rows and cells is there
POLICY = packs.policy("england")
AGREEMENTS = (None, packs.agreement(packs.starter_agreements()["england-local-partnership"]))
Asked = tuple[Request, Agreement | None]


def main() -> None:
    """Measure, and print one line a figure."""
    random = Random(SEED)  # noqa: S311 - the same requests each time
    rules, nobody = policies(), cedarpy.Entities.from_json_str("[]")

    def engine(asked: list[Asked]) -> None:
        for request, agreement in asked:
            decide(request, POLICY, agreement)

    def cedar(asked: list[Asked]) -> None:
        for request, _ in asked:
            permitted(request, POLICY, rules, nobody)

    engine(questions(random, WARM))
    cedar(questions(random, CALLS))
    ratios, decisions, answers = [], [], []
    for _ in range(ROUNDS):
        one, other = questions(random, SIZE), questions(random, SIZE)
        first, second = took(engine, one), took(cedar, one[:CALLS])
        third, fourth = took(cedar, other[:CALLS]), took(engine, other)
        decisions.append(2 * SIZE / (first + fourth))
        answers.append(2 * CALLS / (second + third))
        ratios.append(decisions[-1] * FIELDS / answers[-1])
    size = f"{SIZE:,} new requests of {FIELDS} fields twice a round, {ROUNDS} rounds"
    print(f"complete decisions a second: {spread(decisions)} ({size})")
    print(f"field verdicts a second: {spread([each * FIELDS for each in decisions])}")
    print(f"cedarpy, verdicts a second: {spread(answers)} ({CALLS} of the requests)")
    print(f"field verdicts, times cedarpy: {spread(ratios)}")
    print(f"decisions, times cedarpy: {spread([each / FIELDS for each in ratios], '.1f')}")
    single = sorted(took(engine, [each]) for each in questions(random, SIZE))
    for name, part in (("median", 0.5), ("99th percentile", 0.99)):
        print(f"one decision, {name}: {single[int(SIZE * part)] * 1e6:.1f} microseconds")


def questions(random: Random, size: int) -> list[Asked]:
    """New requests whose role has a cell for the purpose, under an agreement, or under none."""
    found: list[Asked] = []
    while len(found) < size:
        request = situation(random, "england")
        if POLICY.cell(request.recipient.role, request.purpose):
            found.append((request, random.choice(AGREEMENTS)))
    return found


def took(act: Callable[[list[Asked]], None], asked: list[Asked]) -> float:
    """How long it takes to ask all of these, in seconds of the processor."""
    began = time.thread_time_ns()
    act(asked)
    return (time.thread_time_ns() - began) / 1e9


def spread(figures: list[float], form: str = ",.0f") -> str:
    """The median, with the least and the most of the rounds."""
    low, high = min(figures), max(figures)
    return f"{median(figures):{form}} ({low:{form}} to {high:{form}})"


if __name__ == "__main__":
    main()
