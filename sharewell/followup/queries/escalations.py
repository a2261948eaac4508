"""Reads of escalations: one on its ladder, those of a case, and whether a message may be disputed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sharewell import packs
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, require
from sharewell.cases import looked
from sharewell.cases.models import Case
from sharewell.core.escalation import Step
from sharewell.disclosures import standing
from sharewell.disclosures.models import Disclosure
from sharewell.followup import escalating, ladders
from sharewell.followup.models import (
    Escalation,
    EscalationAttempt,
    EscalationPosition,
    EscalationRisk,
    EscalationStep,
)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: ``state`` is past, now or ahead; ``reached`` is when and whose it became."""

    step: Step
    state: str
    reached: EscalationStep | None

    @property
    def within(self) -> str:
        """How long the step has, in words, e.g. ``2 working days``."""
        clock = self.step.clock.within
        unit = clock.unit.replace("_", " ")
        return f"{clock.amount} {unit.removesuffix('s') if clock.amount == 1 else unit}"


@dataclass(frozen=True, slots=True)
class EscalationPage:
    """An escalation with its ladder and all that was written down about it."""

    escalation: Escalation
    rungs: tuple[Rung, ...]
    step: Step
    words: str
    above: Step | None
    attempts: Sequence[EscalationAttempt]
    risks: Sequence[EscalationRisk]
    positions: Sequence[EscalationPosition]
    reached: Sequence[EscalationStep]
    coming: str  # the ending that the record shows already; the clock runner writes it down
    judged: bool  # on this step

    @property
    def outside(self) -> str:
        """Whom to ring outside, where nobody inside was free for this step."""
        return self.reached[-1].outside if self.reached else ""


def escalation(*, viewer: Account, escalation_id: UUID, now: datetime) -> EscalationPage:
    """One escalation for the circle of its case; raises ``NotFound`` and ``NotAllowed``."""
    rows = Escalation.objects.filter(case__in=Case.objects.visible_to(viewer, now))
    found = (
        rows.select_related(
            "agency", "holder", "ended_by", "case__person", "case__agency",
            "disclosure__recipient__agency", "disclosure__agency", "disclosure__sent_by",
            "disclosure__opened_by", "disclosure__acknowledgement",
        )
        .filter(pk=escalation_id)
        .first()
    )  # fmt: skip
    if found is None:
        raise NotFound
    require(viewer=viewer, now=now, any_of=CASEWORK)
    looked.note_all(viewer=viewer, cases=[found.case], now=now, what="escalation")
    ladder, rules = escalating.ladder_of(found), packs.escalation()
    reached = list(found.escalationsteps.select_related("holder", "by").order_by("pk"))
    danger = found.step == rules.danger.id
    step = rules.danger if danger else ladder.step(found.step) or ladder.steps[0]
    steps = [*ladder.steps, rules.danger] if danger else list(ladder.steps)
    by_step = {each.step: each for each in reached}
    risks = list(found.escalationrisks.select_related("by"))
    return EscalationPage(
        escalation=found,
        rungs=tuple(
            Rung(each, _state(each, step, by_step, found), by_step.get(each.id)) for each in steps
        ),
        step=step,
        words=_words(found, step),
        above=None if danger else ladder.after(step.id),
        attempts=list(found.escalationattempts.select_related("by")),
        risks=risks,
        positions=list(found.escalationpositions.select_related("by")),
        reached=reached,
        coming="" if found.ended_at else ladders.settled(found) or "",
        judged=any(each.step == found.step and each.at >= found.started_at for each in risks),
    )


def escalations(*, viewer: Account, case: Case, now: datetime) -> list[Escalation]:
    """The escalations of a case that the viewer stands in, the open ones first; nothing outside."""
    rows = Escalation.objects.filter(case__in=Case.objects.visible_to(viewer, now), case=case)
    rows = rows.select_related("holder", "disclosure__recipient").defer(
        "disclosure__message", "disclosure__message_bytes"
    )
    return sorted(rows.order_by("-opened_at"), key=lambda each: each.ended_at is not None)


def disputable(disclosure: Disclosure) -> bool:
    """Whether a message that was fetched with its viewer has an answer, or a decision, that may be disputed."""
    return ladders.disputed(disclosure) is not None


def to_dispute(*, viewer: Account, disclosure_id: UUID, now: datetime) -> Disclosure:
    """A message whose answer, or decision, may be disputed; raises ``NotFound`` for any other."""
    found = standing.fetch(viewer, disclosure_id, now)
    require(viewer=viewer, now=now, any_of=CASEWORK)
    if ladders.disputed(found) is None:
        raise NotFound
    looked.note_all(viewer=viewer, cases=[found.case], now=now, what="escalation")
    return found


def _state(each: Step, step: Step, reached: dict[str, EscalationStep], found: Escalation) -> str:
    if each.id == step.id and found.ended_at is None:
        return "now"
    return "past" if each.id in reached else "ahead"


def _words(found: Escalation, step: Step) -> str:
    """What to say on a step: the two sides and the day of the message, nothing of the case."""
    sent = found.disclosure
    sender = sent.sent_by or sent.opened_by
    at = sent.sent_at or sent.decided_at or sent.opened_at
    local = at.astimezone(ZoneInfo(found.agency.time_zone))
    return step.words.format(
        sender=sender.name,
        agency=found.agency.name,
        to_whom=sent.to_whom,
        sent=f"{local.day} {local:%B %Y}, {local:%H:%M}",
        phone=found.agency.duty_phone or found.agency.out_of_hours_phone or "on our website",
    )
