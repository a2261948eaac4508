"""Reads of what came of it for the person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.models import Account
from sharewell.cases.models import Case
from sharewell.disclosures import standing
from sharewell.disclosures.models import Answer
from sharewell.followup.models import Outcome

MOST = 50


def outcomes_of(case: Case) -> list[Outcome]:
    """The outcomes recorded in a case that was fetched with its viewer, the newest first."""
    return list(Outcome.objects.filter(case=case).select_related("recorded_by"))


def outcomes_said(
    *, viewer: Account, case: Case, now: datetime, disclosure_id: UUID | None = None
) -> list[Answer]:
    """What partners said came of what was shared in a case, the newest first, as far as the viewer may read it."""
    sent = standing.listed(viewer, now).filter(case=case)
    if disclosure_id:
        sent = sent.filter(pk=disclosure_id)
    rows = Answer.objects.filter(kind="outcome", disclosure__in=sent)
    found = rows.select_related("opening", "disclosure__recipient")
    return list(found.order_by("-at", "-id")[:MOST])
