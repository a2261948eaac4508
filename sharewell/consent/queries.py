"""Reads of consent: the position that stands, and how it came about; always for a viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.cases import queries as cases
from sharewell.cases.models import Case, Draft, SafeContact
from sharewell.consent import records
from sharewell.consent.models import Conversation

FORM = "consent_record"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page of a conversation starts from."""

    case: Case
    before: Conversation | None  # the conversation that stands
    agreed_before: bool  # an agreement is still to be taken back, not refused
    plan: SafeContact | None
    draft: Draft | None  # what the viewer typed and has not sent


def sheet(*, viewer: Account, case_id: UUID, now: datetime) -> Sheet:
    """What is needed to hold and record a conversation; leaves a line in the access table.

    Raises NotFound outside the circle, and NotAllowed to those in it who do not do casework.
    """
    case = cases.case(viewer=viewer, case_id=case_id, now=now, what="consent")
    agencies.require(viewer=viewer, now=now, any_of=agencies.CASEWORK)
    before = records.standing(case)
    return Sheet(
        case=case,
        before=before,
        agreed_before=records.agreed_since(before),
        plan=cases.safe_contact(case),
        draft=cases.draft(viewer=viewer, form=FORM, about=str(case_id)),
    )


def position(*, viewer: Account, case: Case, now: datetime) -> Conversation | None:
    """The conversation that stands for a case, or None when there was none yet.

    Raises NotFound to anybody outside the circle of the case.
    """
    _in_circle(viewer, case, now)
    return records.standing(case)


def can_withdraw(*, viewer: Account, case: Case, now: datetime) -> bool:
    """Whether there is an agreement that the viewer may record as taken back."""
    _in_circle(viewer, case, now)
    may = agencies.may(viewer=viewer, now=now, any_of=agencies.CASEWORK)
    return may and records.agreed_since(records.standing(case))


def history(*, viewer: Account, case: Case, now: datetime) -> list[Conversation]:
    """Every conversation of a case, the newest first; raises NotFound outside the circle."""
    _in_circle(viewer, case, now)
    rows = Conversation.objects.filter(case=case).select_related("recorded_by", "followed_by")
    return list(rows.order_by("-recorded_at", "-held_at"))


def conversation(*, viewer: Account, conversation_id: UUID, now: datetime) -> Conversation:
    """One conversation by its id; raises NotFound when there is none that the viewer may read."""
    visible = Case.objects.visible_to(viewer, now)
    rows = Conversation.objects.filter(pk=conversation_id, case__in=visible)
    found = rows.select_related("case__agency", "case__person", "recorded_by").first()
    if found is None:
        raise NotFound
    return found


def _in_circle(viewer: Account, case: Case, now: datetime) -> None:
    if not Case.objects.visible_to(viewer, now).filter(pk=case.pk).exists():
        raise NotFound
