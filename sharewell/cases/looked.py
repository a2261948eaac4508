"""The access table: every read of a case leaves one line that says who looked, as what, at what.

A read that was let through is noted by whoever fetched the case with its viewer: :func:`note` where the case
came from :func:`with_standing`, :func:`note_all` for cases that were reached in another way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case as Choose
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Value, When

from sharewell.agencies.kept import kept
from sharewell.agencies.models import Account, RoleHeld
from sharewell.cases.models import Case, CaseRead, CircleMember
from sharewell.cases.models.words import READERS

# How one stands to a case who was let in by something else than a standing in its circle.
RECEIVED, RAISED, REVIEWS = "received_it", "raised_it", "reviews_it"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands to a case at a moment: by which membership, as what, until when, in which role."""

    member_id: int | None = None
    relation: str = ""
    role: str = ""
    until: datetime | None = None


def with_standing(cases: QuerySet[Case], viewer: Account, now: datetime) -> QuerySet[Case]:
    """The same cases, each carrying how the viewer stands to it; no query more."""
    mine = CircleMember.objects.standing(now).filter(case=OuterRef("pk"), account=viewer)
    return cases.annotate(
        by_member=Subquery(mine.values("pk")[:1]),
        by_relation=Subquery(mine.values("relation")[:1]),
        by_until=Subquery(mine.values("expires_at")[:1]),
        by_role=_role(viewer, now),
    )


def standing_of(case: Case) -> Standing:
    """How the viewer stands to a case that came from :func:`with_standing`; empty for any other."""
    return Standing(
        member_id=getattr(case, "by_member", None),
        relation=getattr(case, "by_relation", None) or "",
        role=getattr(case, "by_role", None) or "",
        until=getattr(case, "by_until", None),
    )


def note(*, viewer: Account, case: Case, now: datetime, what: str) -> None:
    """Leave the line of one read of a case that came from :func:`with_standing`."""
    _line(viewer, case, now, what, standing_of(case)).save(force_insert=True)


def note_all(
    *, viewer: Account, cases: Iterable[Case], now: datetime, what: str, otherwise: str = ""
) -> None:
    """Leave the lines of one read of several cases; ``otherwise`` is what let the viewer in without a standing."""
    read = list(cases)
    if not read:
        return
    role = next(iter(_roles(account=viewer.pk, now=now)), "")
    standing = CircleMember.objects.standing(now).filter(account=viewer, case__in=read)
    members = standing.order_by("-pk").values_list("case_id", "pk", "relation")
    found = {key: Standing(pk, relation, role) for key, pk, relation in members}
    outside = Standing(None, otherwise, role)
    CaseRead.objects.bulk_create(
        _line(viewer, case, now, what, found.get(case.pk, outside)) for case in read
    )


def _line(viewer: Account, case: Case, now: datetime, what: str, standing: Standing) -> CaseRead:
    return CaseRead(
        agency_id=case.agency_id,
        case=case,
        account=viewer,
        at=now,
        what=what,
        role=standing.role,
        relation=standing.relation,
        member_id=standing.member_id,
    )


def _role(viewer: Account, now: datetime) -> Subquery:
    return Subquery(_held(viewer.pk, now).values("role")[:1])


@kept
def _roles(*, account: UUID, now: datetime) -> QuerySet[RoleHeld, str]:
    return _held(account, now).values_list("role", flat=True)[:1]


def _held(account: UUID, now: datetime) -> QuerySet[RoleHeld]:
    """The roles held, the one by which cases are read first: of several the one that oversees most."""
    ranks = [When(role=role, then=Value(rank)) for rank, role in enumerate(READERS)]
    rank = Choose(*ranks, default=Value(-1), output_field=IntegerField())
    held = RoleHeld.objects.current(now).filter(account=account).annotate(rank=rank)
    return held.order_by("-rank", "id")
