"""Reads of cases: the list, one case, what is known of it and who stands in its circle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from sharewell.agencies.access import NotFound
from sharewell.agencies.kept import kept
from sharewell.agencies.models import Account
from sharewell.cases import looked, records
from sharewell.cases.models import (
    Case,
    CircleMember,
    FieldEntry,
)

PAGE = 25


def case(*, viewer: Account, case_id: UUID, now: datetime, what: str = "page") -> Case:
    """A case whose circle the viewer stands in; leaves a line in the access table.

    ``what`` names the page that was read. Raises ``NotFound``, the same outside the circle as for a case
    that does not exist.
    """
    found = _read(**_viewer(viewer), case=case_id, now=now) if viewer.is_active else []
    if not found:
        raise NotFound
    looked.note(viewer=viewer, case=found[0], now=now, what=what)
    return found[0]


@kept
def _read(
    *, account: UUID, agency: UUID, team: UUID | None, case: UUID, now: datetime
) -> QuerySet[Case]:
    viewer = Account(pk=account, agency_id=agency, team_id=team)
    rows = Case.objects.visible_to(viewer, now).filter(pk=case)
    related = rows.select_related("agency", "person", "owner", "manager")
    return looked.with_standing(related, viewer, now)


def visible_ids(viewer: Account, now: datetime) -> tuple[str, tuple[Any, ...]]:
    """The SQL that asks for the ids of an active viewer's cases, and its values, to stand within another query."""
    values = {**_viewer(viewer), "now": now}
    written = _visible.written(values)
    return written.sql, written.parameters(values)


@kept
def _visible(
    *, account: UUID, agency: UUID, team: UUID | None, now: datetime
) -> QuerySet[Case, UUID]:
    viewer = Account(pk=account, agency_id=agency, team_id=team)
    return Case.objects.visible_to(viewer, now).values_list("pk", flat=True)


def _viewer(viewer: Account) -> dict[str, UUID | None]:
    """What of a viewer decides which cases are visible to them, besides that they are active."""
    return {"account": viewer.pk, "agency": viewer.agency_id, "team": viewer.team_id}


@dataclass(frozen=True, slots=True)
class CasesPage:
    """One page of cases, newest first; ``after`` is the id to go on from, or None at the end."""

    cases: Sequence[Case]
    after: UUID | None

    @property
    def after_text(self) -> str:
        """``after`` as an address carries it."""
        return str(self.after or "")


def cases_mine(
    *,
    viewer: Account,
    now: datetime,
    words: str = "",
    after: UUID | None = None,
    size: int = PAGE,
) -> CasesPage:
    """The cases in whose circle the viewer stands; ``words`` seeks in names and references among them only."""
    visible = Case.objects.visible_to(viewer, now)
    last = visible.filter(pk=after).first() if after else None
    if words.strip():
        words = words.strip()
        visible = visible.filter(Q(person__name__icontains=words) | Q(reference__iexact=words))
    if last is not None:
        same = Q(opened_at=last.opened_at, pk__lt=last.pk)
        visible = visible.filter(Q(opened_at__lt=last.opened_at) | same)
    found = list(
        visible.select_related("person", "owner").order_by("-opened_at", "-pk")[: size + 1]
    )
    more = len(found) > size
    return CasesPage(found[:size], found[size - 1].pk if more else None)


def people_known(*, viewer: Account, now: datetime, size: int = 200) -> list[Case]:
    """The newest case of each person the viewer knows, to choose somebody known from, by name."""
    newest: dict[UUID, Case] = {}
    # An allegation is about somebody else: what is told of the person belongs to their own case.
    visible = Case.objects.visible_to(viewer, now).filter(kind="protection")
    visible = visible.select_related("person").order_by("-opened_at")
    for each in visible[:size]:
        newest.setdefault(each.person_id, each)
    return sorted(newest.values(), key=lambda each: each.person.name.casefold())


def known_fields(case: Case) -> dict[str, FieldEntry]:
    """What is known of each catalogue field of a case that was fetched with its viewer: the newest entries."""
    return {entry.field: entry for entry in _known(case=case.pk)}


@kept
def _known(*, case: UUID) -> QuerySet[FieldEntry]:
    entries = FieldEntry.objects.filter(case=case)
    newest = entries.order_by().values("field").annotate(newest=Max("id")).values("newest")
    return FieldEntry.objects.filter(pk__in=newest)


def facts(case: Case) -> dict[str, str]:
    """The facts a decision turns on, as last judged; those not in it are unknown."""
    return records.known_facts(case)


def stands_in(*, viewer: Account, case: Case, now: datetime) -> bool:
    """Whether the viewer stands in the case's circle at this moment."""
    return viewer.is_active and bool(_stands(**_viewer(viewer), case=case.pk, now=now))


@kept
def _stands(
    *, account: UUID, agency: UUID, team: UUID | None, case: UUID, now: datetime
) -> QuerySet[Case, UUID]:
    viewer = Account(pk=account, agency_id=agency, team_id=team)
    return Case.objects.visible_to(viewer, now).filter(pk=case).values_list("pk", flat=True)


def circle(*, viewer: Account, case: Case, now: datetime) -> list[CircleMember]:
    """Who stands in the case's circle now, and why; raises ``NotFound`` outside it."""
    if not stands_in(viewer=viewer, case=case, now=now):
        raise NotFound
    return members_of(case, now)


def members_of(case: Case, now: datetime) -> list[CircleMember]:
    """Who stands now in the circle of a case that was fetched with its viewer at this moment."""
    return _members(case=case.pk, now=now)


@kept
def _members(*, case: UUID, now: datetime) -> QuerySet[CircleMember]:
    standing = CircleMember.objects.standing(now).filter(case=case)
    return standing.select_related("account", "invited_by").order_by("joined_at", "id")
