"""Reads of people and households: all that the page of a case's people shows, for a viewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, may
from sharewell.cases.models import (
    Alleged,
    Case,
    HouseholdCase,
    HouseholdMember,
    Recorded,
    Relation,
)
from sharewell.cases.people import TABLES, flags_held
from sharewell.cases.queries import cases as reads


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Who a case is about and who belongs to them: rows by noun, the standing ones and those that ended.

    ``linked`` are the cases that a relation or member leads to, by the row's id; only those the viewer may read.
    """

    case: Case
    standing: Mapping[str, Sequence[Recorded]]
    ended: Mapping[str, Sequence[Recorded]]
    linked: Mapping[UUID, Case]
    held: Mapping[str, str]
    writes: bool


def people_page(*, viewer: Account, case_id: UUID, now: datetime) -> PeoplePage:
    """All that the page of a case's people shows; raises ``NotFound`` outside the circle."""
    case = reads.case(viewer=viewer, case_id=case_id, now=now, what="people")
    rows = {noun: list(_rows(model, case)) for noun, (model, _) in TABLES.items()}
    return PeoplePage(
        case=case,
        standing={noun: [r for r in found if r.ended_at is None] for noun, found in rows.items()},
        ended={noun: [r for r in found if r.ended_at is not None] for noun, found in rows.items()},
        linked=_linked(rows, viewer, now),
        held=flags_held(case),
        writes=may(viewer=viewer, now=now, any_of=CASEWORK),
    )


def person_row(*, case: Case, noun: str, row_id: UUID) -> Recorded:
    """One row of a case that was fetched with its viewer; raises ``NotFound``, also for an unknown noun."""
    if noun not in TABLES:
        raise NotFound
    found = _rows(TABLES[noun][0], case).filter(pk=row_id).first()
    if found is None:
        raise NotFound
    return found


def household_members(case: Case) -> list[HouseholdMember]:
    """Who lives with the person now, of a case that was fetched with its viewer."""
    return list(
        HouseholdMember.objects.filter(case=case, ended_at=None).order_by("recorded_at", "id")
    )


def household_added(
    *, since: datetime, case: Case | None = None, until: datetime | None = None
) -> QuerySet[HouseholdMember]:
    """Children, and adults at risk, that were added to a household from a moment on (until before another).

    For what runs by itself (patterns): of one case or of all, oldest first; it is no page's to ask.
    """
    found = HouseholdMember.objects.filter(recorded_at__gte=since, ended_at=None)
    if until is not None:
        found = found.filter(recorded_at__lt=until)
    if case is not None:
        found = found.filter(case=case)
    vulnerable = Q(subject_kind__in=["child", "unborn"]) | Q(at_risk="yes")
    return found.filter(vulnerable).order_by("recorded_at", "id")


def _rows(model: type[Recorded], case: Case) -> QuerySet[Recorded]:
    names = ["recorded_by", "ended_by"]
    if model is Alleged:
        names += ["account", "case__agency"]
    return model.objects.filter(case=case).select_related(*names).order_by("recorded_at", "id")


def _linked(
    rows: Mapping[str, Sequence[Recorded]], viewer: Account, now: datetime
) -> dict[UUID, Case]:
    wanted: dict[UUID, UUID] = {}
    for row in rows["relation"]:
        if isinstance(row, Relation) and row.other_case_id is not None:
            wanted[row.pk] = row.other_case_id
    opened = HouseholdCase.objects.filter(member__in=[row.pk for row in rows["household"]])
    pairs = [*wanted.items(), *opened.order_by("id").values_list("member_id", "case_id")]
    ids = {case_id for _, case_id in pairs}
    visible = Case.objects.visible_to(viewer, now).filter(pk__in=ids).in_bulk()
    return {row: visible[case_id] for row, case_id in pairs if case_id in visible}
