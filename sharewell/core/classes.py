"""Many requests at once: sets of rows as columns of words, and the classes into which columns fall."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sharewell.core.era import Era
from sharewell.core.rules import JUDGED

T = TypeVar("T")
U = TypeVar("U")
Key = Callable[[T], object] | None
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]
Words = NDArray[np.uint64]
Column = tuple[NDArray[np.generic], int]  # numbers, and a bound that they are all below

DENSE = 1 << 23  # up to so many possible classes are counted in a table; more are sorted
FEW = 1 << 62  # the classes that a signed word can tell apart


class Classes:
    """Rows that are alike in some columns: ``of`` is the class of each, ``first`` one row of each class."""

    def __init__(self, columns: Iterable[Column]) -> None:
        """Tell the rows apart by these columns."""
        key, bound = np.zeros(1, np.int64), 1
        for numbers, size in columns:
            part, below = (numbers, size) if size < FEW else _narrowed(numbers)
            if bound * below > FEW:
                key, bound = _narrowed(key)
            key = key * below + part.astype(np.int64)
            bound *= below
        self.first, self.of = _dense(key, bound) if bound <= DENSE else _sorted(key)

    @property
    def rows(self) -> list[int]:
        """One row of each class."""
        found: list[int] = self.first.tolist()
        return found

    def __len__(self) -> int:
        """How many classes there are."""
        return len(self.first)


def _narrowed(key: NDArray[np.generic]) -> tuple[Numbers, int]:
    first, of = _sorted(key)
    return of, len(first)


def _sorted(key: NDArray[np.generic]) -> tuple[Numbers, Numbers]:
    _, first, of = np.unique(key, return_index=True, return_inverse=True)
    return first, of


def _dense(key: Numbers, bound: int) -> tuple[Numbers, Numbers]:
    row = np.full(bound, -1, np.int64)
    row[key] = np.arange(len(key))
    found = np.flatnonzero(row >= 0)
    place = np.empty(bound, np.int64)
    place[found] = np.arange(len(found))
    return row[found], place[key]


class Layout:
    """Which rows of an era a replay looks at, and in which bits of which words: each kind by itself.

    A kind is a step of judgement, or another step, or ``tiers``. Of ``then`` only the rows that require
    something are looked at.
    """

    def __init__(self, era: Era) -> None:
        """Lay out the rows of an era."""
        needing = sum(1 << number for number, rule in era.rules.items() if rule.requires)
        kinds = {
            step: era.steps[step] for step in (*JUDGED, "gateway", "fields", "inform", "agreement")
        }
        kinds |= {"then": era.steps["then"] & needing, "tiers": era.tiers}
        self.size = era.every.bit_length()
        self.slots: dict[str, list[tuple[int, int, list[int]]]] = {}
        word, used = 0, 0
        for kind, rows in kinds.items():
            numbers = [number for number in range(self.size) if rows >> number & 1]
            self.slots[kind] = []
            for part in [numbers[at : at + 64] for at in range(0, len(numbers), 64)]:
                if used + len(part) > 64:
                    word, used = word + 1, 0
                self.slots[kind].append((word, used, part))
                used += len(part)
        self.words = word + 1

    def words_of(self, sets: Sequence[int]) -> list[Words]:
        """Sets of rows as words: for each word, one number a set."""
        width = self.size // 8 + 1
        data = b"".join([each.to_bytes(width, "little") for each in sets])
        rows = np.frombuffer(data, np.uint8).reshape(len(sets), width)
        bits = np.unpackbits(rows, axis=1, bitorder="little")
        laid = np.zeros((len(sets), 64 * self.words), np.uint8)
        for parts in self.slots.values():
            for word, shift, numbers in parts:
                laid[:, 64 * word + shift : 64 * word + shift + len(numbers)] = bits[:, numbers]
        packed = np.packbits(laid, axis=1, bitorder="little").view("<u8").astype(np.uint64)
        return list(np.ascontiguousarray(packed.T))

    def bits(self, words: Sequence[Words], kind: str) -> list[Column]:
        """The rows of one kind that are in each set, as columns."""
        found: list[Column] = []
        for word, shift, numbers in self.slots[kind]:
            mask = np.uint64((1 << len(numbers)) - 1)
            found.append((words[word] >> np.uint64(shift) & mask, 1 << len(numbers)))
        return found

    def most(self, kinds: Iterable[str]) -> int:
        """How many columns the widest of these kinds has."""
        return max(len(self.slots[kind]) for kind in kinds)

    def bound(self, kinds: Iterable[str], place: int) -> int:
        """The bound of one of the columns, over these kinds."""
        parts = [self.slots[kind][place][2] for kind in kinds if place < len(self.slots[kind])]
        return 1 << max(map(len, parts))

    def rows(self, words: Sequence[Words], kinds: Iterable[str], at: int) -> int:
        """The rows of these kinds in one of the sets, as a set of rows of the era."""
        found = 0
        for kind in kinds:
            for word, shift, numbers in self.slots[kind]:
                value = int(words[word][at]) >> shift
                for place, number in enumerate(numbers):
                    found |= (value >> place & 1) << number
        return found


class Things(Generic[T]):
    """A thing for each row: ``values`` are the different things, ``of`` the place of each row's in them."""

    def __init__(self, found: Sequence[T], of: NDArray[Any], key: Key[T] = None) -> None:
        """Each row has the thing at its number in ``of``; ``key`` tells things apart, or they themselves."""
        places: dict[object, int] = {}
        values: list[T] = []
        numbers = []
        for thing in found:
            place = places.setdefault(key(thing) if key else thing, len(places))
            numbers.append(place)
            if place == len(values):
                values.append(thing)
        self.values = tuple(values)
        self.of = np.array(numbers, np.int64)[of]

    def __getitem__(self, row: int) -> T:
        """The thing of one row."""
        return self.values[int(self.of[row])]

    @property
    def column(self) -> Column:
        """The rows by which thing they have."""
        return self.of, len(self.values)

    @property
    def array(self) -> NDArray[Any]:
        """The different things, to be taken by their places."""
        return np.array(self.values)

    def each(self, work: Callable[[T], U]) -> Things[U]:
        """What ``work`` gives for each."""
        return Things([work(thing) for thing in self.values], self.of)


