"""Which provisions an answer cites."""

from __future__ import annotations

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
        rules: tuple[Rule, ...] = (*found.rules, *found.gateways, *era.rows(hits))
        named = dict.fromkeys(basis for rule in rules for basis in rule.basis)
        self.citable = {basis: era.citable[basis] for basis in named if basis in era.citable}
        self.rows = sum(self.citable.values())
        self.fit = Kept(_fit, self)


def _fit(named: Named, rows: int) -> tuple[str, ...]:
    return tuple([basis for basis, row in named.citable.items() if rows & row])
