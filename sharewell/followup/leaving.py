"""What somebody who leaves or is away holds, who could take each, and the handing over; for use inside an operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from sharewell.agencies import staffchecks
from sharewell.agencies.models import Absence, Account, Duty, Function, RoleHeld
from sharewell.cases import breaking, oversight, records
from sharewell.cases.models import READERS, Case, CircleMember, GlassBreak, Handover, Task
from sharewell.disclosures import standing
from sharewell.disclosures.models import Attachment, Item, Referral
from sharewell.disclosures.standing import APPROVERS
from sharewell.followup import reviewers
from sharewell.followup.models import Escalation, MeetingAction, Passed, Pattern

# What only the one who was asked can do; late, it goes to whoever looks after the allegation.
BOUND = ("witness_account",)
STANDS = ("safeguarding_lead", "oversight", "approver", "decider")


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that an account holds; ``case`` is the one behind it, None where there is none."""

    kind: str
    row: Any
    case: Case | None

    @property
    def key(self) -> str:
        """What names it in a form, and in evidence."""
        return f"{self.kind}:{self.row.pk}"


def held(account: Account, now: datetime) -> Iterator[Held]:
    """Everything that would be left lying if this account were gone."""
    cases = Case.objects.select_related("person", "owner", "manager", "agency")
    cases = cases.exclude(state="merged").order_by("opened_at")
    yield from (Held("case_owned", case, case) for case in cases.filter(owner=account))
    yield from (Held("case_managed", case, case) for case in cases.filter(manager=account))
    tasks = Task.objects.waiting().filter(owner=account).exclude(kind__in=BOUND)
    for task in tasks.select_related("case__person", "agency").order_by("due_at"):
        yield Held("task", task, oversight.case_behind(task))
    for kind, rows in _of_disclosures(account).items():
        yield from (Held(kind, row, row.disclosure.case) for row in rows)
    climbing = Escalation.objects.filter(holder=account, ended_at=None).select_related("case")
    yield from (Held("escalation", row, row.case) for row in climbing)
    actions = MeetingAction.objects.filter(owner=account, done_at=None)
    for action in actions.select_related("meeting__case"):
        yield Held("meeting_action", action, action.meeting.case)
    stands = _standings(now).filter(account=account)
    for member in stands.select_related("case"):
        yield Held("standing", member, member.case)
    yield from _without_case(account, now)


def _without_case(account: Account, now: datetime) -> Iterator[Held]:
    given = _handovers(now).filter(given_to=account)
    yield from (Held("handover", each, None) for each in given)
    duties = _duties(now).filter(account=account)
    yield from (Held("duty", each, None) for each in duties.order_by("starts_at"))
    desks = Function.objects.filter(staff=account, active=True).order_by("name")
    yield from (Held("desk", each, None) for each in desks)


def _of_disclosures(account: Account) -> dict[str, QuerySet[Any]]:
    open_ = {"approved_at": None, "refused_at": None}
    related = "disclosure__case"
    return {
        "referral": Referral.objects.filter(decider=account, decided_at=None).select_related(
            related
        ),
        "deputy": Referral.objects.filter(deputy=account, decided_at=None).select_related(related),
        "approval": Item.objects.filter(asked_of=account, **open_).select_related(related),
        "file_approval": Attachment.objects.filter(
            asked_of=account, removed_at=None, **open_
        ).select_related(related),
    }


def proposed(each: Held, of: Account, now: datetime) -> Account | None:
    """Who takes a thing unless somebody chooses otherwise: the case's manager or owner, else the lead; None: nobody."""
    first: list[Account] = []
    if each.case is not None:
        first = [each.case.manager, each.case.owner]
    for who in first:
        if may_take(each, who, of, now):
            return who
    without = [of, *([asker] if (asker := _asker(each)) else [])]
    agency = each.case.agency if each.case else of.agency
    found = oversight.resolve(
        agency=agency, case=each.case, purpose="handover", now=now, without=without
    )
    return found if isinstance(found, Account) and may_take(each, found, of, now) else None


def may_take(each: Held, who: Account, of: Account, now: datetime) -> bool:
    """Whether somebody may take a thing: here, reading cases, without a conflict, and not their own approver."""
    if who == of or not who.is_active or who.agency_id != of.agency_id:
        return False
    if Absence.objects.current(now).filter(account=who).exists():
        return False
    roles = set(RoleHeld.objects.current(now).filter(account=who).values_list("role", flat=True))
    if each.kind == "desk":
        return True
    if roles.isdisjoint(READERS) or ((asker := _asker(each)) and asker == who):
        return False
    if each.kind in ("approval", "file_approval", "referral", "deputy") and roles.isdisjoint(
        APPROVERS
    ):
        return False
    apart = oversight.apart(each.case) if each.case else set()
    return who.pk not in apart | _barred(each)


