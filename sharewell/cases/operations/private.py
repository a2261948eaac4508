"""Seeing a person alone: the plan, each attempt at it, and when a manager must know that none succeeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sharewell import packs
from sharewell.agencies.access import Conflict, Invalid
from sharewell.agencies.evidence import operation, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import queries, records
from sharewell.cases.models import Case, PrivateAttempt, PrivatePlan, Task
from sharewell.cases.operations._writing import leave, may_write
from sharewell.cases.queries.private import FAILED, NEXT
from sharewell.core.contacting import too_many
from sharewell.core.contacting.pack import Choice

SEEN_ALONE = "They were seen alone."


class PrivatePlanStands(Conflict):
    """A plan to see the person alone is open."""

    code = "private_plan_stands"
    sentence = "A plan to see them alone is already open. Nothing was changed. Record attempts in it, or end it first."


class PrivatePlanEnded(Conflict):
    """The plan was ended meanwhile."""

    code = "private_plan_ended"
    sentence = (
        "This plan has ended, so nothing was recorded. What you typed is still below. Make a new plan, then "
        "record it there."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An attempt as told: ``way`` and ``outcome`` are ids of packs/contact.yaml, ``at`` is aware.

    ``alone`` is true, false or unknown. ``by`` says who tried, where it was not the one who records it.
    """

    way: str
    at: datetime
    alone: str
    outcome: str
    by: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Attempted:
    """What came of recording an attempt: why it only repeated others, and the task a manager was given."""

    attempt: PrivateAttempt
    warnings: Sequence[str]
    told: Task | None


@operation("private_plan.made")
def private_plan_make(
    *,
    account: Account,
    case: Case,
    now: datetime,
    aim: str,
    ways: Sequence[str],
    next_at: datetime | None = None,
) -> PrivatePlan:
    """Plan how to see the person alone; the case's owner gets the first attempt as a task.

    ``next_at`` is when the first attempt is planned; without it the clock of the task runs. Raises ``NotFound``,
    ``NotAllowed``, ``CaseClosed``, :class:`PrivatePlanStands`, and ``Invalid`` by field.
    """
    may_write(account, case, now)
    known = {row.id: row.label for row in packs.contact().ways}
    errors: dict[str, list[str]] = {}
    if not aim.strip():
        errors["aim"] = ["Say what seeing them alone is for."]
    if not ways or not set(ways) <= set(known):
        errors["ways"] = ["Choose at least one of the ways offered."]
    _refuse(errors, next_at, now)
    records.lock(case)
    if PrivatePlan.objects.filter(case=case, ended_at=None).exists():
        raise PrivatePlanStands
    plan = PrivatePlan.objects.create(
        case=case, aim=aim, ways=list(dict.fromkeys(ways)), made_at=now, made_by=account
    )
    _open_next(plan, now, next_at)
    said = "; ".join(known[way] for way in plan.ways)
    _line(plan, account, now, f"A plan to see them alone was made: {aim} Ways: {said}.")
    leave(account, case, now, {"private_plan": {"id": plan.id.hex, "aim": aim, "ways": plan.ways}})
    return plan


@operation("private_attempt.recorded")
def private_attempt_record(
    *,
    account: Account,
    plan: PrivatePlan,
    now: datetime,
    form_key: UUID,
    tried: Tried,
    next_at: datetime | None = None,
) -> Attempted:
    """Record an attempt to see the person alone; the same form is recorded once.

    It does the task that waited and opens the next, at ``next_at`` or by its clock, until the plan is ended.
    After the failed attempts of the pack the case's manager gets a task. Raises ``NotFound``, ``NotAllowed``,
    ``CaseClosed``, :class:`PrivatePlanEnded`, and ``Invalid`` by field.
    """
    case = plan.case
    may_write(account, case, now)
    records.lock(case)
    done = PrivateAttempt.objects.filter(form_key=form_key, plan=plan).first()
    if done is not None:
        return unchanged(Attempted(done, _warnings(done), None))
    _still_open(plan)
    way, outcome = _check(tried, now, next_at)
    told = {name: getattr(tried, name) for name in Tried.__dataclass_fields__}
    attempt = PrivateAttempt.objects.create(
        plan=plan, recorded_at=now, recorded_by=account, form_key=form_key, **told
    )
    records.close_tasks(about_id=plan.pk, kinds=[NEXT], now=now, by=account, outcome=outcome.label)
    _open_next(plan, now, next_at)
    who = f" ({tried.by})" if tried.by else ""
    records.add_chronology(
        case=case,
        now=now,
        by=account,
        section="contact",
        text=f"Attempt to see them alone. {way.label}{who}: {outcome.label}. {tried.words}".strip(),
        event_at=tried.at,
        kind="reported" if tried.by else "observed",
        about_id=plan.pk,
    )
    manager = _tell_manager(plan, outcome, account, now)
    things = {**told, "at": tried.at.isoformat(), "plan": plan.id.hex}
    leave(account, case, now, {"private_attempt": things})
    return Attempted(attempt, _warnings(attempt), manager)


