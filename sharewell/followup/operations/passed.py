"""Going past one's manager, who has not responded or chose what one holds to be unsafe; the manager cannot stop it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.cases import records
from sharewell.disclosures import standing, words
from sharewell.followup import passing
from sharewell.followup.models import Passed
from sharewell.followup.models.passed import TOLD, WHATS, WHYS

TASK = "manager_passed"
WHY_IN = "was asked to look at this case"  # says nothing of who was passed


@operation("manager.passed")
def manager_pass(
    *,
    account: Account,
    case_id: UUID,
    why: str,
    reason: str,
    told: str,
    told_reason: str,
    form_key: UUID,
    now: datetime,
    what: str = "case",
    about_id: UUID | None = None,
    to: UUID | None = None,
) -> Passed:
    """Go past the manager of a case to the next person (``to``, or the first proposed), who gets the task.

    ``what`` and ``about_id`` name the task, concern or disclosure it is about. The manager learns of it ``now``, or
    ``later`` or ``not``, with the reason; then nothing of it stands where they read. Where nobody inside is free it
    says whom to ring outside. Raises ``NotFound`` outside the circle, ``NotAllowed``, and ``Invalid``.
    """
    case = passing.case_of(account, case_id, now)
    if before := Passed.objects.filter(form_key=form_key, by=account).first():
        return unchanged(before)
    if what not in WHATS or not passing.belongs(case, what, about_id):
        raise NotFound
    said = words.tidy_all({"reason": reason, "told_reason": told_reason})
    free = {each.pk: each for each in passing.next_ones(case, account, now)}
    _check(why, said, told, free={None, *free}, to=to)
    who = free[to] if to else next(iter(free.values()), None)
    made = Passed.objects.create(
        agency=case.agency,
        case=case,
        what=what,
        about_id=about_id,
        by=account,
        manager=case.manager,
        to=who,
        outside="" if who else passing.next_outside(case, now).says,
        why=why,
        told=told,
        at=now,
        form_key=form_key,
        **said,
    )
    _tell(made, now)
    about = {"id": made.pk.hex, "what": what, "why": why, "told": told}
    record(at=now, agency=case.agency, actor=account, case_id=case.pk, things={"passed": about})
    return made


def _check(
    why: str, said: Mapping[str, str], told: str, *, free: Collection[UUID | None], to: UUID | None
) -> None:
    errors: dict[str, list[str]] = {}
    if why not in WHYS:
        errors["why"] = ["Say why you go past them."]
    if not said["reason"]:
        errors["reason"] = ["Say what happened, and what you think should happen."]
    if told not in TOLD:
        errors["told"] = ["Say whether they are told."]
    elif told == "not" and not said["told_reason"]:
        errors["told_reason"] = ["Say why they are not to be told."]
    if to not in free:
        errors["to"] = ["Choose somebody of the list."]
    if errors:
        raise Invalid(errors)


def _tell(made: Passed, now: datetime) -> None:
    """The task of whoever was gone to, beside the case so that the manager does not find it there; and the line."""
    if made.to is not None:
        standing.let_in(made.case, made.to, WHY_IN, now)
        records.open_task(agency=made.agency, kind=TASK, owner=made.to, now=now, about_id=made.pk)
        records.notify(account=made.to, about_id=made.pk, now=now)
    if made.told == "now":
        goes = made.to.name if made.to else "somebody outside the agency"
        text = f"{made.by.name} went to {goes}, past {made.manager.name}: {made.reason}"
        records.add_chronology(case=made.case, now=now, by=made.by, section="action", text=text)
