"""The ladder of one matter: who takes a step, until when, with which words; for use inside an operation."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from sharewell import packs
from sharewell.agencies.models import Absence, Account
from sharewell.agencies.reckoning import Reckoning, reckoning
from sharewell.cases import oversight, records
from sharewell.cases.models import Case, Task
from sharewell.cases.oversight import Outside
from sharewell.core.escalation import Ladder, Step
from sharewell.disclosures import standing
from sharewell.disclosures.catalogues import UNREADABLE
from sharewell.disclosures.models import Disclosure
from sharewell.followup.models import Escalation, EscalationStep

STEP, DANGER = "escalation_step", "escalation_danger"
CHASES = ("acknowledgement_chase", "first_action_chase", "partner_action_late")
CHASE_OF = {"no_acknowledgement": CHASES[:1], "no_action": CHASES[1:2], "late_action": CHASES[2:]}
DISAGREEMENTS = ("answer", "decision")
NO_STEP = "danger"  # where every step was skipped
WHY = "takes up what is not settled with a partner"
GONE_UP = "It went up to the next step."


def begin(
    disclosure: Disclosure,
    cause: str,
    now: datetime,
    *,
    since: datetime,
    by: Account | None = None,
    form_key: UUID | None = None,
) -> Escalation | None:
    """Put a message on the first step of its ladder; None where it is on one, or the pack cannot be read.

    The clock of the step runs from ``since``, when the clock before it ran out.
    """
    if Escalation.objects.filter(disclosure=disclosure, cause=cause, ended_at=None).exists():
        return None
    try:
        about = "disagreement" if cause in DISAGREEMENTS else "silence"
        place = disclosure.agency.jurisdiction
        ladder = packs.escalation().ladder(about=about, place=place, urgency=disclosure.urgency)
        first = ladder.steps[0]
        due_at = _due(disclosure, first, since, now)
    except UNREADABLE:
        return None
    made = Escalation(
        agency=disclosure.agency,
        case=disclosure.case,
        disclosure=disclosure,
        cause=cause,
        ladder=ladder.id,
        opened_at=now,
        opened_by=by,
        form_key=form_key,
    )
    found = takes(made, first, now)
    made.holder = found if isinstance(found, Account) else disclosure.case.owner
    standing.let_in(made.case, made.holder, WHY, now)
    made.step, made.started_at = first.id, now
    made.next_at = due_at if ladder.after(first.id) else None
    made.save()
    _reached(made, first, due_at, found, by, now, "")
    return made


def go_up(
    escalation: Escalation, now: datetime, *, by: Account | None = None, why: str = ""
) -> EscalationStep | None:
    """Take an escalation, whose row is locked, one step up; None where no step is above.

    Whoever takes it gets the task, and stands in the case for a time if they did not. The message itself goes
    to nobody again, and to nobody else.
    """
    ladder = ladder_of(escalation)
    above = None if escalation.step == NO_STEP else ladder.after(escalation.step)
    if above is None:
        return None
    since = escalation.next_at if by is None and escalation.next_at else now
    due_at = _due(escalation.disclosure, above, since, now)
    return _move(escalation, above, due_at, now, by, why, last=ladder.after(above.id) is None)


def skip_all(escalation: Escalation, now: datetime, *, by: Account | None, why: str) -> None:
    """Give an escalation to the safeguarding lead at once, past every step: the danger is immediate."""
    danger = packs.escalation().danger
    if escalation.step == danger.id:
        return
    due_at = _due(escalation.disclosure, danger, now, now)
    _move(escalation, danger, due_at, now, by, why, last=True)
    records.notify(account=escalation.holder, about_id=escalation.pk, now=now)


def takes(escalation: Escalation, step: Step, now: datetime) -> Account | Outside:
    """The first person of a step without a conflict of interest, or whom to ring outside the agency.

    From the manager's step on nobody takes it who held it before. A restricted case goes no further than those
    inside, where one of them can take it.
    """
    case = escalation.case
    away = Absence.objects.current(now).filter(account__agency=case.agency_id)
    avoid = oversight.apart(case) | set(away.values_list("account_id", flat=True))
    if "sender" not in step.ours and step.id != NO_STEP:
        held = EscalationStep.objects.filter(escalation_id=escalation.pk)
        avoid = avoid | set(held.values_list("holder_id", flat=True))
    found = [each for name in step.ours for each in _of(escalation, name, now, avoid)]
    if case.restrictions:
        visible = (a for a in found if Case.objects.visible_to(a, now).filter(pk=case.pk).exists())
        if inside := next(visible, None):
            return inside
    if found:
        return found[0]
    kind = case.person.subject_kind
    return oversight.outside(agency=case.agency, subject_kind=kind, now=now)


def ladder_of(escalation: Escalation) -> Ladder:
    """The ladder that an escalation stands on; where the pack no longer has it, one that fits now."""
    rules = packs.escalation()
    if found := rules.ladders.get(escalation.ladder):
        return found
    about = "disagreement" if escalation.cause in DISAGREEMENTS else "silence"
    return rules.ladder(
        about=about,
        place=escalation.agency.jurisdiction,
        urgency=escalation.disclosure.urgency,
    )


def tasks_of(escalation: Escalation) -> QuerySet[Task]:
    """The tasks that wait with whoever has its step now: of the step, or the chase it began with."""
    chase = Q(about_id=escalation.disclosure_id, kind__in=CHASE_OF.get(escalation.cause, ()))
    waiting = Task.objects.waiting().filter(escalated_at=None)
    return waiting.filter(Q(about_id=escalation.pk, kind=STEP) | chase)


def wait(escalation: Escalation, until: datetime, now: datetime) -> None:
    """Let an escalation wait on its step until the later day that was given; what waits for it waits as long."""
    escalation.next_at = until
    escalation.save(update_fields=["next_at"])
    tasks_of(escalation).update(due_at=until)
    day = records.local_words(until, escalation.case)
    said = f"{_about(escalation)} waits on its step: they gave a later day. It goes on {day} if nothing is done by then."
    say(escalation, said, now, None)


def counted(escalation: Escalation, sent: Disclosure) -> tuple[str, Reckoning]:
    """In which unit the clock of its step is counted, and by whose calendar; hours where the pack holds it no more."""
    agency = sent.recipient.agency if sent.recipient else sent.agency
    by = reckoning(agency, escalation.started_at)
    try:
        step = ladder_of(escalation).step(escalation.step)
    except UNREADABLE:
        step = None
    return step.clock.within.unit if step else "hours", by


def close_all(escalation: Escalation, now: datetime, by: Account | None, outcome: str) -> None:
    """Close what waits for an escalation: the tasks of its steps, and the chase it began with."""
    waiting = (
        (escalation.pk, [STEP, DANGER]),
        (escalation.disclosure_id, CHASE_OF.get(escalation.cause, ())),
    )
    for about_id, each in waiting:
        records.close_tasks(about_id=about_id, kinds=each, now=now, by=by, outcome=outcome)


def say(escalation: Escalation, text: str, now: datetime, by: Account | None) -> None:
    """Add a line about an escalation to the timeline of its case."""
    records.add_chronology(
        case=escalation.case,
        now=now,
        by=by,
        section="action",
        text=text,
        about_id=escalation.disclosure_id,
    )


def _may_hold(escalation: Escalation) -> bool:
    """Whether whoever has it may keep it, where nobody above is free."""
    holder = escalation.holder
    return holder.is_active and holder.pk not in oversight.apart(escalation.case)


def _of(escalation: Escalation, name: str, now: datetime, avoid: set[UUID]) -> list[Account]:
    case, sent = escalation.case, escalation.disclosure
    named = {
        "sender": sent.sent_by or sent.opened_by,
        "case.owner": case.owner,
        "case.manager": case.manager,
    }
    if name in named:
        who = named[name]
        return [who] if who.is_active and who.pk not in avoid else []
    team_id = case.owner.team_id
    return list(oversight.of_step(name, agency=case.agency, now=now, avoid=avoid, team_id=team_id))


def _move(
    escalation: Escalation,
    step: Step,
    due_at: datetime,
    now: datetime,
    by: Account | None,
    why: str,
    *,
    last: bool,
) -> EscalationStep:
    found = takes(escalation, step, now)
    if isinstance(found, Account):
        escalation.holder = found
    elif not _may_hold(escalation):
        escalation.holder = escalation.case.owner
    standing.let_in(escalation.case, escalation.holder, WHY, now)
    escalation.step, escalation.started_at = step.id, now
    escalation.next_at = None if last else due_at
    escalation.save(update_fields=["holder", "step", "started_at", "next_at"])
    waiting = Task.objects.waiting().filter(escalated_at=None)
    waiting.filter(about_id=escalation.disclosure_id, kind__in=CHASES).update(escalated_at=now)
    records.close_tasks(about_id=escalation.pk, kinds=[STEP], now=now, by=by, outcome=GONE_UP)
    reached = _reached(escalation, step, due_at, found, by, now, why)
    records.open_task(
        agency=escalation.agency,
        case=escalation.case,
        kind=DANGER if step.id == NO_STEP else STEP,
        owner=escalation.holder,
        now=now,
        due_at=due_at if due_at > now else None,
        about_id=escalation.pk,
        note=found.says[:500] if isinstance(found, Outside) else step.label,
    )
    goes = found.says if isinstance(found, Outside) else f"{found.name} takes it up."
    reason = f" {why}" if why else ""
    say(escalation, f"{_about(escalation)} went up: {step.label}. {goes}{reason}", now, by)
    return reached


def _reached(
    escalation: Escalation,
    step: Step,
    due_at: datetime,
    found: Account | Outside,
    by: Account | None,
    now: datetime,
    why: str,
) -> EscalationStep:
    return EscalationStep.objects.create(
        escalation=escalation,
        step=escalation.step,
        at=now,
        by=by,
        holder=escalation.holder,
        due_at=due_at,
        why=why,
        told=asdict(step.told()),
        outside=found.says if isinstance(found, Outside) else "",
    )


def _about(escalation: Escalation) -> str:
    if escalation.cause in DISAGREEMENTS:
        return f"The disagreement with {escalation.disclosure.to_whom}"
    return f"The message to {escalation.disclosure.to_whom}"


def _due(disclosure: Disclosure, step: Step, since: datetime, now: datetime) -> datetime:
    """When a step runs out, on the calendar of the receiving side; UTC.

    It runs from when the step below ran out, if that was today; a runner that stood still for days takes
    nobody's time away.
    """
    agency = disclosure.recipient.agency if disclosure.recipient else disclosure.agency
    zone = ZoneInfo(agency.time_zone)
    late = since.astimezone(zone).date() != now.astimezone(zone).date()
    counted = reckoning(agency, now)
    due_at = counted.due(step.clock.within, now if late else since)
    if due_at <= now and step.clock.within.amount:
        due_at = counted.due(step.clock.within, now)
    return max(due_at, now)
