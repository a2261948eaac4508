"""One clock of whatever kind, held for change: when it is due, in what unit it is counted, and whether it may be paused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.agencies.reckoning import Reckoning, reckoning
from sharewell.cases import catalogues, records
from sharewell.cases.models import Case, Task
from sharewell.disclosures import clocks
from sharewell.disclosures.models import Disclosure, PartnerAction
from sharewell.followup import escalating
from sharewell.followup.meeting import ACTION
from sharewell.followup.models import CaseClock, Escalation, MeetingAction

HOURS = "hours"
SOON = "case_clock_soon"


@dataclass(frozen=True, slots=True)
class Held:
    """A clock with its row; ``never`` says why it may not be paused, empty where it may."""

    row: Model
    field: str
    case: Case
    label: str
    unit: str
    by: Reckoning
    never: str = ""

    @property
    def due_at(self) -> datetime:
        """When it runs out."""
        found: datetime = getattr(self.row, self.field)
        return found

    def move(self, due_at: datetime) -> None:
        """Give it another due date, and what hangs on that with it."""
        gap = due_at - self.due_at
        setattr(self.row, self.field, due_at)
        names = [self.field]
        if isinstance(self.row, CaseClock):
            self.row.soon_at += gap
            names.append("soon_at")
            Task.objects.waiting().filter(about_id=self.row.pk, kind=SOON).update(due_at=due_at)
        if isinstance(self.row, MeetingAction):
            Task.objects.waiting().filter(about_id=self.row.pk, kind=ACTION).update(due_at=due_at)
        if isinstance(self.row, Escalation):
            escalating.tasks_of(self.row).update(due_at=due_at)
        self.row.save(update_fields=names)


def held(kind: str, about_id: UUID, now: datetime) -> Held:
    """A clock that still runs, its case and row locked; raises ``NotFound`` for any other."""
    if kind not in KINDS:
        raise NotFound
    return KINDS[kind](about_id, now)


def in_sight(kind: str, about_id: UUID, viewer: Account, now: datetime) -> bool:
    """Whether a clock is of a case that the viewer may see; one question, whether or not it is there."""
    if kind not in KINDS:
        return False
    model, of = ROWS.get(kind, (Disclosure, "case"))
    seen = {f"{of}__in": Case.objects.visible_to(viewer, now), "pk": about_id}
    return bool(model._default_manager.filter(**seen).exists())  # noqa: SLF001 - Django documents it


def _sent(about_id: UUID, **standing: object) -> Disclosure:
    of = Disclosure.objects.filter(pk=about_id).values_list("case_id", flat=True).first()
    if of is None:
        raise NotFound
    records.lock(Case(pk=of))
    rows = Disclosure.objects.select_for_update(of=("self",)).filter(pk=about_id, **standing)
    found = rows.select_related("case__agency", "agency", "recipient__agency").first()
    if found is None:
        raise NotFound
    return found


def _acknowledge(about_id: UUID, now: datetime) -> Held:
    sent = _sent(about_id, state="sent", acknowledgement=None, ack_due_at__isnull=False)
    label = f"The acknowledgement of {sent.to_whom}"
    if sent.route == "emergency":
        return Held(sent, "ack_due_at", sent.case, label, HOURS, _own(sent.case, now), EMERGENCY)
    clock, by = clocks.acknowledgement_clock(sent, sent.sent_at or now)
    return Held(sent, "ack_due_at", sent.case, label, clock.unit, by)


def _first_action(about_id: UUID, now: datetime) -> Held:
    sent = _sent(about_id, state="sent", action_due_at__isnull=False)
    label = f"The first action of {sent.to_whom}"
    clock, by = clocks.action_clock(sent, now)
    never = EMERGENCY if sent.route == "emergency" else ""
    return Held(sent, "action_due_at", sent.case, label, clock.unit, by, never)


def _partner_action(about_id: UUID, now: datetime) -> Held:
    of = PartnerAction.objects.filter(pk=about_id).values_list("disclosure_id", flat=True).first()
    if of is None:
        raise NotFound
    sent = _sent(of, state="sent")
    action = PartnerAction.objects.select_for_update().filter(pk=about_id, done_at=None).first()
    if action is None:
        raise NotFound
    never = EMERGENCY if sent.route == "emergency" else ""
    label = f"What {sent.to_whom} said they will do"
    return Held(action, "due_at", sent.case, label, HOURS, _own(sent.case, now), never)


def _meeting_action(about_id: UUID, now: datetime) -> Held:
    of = MeetingAction.objects.filter(pk=about_id).values_list("meeting__case", flat=True).first()
    if of is None:
        raise NotFound
    records.lock(Case(pk=of))
    rows = MeetingAction.objects.select_for_update(of=("self",)).filter(pk=about_id, done_at=None)
    action = rows.select_related("meeting__case__agency").first()
    if action is None:
        raise NotFound
    case = action.meeting.case
    return Held(action, "due_at", case, "An action of a meeting", HOURS, _own(case, now))


def _escalation(about_id: UUID, _now: datetime) -> Held:
    of = Escalation.objects.filter(pk=about_id).values_list("disclosure_id", flat=True).first()
    if of is None:
        raise NotFound
    sent = _sent(of)
    rows = Escalation.objects.select_for_update(of=("self",)).filter(pk=about_id, ended_at=None)
    found = rows.filter(next_at__isnull=False).first()
    if found is None:
        raise NotFound
    unit, by = escalating.counted(found, sent)
    label = f"The step of the escalation with {sent.to_whom}"
    never = EMERGENCY if sent.route == "emergency" or sent.urgency == "immediate" else ""
    return Held(found, "next_at", sent.case, label, unit, by, never)


def _review(about_id: UUID, now: datetime) -> Held:
    kept = _sent(about_id, state="not_shared", review_at__isnull=False, reopened_as=None)
    label = "The review of a decision not to share"
    return Held(kept, "review_at", kept.case, label, HOURS, _own(kept.case, now))


def _task(about_id: UUID, now: datetime) -> Held:
    of = Task.objects.filter(pk=about_id).values_list("case_id", flat=True).first()
    if of is None:
        raise NotFound
    records.lock(Case(pk=of))
    rows = Task.objects.waiting().select_for_update(of=("self",)).filter(pk=about_id)
    task = rows.select_related("case__agency").first()
    if task is None or task.case is None:
        raise NotFound
    kind = catalogues.task_kinds()[task.kind]
    puts_off = kind.defer_days_at_most and kind.id not in packs.clock_rules().never
    by = _own(task.case, now)
    return Held(
        task, "due_at", task.case, kind.label, kind.clock.unit, by, "" if puts_off else BOUND
    )


def _case_clock(about_id: UUID, _now: datetime) -> Held:
    of = CaseClock.objects.filter(pk=about_id).values_list("case_id", flat=True).first()
    if of is None:
        raise NotFound
    records.lock(Case(pk=of))
    rows = CaseClock.objects.select_for_update(of=("self",)).filter(pk=about_id, done_at=None)
    found = rows.select_related("case__agency").first()
    if found is None:
        raise NotFound
    named = packs.clocks()[found.clock]
    by = reckoning(found.case.agency, found.started_at)
    label, never = named.must, "" if named.may_pause else LAW
    return Held(found, "due_at", found.case, label.capitalize(), named.within.unit, by, never)


def _own(case: Case, now: datetime) -> Reckoning:
    return reckoning(case.agency, now)


EMERGENCY = "The clock of an emergency is never paused. Ring them now."
BOUND = "This cannot be put off, so its clock is never paused. Do it, or have somebody else do it."
LAW = "This is a clock of law, which nobody here may pause."
KINDS: dict[str, Callable[[UUID, datetime], Held]] = {
    "acknowledge": _acknowledge,
    "first_action": _first_action,
    "partner_action": _partner_action,
    "meeting_action": _meeting_action,
    "escalation": _escalation,
    "task": _task,
    "review": _review,
    "case_clock": _case_clock,
}
# Where the row of a clock leads to its case; of the others it is the disclosure itself.
ROWS: dict[str, tuple[type[Model], str]] = {
    "partner_action": (PartnerAction, "disclosure__case"),
    "meeting_action": (MeetingAction, "meeting__case"),
    "escalation": (Escalation, "case"),
    "task": (Task, "case"),
    "case_clock": (CaseClock, "case"),
}
