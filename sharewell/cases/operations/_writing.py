"""What every write to a case begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sharewell.agencies.access import NotFound
from sharewell.agencies.evidence import record
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, require
from sharewell.cases import queries
from sharewell.cases.models import Case


def may_write(account: Account, case: Case, now: datetime) -> None:
    """Raise ``NotFound`` outside the circle of the case, and ``NotAllowed`` for a role that writes nothing."""
    if not queries.stands_in(viewer=account, case=case, now=now):
        raise NotFound
    require(viewer=account, now=now, any_of=CASEWORK)


def leave(account: Account, case: Case, now: datetime, things: Mapping[str, object]) -> None:
    """Leave the evidence of an act in a case."""
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
