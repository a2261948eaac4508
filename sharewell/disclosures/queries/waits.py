"""What waits for somebody in the disclosures room: to approve, to decide, to look at again, to chase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sharewell.agencies import queries as agencies
from sharewell.agencies.models import Account
from sharewell.disclosures import catalogues, standing
from sharewell.disclosures.models import Attachment, Item, Referral
from sharewell.disclosures.queries.pages import Line, lines

MOST = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the viewer: nothing of a case outside their circles."""

    to_approve: tuple[Item | Attachment, ...]
    to_decide: tuple[Referral, ...]
    to_review: tuple[Line, ...]  # decisions not to share whose review is near or past
    unacknowledged: tuple[Line, ...]  # sent and not acknowledged, the most urgent clock first
    drafts: tuple[Line, ...]  # the viewer's own


def waiting(*, viewer: Account, now: datetime) -> Waiting:
    """What waits for the viewer at this moment."""
    mine = standing.listed(viewer, now)
    unacknowledged = mine.filter(state="sent", acknowledgement=None).order_by("ack_due_at")
    soon = now + catalogues.limit("review_ahead")
    to_review = mine.filter(state="not_shared", review_at__lte=soon, reopened_as=None)
    drafts = mine.filter(state__in=standing.EDITABLE, opened_by=viewer)
    return Waiting(
        to_approve=_to_approve(viewer, now),
        to_decide=_to_decide(viewer, now),
        to_review=tuple(lines(to_review.order_by("review_at")[:MOST], now)),
        unacknowledged=tuple(lines(unacknowledged[:MOST], now)),
        drafts=tuple(lines(drafts.order_by("-opened_at")[:MOST], now)),
    )


def _to_approve(viewer: Account, now: datetime) -> tuple[Item | Attachment, ...]:
    """What the viewer was asked to approve, the longest waiting first."""
    if not agencies.may(viewer=viewer, now=now, any_of=standing.APPROVERS):
        return ()
    asked = {
        "disclosure__in": standing.readable(viewer, now).filter(state__in=standing.EDITABLE),
        "asked_of": viewer,
        "approved_at": None,
        "refused_at": None,
    }
    items = Item.objects.filter(**asked).select_related("disclosure__case__person", "asked_by")
    files = Attachment.objects.filter(**asked, removed_at=None).defer("content")
    files = files.select_related("disclosure__case__person", "added_by")
    return (*items.order_by("asked_at")[:MOST], *files.order_by("added_at")[:MOST])


def _to_decide(viewer: Account, now: datetime) -> tuple[Referral, ...]:
    """What was referred to the viewer, as decider or (once it is passed on) as deputy."""
    referred = standing.readable(viewer, now).filter(state="referred")
    rows = Referral.objects.filter(decided_at=None, disclosure__in=referred)
    decider = rows.filter(decider=viewer)
    deputy = rows.filter(deputy=viewer, passed_on_at__isnull=False)
    found = (decider | deputy).select_related("disclosure__case__person", "referred_by")
    return tuple(found.order_by("due_at")[:MOST])
