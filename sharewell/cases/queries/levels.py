"""Reads of the levels that were given."""

from __future__ import annotations

from sharewell.cases.models import Case, LevelGiven


def levels_given(case: Case) -> list[LevelGiven]:
    """The levels given of a case that was fetched with its viewer, the newest first."""
    return list(LevelGiven.objects.filter(case=case).select_related("by"))
