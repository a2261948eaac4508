"""Reads of the plans to see a person alone: their attempts, what repeats, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, require
from sharewell.cases import looked
from sharewell.cases.models import Case, PrivateAttempt, PrivatePlan, Task
from sharewell.core.contacting import Attempt, repeats

NEXT, FAILED = "private_attempt_next", "private_attempts_failed"


@dataclass(frozen=True, slots=True)
class PrivatePlanShown:
    """A plan to see the person alone, as it stands.

    ``attempts`` are oldest first, each with why it only repeated those before it. ``minds`` says the same of the
    next attempt, if it were made when it is due, by each way of the plan.
    """

    plan: PrivatePlan
    attempts: Sequence[tuple[PrivateAttempt, Sequence[str]]]
    next: Task | None
    minds: Sequence[str]
    told: Task | None  # what waits for the manager


def private_plans(case: Case) -> list[PrivatePlanShown]:
    """The plans of a case that was fetched with its viewer, the newest first; three queries, however many."""
    found = PrivatePlan.objects.filter(case=case).select_related("made_by", "ended_by")
    plans = list(found.order_by("-made_at"))
    tried: dict[UUID, list[PrivateAttempt]] = {plan.pk: [] for plan in plans}
    for each in PrivateAttempt.objects.filter(plan__case=case).select_related("recorded_by"):
        tried.setdefault(each.plan_id, []).append(each)
    waiting = Task.objects.waiting().filter(case=case, kind__in=(NEXT, FAILED))
    tasks = {(task.kind, task.about_id): task for task in waiting.select_related("owner")}
    return [
        _shown(plan, case, tried[plan.pk], tasks.get((NEXT, plan.pk)), tasks.get((FAILED, plan.pk)))
        for plan in plans
    ]


def private_plan_to_try(*, viewer: Account, plan_id: UUID, now: datetime) -> PrivatePlan:
    """A plan for one who may record attempts; raises ``NotFound``, and ``NotAllowed`` to others in the circle."""
    visible = Case.objects.visible_to(viewer, now)
    found = PrivatePlan.objects.filter(pk=plan_id, case__in=visible)
    plan = found.select_related("case__person", "case__agency").first()
    if plan is None:
        raise NotFound
    looked.note_all(viewer=viewer, cases=[plan.case], now=now, what="private_plan")
    require(viewer=viewer, now=now, any_of=CASEWORK)
    return plan


def private_tried(attempts: Iterable[PrivateAttempt], case: Case) -> list[Attempt]:
    """Attempts as the rules read them, in the agency's time; an outcome that failed found nobody alone."""
    zone = ZoneInfo(case.agency.time_zone)
    failed = {row.id: row.failed for row in packs.contact().outcomes}
    return [
        Attempt(each.at.astimezone(zone), each.way, not failed.get(each.outcome, True))
        for each in attempts
    ]


def private_repeating(
    attempts: Iterable[PrivateAttempt], case: Case, at: datetime, way: str
) -> tuple[str, ...]:
    """Why an attempt at a moment by a way would only repeat those before it; empty when it is a varied one."""
    rules = packs.contact()
    before = private_tried((each for each in attempts if each.at < at), case)
    found = repeats(
        before,
        at.astimezone(ZoneInfo(case.agency.time_zone)),
        way,
        near=timedelta(hours=rules.limits["same_hours"]),
        same_ways=rules.limits["same_ways"],
        label={row.id: row.label for row in rules.ways}.get(way, way),
    )
    return tuple(found)


def _shown(
    plan: PrivatePlan,
    case: Case,
    attempts: Sequence[PrivateAttempt],
    following: Task | None,
    told: Task | None,
) -> PrivatePlanShown:
    rows = [(each, private_repeating(attempts, case, each.at, each.way)) for each in attempts]
    minds: list[str] = []
    if following is not None:
        for way in plan.ways:
            minds += private_repeating(attempts, case, following.due_at, way)
    return PrivatePlanShown(plan, rows, following, tuple(dict.fromkeys(minds)), told)
