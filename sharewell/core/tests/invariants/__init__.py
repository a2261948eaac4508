"""What holds of every class of facts, in every place: the invariants of the design, by family of classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache

from sharewell import packs
from sharewell.core.request import Request
from sharewell.core.tests.invariants import answers, basis, danger, datasets, forbids
from sharewell.core.tests.invariants.subject import Invariant, Subject
from sharewell.core.tests.invariants.witness import moments, scenario

ALL = (*danger.INVARIANTS, *answers.INVARIANTS, *datasets.INVARIANTS, *basis.INVARIANTS)
INVARIANTS = {each.id: each for each in (*ALL, *forbids.INVARIANTS)}
PLACES = ("england", "wales", "scotland", "northern_ireland", "us", "us-ca")
Cases = Callable[[Subject], Iterable[Request]]


def families() -> dict[str, tuple[Invariant, ...]]:
    """The invariants that are held of the same classes, by the id of the first."""
    found: dict[Cases, list[Invariant]] = {}
    for each in INVARIANTS.values():
        found.setdefault(each.cases, []).append(each)
    return {group[0].id: tuple(group) for group in found.values()}


@cache
def subject(place: str, at: datetime) -> Subject:
    """The policy of a place on a day, with what was worked out of it for one family kept for the next."""
    policy = packs.policy_at(place)
    return Subject(policy, policy, at)


def subjects(place: str, family: str) -> Iterator[Subject]:
    """The policy on its latest day; in England, for the law that it cites, on its earliest too."""
    days = moments(packs.policy_at(place))
    yield subject(place, days[-1])
    if family == "cited" and place == "england":
        yield subject(place, days[0])


def search(subject: Subject, family: Iterable[Invariant]) -> tuple[int, str]:
    """How many classes were looked at, and the first counterexample as a scenario; empty where none is."""
    size, invariants = 0, tuple(family)
    for asked in invariants[0].cases(subject):
        size += 1
        for each in invariants:
            if each.check(subject, asked) is not None:
                return size, scenario(each.id, asked, each.of(subject), subject.policy)
    return size, ""
