"""Triage: what a manager says after reading a concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import Conflict, Invalid
from sharewell.agencies.evidence import operation, record
from sharewell.agencies.models import Account
from sharewell.cases import levels, marks, queries, records
from sharewell.cases.levels import Chosen
from sharewell.cases.marks import Mark
from sharewell.cases.models import Case, Concern, Task
from sharewell.cases.queries import Told

TRIAGE = ("concern_triage", "concern_triage_immediate")


class AlreadyTriaged(Conflict):
    """Somebody else has read this concern and said what comes next."""

    code = "concern_already_triaged"
    sentence = (
        "Somebody else has already dealt with this concern. Nothing was changed; what you typed is "
        "still below. Read what they recorded."
    )


@operation("concern.triaged")
def concern_triage(
    *,
    account: Account,
    concern_id: UUID,
    now: datetime,
    owner: Account,
    harm: str,
    note: str,
    counted: Mapping[UUID, Sequence[Mark]] | None = None,
    given: Mapping[UUID, Chosen] | None = None,
) -> Concern:
    """Say after reading a concern who owns its cases and how serious it is; the task goes on to the owner.

    ``harm`` is one of the vocabulary's; ``unknown`` leaves what was judged before. ``note`` becomes a line of
    each case's timeline. ``counted`` says by case what the concern counts as from now on (packs/events.yaml);
    a case that it does not name keeps what it was marked as. ``given`` are levels by case, from which nothing follows.
    Raises ``NotFound`` for all but its receiver and the circle, ``NotAllowed``, :class:`AlreadyTriaged`,
    ``Invalid`` (of a level as ``level_1``, ``level_1_why`` for the first case), and ``ConflictOfInterest`` for an
    owner it is about.
    """
    told = queries.concern_to_triage(viewer=account, concern_id=concern_id, now=now)
    concern = told.concern
    waiting = Task.objects.waiting().filter(about_id=concern.id, kind__in=TRIAGE)
    if not list(waiting.select_for_update()):
        raise AlreadyTriaged
    _check_owner(told, owner)
    wanted = counted or {}
    if wrong := [each for listed in wanted.values() for each in marks.mistakes(listed)]:
        raise Invalid({"marks": wrong[:1]})
    _check_levels(told, given or {})
    things: dict[str, object] = {
        "triage": {"concern": concern.id.hex, "owner": owner.id.hex, "harm": harm}
    }
    of_case = {}
    for number, each in enumerate(told.on_cases, 1):
        _decide(concern, each.case, account, now, owner=owner, harm=harm, note=note)
        said: dict[str, object] = {"case": each.case.id.hex, "note": note}
        if _counts_anew(concern, each.case, account, now, wanted):
            said["counted"] = [mark.as_json() for mark in wanted[each.case.id]]
        if chosen := (given or {}).get(each.case.id):
            level = levels.give(chosen, case=each.case, by=account, now=now, concern=concern)
            said["level"] = levels.as_json(level)
        things[f"case_{number}"] = said
        of_case[f"case_{number}"] = each.case.id
    records.close_tasks(about_id=concern.id, kinds=TRIAGE, now=now, by=account, outcome=note)
    if owner != account:
        _pass_on(told, account, owner, now)
    record(at=now, agency=account.agency, actor=account, things=things, of_case=of_case)
    return concern


def _pass_on(told: Told, account: Account, owner: Account, now: datetime) -> None:
    """Give the owner the task to take the concern's cases up."""
    cases = [each.case for each in told.on_cases]
    records.open_task(
        agency=account.agency,
        kind="concern_passed_on",
        owner=owner,
        now=now,
        case=cases[0] if len(cases) == 1 else None,
        about_id=told.concern.id,
    )


def _counts_anew(
    concern: Concern,
    case: Case,
    account: Account,
    now: datetime,
    wanted: Mapping[UUID, Sequence[Mark]],
) -> bool:
    listed = wanted.get(case.id)
    return listed is not None and marks.put_right(
        listed, case=case, concern=concern, now=now, by=account
    )


def _check_levels(told: Told, given: Mapping[UUID, Chosen]) -> None:
    errors = {
        f"level_{number}{'_why' if name == 'why' else ''}": texts
        for number, each in enumerate(told.on_cases, 1)
        if each.case.id in given
        for name, texts in levels.mistakes(given[each.case.id], each.case).items()
    }
    if errors:
        raise Invalid(errors)


def _check_owner(told: Told, owner: Account) -> None:
    if any(owner.pk in records.conflicted(each.case) for each in told.on_cases):
        raise records.ConflictOfInterest
    if owner not in told.owners:
        raise Invalid({"owner": ["Choose a practitioner, manager or safeguarding lead."]})


def _decide(
    concern: Concern,
    case: Case,
    account: Account,
    now: datetime,
    *,
    owner: Account,
    harm: str,
    note: str,
) -> None:
    records.give_owner(case=case, owner=owner, now=now)
    if harm != "unknown":
        records.record_facts(case=case, facts={"harm": harm}, now=now, by=account)
    records.add_chronology(
        case=case,
        now=now,
        by=account,
        section="decision",
        kind="opinion",
        source_role=account.job_title,
        text=note,
        about_id=concern.id,
    )
