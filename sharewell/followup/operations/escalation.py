"""What is done on a ladder: it goes up by the clock or early, attempts, the danger looked at again, both views, the end."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell import packs
from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import records
from sharewell.disclosures import standing, words
from sharewell.followup import escalating, ladders
from sharewell.followup.models import (
    Escalation,
    EscalationAttempt,
    EscalationPosition,
    EscalationRisk,
    EscalationStep,
)

IMMEDIATE = "immediate"
LINE, TEXT = 200, 2000  # characters


class Ended(Conflict):
    """The escalation ended meanwhile."""

    code = "escalation_ended"
    sentence = "This ended meanwhile. What you typed is still below, and was not recorded. Read how it ended."


class Moved(Conflict):
    """The escalation went to another step meanwhile."""

    code = "escalation_moved"
    sentence = "This went to another step meanwhile. Nothing was changed. See who has it now."


@operation("escalation.started")
def escalation_start(
    *,
    account: Account,
    disclosure_id: UUID,
    ours: str,
    theirs: str,
    form_key: UUID,
    now: datetime,
) -> Escalation:
    """Start a professional disagreement about an answer to a message, or about a decision on it.

    ``ours`` and ``theirs`` are what each side holds, with the facts it rests on. Raises ``NotFound`` outside the
    circle and for a draft, ``Invalid``, and ``Conflict`` where one is open.
    """
    disclosure = standing.hold(account, disclosure_id, now)
    if before := Escalation.objects.filter(form_key=form_key, disclosure=disclosure).first():
        return unchanged(before)
    cause = ladders.disputed(disclosure)
    if cause is None:
        raise NotFound
    said = words.tidy_all({"ours": ours, "theirs": theirs}, most={"ours": TEXT, "theirs": TEXT})
    words.required(said, {"ours": "Say what you hold, and why.", "theirs": "Say what they hold."})
    made = escalating.begin(disclosure, cause, now, since=now, by=account, form_key=form_key)
    if made is None:
        raise Conflict
    rows = [
        EscalationPosition(
            escalation=made, step=made.step, at=now, by=account, side=s, words=said[s]
        )
        for s in EscalationPosition.SIDES
    ]
    EscalationPosition.objects.bulk_create(rows)
    records.open_task(
        agency=made.agency,
        case=made.case,
        kind=escalating.STEP,
        owner=made.holder,
        now=now,
        due_at=made.next_at,
        about_id=made.pk,
    )
    escalating.say(
        made, f"We do not agree with {disclosure.to_whom}. We hold: {said['ours']}", now, account
    )
    _leave(made, account, now, said)
    return made


@operation("escalation.rose")
def escalation_rise(*, escalation_id: UUID, now: datetime) -> EscalationStep | None:
    """Take an escalation up a step whose clock has run out; for the clock runner, once for each step.

    Ended, answered or moved meanwhile: unchanged.
    """
    found = _held(escalation_id)
    if found.ended_at or ladders.settled(found) or not found.next_at or found.next_at > now:
        return unchanged(None)
    reached = escalating.go_up(found, now)
    if reached is None:
        return unchanged(None)
    _leave(found, None, now, {"step": reached.step, "holder": found.holder_id.hex})
    return reached


@operation("escalation.settled")
def escalation_settle(*, escalation_id: UUID, now: datetime) -> Escalation:
    """End an escalation about what has come meanwhile: the acknowledgement, the action; for the clock runner.

    Where a later day was given for what was late, it waits on its step until that day, and goes on from there.
    """
    found = _held(escalation_id)
    ending = None if found.ended_at else ladders.settled(found)
    until = None if found.ended_at or ending else ladders.waits_until(found)
    if until is not None and found.next_at is not None and found.next_at != until:
        escalating.wait(found, until, now)
        _leave(found, None, now, {"waits_until": until.isoformat()})
        return found
    if ending is None:
        return unchanged(found)
    _end(found, ending, "", None, now)
    _leave(found, None, now, {"ending": ending})
    return found


@operation("escalation.raised")
def escalation_early(
    *,
    account: Account,
    escalation_id: UUID,
    step: str,
    why: str,
    danger: str,
    form_key: UUID,
    now: datetime,
) -> Escalation:
    """Take an escalation up before its time, with the reason; in immediate danger past every step.

    ``step`` is the one that was read. Raises ``NotFound``, ``Invalid``, :class:`Ended` and :class:`Moved`; also
    where no step is above.
    """
    found = _hold(account, escalation_id, now)
    if EscalationStep.objects.filter(escalation=found, form_key=form_key).exists():
        return unchanged(found)
    said = words.tidy_all({"why": why}, most={"why": TEXT})
    words.required(said, {"why": "Say why it cannot wait."})
    _danger(danger)
    _open(found, step)
    _judged(found, account, danger, said["why"] if danger == IMMEDIATE else "", now)
    up = danger == IMMEDIATE or escalating.go_up(found, now, by=account, why=said["why"])
    if not up:
        raise Moved
    EscalationStep.objects.filter(pk=found.escalationsteps.latest("pk").pk).update(
        form_key=form_key
    )
    _leave(found, account, now, {"step": found.step, "danger": danger, **said})
    return found


@operation("escalation.attempted")
def escalation_attempt(
    *,
    account: Account,
    escalation_id: UUID,
    how: str,
    whom: str,
    tried_at: datetime,
    said: str,
    result: str,
    danger: str,
    form_key: UUID,
    now: datetime,
) -> Escalation:
    """Write down an attempt to settle it: how, with whom, when (aware), what was said and what came of it.

    Whether the danger has changed is asked with it; ``immediate`` goes to the safeguarding lead at once.
    Raises ``NotFound``, ``Invalid`` and :class:`Ended`.
    """
    found = _hold(account, escalation_id, now)
    if EscalationAttempt.objects.filter(escalation=found, form_key=form_key).exists():
        return unchanged(found)
    rules = packs.escalation()
    told = words.tidy_all({"whom": whom, "said": said}, most={"whom": LINE, "said": TEXT})
    errors: dict[str, list[str]] = {}
    if how not in rules.hows:
        errors["how"] = ["Choose how you tried."]
    if result not in rules.results:
        errors["result"] = ["Choose what came of it."]
    if not told["whom"]:
        errors["whom"] = ["Enter whom you asked for, with their role."]
    if tried_at > now:
        errors["tried_at"] = ["Enter a time that has passed."]
    _danger(danger, errors)
    _open(found)
    EscalationAttempt.objects.create(
        escalation=found,
        step=found.step,
        at=now,
        by=account,
        how=how,
        result=result,
        tried_at=tried_at,
        form_key=form_key,
        **told,
    )
    line = f"{account.name} tried to settle it with {told['whom']}: {rules.results[result].label}."
    escalating.say(found, f"{line} {told['said']}".strip(), now, account)
    _judged(found, account, danger, "", now)
    _leave(found, account, now, {"how": how, "result": result, "danger": danger, **told})
    return found


@operation("escalation.judged")
def escalation_judge(
    *,
    account: Account,
    escalation_id: UUID,
    danger: str,
    said: str,
    form_key: UUID,
    now: datetime,
) -> Escalation:
    """Say whether the danger has changed; ``immediate`` goes to the safeguarding lead at once, past every step.

    Raises ``NotFound``, ``Invalid`` and :class:`Ended`.
    """
    found = _hold(account, escalation_id, now)
    if EscalationRisk.objects.filter(escalation=found, form_key=form_key).exists():
        return unchanged(found)
    told = words.tidy_all({"said": said}, most={"said": TEXT})
    _danger(danger)
    _open(found)
    _judged(found, account, danger, told["said"], now, form_key)
    _leave(found, account, now, {"danger": danger, **told})
    return found


@operation("escalation.viewed")
def escalation_position(
    *, account: Account, escalation_id: UUID, side: str, said: str, form_key: UUID, now: datetime
) -> Escalation:
    """Add what one side holds, ``ours`` or ``theirs``, and the facts it rests on; what was said before stays.

    Raises ``NotFound``, ``Invalid`` and :class:`Ended`.
    """
    found = _hold(account, escalation_id, now)
    if EscalationPosition.objects.filter(escalation=found, form_key=form_key).exists():
        return unchanged(found)
    told = words.tidy_all({"said": said}, most={"said": TEXT})
    words.required(told, {"said": "Say what this side holds."})
    if side not in EscalationPosition.SIDES:
        raise Invalid({"side": ["Choose whose view it is."]})
    _open(found)
    EscalationPosition.objects.create(
        escalation=found,
        step=found.step,
        at=now,
        by=account,
        side=side,
        words=told["said"],
        form_key=form_key,
    )
    who = "We hold" if side == "ours" else f"{found.disclosure.to_whom} holds"
    escalating.say(found, f"{who}: {told['said']}", now, account)
    _leave(found, account, now, {"side": side, **told})
    return found


@operation("escalation.ended")
def escalation_end(
    *,
    account: Account,
    escalation_id: UUID,
    ending: str,
    reason: str,
    danger: str,
    now: datetime,
    lessons: bool = False,
) -> Escalation:
    """End an escalation with what came of it; ``lessons`` marks that something is to be learnt from it.

    Raises ``NotFound``, ``Invalid`` (also in immediate danger, which is not ended here) and :class:`Ended`.
    """
    found = _hold(account, escalation_id, now)
    told = words.tidy_all({"reason": reason}, most={"reason": TEXT})
    errors: dict[str, list[str]] = {}
    known = packs.escalation().endings.get(ending)
    if known is None or not known.by_hand:
        errors["ending"] = ["Choose how it ends."]
    if not told["reason"]:
        errors["reason"] = ["Say what was agreed, or why it is not needed."]
    if danger == IMMEDIATE:
        errors["danger"] = ["Take the emergency steps first. It does not end in immediate danger."]
    _danger(danger, errors)
    _open(found)
    _judged(found, account, danger, "", now)
    found.lessons = lessons
    _end(found, ending, told["reason"], account, now)
    _leave(found, account, now, {"ending": ending, "lessons": lessons, "danger": danger, **told})
    return found


def _held(escalation_id: UUID) -> Escalation:
    rows = Escalation.objects.select_for_update(of=("self",))
    return rows.select_related(
        "agency", "holder", "case__person", "case__owner", "case__manager", "case__agency",
        "disclosure__recipient__agency", "disclosure__agency",
    ).get(pk=escalation_id)  # fmt: skip


def _hold(account: Account, escalation_id: UUID, now: datetime) -> Escalation:
    """An escalation to change, its row locked, for one who may work on its case."""
    row = Escalation.objects.filter(pk=escalation_id).values_list("disclosure_id", flat=True)
    if not row:
        raise NotFound
    standing.hold(account, row[0], now)
    return _held(escalation_id)


def _open(found: Escalation, step: str | None = None) -> None:
    if found.ended_at is not None:
        raise Ended
    if step is not None and step != found.step:
        raise Moved


def _danger(danger: str, errors: dict[str, list[str]] | None = None) -> None:
    """Refuse what else was wrong together with a question of the danger that was left out."""
    every = errors or {}
    if danger not in packs.escalation().dangers:
        every["danger"] = ["Say whether the danger has changed."]
    if every:
        raise Invalid(every)


def _judged(
    found: Escalation,
    account: Account,
    danger: str,
    said: str,
    now: datetime,
    form_key: UUID | None = None,
) -> None:
    """Keep how the danger was judged; in immediate danger it goes to the safeguarding lead at once."""
    EscalationRisk.objects.create(
        escalation=found,
        step=found.step,
        at=now,
        by=account,
        danger=danger,
        words=said,
        form_key=form_key,
    )
    label = packs.escalation().dangers[danger].label
    escalating.say(found, f"The danger was looked at again: {label}. {said}".strip(), now, account)
    if danger == IMMEDIATE:
        escalating.skip_all(found, now, by=account, why=said)


def _end(
    found: Escalation, ending: str, reason: str, account: Account | None, now: datetime
) -> None:
    found.ended_at, found.ended_by, found.ending, found.end_reason = now, account, ending, reason
    found.next_at = None
    found.save()
    label = packs.escalation().endings[ending].label
    escalating.close_all(found, now, account, label)
    escalating.say(found, f"The escalation ended: {label}. {reason}".strip(), now, account)


def _leave(found: Escalation, account: Account | None, now: datetime, what: dict[str, Any]) -> None:
    things = {"escalation": {"id": found.pk.hex, "on": found.step, **what}}
    record(at=now, agency=found.agency, actor=account, case_id=found.case_id, things=things)
