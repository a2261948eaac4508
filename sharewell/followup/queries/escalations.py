"""Reads of escalations: one on its ladder, those of a case, and whether a message may be disputed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account, NamedContact
from sharewell.agencies.queries import CASEWORK, require
from sharewell.cases import looked
from sharewell.cases.models import Case
from sharewell.core.escalation import Ladder, Step, Told
from sharewell.disclosures import standing
from sharewell.disclosures.catalogues import UNREADABLE
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.reaching import Reaching, reaching
from sharewell.followup import escalating, ladders
from sharewell.followup.models import (
    ClockPause,
    Escalation,
    EscalationAttempt,
    EscalationPosition,
    EscalationRisk,
    EscalationStep,
)
from sharewell.followup.queries.caseclocks import may_pause, stood_still
from sharewell.followup.ringing import to_ring


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: ``state`` is past, now or ahead; ``reached`` is when and whose it became."""

    step: Told
    state: str
    reached: EscalationStep | None


@dataclass(frozen=True, slots=True)
class EscalationPage:
    """An escalation with its ladder and all that was written down about it."""

    escalation: Escalation
    rungs: tuple[Rung, ...]
    step: Told
    words: str
    above: Step | None
    readable: bool  # the pack of ladders is there, so that something can be chosen
    pause: ClockPause | None
    pauses: bool  # the viewer may pause its step
    reach: Reaching | None  # of the desk it was sent to
    contacts: Sequence[NamedContact]  # of theirs who fit the step
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
    ladder = _ladder(found)
    reached = list(found.escalationsteps.select_related("holder", "by").order_by("pk"))
    steps = _steps(found, ladder, reached)
    step = steps[found.step]
    by_step = {each.step: each for each in reached}
    risks = list(found.escalationrisks.select_related("by"))
    reach = reaching(found.disclosure, now)
    still = stood_still([found.pk], now).get(("escalation", found.pk))
    return EscalationPage(
        escalation=found,
        rungs=tuple(
            Rung(each, _state(each, step, by_step, found), by_step.get(each.id))
            for each in steps.values()
        ),
        step=step,
        words=_words(found, step),
        above=ladder.after(step.id) if ladder and found.step != escalating.NO_STEP else None,
        readable=ladder is not None,
        pause=still.now if still else None,
        pauses=found.next_at is not None
        and now < found.next_at
        and may_pause(viewer=viewer, now=now),
        reach=reach,
        contacts=_contacts(found, ladder, reach),
        attempts=list(found.escalationattempts.select_related("by")),
        risks=risks,
        positions=list(found.escalationpositions.select_related("by")),
        reached=reached,
        coming="" if found.ended_at else _coming(found),
        judged=any(each.step == found.step and each.at >= found.started_at for each in risks),
    )


def _contacts(
    found: Escalation, ladder: Ladder | None, reach: Reaching | None
) -> list[NamedContact]:
    """Those of the other side who fit the step it is on; none where the pack cannot be read."""
    step = ladder.step(found.step) if ladder else None
    open_now = reach.open_now if reach else None
    return to_ring(found.disclosure, step.titles if step else (), open_now=open_now)


def _ladder(found: Escalation) -> Ladder | None:
    """The ladder it climbs now; None where the pack cannot be read."""
    try:
        return escalating.ladder_of(found)
    except UNREADABLE:
        return None


def _steps(
    found: Escalation, ladder: Ladder | None, reached: Sequence[EscalationStep]
) -> dict[str, Told]:
    """The steps by id, the first one first: what was reached as it was said then, the others as the pack has them."""
    then = {each.step: Told(**each.told) for each in reached if each.told}
    ahead = {each.id: each.told() for each in ladder.steps} if ladder else {}
    then.setdefault(found.step, ahead.get(found.step) or Told(found.step, found.step.capitalize()))
    gone = {id_: told for id_, told in then.items() if id_ not in ahead}
    last = {id_: gone.pop(id_) for id_ in (escalating.NO_STEP,) if id_ in gone}
    return gone | {id_: then.get(id_, told) for id_, told in ahead.items()} | last


def _coming(found: Escalation) -> str:
    try:
        return ladders.settled(found) or ""
    except UNREADABLE:
        return ""


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


def _state(each: Told, step: Told, reached: dict[str, EscalationStep], found: Escalation) -> str:
    if each.id == step.id and found.ended_at is None:
        return "now"
    return "past" if each.id in reached else "ahead"


def _words(found: Escalation, step: Told) -> str:
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
