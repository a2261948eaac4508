"""The requests of one policy and day among many that were encoded, and the answers to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharewell.core.classes import Column, Numbers, Words, words
from sharewell.core.encoded import UNDER, Encoded, decode
from sharewell.core.policy import Policy
from sharewell.core.request import Request
from sharewell.core.terms import Agreement


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged: the step that answered, with what, and the rules and provisions' rows by id."""

    step: str
    effect: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The answers to a part: ``outcome`` by place in ``outcomes``, ``judged`` in ``judgements``."""

    outcome: Numbers
    outcomes: tuple[str, ...]
    judged: Numbers
    judgements: tuple[Judged, ...]
    given: Words
    withheld: Words


class Part:
    """The requests of one policy and era: those at ``index``; ``wanted`` has their fields by name."""

    def __init__(
        self,
        encoded: Encoded,
        index: Numbers | slice,
        policy: Policy,
        agreements: Mapping[str, Agreement],
        fields: tuple[str, ...],
        wanted: Words,
    ) -> None:
        """Keep what is asked of them."""
        self.encoded, self.index, self.policy = encoded, index, policy
        self.agreements, self.fields, self.wanted = agreements, fields, wanted
        self.numbers = np.arange(len(encoded))[index]
        self._fetched: dict[int, Request] = {}

    def __len__(self) -> int:
        """How many requests these are."""
        return len(self.numbers)

    def column(self, name: str) -> Column:
        """One column of theirs."""
        column, size = self.encoded.column(name)
        return column[self.index], size

    def time(self, name: str) -> NDArray[np.int64]:
        """One column of times."""
        return self.encoded.times[name][self.index]

    def fetch(self, rows: Sequence[int]) -> None:
        """Have these requests at hand."""
        new = [row for row in rows if row not in self._fetched]
        requests = decode(self.encoded, self.numbers[new].tolist(), named=False)
        self._fetched.update(zip(new, requests, strict=True))

    def request(self, row: int) -> Request:
        """One of those at hand; it does not say which fields it names."""
        return self._fetched[row]

    def naming(self, rows: Sequence[int]) -> dict[int, Request]:
        """These requests, with the fields that they name."""
        found = decode(self.encoded, self.numbers[list(rows)].tolist())
        return dict(zip(rows, found, strict=True))

    def agreement(self, row: int) -> Agreement | None:
        """The agreement that one was encoded under, if it is known."""
        name = self.encoded.tables[UNDER][self.encoded.columns[UNDER][self.numbers[row]]]
        return self.agreements.get(name)

    def bits(self, names: Collection[str]) -> int:
        """A set of fields as an integer."""
        return sum(1 << place for place, field in enumerate(self.fields) if field in names)

    def words(self, sets: list[int]) -> Words:
        """Sets of fields as words."""
        return words(sets, len(self.fields))