def give(each: Held, to: Account, of: Account, now: datetime) -> None:
    """Hand one thing over; who takes it stands in the case behind it."""
    row: Any = each.row
    if each.kind == "case_owned":
        records.give_owner(case=row, owner=to, now=now)
    elif each.kind == "case_managed":
        Case.objects.filter(pk=row.pk).update(manager=to)
        records.leave_circle(case=row, account=of, now=now, why="Handed over")
        records.join_circle(case=row, account=to, relation="manager", now=now)
    elif each.kind == "standing":
        records.leave_circle(case=row.case, account=of, now=now, why="Handed over")
        records.join_circle(case=row.case, account=to, relation=row.relation, now=now)
    elif each.kind == "duty":
        _give_duty(row, to, now)
    elif each.kind == "desk":
        row.staff.remove(of)
        row.staff.add(to)
    else:
        column = COLUMNS[each.kind]
        type(row).objects.filter(pk=row.pk).update(**{column: to})
        cases = [each.case] if each.case else []
        if each.kind == "handover":
            cases = [one.case for one in row.cases.select_related("case")]
        for case in cases:
            if to.pk not in oversight.apart(case):
                standing.let_in(case, to, "took over from somebody who is away", now)


COLUMNS = {
    "task": "owner",
    "referral": "decider",
    "deputy": "deputy",
    "approval": "asked_of",
    "file_approval": "asked_of",
    "escalation": "holder",
    "meeting_action": "owner",
    "handover": "given_to",
}


def leave_circles(of: Account, now: datetime) -> None:
    """End what is left of somebody's standing in circles, for good."""
    left = CircleMember.objects.filter(account=of, left_at=None)
    left.update(left_at=now, left_why="The account ended")


def passed_behind(each: Held) -> Passed | None:
    """That somebody went past their manager, where the thing is the task that came of it."""
    if each.kind != "task" or each.row.kind != "manager_passed":
        return None
    return Passed.objects.select_related("manager").filter(pk=each.row.about_id).first()


def _barred(each: Held) -> set[UUID]:
    """Who never takes a task: of a review those it is about, of a break-glass whoever broke it."""
    if each.kind != "task":
        return set()
    pattern = Pattern.objects.filter(task=each.row).first()
    found = reviewers.avoided_by(pattern) if pattern else set()
    if each.row.kind in breaking.KINDS:
        broke = GlassBreak.objects.filter(pk=each.row.about_id)
        found |= set(broke.values_list("account_id", flat=True))
    return found


def orphans(now: datetime) -> dict[UUID, int]:
    """How much lies with accounts that are switched off, by agency; nothing of what it is.

    A desk counts where nobody else works it.
    """
    gone = Account.objects.filter(is_active=False)
    worked = Account.objects.filter(functions=OuterRef("pk"), is_active=True)
    open_ = {"asked_of__in": gone, "approved_at": None, "refused_at": None}
    counts: dict[UUID, int] = {}
    rows: list[tuple[str, QuerySet[Any]]] = [
        ("agency_id", Case.objects.exclude(state="merged").filter(owner__in=gone)),
        ("agency_id", Case.objects.exclude(state="merged").filter(manager__in=gone)),
        ("agency_id", Task.objects.waiting().filter(owner__in=gone).exclude(kind__in=BOUND)),
        ("agency_id", Escalation.objects.filter(ended_at=None, holder__in=gone)),
        ("agency_id", _duties(now).filter(account__in=gone)),
        (
            "agency_id",
            Function.objects.filter(~Exists(worked), active=True, staff__in=gone).distinct(),
        ),
        ("meeting__agency_id", MeetingAction.objects.filter(owner__in=gone, done_at=None)),
        ("given_to__agency_id", _handovers(now).filter(given_to__in=gone)),
        ("case__agency_id", _standings(now).filter(account__in=gone)),
        ("disclosure__agency_id", Referral.objects.filter(decider__in=gone, decided_at=None)),
        ("disclosure__agency_id", Referral.objects.filter(deputy__in=gone, decided_at=None)),
        ("disclosure__agency_id", Item.objects.filter(**open_)),
        ("disclosure__agency_id", Attachment.objects.filter(removed_at=None, **open_)),
    ]
    for agency, found in rows:
        for agency_id in found.values_list(agency, flat=True):
            counts[agency_id] = counts.get(agency_id, 0) + 1
    return counts


def _duties(now: datetime) -> QuerySet[Duty]:
    return Duty.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now))


def _handovers(now: datetime) -> QuerySet[Handover]:
    return Handover.objects.filter(taken_at=None, until__gt=now)


def _standings(now: datetime) -> QuerySet[CircleMember]:
    return CircleMember.objects.standing(now).filter(relation__in=STANDS)


def _asker(each: Held) -> Account | None:
    """Who asked for an approval, or was passed, and so never takes it."""
    if each.kind == "approval":
        return Account.objects.get(pk=each.row.asked_by_id)
    if each.kind == "file_approval":
        return Account.objects.get(pk=each.row.added_by_id)
    if passed := passed_behind(each):
        return passed.manager
    return None


def lacking(each: Held, to: Account, now: datetime) -> list[staffchecks.Line]:
    """What training or vetting the taker of a duty lacks for it; nothing of anything else."""
    if each.kind != "duty":
        return []
    return staffchecks.lacking(account=to, holds=[each.row.kind], now=now)


def _give_duty(duty: Duty, to: Account, now: datetime) -> None:
    """Somebody else answers for what is left of a duty."""
    starts_at = max(duty.starts_at, now)
    Duty.objects.create(
        agency_id=duty.agency_id,
        account=to,
        kind=duty.kind,
        rank=duty.rank,
        starts_at=starts_at,
        ends_at=duty.ends_at,
    )
    duty.ends_at = starts_at
    duty.save(update_fields=["ends_at"])
