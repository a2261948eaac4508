"""How fast a disclosure is decided, beside cedarpy in the same run.

Run as ``python bench/decide.py``.

Each decision is the product's own: forty fields asked for by name, an agreement between the agencies,
flags, every obligation, reason and citation. cedarpy is asked the permit rules alone (tests/oracle), with
policies and entities parsed before, one call a field, as it would have to be. Nine rounds, each in the order
A B B A; times are those of the processor, so that what else the machine does counts less.

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
POLICY = packs.policy("england")
Asked = tuple[Request, Agreement | None]


def main() -> None:
    """Measure, and print one line a figure."""
    asked = questions()
    rules, nobody = policies(), cedarpy.Entities.from_json_str("[]")
    calls = [request for request, _ in asked[:CALLS]]

    def engine() -> None:
        for request, agreement in asked:
            decide(request, POLICY, agreement)

    def cedar() -> None:
        for request in calls:
            permitted(request, POLICY, rules, nobody)

    engine()  # the first answers fill what is kept
    cedar()
    ratios, decisions, answers = [], [], []
    for _ in range(ROUNDS):
        first, second, third, fourth = took(engine), took(cedar), took(cedar), took(engine)
        decisions.append(2 * SIZE / (first + fourth))
        answers.append(2 * CALLS / (second + third))
        ratios.append(decisions[-1] * FIELDS / answers[-1])
    size = f"{SIZE:,} requests of {FIELDS} fields, {ROUNDS} rounds"
    print(f"complete decisions a second: {spread(decisions)} ({size})")
    print(f"field verdicts a second: {spread([each * FIELDS for each in decisions])}")
    print(f"cedarpy, verdicts a second: {spread(answers)} ({CALLS} requests)")
    print(f"field verdicts, times cedarpy: {spread(ratios)}")
    print(f"decisions, times cedarpy: {spread([each / FIELDS for each in ratios], '.1f')}")
    single = sorted(took(lambda each=each: decide(each[0], POLICY, each[1])) for each in asked)
    for name, part in (("median", 0.5), ("99th percentile", 0.99)):
        print(f"one decision, {name}: {single[int(SIZE * part)] * 1e6:.1f} microseconds")


def questions() -> list[Asked]:
    """Requests whose role has a cell for the purpose, under an agreement, or under none."""
    random = Random(SEED)  # noqa: S311 - the same requests each time
    text = packs.starter_agreements()["england-local-partnership"]
    agreements = [None, packs.agreement(text)]
    found: list[Asked] = []
    while len(found) < SIZE:
        request = situation(random, "england")
        if POLICY.cell(request.recipient.role, request.purpose):
            found.append((request, random.choice(agreements)))
    return found


def took(act: Callable[[], object]) -> float:
    """How long this takes, in seconds of the processor."""
    began = time.thread_time_ns()
    act()
    return (time.thread_time_ns() - began) / 1e9


def spread(figures: list[float], form: str = ",.0f") -> str:
    """The median, with the least and the most of the rounds."""
    low, high = min(figures), max(figures)
    return f"{median(figures):{form}} ({low:{form}} to {high:{form}})"


if __name__ == "__main__":
    main()
