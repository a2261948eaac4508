"""How fast a disclosure is decided, beside cedarpy in the same run, and a million past ones are asked again.

Run as ``python bench/decide.py``.

Each decision is the product's own: forty fields asked for by name, an agreement between the agencies or
none, flags, every obligation, reason and citation. What is said of each field stands in a decision as
the table it is read from and the names asked for, so the same is measured once more with every field's
answer read. No request is asked twice. cedarpy is asked the permit
rules alone (tests/oracle), with policies and entities parsed before, one call a field, as it would have
to be. Nine rounds, each in the order A B B A; times are those of the processor, so that what else the
machine does counts less.

The million are drawn, part by part, from requests like these that were encoded; the first time is that of a
process that has not seen them, with the engine's tables as the rounds before left them.

Promised: 50,000 decisions a second and 200 microseconds at the 99th percentile on one core; in field
verdicts 100 times cedarpy; a million asked again in 2 seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from random import Random
from statistics import median

import cedarpy
import numpy as np

from sharewell import packs
from sharewell.core.bits import Kept
from sharewell.core.decision import decide
from sharewell.core.encoded import Encoded, encode, packed
from sharewell.core.replay import replay
from sharewell.core.request import Request
from sharewell.core.terms import Agreement
from sharewell.core.tests.oracle.permits import permitted, policies
from sharewell.core.tests.situations import situation

SEED, SIZE, CALLS, ROUNDS, FIELDS = 3, 3000, 300, 9, 40
PAST, DRAWN = 1_000_000, 30_000
LOOKED_UP = 14
WARM = 20_000  # asked before, so that what is kept of rows and cells is there
POLICY = packs.policy("england")
AGREEMENTS = (None, packs.agreement(packs.starter_agreements()["england-local-partnership"]))
PARTS = ("consent", "wants", "flags", "supplied")
Asked = tuple[Request, Agreement | None]


def main() -> None:
    """Measure, and print one line a figure."""
    random = Random(SEED)  # noqa: S311 - the same requests each time
    rules, nobody = policies(), cedarpy.Entities.from_json_str("[]")

    def engine(asked: list[Asked]) -> None:
        for request, agreement in asked:
            decide(request, POLICY, agreement)

    def reading(asked: list[Asked]) -> None:
        for request, agreement in asked:
            decision = decide(request, POLICY, agreement)
            read = len([*decision.tiers.items(), *decision.withheld.items()])
            if read != FIELDS:
                raise SystemExit(f"{read} of {FIELDS} fields are answered")

    def cedar(asked: list[Asked]) -> None:
        for request, _ in asked:
            permitted(request, POLICY, rules, nobody)

    engine(questions(random, WARM))
    cedar(questions(random, CALLS))
    ratios, decisions, answers, reads = [], [], [], []
    for _ in range(ROUNDS):
        one, other = questions(random, SIZE), questions(random, SIZE)
        first, second = took(engine, one), took(cedar, one[:CALLS])
        third, fourth = took(cedar, other[:CALLS]), took(engine, other)
        decisions.append(2 * SIZE / (first + fourth))
        answers.append(2 * CALLS / (second + third))
        ratios.append(decisions[-1] * FIELDS / answers[-1])
        reads.append(SIZE / took(reading, questions(random, SIZE)))
    size = f"{SIZE:,} new requests of {FIELDS} fields twice a round, {ROUNDS} rounds"
    print(f"complete decisions a second: {spread(decisions)} ({size})")
    print(f"the same, and what is said of every field read: {spread(reads)}")
    print(f"field verdicts a second: {spread([each * FIELDS for each in decisions])}")
    print(f"cedarpy, verdicts a second: {spread(answers)} ({CALLS} of the requests)")
    print(f"field verdicts, times cedarpy: {spread(ratios)}")
    print(f"decisions, times cedarpy: {spread([each / FIELDS for each in ratios], '.1f')}")
    single = sorted(took(engine, [each]) for each in questions(random, SIZE))
    for name, part in (("median", 0.5), ("99th percentile", 0.99)):
        print(f"one decision, {name}: {single[int(SIZE * part)] * 1e6:.1f} microseconds")
    anew(random)
    again(random)


def anew(random: Random) -> None:
    """Print how much a new request has worked out that was not kept from others: of rows, cells and views."""
    missed, missing = [], Kept.__missing__

    def counting(kept: Kept, key: object) -> object:
        missed.append(key)
        return missing(kept, key)

    Kept.__missing__ = counting
    try:
        for request, agreement in questions(random, SIZE):
            decide(request, POLICY, agreement)
    finally:
        Kept.__missing__ = missing
    print(f"worked out anew in a decision: {len(missed) / SIZE:.2f} of about {LOOKED_UP} looked up")


def again(random: Random) -> None:
    """Ask a million past requests again, and print how long it takes and how much they hold."""
    past = million(questions(random, DRAWN), np.random.default_rng(SEED))
    named = {each.id: each for each in AGREEMENTS if each}
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter(), time.process_time()
        replay(past, packs.policy, named)
        times.append((time.perf_counter() - began[0], time.process_time() - began[1]))
    size = f"{len(past):,} requests, {len(packed(past)) / 1e6:.0f} MB, {ROUNDS} times"
    wall, processor = ([each[place] for each in times] for place in (0, 1))
    print(f"asked again, seconds: {spread(wall, '.2f')}, the first {wall[0]:.2f} ({size})")
    print(
        f"asked again, seconds of the processor: {spread(processor, '.2f')}, the first {processor[0]:.2f}"
    )


def million(asked: list[Asked], draw: np.random.Generator) -> Encoded:
    """Requests drawn from these: each fact, the consent, the fields, the flags and the rest apart."""
    encoded = encode(
        [request for request, _ in asked],
        [agreement.id if agreement else None for _, agreement in asked],
        fields=tuple(POLICY.fields),
    )

    def part(name: str) -> str:
        head = name.split(".", maxsplit=1)[0]
        return name if head == "facts" else head if head in PARTS else "rest"

    rows = {part(name): draw.integers(0, len(encoded), PAST) for name in encoded.columns}
    times = {name: rows["consent" if "." in name else "rest"] for name in encoded.times}
    return replace(
        encoded,
        columns={name: each[rows[part(name)]] for name, each in encoded.columns.items()},
        times={name: each[times[name]] for name, each in encoded.times.items()},
        wanted=encoded.wanted[rows["wants"]],
        named=encoded.named[rows["wants"]],
        orders={},  # they name their fields in the order of the catalogue
    )


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
