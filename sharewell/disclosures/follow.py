"""What follows a decision: each obligation becomes a task with an owner and a clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sharewell.agencies import queries as agencies
from sharewell.agencies.models import Account, Agency
from sharewell.cases import catalogues as case_catalogues
from sharewell.cases import oversight
from sharewell.cases import records as cases
from sharewell.cases.models import Case, Task
from sharewell.cases.oversight import Outside
from sharewell.disclosures import standing
from sharewell.disclosures.catalogues import IF_LOST, UNREADABLE
from sharewell.disclosures.models import Disclosure

# An obligation that is somebody's task; the others are met by what the sender writes or the message says.
TASKS = {
    "tell_safeguarding_lead": "tell_safeguarding_lead",
    "record_afterwards": "record_afterwards",
    "emergency_threat_record": "record_afterwards",
    "revisit_consent": "consent_revisit",
    "offer_advocacy": "offer_advocacy",
    "accounting_entry": "accounting_entry",
    "best_interests_record": "best_interests_record",
    "notify_privacy_officer": "notify_privacy_officer",
    "confirm_in_writing": "confirm_in_writing",
}
DECIDERS = {"safeguarding_lead": "safeguarding_lead", "governance_lead": "privacy_officer"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One task to open: its kind, when it is due (None: the clock of its kind), and a note."""

    kind: str
    due_at: datetime | None = None
    note: str = ""


def obligations(
    *, obliged: Collection[str], already_written: bool, revisit_at: datetime | None
) -> list[Ask]:
    """The tasks that a decision's obligations ask for, each kind once.

    A message that leaves in writing confirms itself; ``revisit_at`` is the date agreed with the person.
    """
    kinds = dict.fromkeys(TASKS[each] for each in sorted(obliged) if each in TASKS)
    if already_written:
        kinds.pop("confirm_in_writing", None)
    return [Ask(kind, revisit_at if kind == "consent_revisit" else None) for kind in kinds]


def informing(
    *, subject_kind: str, inform: str | None, inform_child: str | None, later: datetime
) -> list[Ask]:
    """The tasks of telling: at once where it is safe, else looked at again at ``later``."""
    first = "inform_person" if subject_kind == "adult" else "inform_family"
    wanted = [(first, inform), ("inform_child", inform_child if subject_kind == "child" else None)]
    return [
        Ask(kind, None if told == "yes" else later) for kind, told in wanted if told is not None
    ]


def open_all(
    *, disclosure: Disclosure, account: Account, asks: Collection[Ask], now: datetime
) -> list[Task]:
    """Open these tasks about a disclosure; an owner who has no standing yet gets it for a while.

    Going back to the person about consent is one task in a case, whatever asks for it.
    """
    waiting = Task.objects.waiting().filter(case=disclosure.case, kind="consent_revisit").exists()
    wanted = [ask for ask in asks if not (waiting and ask.kind == "consent_revisit")]
    return [_open(disclosure, account, ask, now) for ask in wanted]


def _open(disclosure: Disclosure, account: Account, ask: Ask, now: datetime) -> Task:
    owner = _owner(disclosure.case, account, ask.kind, now)
    standing.let_in(disclosure.case, owner, "has a task that follows a decision about sharing", now)
    return open_task(disclosure, ask.kind, owner, now, due_at=ask.due_at, note=ask.note)


def open_task(
    disclosure: Disclosure,
    kind: str,
    owner: Account,
    now: datetime,
    *,
    due_at: datetime | None = None,
    note: str = "",
) -> Task:
    """One task about a disclosure, with the clock of its kind where no moment is given."""
    given: dict[str, Any] = {
        "agency": disclosure.agency,
        "case": disclosure.case,
        "kind": kind,
        "owner": owner,
        "due_at": due_at or due(kind, disclosure.agency, now),
        "about_id": disclosure.pk,
        "note": note,
    }
    try:
        return cases.open_task(**given, now=now)
    except UNREADABLE:
        return Task.objects.create(**given, opened_at=now)


def due(kind: str, agency: Agency, now: datetime) -> datetime:
    """When a task of this kind is due; a day where its clock cannot be read."""
    try:
        return case_catalogues.task_due(kind, agency=agency, now=now)
    except UNREADABLE:
        return now + IF_LOST


def _owner(case: Case, account: Account, kind: str, now: datetime) -> Account:
    """Who is given a task: by the kind's own role, never one on whose service the concern bears."""
    try:
        role = case_catalogues.task_kinds()[kind].owner
    except UNREADABLE:
        return account
    if role in {"practitioner", "owner"}:
        return case.owner
    apart = standing.apart(case)
    try:
        if role in {"manager_on_duty", "on_call_manager"}:
            return agencies.on_duty(agency=case.agency, kind=role, now=now, without=apart)
        if role in DECIDERS:
            asked = DECIDERS[role]
            found = agencies.decider(agency=case.agency, decider_role=asked, now=now, without=apart)
            return found[0]
    except agencies.NobodyOnDuty:
        other = another(case, [], now)
        return other if isinstance(other, Account) else account
    return account


def another(case: Case, without: Collection[Account], now: datetime) -> Account | Outside | None:
    """The first inside who can take up what cannot wait, or whom to ring outside the agency.

    None where the pack cannot be read, which stops nothing in danger.
    """
    try:
        return oversight.resolve(
            agency=case.agency, case=case, purpose="escalation", now=now, without=without
        )
    except UNREADABLE:
        return None
