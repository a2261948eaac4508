"""Handing over at the end of a shift: named cases, to a named colleague, until their shift ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid, NotFound
from sharewell.agencies.evidence import operation, record
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, may, require
from sharewell.cases import catalogues, letting, records
from sharewell.cases.models import Case, Handover, HandoverCase

REASON = "Handed over for a shift"


class AlreadyTaken(Conflict):
    """The handover was taken over before."""

    code = "handover_taken"
    sentence = "You have already taken this over. Nothing was changed."


@operation("handover.given")
def handover_give(
    *,
    account: Account,
    to: Account,
    watch: Mapping[UUID, str],
    until: datetime,
    now: datetime,
    words: str = "",
) -> Handover:
    """Hand cases to a colleague until a moment; ``watch`` says by case what to watch or to do.

    Whoever did not stand in a circle joins it until then, with that reason; they get a task to take it over.
    Raises ``NotFound`` for a case outside the giver's circles, ``NotAllowed``, ``Invalid``, and
    ``ConflictOfInterest`` where one of the cases is kept from the colleague.
    """
    require(viewer=account, now=now, any_of=CASEWORK)
    _check(account, to, watch, until, now)
    cases = list(Case.objects.visible_to(account, now).filter(pk__in=list(watch)))
    if len(cases) != len(watch):
        raise NotFound
    given = Handover.objects.create(
        agency_id=account.agency_id,
        given_by=account,
        given_to=to,
        given_at=now,
        until=until,
        words=words,
    )
    let: dict[str, Any] = {"relation": "invited", "reason": REASON, "by": account}
    for case in cases:
        letting.let_in(case=case, account=to, now=now, expires_at=until, **let)
        HandoverCase.objects.create(handover=given, case=case, watch=watch[case.pk])
        text = f"{account.name} handed the case over to {to.name} for a shift."
        records.add_chronology(case=case, now=now, by=account, section="action", text=text)
    records.open_task(
        agency=account.agency, kind="handover_take", owner=to, now=now, about_id=given.pk
    )
    things: dict[str, object] = {
        "handover": {"id": given.id.hex, "to": to.id.hex, "until": until.isoformat()}
    }
    of_case = {f"case_{number}": case.pk for number, case in enumerate(cases)}
    things |= {name: {"watch": watch[pk]} for name, pk in of_case.items()}
    record(at=now, agency=account.agency, actor=account, things=things, of_case=of_case)
    return given


@operation("handover.taken")
def handover_take(*, account: Account, handover_id: UUID, now: datetime) -> Handover:
    """Say that one has read a handover and has taken it over; raises ``NotFound`` and :class:`AlreadyTaken`."""
    found = Handover.objects.select_for_update().filter(pk=handover_id, given_to=account).first()
    if found is None:
        raise NotFound
    if found.taken_at is not None:
        raise AlreadyTaken
    found.taken_at = now
    found.save(update_fields=["taken_at"])
    records.close_tasks(about_id=found.pk, kinds=["handover_take"], now=now, by=account)
    record(at=now, agency=found.agency, actor=account, things={"handover": {"id": found.id.hex}})
    return found


def _check(
    account: Account, to: Account, watch: Mapping[UUID, str], until: datetime, now: datetime
) -> None:
    errors: dict[str, list[str]] = {}
    if not watch:
        errors["cases"] = ["Choose the cases that you hand over."]
    for case_id, words in watch.items():
        if not words.strip():
            errors[f"watch_{case_id}"] = ["Say what to watch or to do."]
    colleague = to.agency_id == account.agency_id and to != account
    if not colleague or not may(viewer=to, now=now, any_of=CASEWORK):
        errors["to"] = ["Choose a colleague whose role lets them work on cases."]
    if not now < until <= now + catalogues.limit("handover"):
        errors["until"] = ["Give the end of the next shift, within the next three days."]
    if errors:
        raise Invalid(errors)
