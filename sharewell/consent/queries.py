"""Reads of consent: the position that stands, and how it came about; always for a viewer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.cases.models import Case
from sharewell.consent import records
from sharewell.consent.models import Conversation


def position(*, viewer: Account, case: Case, now: datetime) -> Conversation | None:
    """The conversation that stands for a case, or None when there was none yet.

    Raises NotFound to anybody outside the circle of the case.
    """
    _in_circle(viewer, case, now)
    return records.standing(case)


def history(*, viewer: Account, case: Case, now: datetime) -> list[Conversation]:
    """Every conversation of a case, the newest first; raises NotFound outside the circle."""
    _in_circle(viewer, case, now)
    rows = Conversation.objects.filter(case=case).select_related("recorded_by", "followed_by")
    return list(rows.order_by("-recorded_at", "-held_at"))


def conversation(*, viewer: Account, conversation_id: UUID, now: datetime) -> Conversation:
    """One conversation by its id; raises NotFound when there is none that the viewer may read."""
    cases = Case.objects.visible_to(viewer, now)
    rows = Conversation.objects.filter(pk=conversation_id, case__in=cases)
    found = rows.select_related("case__agency", "case__person", "recorded_by").first()
    if found is None:
        raise NotFound
    return found


def _in_circle(viewer: Account, case: Case, now: datetime) -> None:
    if not Case.objects.visible_to(viewer, now).filter(pk=case.pk).exists():
        raise NotFound
