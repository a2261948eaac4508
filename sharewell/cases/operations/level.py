"""Giving a level on a ladder of need or risk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import Invalid
from sharewell.agencies.evidence import operation, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import levels, records
from sharewell.cases.levels import Chosen
from sharewell.cases.models import Case, LevelGiven
from sharewell.cases.operations._writing import leave, may_write


@operation("level.given")
def level_give(
    *, account: Account, case: Case, chosen: Chosen, form_key: UUID, now: datetime
) -> LevelGiven:
    """Give a level, with the reason; messages say it from now on, and nothing else follows from it.

    The same form gives it once. Raises ``NotFound`` outside the circle, ``NotAllowed``, ``CaseClosed``, and
    ``Invalid`` by field.
    """
    may_write(account, case, now)
    records.lock(case)
    if before := LevelGiven.objects.filter(form_key=form_key, case=case).first():
        return unchanged(before)
    if errors := levels.mistakes(chosen, case):
        raise Invalid(errors)
    given = levels.give(chosen, case=case, by=account, now=now, form_key=form_key)
    leave(account, case, now, {"level": levels.as_json(given)})
    return given
