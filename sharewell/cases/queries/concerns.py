"""Reads of concerns: what the form offers, and a concern as far as a viewer may read it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from sharewell.agencies.access import NotAllowed, NotFound
from sharewell.agencies.models import Account, Agency, RoleHeld
from sharewell.agencies.queries import CASEWORK, colleagues, may, require
from sharewell.cases import catalogues, looked, records
from sharewell.cases.catalogues import Category
from sharewell.cases.models import (
    Case,
    Concern,
    ConcernCase,
    Draft,
    Marking,
    Statement,
    Task,
    Wall,
)
from sharewell.cases.queries.cases import people_known
from sharewell.cases.queries.drafts import drafts


@dataclass(frozen=True, slots=True)
class ConcernSheet:
    """What the form to raise a concern offers to one viewer, and what they typed and have not sent."""

    known: Sequence[Case]
    colleagues: Sequence[Account]
    categories: Sequence[Category]
    drafts: Sequence[Draft]


def concern_sheet(*, viewer: Account, now: datetime) -> ConcernSheet:
    """All that the form to raise a concern needs; raises ``NotAllowed`` for roles that raise none."""
    require(viewer=viewer, now=now, any_of=CASEWORK)
    return ConcernSheet(
        known=people_known(viewer=viewer, now=now),
        colleagues=colleagues(viewer=viewer),
        categories=catalogues.categories_for(viewer.agency.jurisdiction),
        drafts=drafts(viewer=viewer, form="concern_raise"),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A concern as one viewer may read it: only the cases they may know of, and what was said about those.

    ``owners`` are the colleagues to whom the viewer may give its cases; empty for one who does not decide
    that. ``readable`` are the cases whose page the viewer may open.
    """

    concern: Concern
    on_cases: Sequence[ConcernCase]
    statements: Sequence[Statement]
    about_staff: Sequence[Account]
    waiting: Task | None
    owners: Sequence[Account]
    readable: frozenset[UUID]
    counted: Sequence[Marking]  # what it counts as, for each of the cases


def concern(*, viewer: Account, concern_id: UUID, now: datetime, what: str = "concern") -> Told:
    """A concern for its raiser, its receiver and the circles of its cases; raises ``NotFound`` for others.

    Raiser and receiver read all of it; one who stands in the circle of some of its cases reads what concerns
    those. Nobody it is about, and nobody walled off from a case of it, reads it; who raised it still reads
    what they wrote where it is their team that is walled off. Leaves a line in the access table for each case.
    """
    found = (
        Concern.objects.select_related("agency", "raised_by", "received_by")
        .filter(_readable(viewer, now), agency_id=viewer.agency_id, pk=concern_id)
        .exclude(about_staff=viewer)
        .exclude(_kept_from(viewer))
        .first()
    )
    if found is None or not viewer.is_active:
        raise NotFound
    on_cases = found.on_cases.select_related("case__person", "case__owner").order_by("id")
    whole = viewer.pk in {found.raised_by_id, found.received_by_id}
    if not whole:
        on_cases = on_cases.filter(case__in=Case.objects.visible_to(viewer, now))
    listed = list(on_cases)
    if not listed:
        raise NotFound
    looked.note_all(
        viewer=viewer,
        cases=[each.case for each in listed],
        now=now,
        what=what,
        otherwise=looked.RECEIVED if viewer.pk == found.received_by_id else looked.RAISED,
    )
    said = found.statements.filter(Q(case=None) | Q(case__in=[each.case_id for each in listed]))
    tasks = Task.objects.waiting().filter(about_id=found.id, kind__startswith="concern_triage")
    waits = tasks.select_related("owner").first()
    about = list(found.about_staff.all())
    decides = may_triage(viewer=viewer, concern=found, now=now)
    visible = Case.objects.visible_to(viewer, now).filter(pk__in=[each.case_id for each in listed])
    return Told(
        concern=found,
        on_cases=listed,
        statements=list(said.select_related("case__person").order_by("position")),
        about_staff=about,
        waiting=waits,
        owners=_owners(found, listed, now) if decides else [],
        readable=frozenset(visible.values_list("pk", flat=True)),
        counted=list(
            found.markings.filter(
                case__in=[each.case_id for each in listed], ended_at=None
            ).order_by("id")
        ),
    )


def _readable(viewer: Account, now: datetime) -> Q:
    """Concerns raised or received by the viewer, or on a case they may read.

    In one question, so that what is hidden takes no longer to refuse than what does not exist.
    """
    inside = ConcernCase.objects.filter(case__in=Case.objects.visible_to(viewer, now))
    return Q(raised_by=viewer) | Q(received_by=viewer) | Q(pk__in=inside.values("concern_id"))


def _kept_from(viewer: Account) -> Q:
    """Concerns on a case from which the viewer is walled off."""
    walls = Wall.objects.against(viewer)
    named = Q(on_cases__case__in=walls.filter(account=viewer).values("case_id"))
    team = Q(on_cases__case__in=walls.filter(account=None).values("case_id"))
    return named | (team & ~Q(raised_by=viewer))


def _owners(concern: Concern, listed: Sequence[ConcernCase], now: datetime) -> list[Account]:
    out = set().union(*(records.conflicted(each.case) for each in listed))
    return [each for each in possible_owners(agency=concern.agency, now=now) if each.pk not in out]


def concern_to_triage(*, viewer: Account, concern_id: UUID, now: datetime) -> Told:
    """A concern for one who says what comes of it; raises ``NotFound``, and ``NotAllowed`` for other readers."""
    told = concern(viewer=viewer, concern_id=concern_id, now=now, what="triage")
    if not may_triage(viewer=viewer, concern=told.concern, now=now):
        raise NotAllowed
    return told


def may_triage(*, viewer: Account, concern: Concern, now: datetime) -> bool:
    """Whether the viewer says what comes of a concern they may read: its receiver, a manager or a lead."""
    return concern.received_by_id == viewer.pk or may(
        viewer=viewer, now=now, any_of=("manager", "safeguarding_lead")
    )


def possible_owners(
    *, agency: Agency, now: datetime, without: Collection[Account] = ()
) -> list[Account]:
    """The accounts of an agency that may own a case now, by name, without those named."""
    held = RoleHeld.objects.current(now).filter(role__in=CASEWORK, account__agency=agency)
    found = Account.objects.filter(is_active=True, pk__in=held.values("account_id"))
    return list(found.exclude(pk__in=[each.pk for each in without]).order_by("name"))
