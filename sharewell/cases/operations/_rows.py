"""What the operations on people and households share: what may be chosen, and a row with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sharewell import packs
from sharewell.agencies.access import Invalid
from sharewell.agencies.evidence import unchanged
from sharewell.agencies.models import Account
from sharewell.cases import people
from sharewell.cases.models import Case, Recorded
from sharewell.cases.operations._writing import leave

R = TypeVar("R", bound=Recorded)


def check(case: Case, noun: str, kind: str, errors: Mapping[str, list[str]]) -> None:
    """Raise ``Invalid`` for a kind that is not offered, and for what else was found wrong."""
    wrong = {field: texts for field, texts in errors.items() if texts}
    offered = packs.people().offered(
        people.TABLES[noun][1], case.agency.jurisdiction, case.person.subject_kind
    )
    if kind not in {row.id for row in offered}:
        wrong["kind"] = ["Choose one of those offered."]
    if wrong:
        raise Invalid(wrong)


def add(model: type[R], account: Account, case: Case, now: datetime, given: Mapping[str, Any]) -> R:
    """Add a row with its evidence; the same row standing already leaves none."""
    row = people.add_row(model, case=case, by=account, now=now, **given)
    if row.recorded_at != now or row.recorded_by_id != account.pk:
        return unchanged(row)
    leave(account, case, now, {"row": people.as_json(row)})
    return row
