"""Clocks of a case: started by what happened, told of before they run out, done with what came of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sharewell import packs
from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, require
from sharewell.cases import records
from sharewell.cases.models import Case, Task
from sharewell.followup import casing
from sharewell.followup.begun import Begun
from sharewell.followup.held import SOON
from sharewell.followup.models import CaseClock


class ClockStopped(Conflict):
    """The clock was done meanwhile."""

    code = "clock_stopped"
    sentence = "This clock was already done. Nothing was changed; read what was recorded."


@operation("case_clock.started")
def case_clock_start(
    *,
    account: Account,
    case: Case,
    event: str,
    at: datetime,
    form_key: UUID,
    now: datetime,
    owner: Account | None = None,
    note: str = "",
) -> list[CaseClock]:
    """Record that something happened (aware) which starts clocks, and start them; the same form starts once.

    ``event`` is one of packs/clocks.yaml; ``owner`` somebody who may read the case, else its owner. Raises
    ``NotFound``, ``NotAllowed``, and ``Invalid`` by field.
    """
    _may(account, case, now)
    records.lock(case)
    before = list(CaseClock.objects.filter(case=case, form_key=form_key))
    if before:
        return unchanged(before)
    owner = owner or case.owner
    _check(case, event, at, owner, now)
    made = casing.start(
        case=case,
        event=event,
        at=at,
        owner=owner,
        by=account,
        form_key=form_key,
        now=now,
        note=note,
    )
    if not made:
        raise Invalid({"at": ["The clocks of this event at this moment run already."]})
    said = packs.clock_events()[event]
    musts = "; ".join(packs.clocks()[row.clock].must for row in made)
    _line(case, account, now, f"{said}. Clocks started for {owner.name}: {musts}. {note}", at)
    record(
        at=now,
        agency=case.agency,
        actor=account,
        case_id=case.pk,
        things={"clocks": casing.as_json(made)},
    )
    return made


@operation("case_clock.begun")
def case_clock_begin(*, shown: Begun, now: datetime) -> list[CaseClock]:
    """Start the clocks of what the record itself shows, for the owner of the case; each once.

    For the clock runner. Started meanwhile, by hand or by another runner: unchanged.
    """
    case = Case.objects.select_related("agency", "owner").get(pk=shown.case_id)
    records.lock(case)
    made = casing.start(
        case=case,
        event=shown.event,
        at=shown.at,
        owner=case.owner,
        by=None,
        form_key=uuid4(),
        now=now,
    )
    if not made:
        return unchanged(made)
    musts = "; ".join(packs.clocks()[row.clock].must for row in made)
    said = f"{packs.clock_events()[shown.event]}. Clocks started by themselves, from the record"
    records.add_chronology(
        case=case,
        now=now,
        by=None,
        section="action",
        text=f"{said}, for {case.owner.name}: {musts}.",
        event_at=shown.at,
    )
    things = {"clocks": casing.as_json(made)}
    record(at=now, agency=case.agency, actor=None, case_id=case.pk, things=things)
    return made


@operation("case_clock.done")
def case_clock_done(*, account: Account, clock_id: UUID, outcome: str, now: datetime) -> CaseClock:
    """Say that what a clock asks for was done, or why it does not apply any more, in words.

    For casework in the circle. Raises ``NotFound``, ``NotAllowed``, :class:`ClockStopped`, and ``Invalid``.
    """
    found = CaseClock.objects.select_related("case").filter(pk=clock_id).first()
    if found is None:
        raise NotFound
    _may(account, found.case, now)
    records.lock(found.case)
    row = CaseClock.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.done_at is not None:
        raise ClockStopped
    if not outcome.strip():
        raise Invalid({"outcome": ["Say what was done and when, or why it does not apply."]})
    row.done_at, row.done_by, row.outcome = now, account, outcome
    row.save(update_fields=["done_at", "done_by", "outcome"])
    records.close_tasks(about_id=row.pk, kinds=[SOON], now=now, by=account, outcome=outcome)
    _line(found.case, account, now, f"Done: {packs.clocks()[row.clock].must}. {outcome}")
    things = {"clock": {"id": row.pk.hex, "outcome": outcome}}
    record(at=now, agency=row.agency, actor=account, case_id=row.case_id, things=things)
    return row


@operation("case_clock.at_risk")
def case_clock_nudge(*, clock_id: UUID, now: datetime) -> Task | None:
    """Give the owner of a clock that is at risk the task to see to it; once. Late, the task goes up like any other.

    For the clock runner. Done, paused or told of meanwhile: unchanged.
    """
    found = CaseClock.objects.select_related("case__agency", "case__owner", "owner").get(
        pk=clock_id
    )
    records.lock(found.case)
    row = CaseClock.objects.get(pk=clock_id)
    told = Task.objects.filter(about_id=row.pk, kind=SOON).exists()
    if row.done_at or row.soon_at > now or told:
        return unchanged(None)
    reads = Case.objects.visible_to(found.owner, now).filter(pk=row.case_id).exists()
    task = records.open_task(
        agency=found.case.agency,
        kind=SOON,
        owner=found.owner if reads and found.owner.is_active else found.case.owner,
        now=now,
        case=found.case,
        due_at=row.due_at,
        about_id=row.pk,
        note=packs.clocks()[row.clock].must.capitalize(),
    )
    things = {"task": {"id": task.pk.hex, "clock": row.pk.hex, "owner": task.owner_id.hex}}
    record(at=now, agency=row.agency, actor=None, case_id=row.case_id, things=things)
    return task


def _check(case: Case, event: str, at: datetime, owner: Account, now: datetime) -> None:
    errors: dict[str, list[str]] = {}
    if event not in casing.started_by(case.agency):
        errors["event"] = ["Choose what happened."]
    if at > now:
        errors["at"] = ["Give the moment at which it happened; this one has not come yet."]
    if not Case.objects.visible_to(owner, now).filter(pk=case.pk).exists():
        errors["owner"] = ["They cannot read this case. Let them into it first."]
    if errors:
        raise Invalid(errors)


def _may(account: Account, case: Case, now: datetime) -> None:
    if not Case.objects.visible_to(account, now).filter(pk=case.pk).exists():
        raise NotFound
    require(viewer=account, now=now, any_of=CASEWORK)


def _line(case: Case, by: Account, now: datetime, text: str, at: datetime | None = None) -> None:
    records.add_chronology(
        case=case, now=now, by=by, section="action", text=text.strip(), event_at=at
    )
