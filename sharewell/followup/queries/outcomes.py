"""Reads of what came of it for the person."""

from __future__ import annotations

from sharewell.cases.models import Case
from sharewell.followup.models import Outcome


def outcomes_of(case: Case) -> list[Outcome]:
    """The outcomes recorded in a case that was fetched with its viewer, the newest first."""
    return list(Outcome.objects.filter(case=case).select_related("recorded_by"))
