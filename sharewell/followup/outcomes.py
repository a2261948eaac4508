"""The lists in which an outcome for the person is recorded. Read once from the pack."""

from __future__ import annotations

import functools
from datetime import date

import msgspec

from sharewell.packs.shapes import shaped


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One answer that may be chosen; ``why`` says that a sentence goes with it."""

    id: str
    label: str
    source: str
    status: str
    why: bool = False
    verified_on: date | None = None


class Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All lists of packs/outcomes.yaml, each in its order."""

    met: tuple[Choice, ...]
    losses: tuple[Choice, ...]
    wellbeing: tuple[Choice, ...]
    risk_before: tuple[Choice, ...]
    risk_after: tuple[Choice, ...]
    occasions: tuple[Choice, ...]

    def named(self, list_: str) -> dict[str, Choice]:
        """One of the lists by the ids of its rows."""
        return {row.id: row for row in getattr(self, list_)}


@functools.cache
def lists() -> Lists:
    """The lists in which an outcome is recorded."""
    return shaped("outcomes.yaml", Lists)
