"""Those entries of a table that were asked for, read where they stand instead of copied out."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from typing import Any, TypeVar

T = TypeVar("T")


class Picked(Mapping[str, T]):
    """What a table says of the names asked for, in the table's order; names it does not hold are left out.

    It reads like the dict of those entries and equals it. The table and the names are shared and never
    change, so a decision about forty fields holds two references and copies nothing. Copied or
    pickled it is that dict; what writes JSON needs ``dict(picked)`` too.
    """

    __slots__ = ("_asked", "_table")

    def __init__(self, table: Mapping[str, T], asked: frozenset[str]) -> None:
        """Read these names in this table."""
        self._table, self._asked = table, asked

    def __getitem__(self, name: str) -> T:
        if name not in self._asked:
            raise KeyError(name)
        return self._table[name]

    def __contains__(self, name: object) -> bool:
        return name in self._asked and name in self._table

    def __iter__(self) -> Iterator[str]:
        return filter(self._asked.__contains__, self._table)

    def __len__(self) -> int:
        return len(self._asked & self._table.keys())

    def __bool__(self) -> bool:
        return not self._asked.isdisjoint(self._table)

    def get(self, name: str, default: Any = None) -> Any:
        """What the table says of one name; the default where it was not asked or is not there."""
        return self._table.get(name, default) if name in self._asked else default

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
        return {name: says for name, says in self._table.items() if name in self._asked}
