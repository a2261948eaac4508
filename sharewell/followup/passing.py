"""To whom somebody may go past their manager: the safeguarding lead, whoever is on call, or another senior."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sharewell.agencies.access import NotAllowed, NotFound
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, require
from sharewell.cases import oversight
from sharewell.cases.models import Case
from sharewell.cases.oversight import Outside

LISTS = ("handover", "escalation")  # of packs/oversight.yaml; the lead comes first


def case_of(account: Account, case_id: UUID, now: datetime) -> Case:
    """A case that somebody works on; raises ``NotFound`` outside the circle, ``NotAllowed``, and for its manager.

    The manager goes to the lead by the ordinary ways.
    """
    found = Case.objects.visible_to(account, now).filter(pk=case_id)
    case = found.select_related("agency", "person", "owner", "manager").first()
    if case is None:
        raise NotFound
    require(viewer=account, now=now, any_of=CASEWORK)
    if case.manager_id == account.pk:
        raise NotAllowed
    return case


def next_ones(case: Case, account: Account, now: datetime) -> list[Account]:
    """Who may be gone to, the first proposed first: never the manager who is passed, nor one with a conflict.

    A restricted case goes to those inside only.
    """
    avoid = oversight.apart(case) | {account.pk, case.manager_id}
    given = {"agency": case.agency, "now": now, "avoid": avoid, "team_id": case.owner.team_id}
    found = [
        each
        for purpose in LISTS
        for each in oversight.candidates(purpose=purpose, **given)  # type: ignore[arg-type]
    ]
    once = list(dict.fromkeys(found))
    if not case.restrictions:
        return once
    return [who for who in once if Case.objects.visible_to(who, now).filter(pk=case.pk).exists()]


def next_outside(case: Case, now: datetime) -> Outside:
    """Whom to ring where nobody inside may be gone to."""
    kind = case.person.subject_kind
    return oversight.outside(agency=case.agency, subject_kind=kind, now=now)


def belongs(case: Case, what: str, about_id: UUID | None) -> bool:
    """Whether the thing it is about is one of the case."""
    if what == "case":
        return about_id is None
    if about_id is None:
        return False
    if what == "task":
        return case.tasks.filter(pk=about_id).exists()
    if what == "concern":
        return case.concerns.filter(concern_id=about_id).exists()
    return case.disclosures.filter(pk=about_id).exists()
