"""Rows matched all at once, by AND: for each value of each attribute, the rows that allow it.

Rows are numbered, and a set of rows is one integer with a bit for each. Beginning with every row, each
value that is known takes away the rows that do not allow it; those left match. A value outside the
vocabulary counts as unknown, or else takes away every row that names its attribute, so that what is
not understood never makes a rule fire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import and_, getitem
from typing import Any

from sharewell.core.vocabulary import UNKNOWN, Vocabulary

BOTH = ("true", "false")
# How many combinations of values are kept for each group of attributes matched together. Those of
# the closed sets are fewer for most groups; the number bounds the memory where somebody makes up others.
COMBINATIONS = 4096
# How many answers of one function are kept for one policy or era. What is looked at, sets of matching
# rows and cells, comes to few; the number bounds the memory where somebody tries them all.
KEPT = 8192


class Allowing(dict[str, int]):
    """The rows that allow each value of one attribute; of a value not known, see the module."""

    __slots__ = ("other",)

    def __init__(self, values: Sequence[str], every: int) -> None:
        """Let every row allow each value, until :func:`allowing` takes some away."""
        super().__init__(dict.fromkeys(values, every))
        self.other = every

    def __missing__(self, value: str) -> int:
        return self.get(UNKNOWN, self.other)


class Together(dict[tuple[str, ...], int]):
    """The rows that allow the values of several attributes at once, worked out once for each."""

    __slots__ = ("tables",)

    def __init__(self, tables: Sequence[Allowing]) -> None:
        """Match the values of these attributes, in this order."""
        super().__init__()
        self.tables = tables

    def __missing__(self, values: tuple[str, ...]) -> int:
        rows = reduce(and_, map(getitem, self.tables, values))
        if len(self) < COMBINATIONS:
            self[values] = rows
        return rows


class Kept(dict[Any, Any]):
    """What a function makes of one thing and a key, worked out once for each key; a tuple is its arguments.

    It answers from a plain table, as the engine asks it a dozen times a decision. When it is full it
    begins anew, so that nothing that was asked once is kept for ever.
    """

    __slots__ = ("of", "work")

    def __init__(self, work: Callable[..., Any], of: object) -> None:
        """Keep what ``work`` makes of this thing and each key."""
        super().__init__()
        self.work, self.of = work, of

    def __missing__(self, key: Any) -> Any:
        found = self.work(self.of, *key) if isinstance(key, tuple) else self.work(self.of, key)
        if len(self) >= KEPT:
            self.clear()
        self[key] = found
        return found


class Keeping(dict[Callable[..., Any], Kept]):
    """For one policy or era, what each function made of it: ``keeping[owed][hits]`` is ``owed(era, hits)``."""

    __slots__ = ("of",)

    def __init__(self, of: object) -> None:
        """Keep answers about this thing."""
        super().__init__()
        self.of = of

    def __missing__(self, work: Callable[..., Any]) -> Kept:
        found = self[work] = Kept(work, self.of)
        return found


def allowing(
    attributes: Mapping[str, Sequence[str]], whens: Sequence[Mapping[str, tuple[str, ...]]]
) -> dict[str, Allowing]:
    """For each attribute, the rows that allow each of its values; a row not naming it allows all.

    ``whens`` are the conditions of the rows, by number.
    """
    every = (1 << len(whens)) - 1
    found = {name: Allowing(values, every) for name, values in attributes.items()}
    for number, when in enumerate(whens):
        without = ~(1 << number)
        for name, allowed in when.items():
            table = found[name]
            table.other &= without
            for value in table:
                if value not in allowed:
                    table[value] &= without
    return found


def numbers(rows: int) -> list[int]:
    """The numbers of a set of rows, from the lowest."""
    found = []
    while rows:
        low = rows & -rows
        found.append(low.bit_length() - 1)
        rows ^= low
    return found


def attributes(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """Everything that a rule may name under ``when``, with the values it may take.

    The first part is asked before the answer is known, the second (``step`` and on) after.
    """
    reasons = {reason for each in vocabulary.consent_reasons.values() for reason in each}
    found: dict[str, tuple[str, ...]] = dict(vocabulary.facts)
    found |= {
        "purpose": vocabulary.purposes,
        "role": vocabulary.recipient_roles,
        "agreement": vocabulary.agreement_states,
        "sender_kind": vocabulary.sender_kinds,
        "state": ("none", *vocabulary.states),
        "public_authority": BOTH,
        "recipient_is_source": BOTH,
        "recipient_connected": (*BOTH, UNKNOWN),
        "can_act": BOTH,
        "form": ("none", *vocabulary.forms),
        "consent": vocabulary.consent_positions,
        "consent_reason": ("none", *sorted(reasons)),
        "given_by": (UNKNOWN, *vocabulary.given_by),
        "standing": ("relied", "barred", "expired", "not_covering", "not_valid", "none"),
        "answer": ("agreed", "refused", "coerced", "not_asked"),
        "release": ("timed", "written", "spoken", "none"),
    }
    found |= {f"regime_{name}": BOTH for name in vocabulary.regimes}
    found |= {f"flag_{name}": BOTH for name in vocabulary.flags}
    found |= {f"label_{name}": BOTH for name in vocabulary.consent_labels}
    found |= {
        "step": ("none", *"012345678"),
        "outcome": ("none", *vocabulary.outcomes),
        "relied": BOTH,
        "overridden": BOTH,
        "informed": ("none", *vocabulary.inform),
        "informed_child": ("none", *vocabulary.inform),
        "asked_tier3": BOTH,
        "asked_attachment": BOTH,
        "accounted": BOTH,
    }
    return found