def meeting(one: Words, other: Words) -> Flags:
    """Whether the sets of two arrays of words have anything in common, row by row."""
    return np.asarray((one & other).any(axis=1), bool)


def hits(columns: Sequence[Column], size: int) -> Flags:
    """Whether any of the columns has a row; ``size`` is how many they are."""
    found = np.zeros(size, bool)
    for bits, _ in columns:
        found |= bits != 0
    return found


def both(one: Sequence[Words], other: Sequence[Words]) -> list[Words]:
    """The rows that are in both of two sets, for each request."""
    return [mine & theirs for mine, theirs in zip(one, other, strict=True)]


def within(sets: Sequence[Collection[str]], names: Sequence[str]) -> Flags:
    """A table of which of the names is in which of the sets."""
    places = {name: place for place, name in enumerate(names)}
    found = np.zeros((len(sets), len(names)), bool)
    for row, each in enumerate(sets):
        for name in each:
            if name in places:
                found[row, places[name]] = True
    return found


def words(sets: Sequence[int], size: int) -> Words:
    """Sets of up to ``size`` places, each an integer with a bit for each, as rows of 64-bit words."""
    width = max(1, -(-size // 64))
    data = b"".join([each.to_bytes(8 * width, "little") for each in sets])
    return np.frombuffer(data, "<u8").reshape(len(sets), width).astype(np.uint64)


def chosen(row: Words) -> int:
    """One row of words as an integer."""
    return int.from_bytes(row.astype("<u8").tobytes(), "little")


def laid(rows: Words, names: tuple[str, ...], under: tuple[str, ...]) -> Words:
    """Sets of names as rows of words, their bits laid in the order of other names that hold them all."""
    if names == under:
        return rows
    bits = np.unpackbits(rows.astype("<u8").view(np.uint8), axis=1, bitorder="little")
    found = np.zeros((len(rows), 64 * max(1, -(-len(under) // 64))), np.uint8)
    for place, name in enumerate(names):
        found[:, under.index(name)] = bits[:, place]
    return np.packbits(found, axis=1, bitorder="little").view("<u8").astype(np.uint64)
