"""Who may write in the closed space of an allegation, and who looks after it; outside it there is nothing."""

from __future__ import annotations

from datetime import datetime

from sharewell.agencies.access import NotAllowed
from sharewell.agencies.models import Account
from sharewell.agencies.queries import require
from sharewell.cases import queries
from sharewell.cases.models import Allegation, Case
from sharewell.cases.queries.allegations import WRITERS


class OversightOnly(NotAllowed):
    """Only the one who looks after the allegation does this."""

    code = "oversight_only"
    sentence = (
        "Only the one who looks after this allegation does this. Nothing was changed. Ask them; their "
        "name stands under “Who may read this”."
    )


def may_write(account: Account, case: Case, now: datetime) -> Allegation:
    """Go on only in the circle of an allegation and in a role that records; the allegation."""
    allegation = queries.allegation_of(viewer=account, case=case, now=now)
    require(viewer=account, now=now, any_of=WRITERS)
    return allegation


def may_oversee(account: Account, case: Case, now: datetime) -> Allegation:
    """Go on only for the one who looks after an allegation; the allegation."""
    allegation = may_write(account, case, now)
    if not queries.oversees(viewer=account, case=case, now=now):
        raise OversightOnly
    return allegation
