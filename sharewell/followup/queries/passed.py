"""Reads of going past a manager: for whoever went, and whom they went to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.cases import looked
from sharewell.cases.models import Case
from sharewell.cases.oversight import Outside
from sharewell.followup import passing
from sharewell.followup.models import Passed


@dataclass(frozen=True, slots=True)
class ToPass:
    """A case in which somebody may go past its manager: to whom, and whom to ring where nobody is free."""

    case: Case
    to: tuple[Account, ...]
    outside: Outside


def to_pass(*, viewer: Account, case_id: UUID, now: datetime) -> ToPass:
    """Whom one may go to past the manager of a case. Raises ``NotFound``, and ``NotAllowed`` for the manager."""
    case = passing.case_of(viewer, case_id, now)
    looked.note_all(viewer=viewer, cases=[case], now=now, what="page")
    to = tuple(passing.next_ones(case, viewer, now))
    return ToPass(case=case, to=to, outside=passing.next_outside(case, now))


def passed(*, viewer: Account, passed_id: UUID, now: datetime) -> Passed:
    """One such going past, for the two of them; raises ``NotFound`` for anybody else."""
    rows = Passed.objects.filter(case__in=Case.objects.visible_to(viewer, now))
    rows = rows.filter(Q(by=viewer) | Q(to=viewer) | Q(pk__in=_tasks_of(viewer)))
    found = rows.select_related("case__person", "case__agency", "by", "manager", "to")
    one = found.exclude(manager=viewer).filter(pk=passed_id).first()
    if one is None:
        raise NotFound
    looked.note_all(viewer=viewer, cases=[one.case], now=now, what="page")
    return one


def _tasks_of(viewer: Account) -> object:
    """What was given to somebody else meanwhile, because whom they went to is away or late."""
    return viewer.tasks.filter(kind="manager_passed").values("about_id")
