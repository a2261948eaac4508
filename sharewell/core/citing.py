"""Which provisions an answer cites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sharewell.core.bits import Kept
from sharewell.core.era import Era
from sharewell.core.judge import Judgement
from sharewell.core.rules import Rule


def cited(era: Era, found: Judgement, hits: int, rows: int) -> tuple[str, ...]:
    """The provisions that may be cited, each in force and fit for this sender and these facts.

    ``hits`` are the matching rows of step ``basis``, ``rows`` all that match and may be cited.
    """
    named: Named = era.kept[Named][found, hits]
    basis: tuple[str, ...] = named.fit[rows & named.rows]
    return basis


class Named:
    """The provisions that rows name: those that decided, then those of step ``basis``; ``fit`` those that match."""

    __slots__ = ("citable", "fit", "rows")

    def __init__(self, era: Era, found: Judgement, hits: int) -> None:
        """Find those in force, in the order of the rows."""
        self.citable: Mapping[str, int] = {
            **era.kept[_by_judgement][found],
            **era.kept[_by_rows][hits],
        }
        self.rows = sum(self.citable.values())
        self.fit = Kept(_fit, self)


def _by_judgement(era: Era, found: Judgement) -> Mapping[str, int]:
    return _citable(era, (*found.rules, *found.gateways))


def _by_rows(era: Era, hits: int) -> Mapping[str, int]:
    return _citable(era, era.rows(hits))


def _citable(era: Era, rules: Iterable[Rule]) -> Mapping[str, int]:
    """The provisions that rules name and that are in force, each with its row."""
    named = [basis for rule in rules for basis in rule.basis]
    return {basis: era.citable[basis] for basis in named if basis in era.citable}


def _fit(named: Named, rows: int) -> tuple[str, ...]:
    return tuple([basis for basis, row in named.citable.items() if rows & row])
