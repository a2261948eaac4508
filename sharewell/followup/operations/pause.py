"""A clock is paused for a time, and goes on with what was left of it; by itself, or earlier by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sharewell import packs
from sharewell.agencies.access import Conflict, Invalid, NotFound, Refusal
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.agencies.queries import require
from sharewell.cases import oversight, records
from sharewell.cases.models import Case
from sharewell.cases.oversight import Outside
from sharewell.followup.held import Held, held
from sharewell.followup.models import ClockPause

AGAIN = "clock_paused_again"
NOTE = 500  # characters


class ClockPaused(Conflict):
    """The clock is paused already."""

    code = "clock_paused"
    sentence = (
        "This clock is paused already. Nothing was changed; see who paused it, and until when."
    )


class NeverPaused(Refusal):
    """The clock may not be paused; ``why`` says it to a person."""

    code = "never_paused"
    status = 409

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(why)
        self.sentence = f"{why} Nothing was changed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Which clock is paused, why (an id of packs/clock_rules.yaml and a sentence) and until when (aware)."""

    kind: str
    about_id: UUID
    reason: str
    words: str
    until: datetime


@operation("clock.paused")
def clock_pause(*, account: Account, pause: Pause, form_key: UUID, now: datetime) -> ClockPause:
    """Pause a clock of a case until a moment; what is left of it runs on from then. The same form pauses once.

    For those whom the pack names, in the circle. The clock's due date is moved at once, so that it goes on by
    itself also where no runner runs. Repeated pauses become a question to the case's manager. Raises ``NotFound``,
    ``NotAllowed``, :class:`NeverPaused`, :class:`ClockPaused`, and ``Invalid`` by field.
    """
    before = ClockPause.objects.filter(form_key=form_key, paused_by=account).first()
    if before is not None:
        return unchanged(before)
    rules = packs.clock_rules()
    clock = held(pause.kind, pause.about_id, now)
    _may(account, clock.case, now)
    if pause.kind not in rules.kinds or clock.never:
        raise NeverPaused(clock.never or "This clock is never paused.")
    same = ClockPause.objects.filter(kind=pause.kind, about_id=pause.about_id)
    if same.filter(ended_at=None).exists():
        raise ClockPaused
    _check(pause, clock, now)
    rest = clock.by.left(clock.unit, now, clock.due_at)
    was, due_at = clock.due_at, clock.by.goes_on(clock.unit, rest, pause.until)
    clock.move(due_at)
    row = ClockPause.objects.create(
        agency=clock.case.agency,
        case=clock.case,
        kind=pause.kind,
        about_id=pause.about_id,
        reason=pause.reason,
        words=pause.words,
        paused_at=now,
        paused_by=account,
        until=pause.until,
        rest=rest,
        due_before=was,
        due_after=due_at,
        form_key=form_key,
    )
    until = records.local_words(pause.until, clock.case)
    label = rules.reasons[pause.reason]
    _line(row, account, now, f"Paused until {until}: {clock.label}. {label}. {pause.words}")
    if same.count() > rules.limits["pauses_unremarked"]:
        _ask(row, clock, account, now)
    _leave(row, account, now)
    return row


@operation("clock.resumed")
def clock_resume(*, account: Account, pause_id: UUID, now: datetime) -> ClockPause:
    """End a pause before its time: what is left of the clock runs on from now.

    A clock that was given another date meanwhile keeps it. Ended already: unchanged. Raises ``NotFound`` and
    ``NotAllowed``.
    """
    found = ClockPause.objects.select_related("case").filter(pk=pause_id).first()
    if found is None:
        raise NotFound
    _may(account, found.case, now)
    return _resume(found, account, now)


@operation("clock.resumed")
def clock_goes_on(*, pause_id: UUID, now: datetime) -> ClockPause:
    """End a pause whose time has come. For the clock runner; ended meanwhile, or not over yet: unchanged."""
    found = ClockPause.objects.select_related("case").get(pk=pause_id)
    if found.until > now:
        return unchanged(found)
    return _resume(found, None, now)


def _resume(found: ClockPause, account: Account | None, now: datetime) -> ClockPause:
    records.lock(found.case)
    row = ClockPause.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.ended_at is not None:
        return unchanged(row)
    at = min(now, row.until)
    row.ended_at, row.ended_by = at, account
    row.save(update_fields=["ended_at", "ended_by"])
    label = "A clock"
    try:
        clock = held(row.kind, row.about_id, now)
    except NotFound:
        pass  # what it was about came meanwhile
    else:
        label = clock.label
        if at < row.until and clock.due_at == row.due_after:
            clock.move(clock.by.goes_on(clock.unit, row.rest, at))
    _line(row, account, now, f"Runs on: {label}.")
    _leave(row, account, now)
    return row


def _may(account: Account, case: Case, now: datetime) -> None:
    if not Case.objects.visible_to(account, now).filter(pk=case.pk).exists():
        raise NotFound
    require(viewer=account, now=now, any_of=packs.clock_rules().paused_by)


def _check(pause: Pause, clock: Held, now: datetime) -> None:
    rules = packs.clock_rules()
    hours = rules.kinds[pause.kind].hours
    errors: dict[str, list[str]] = {}
    if pause.reason not in rules.reasons:
        errors["reason"] = ["Choose why it is paused."]
    if not pause.words.strip():
        errors["words"] = ["Say in a sentence what is waited for."]
    if not now < pause.until <= now + timedelta(hours=hours):
        errors["until"] = [f"Choose a moment from now to {hours // 24} days from now."]
    if clock.due_at <= now:
        errors["until"] = ["Its time has run out, so there is nothing left to pause."]
    if errors:
        raise Invalid(errors)


def _ask(row: ClockPause, clock: Held, account: Account, now: datetime) -> None:
    """Put repeated pauses to the case's manager, or to the next above where the manager paused it."""
    manager = row.case.manager
    who: Account | Outside = manager
    if manager == account or not manager.is_active:
        who = oversight.resolve(
            agency=row.agency, case=row.case, purpose="escalation", now=now, without=[account]
        )
    note = f"{clock.label}: {row.words}"
    owner = account if isinstance(who, Outside) else who
    if isinstance(who, Outside):
        note = who.says
    records.open_task(
        agency=row.agency,
        kind=AGAIN,
        owner=owner,
        now=now,
        case=row.case,
        about_id=row.about_id,
        note=note[:NOTE],
    )


def _line(row: ClockPause, by: Account | None, now: datetime, text: str) -> None:
    records.add_chronology(
        case=row.case, now=now, by=by, section="action", text=text, about_id=row.about_id
    )


def _leave(row: ClockPause, account: Account | None, now: datetime) -> None:
    about = {
        "id": row.pk.hex,
        "kind": row.kind,
        "about": row.about_id.hex,
        "reason": row.reason,
        "words": row.words,
        "until": row.until.isoformat(),
        "due_before": row.due_before.isoformat(),
        "due_after": row.due_after.isoformat(),
    }
    record(at=now, agency=row.agency, actor=account, case_id=row.case_id, things={"pause": about})
