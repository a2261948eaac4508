"""Those entries of a table that were asked for, read where they stand instead of copied out."""

from __future__ import annotations

from collections.abc import Callable, Collection, ItemsView, Iterator, Mapping, ValuesView
from itertools import compress
from typing import Any, TypeVar

T = TypeVar("T")


class Names:
    """Names as somebody asked for them; the set of them is made once, when they are first looked up."""

    __slots__ = ("_asked",)

    def __init__(self, asked: Collection[str]) -> None:
        """Keep the names, which do not change."""
        self._asked = asked

    @property
    def set(self) -> frozenset[str]:
        """The names."""
        asked = self._asked
        if not isinstance(asked, frozenset):
            asked = self._asked = frozenset(asked)
        return asked


class Picked(Mapping[str, T]):
    """What a table says of the names asked for, in the table's order; names it does not hold are left out.

    It reads like the dict of those entries and equals it. The table and the names are shared and never
    change, so a decision about forty fields holds two references and copies nothing. Copied or
    pickled it is that dict; what writes JSON needs ``dict(picked)`` too.
    """

    __slots__ = ("_names", "_table")

    def __init__(self, table: Mapping[str, T], names: Names) -> None:
        """Read these names in this table."""
        self._table, self._names = table, names

    def __getitem__(self, name: str) -> T:
        if name not in self._names.set:
            raise KeyError(name)
        return self._table[name]

    def __contains__(self, name: object) -> bool:
        return name in self._table and name in self._names.set

    def __iter__(self) -> Iterator[str]:
        return filter(self._names.set.__contains__, self._table)

    def __len__(self) -> int:
        return len(self._names.set & self._table.keys())

    def __bool__(self) -> bool:
        return not self._names.set.isdisjoint(self._table)

    def get(self, name: str, default: Any = None) -> Any:
        """What the table says of one name; the default where it was not asked or is not there."""
        return self._table.get(name, default) if name in self._names.set else default

    def items(self) -> ItemsView[str, T]:
        """The names and what is said of each."""
        return self._plain().items()

    def values(self) -> ValuesView[T]:
        """What is said of each."""
        return self._plain().values()

    def __repr__(self) -> str:
        return repr(self._plain())

    def __reduce__(self) -> tuple[Callable[..., dict[str, T]], tuple[dict[str, T]]]:
        return dict, (self._plain(),)

    def _plain(self) -> dict[str, T]:
        table = self._table
        return dict(compress(table.items(), map(self._names.set.__contains__, table)))