@operation("private_plan.ended")
def private_plan_end(
    *, account: Account, plan: PrivatePlan, now: datetime, why: str
) -> PrivatePlan:
    """End a plan to see the person alone, with the reason; its tasks are done with it.

    Raises ``NotFound``, ``NotAllowed``, ``CaseClosed``, :class:`PrivatePlanEnded`, and ``Invalid`` without a reason.
    """
    may_write(account, plan.case, now)
    if not why.strip():
        raise Invalid({"why": ["Say why it ends, and what comes instead."]})
    records.lock(plan.case)
    _still_open(plan)
    plan.ended_at, plan.ended_by, plan.ended_why = now, account, why
    plan.save(update_fields=["ended_at", "ended_by", "ended_why"])
    outcome = "The plan was ended."
    records.close_tasks(
        about_id=plan.pk, kinds=[NEXT, FAILED], now=now, by=account, outcome=outcome
    )
    _line(plan, account, now, f"The plan to see them alone was ended: {why}")
    leave(account, plan.case, now, {"private_plan": {"id": plan.id.hex, "why": why}})
    return plan


def _check(tried: Tried, now: datetime, next_at: datetime | None) -> tuple[Choice, Choice]:
    rules = packs.contact()
    ways = {row.id: row for row in rules.ways}
    outcomes = {row.id: row for row in rules.outcomes}
    errors: dict[str, list[str]] = {}
    if tried.way not in ways:
        errors["way"] = ["Choose one of the ways offered."]
    if tried.at > now:
        errors["at"] = ["Give the moment of the attempt; this one has not come yet."]
    if tried.outcome not in outcomes:
        errors["outcome"] = ["Choose one of the outcomes offered."]
    elif tried.alone not in outcomes[tried.outcome].alone:
        errors["alone"] = ["This does not go with what came of it. Change one of the two."]
    _refuse(errors, next_at, now)
    return ways[tried.way], outcomes[tried.outcome]


def _refuse(errors: dict[str, list[str]], next_at: datetime | None, now: datetime) -> None:
    if next_at is not None and next_at <= now:
        errors["next_at"] = ["Choose a moment that has not passed."]
    if errors:
        raise Invalid(errors)


def _still_open(plan: PrivatePlan) -> None:
    """Read anew under the lock of the case, since somebody else may have ended it."""
    if PrivatePlan.objects.filter(pk=plan.pk, ended_at__isnull=False).exists():
        raise PrivatePlanEnded


def _open_next(plan: PrivatePlan, now: datetime, next_at: datetime | None) -> Task:
    case = plan.case
    return records.open_task(
        agency=case.agency,
        kind=NEXT,
        owner=case.owner,
        now=now,
        case=case,
        due_at=next_at,
        about_id=plan.pk,
    )


def _tell_manager(
    plan: PrivatePlan, outcome: Choice, account: Account, now: datetime
) -> Task | None:
    """A task for the case's manager once too many have failed in a row, and again after as many more.

    What the manager has dealt with is not counted twice; being seen alone does the task that waits.
    """
    if not outcome.failed:
        records.close_tasks(
            about_id=plan.pk, kinds=[FAILED], now=now, by=account, outcome=SEEN_ALONE
        )
        return None
    about = Task.objects.filter(about_id=plan.pk, kind=FAILED)
    if about.waiting().exists():
        return None
    since = PrivateAttempt.objects.filter(plan=plan)
    dealt = about.order_by("-done_at").first()
    if dealt is not None and dealt.done_at is not None:
        since = since.filter(recorded_at__gt=dealt.done_at)
    most = packs.contact().limits["failed_attempts"]
    if not too_many(queries.private_tried(since, plan.case), most):
        return None
    return records.open_task(
        agency=plan.case.agency,
        kind=FAILED,
        owner=plan.case.manager,
        now=now,
        case=plan.case,
        about_id=plan.pk,
    )


def _warnings(attempt: PrivateAttempt) -> tuple[str, ...]:
    plan = attempt.plan
    others = plan.attempts.exclude(pk=attempt.pk)
    return queries.private_repeating(others, plan.case, attempt.at, attempt.way)


def _line(plan: PrivatePlan, by: Account, now: datetime, text: str) -> None:
    records.add_chronology(
        case=plan.case, now=now, by=by, section="contact", text=text, about_id=plan.pk
    )
