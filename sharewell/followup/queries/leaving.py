"""Reads of who leaves or is away: what they hold, who could take it, and what lies with nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Absence, Account
from sharewell.agencies.queries import require
from sharewell.cases import catalogues, looked
from sharewell.cases.models import Case
from sharewell.followup import leaving as held
from sharewell.followup.leaving import Held
from sharewell.followup.operations.leaving import HANDERS, RECORDERS

LABELS = {
    "case_owned": "Owns the case",
    "case_managed": "Manages the case",
    "referral": "Decides a question",
    "deputy": "Is the deputy for a question",
    "approval": "Approves an item",
    "file_approval": "Approves a file",
    "escalation": "Has a step of an escalation",
    "meeting_action": "Does something agreed in a meeting",
    "handover": "Takes a handover over",
    "standing": "Oversees the case",
    "duty": "Is on duty",
    "desk": "Works a desk",
}


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing somebody holds, in words; ``case`` is None where there is none, ``takers`` are who may have it."""

    key: str
    label: str
    case: Case | None
    proposed: Account | None
    takers: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a colleague holds, as far as the viewer may know of it; ``hidden`` is how much more there is."""

    of: Account
    things: tuple[Thing, ...]
    hidden: int
    absences: Sequence[Absence]


def leaving(*, viewer: Account, account_id: UUID, now: datetime) -> Leaving:
    """What a colleague holds, each with who may take it; for managers and safeguarding leads.

    Of what lies in cases that the viewer may not know only the number is said, and that only to a lead; it goes
    to the managers of those cases by itself. Raises ``NotAllowed``, and ``NotFound`` for another agency.
    """
    require(viewer=viewer, now=now, any_of=HANDERS)
    of = _colleague(viewer, account_id)
    found = list(held.held(of, now))
    ids = {each.case.pk for each in found if each.case}
    seen = set(Case.objects.visible_to(viewer, now).filter(pk__in=ids).values_list("pk", flat=True))
    shown = [each for each in found if each.case is None or each.case.pk in seen]
    shown = [each for each in shown if held.passed_behind(each) is None]
    cases = {each.case.pk: each.case for each in shown if each.case}
    looked.note_all(viewer=viewer, cases=cases.values(), now=now, what="leaving")
    staff = list(Account.objects.filter(agency_id=of.agency_id, is_active=True).order_by("name"))
    return Leaving(
        of=of,
        things=tuple(_thing(each, of, staff, now) for each in shown),
        hidden=len(found) - len(shown),
        absences=_absences(of, now),
    )


def staff_away(*, viewer: Account, now: datetime) -> list[Account]:
    """The colleagues with their absences that hold or come, for those who record them; nothing of what they hold."""
    require(viewer=viewer, now=now, any_of=RECORDERS)
    ahead = Absence.objects.filter(Q(until=None) | Q(until__gt=now)).order_by("starts_at")
    rows = Account.objects.filter(agency_id=viewer.agency_id, is_active=True).order_by("name")
    return list(rows.prefetch_related(Prefetch("absences", queryset=ahead, to_attr="ahead")))


def orphaned(*, viewer: Account, now: datetime) -> int:
    """How much in the viewer's agency lies with accounts that are switched off; a number alone, for administrators."""
    require(viewer=viewer, now=now, any_of=RECORDERS)
    return held.orphans(now).get(viewer.agency_id, 0)


def colleague(*, viewer: Account, account_id: UUID, now: datetime) -> Account:
    """An active colleague, for those who record absences; raises ``NotAllowed`` and ``NotFound``."""
    require(viewer=viewer, now=now, any_of=RECORDERS)
    return _colleague(viewer, account_id)


def account_to_end(*, viewer: Account, account_id: UUID, now: datetime) -> Account:
    """An active colleague, for an administrator; raises ``NotAllowed`` and ``NotFound``."""
    require(viewer=viewer, now=now, any_of=["administrator"])
    return _colleague(viewer, account_id)


def _colleague(viewer: Account, account_id: UUID) -> Account:
    found = Account.objects.filter(agency_id=viewer.agency_id, is_active=True, pk=account_id)
    of = found.select_related("agency", "team").first()
    if of is None:
        raise NotFound
    return of


def _absences(of: Account, now: datetime) -> list[Absence]:
    rows = of.absences.filter(Q(until=None) | Q(until__gt=now))
    return list(rows.order_by("starts_at"))


def _thing(each: Held, of: Account, staff: list[Account], now: datetime) -> Thing:
    label = LABELS.get(each.kind, "")
    if each.kind == "task":
        label = catalogues.task_kinds()[each.row.kind].label
    elif each.kind == "desk":
        label = f"{label}: {each.row.name}"
    return Thing(
        key=each.key,
        label=label,
        case=each.case,
        proposed=held.proposed(each, of, now),
        takers=tuple(who for who in staff if held.may_take(each, who, of, now)),
    )
