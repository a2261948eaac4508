"""What the page of a recalled message shows: what is known of its being seen, the danger, the breach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.disclosures import recalls, received, standing
from sharewell.disclosures.models import BreachAssessment, BreachTold, Disclosure, Recall
from sharewell.disclosures.queries import pages
from sharewell.disclosures.recalls import Authority, Exposure


@dataclass(frozen=True, slots=True)
class Recalled:
    """A recalled message, or (``made`` is None) one that may be: what is known of who has seen it."""

    disclosure: Disclosure
    known: Exposure
    has_files: bool  # whether files went with it
    made: Recall | None
    due_at: datetime | None
    assessments: tuple[BreachAssessment, ...]  # the newest first
    told: tuple[BreachTold, ...]
    to_tell: tuple[str, ...]  # who is to be told and is not yet
    authorities: tuple[Authority, ...]
    may_assess: bool


def recalled(*, viewer: Account, disclosure_id: UUID, now: datetime) -> Recalled:
    """A message that left, with what its recall shows; leaves a line in the access table. Raises ``NotFound``."""
    found = standing.fetch(viewer, disclosure_id, now)
    if not found.has_left:
        raise NotFound
    pages.note_read(found, viewer, now, "recall")
    rows = Recall.objects.select_related("breach", "by", "judged_by")
    made = rows.filter(disclosure=found).first()
    breach = made.breach if made else None
    assessed = (
        tuple(breach.assessments.select_related("by").order_by("-at", "-id")) if breach else ()
    )
    told = tuple(breach.told.select_related("by")) if breach else ()
    newest = assessed[0] if assessed else None
    wanted = [
        whom for whom in ("authority", "person") if newest and getattr(newest, f"tell_{whom}")
    ]
    return Recalled(
        disclosure=found,
        known=recalls.exposure(found),
        has_files=received.files(found).exists(),
        made=made,
        due_at=breach.due_at if breach else None,
        assessments=assessed,
        told=told,
        to_tell=tuple(whom for whom in wanted if whom not in {each.whom for each in told}),
        authorities=recalls.authorities(found.agency),
        may_assess=recalls.may_assess(viewer, found, now),
    )
