"""What happens when a clock runs out; each is one act with its entry, and happens once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import breaking, catalogues, oversight, records
from sharewell.cases import queries as cases
from sharewell.cases.models import Case, Task
from sharewell.cases.oversight import Outside
from sharewell.disclosures import standing
from sharewell.disclosures.models import Acknowledgement
from sharewell.followup import reviewers
from sharewell.followup.chasing import chase
from sharewell.followup.models import Passed, Pattern
from sharewell.followup.queries import CHASE, GONE_UP, LATE

REVIEW = "pattern_review"
WITNESS = "witness_account"
NOTE = 500  # characters


@operation("acknowledgement.late")
def acknowledgement_chase(*, disclosure_id: UUID, now: datetime) -> Task | None:
    """Give the sender the task to ring a recipient who has not acknowledged in the time agreed.

    For the clock runner; once for each disclosure. Acknowledged meanwhile, or chased already: unchanged.
    With it the message stands on the first step of its ladder of escalation.
    """
    disclosure = standing.hold_for_clock(disclosure_id)
    chased = Task.objects.filter(about_id=disclosure.pk, kind=CHASE).first()
    answered = Acknowledgement.objects.filter(disclosure=disclosure).exists()
    due_at = disclosure.ack_due_at
    if chased or answered or disclosure.state != "sent" or due_at is None or due_at > now:
        return unchanged(chased)
    task = chase(disclosure, CHASE, "no_acknowledgement", due_at, now)
    records.add_chronology(
        case=disclosure.case,
        now=now,
        by=None,
        section="action",
        text=f"{disclosure.to_whom} has not acknowledged in the time agreed; {task.owner.name} chases it.",
        about_id=disclosure.pk,
    )
    _leave(task, now)
    return task


@operation("task.escalated")
def task_escalate(*, task_id: UUID, now: datetime) -> Task | None:
    """Take a late task up to the next person, who gets a task of their own; once for each task.

    For the clock runner. An unanswered message goes up to the manager of its case, all else to the on-call
    manager and those after them on the list of packs/oversight.yaml; never to its owner, nor to one with a
    conflict of interest. The owner keeps the task; where nobody else inside can take it, they are told whom to
    ring outside. Done or gone up meanwhile: unchanged.
    """
    case = Case.objects.filter(tasks=task_id).first()
    if case is not None:
        records.lock(case)  # before its tasks, as those do who close them, or both wait for ever
    rows = Task.objects.select_for_update(of=("self",))
    task = rows.select_related("agency", "owner", "case__manager", "case__agency").get(pk=task_id)
    if task.done_at or task.escalated_at or task.due_at >= now or task.kind in GONE_UP:
        return unchanged(None)
    glass = task.kind in breaking.KINDS
    label = task.note if glass else catalogues.task_kinds()[task.kind].label
    found, note = _next(task, now), label
    if isinstance(found, Outside):
        who, note = task.owner, found.says[:NOTE]
    else:
        who = found
        if task.case and not glass:  # whose page is all that is needed
            standing.let_in(task.case, who, "takes up what is late", now)
    goes = found.says if isinstance(found, Outside) else f"{who.name} takes it up."
    task.escalated_at = now
    task.save(update_fields=["escalated_at"])
    review = task.kind == breaking.REVIEW
    if review and isinstance(found, Outside):
        breaking.ring_outside(task, found)
    up = records.open_task(
        agency=task.agency,
        case=task.case,
        kind=breaking.OVERDUE if review else LATE,
        owner=who,
        now=now,
        about_id=task.about_id if review else task.pk,
        note=note,
    )
    if task.case:
        records.add_chronology(
            case=task.case,
            now=now,
            by=None,
            section="action",
            text=f"Late with {task.owner.name}: {label}. {goes}",
            about_id=task.about_id,
        )
    _leave(up, now)
    return up


def _next(task: Task, now: datetime) -> Account | Outside:
    if task.kind in breaking.KINDS:
        return breaking.above(task, now)
    behind = oversight.case_behind(task)
    if task.kind == WITNESS and behind and behind.owner != task.owner:
        return behind.owner  # who looks after the allegation; nobody else learns who was asked
    apart = [*standing.apart(behind), task.owner] if behind else [task.owner]
    if task.kind == REVIEW and (pattern := Pattern.objects.filter(task=task).first()):
        apart += Account.objects.filter(pk__in=reviewers.avoided_by(pattern))
    passed = Passed.objects.filter(pk=task.about_id).first() if task.about_id else None
    if passed is not None:
        apart += [*standing.apart(passed.case), passed.manager, passed.by]
    if task.case and task.case.restrictions:
        # It goes no further than those inside, where one of them can take it.
        inside = cases.leads_inside(task.case, now)
        if found := next((each for each in inside if each not in apart), None):
            return found
    manager = task.case.manager if task.case and task.kind == CHASE else None
    if manager and manager.is_active and manager not in apart:
        return manager
    return oversight.resolve(
        agency=task.agency, case=behind, purpose="escalation", now=now, without=apart
    )


def _leave(task: Task, now: datetime) -> None:
    about = {
        "task": task.pk.hex,
        "kind": task.kind,
        "owner": task.owner_id.hex,
        "about": task.about_id.hex if task.about_id else None,
    }
    record(at=now, agency=task.agency, actor=None, case_id=task.case_id, things={"task": about})
