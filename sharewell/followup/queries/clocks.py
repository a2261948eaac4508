"""What clocks have run out on: ids only, for the runner, which acts for nobody and reads no content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from sharewell.agencies.models import Absence
from sharewell.cases import breaking
from sharewell.cases.models import Allegation, Task
from sharewell.disclosures import catalogues
from sharewell.disclosures.models import Answer, Disclosure, PartnerAction, Referral
from sharewell.followup.models import Escalation, MeetingAction

CHASE = "acknowledgement_chase"
PAGED = "emergency_unacknowledged"
LATE = "task_late"
ACT, ACTION_LATE = "first_action_chase", "partner_action_late"
ON_LADDER = (CHASE, ACT, ACTION_LATE, "escalation_step")
GONE_UP = (LATE, breaking.OVERDUE)


def unacknowledged(now: datetime) -> Iterable[UUID]:
    """Sent disclosures whose acknowledgement clock has run out and that nobody chases yet."""
    return _unanswered("standard", CHASE, now)


def unacknowledged_emergencies(now: datetime) -> Iterable[UUID]:
    """Emergency messages not acknowledged in their time, about which nobody was paged yet."""
    return _unanswered("emergency", PAGED, now)


def without_first_action(now: datetime) -> Iterable[UUID]:
    """Messages that were taken, whose recipient has not said in time what they do, and that nobody chases yet."""
    followed = Task.objects.filter(about_id=OuterRef("pk"), kind=ACT)
    said = Answer.objects.filter(disclosure=OuterRef("pk"), kind__in=catalogues.settling())
    promised = PartnerAction.objects.filter(disclosure=OuterRef("pk"))
    rows = Disclosure.objects.filter(
        ~Exists(followed), ~Exists(said), ~Exists(promised), state="sent", action_due_at__lte=now
    )
    return _ids(rows.order_by("action_due_at"))


def late_actions(now: datetime) -> Iterable[UUID]:
    """What recipients said they would do by a day that has passed, and that nobody was asked to chase yet."""
    rows = PartnerAction.objects.filter(
        due_at__lte=now, done_at=None, late_at=None, disclosure__state="sent"
    )
    return _ids(rows.order_by("due_at"))


def late_meeting_actions(now: datetime) -> Iterable[UUID]:
    """What partners took on in a meeting by a day that has passed, and that nobody was asked to chase yet."""
    rows = MeetingAction.objects.filter(due_at__lte=now, done_at=None, late_at=None, owner=None)
    return _ids(rows.order_by("due_at"))


def late_tasks(now: datetime) -> Iterable[UUID]:
    """Tasks past their moment that have not gone up yet; what has gone up goes no further.

    What stands on a ladder with a step above goes up there, step by step.
    """
    rows = (
        Task.objects.waiting().filter(due_at__lt=now, escalated_at=None).exclude(kind__in=GONE_UP)
    )
    climbing = Escalation.objects.filter(
        Q(pk=OuterRef("about_id")) | Q(disclosure=OuterRef("about_id")),
        ended_at=None,
        next_at__isnull=False,
    )
    rows = rows.exclude(Q(kind__in=ON_LADDER) & Exists(climbing))
    return _ids(rows.order_by("due_at"))


def unheld_allegations(_now: datetime) -> Iterable[UUID]:
    """Allegations that nobody inside could look after when they were opened, and nobody does yet."""
    return list(Allegation.objects.exclude(outside={}).values_list("case_id", flat=True))


def overdue_referrals(now: datetime) -> Iterable[UUID]:
    """Questions that nobody decided in the limit of the one who has them."""
    rows = Referral.objects.filter(decided_at=None, due_at__lte=now, disclosure__state="referred")
    return _ids(rows.order_by("due_at"))


def reviews_reached(now: datetime) -> Iterable[UUID]:
    """Decisions not to share whose review date has come and that were not opened again."""
    rows = Disclosure.objects.filter(state="not_shared", review_at__lte=now, reopened_as=None)
    return _ids(rows.order_by("review_at"))


def absences_to_begin(now: datetime) -> Iterable[UUID]:
    """Absences whose first day has come, and of which nothing was handed over by itself yet."""
    return _ids(Absence.objects.filter(starts_at__lte=now, handed_at=None).order_by("starts_at"))


def to_rise(now: datetime) -> Iterable[UUID]:
    """Escalations whose step has run out, with a step above."""
    return _ids(Escalation.objects.filter(ended_at=None, next_at__lte=now).order_by("next_at"))


def to_settle(_now: datetime) -> Iterable[UUID]:
    """Open escalations about what has come meanwhile: an acknowledgement, an answer, an action that is done."""
    said = Answer.objects.filter(disclosure=OuterRef("disclosure"), kind__in=catalogues.settling())
    promised = PartnerAction.objects.filter(disclosure=OuterRef("disclosure"))
    late = promised.filter(done_at=None).exclude(late_at=None)
    rows = Escalation.objects.filter(ended_at=None).exclude(cause="decision")
    rows = rows.filter(
        ~Q(disclosure__state="sent")
        | Q(cause="no_acknowledgement", disclosure__acknowledgement__isnull=False)
        | Q(cause="no_action") & (Exists(said) | Exists(promised))
        | Q(cause="late_action") & ~Exists(late)
    )
    return _ids(rows.order_by("opened_at"))


def _unanswered(route: str, kind: str, now: datetime) -> Iterable[UUID]:
    followed = Task.objects.filter(about_id=OuterRef("pk"), kind=kind)
    rows = Disclosure.objects.filter(
        ~Exists(followed), state="sent", route=route, ack_due_at__lte=now, acknowledgement=None
    )
    return _ids(rows.order_by("ack_due_at"))


def _ids(rows: object) -> Iterable[UUID]:
    return list(rows.values_list("pk", flat=True))  # type: ignore[attr-defined]
