"""What every write to a case begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sharewell.agencies.access import Conflict, NotFound
from sharewell.agencies.evidence import record
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, require
from sharewell.cases import queries
from sharewell.cases.models import Case


class CaseClosed(Conflict):
    """The case is closed, so nobody writes in it."""

    code = "case_closed"
    sentence = (
        "This case is closed, so nothing was written. What you typed is still below. Open the case again "
        "from its page on access, then save this."
    )


def may_write(account: Account, case: Case, now: datetime) -> None:
    """Raise ``NotFound`` outside the circle, ``NotAllowed`` for a role that writes nothing, or :class:`CaseClosed`."""
    if not queries.stands_in(viewer=account, case=case, now=now):
        raise NotFound
    require(viewer=account, now=now, any_of=CASEWORK)
    if case.state == "closed":
        raise CaseClosed


def leave(account: Account, case: Case, now: datetime, things: Mapping[str, object]) -> None:
    """Leave the evidence of an act in a case."""
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
