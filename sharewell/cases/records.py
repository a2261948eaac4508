"""Writes of the cases room without evidence of their own, for use inside an operation of this room or above.

Each takes a case that the operation has already fetched with its viewer; none checks roles again.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet

from sharewell.agencies.access import Conflict
from sharewell.agencies.kept import kept
from sharewell.agencies.models import Account, Agency
from sharewell.agencies.queries import holders
from sharewell.agencies.sites import near_first
from sharewell.cases import catalogues, finding
from sharewell.cases.models import (
    Case,
    ChronologyEntry,
    ChronologyWords,
    CircleMember,
    ConcernCase,
    FieldEntry,
    Notice,
    Person,
    RiskFacts,
    Task,
    Wall,
)

# Without 0, O, 1 and I, which are misread aloud and on paper.
REFERENCE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 8
# They end with an act, which whoever owns the case may do.
MOVES = (
    "circle_review",
    "private_attempt_next",
    "meeting_record",
    "meeting_action",
    "meeting_action_late",
)


class ConflictOfInterest(Conflict):
    """The concern is about this member of staff; they never receive it nor stand in its circle."""

    code = "conflict_of_interest"
    sentence = (
        "This person cannot be given this case. Nothing was changed. Choose another colleague, or ask "
        "your safeguarding lead."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one catalogue field: words, or why there are none, with kind and source.

    ``unknown`` is one of ``models.UNKNOWN``; then text and items stay empty.
    """

    field: str
    text: str = ""
    items: Sequence[str] = ()
    unknown: str = ""
    kind: str = ""
    source_role: str = ""
    event_at: datetime | None = None


def new_reference() -> str:
    """A random case reference that says nothing of the person, e.g. ``7KQ4-XW2M``."""
    while True:
        letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))
        reference = f"{letters[:4]}-{letters[4:]}"
        if not Case.objects.filter(reference=reference).exists():
            return reference


def open_case(
    *,
    person: Person,
    owner: Account,
    manager: Account,
    now: datetime,
    without: Collection[Account] = (),
) -> Case:
    """Open a case about a person of the owner's agency.

    The owner, the manager and the first safeguarding lead who is not one of ``without`` stand in its circle.
    """
    case = Case.objects.create(
        agency_id=person.agency_id,
        person=person,
        reference=new_reference(),
        owner=owner,
        manager=manager,
        opened_at=now,
    )
    join_circle(case=case, account=owner, relation="owner", now=now)
    join_circle(case=case, account=manager, relation="manager", now=now)
    join_lead(case=case, now=now, without=without)
    return case


def conflicted(case: Case) -> set[UUID]:
    """Ids of the accounts that a concern of this case is about, and of those walled off from it."""
    about = ConcernCase.objects.filter(case=case).values_list("concern__about_staff", flat=True)
    walls = Wall.objects.filter(case=case, lifted_at=None)
    teams = walls.exclude(team=None).values("team_id")
    walled = Account.objects.filter(Q(pk__in=walls.values("account_id")) | Q(team_id__in=teams))
    return {*filter(None, about), *walled.values_list("pk", flat=True)}


def lock(case: Case) -> None:
    """Hold the case's row until the transaction ends, so that two writers come one after the other."""
    Case.objects.select_for_update().only("pk").get(pk=case.pk)


def join_circle(
    *,
    case: Case,
    account: Account,
    relation: str,
    now: datetime,
    reason: str = "",
    expires_at: datetime | None = None,
    review_at: datetime | None = None,
    invited_by: Account | None = None,
) -> CircleMember:
    """Let an account read a case; one who stands in the circle already keeps the longer standing.

    For those who stand by their part in the case; everybody else comes in by ``letting.let_in``.
    To join by invitation is an internal disclosure: with ``invited_by`` it is a line of the timeline.
    Raises :class:`ConflictOfInterest` when a concern of the case is about the account.
    """
    if account.pk in conflicted(case):
        raise ConflictOfInterest
    lock(case)
    found = CircleMember.objects.filter(case=case, account=account, left_at=None).first()
    if found is not None:
        if found.expires_at is None or (expires_at and expires_at <= found.expires_at):
            return found
        leave_circle(case=case, account=account, now=now, why="A new standing took its place")
    joined = CircleMember.objects.create(
        case=case,
        account=account,
        relation=relation,
        reason=reason,
        joined_at=now,
        expires_at=expires_at,
        review_at=review_at,
        invited_by=invited_by,
    )
    if invited_by is not None:
        until = f" until {local_words(expires_at, case)}" if expires_at else ""
        came = "joined" if invited_by == account else "was let in"
        text = f"{account.name} {came} to read this case{until}: {reason}"
        add_chronology(case=case, now=now, by=invited_by, section="disclosure", text=text)
    return joined


def join_lead(
    *, case: Case, now: datetime, without: Collection[Account] = ()
) -> CircleMember | None:
    """Let a safeguarding lead without a conflict read a case: of its owner's site, else one above all; None without one."""
    avoid = [*without, *Account.objects.filter(pk__in=conflicted(case))]
    leads = holders(agency=case.agency, role="safeguarding_lead", now=now, without=avoid)
    leads = near_first(agency=case.agency, leads=leads, team_id=case.owner.team_id, now=now)
    if not leads:
        return None
    return join_circle(case=case, account=leads[0], relation="safeguarding_lead", now=now)


def leave_circle(
    *, case: Case, account: Account, now: datetime, by: Account | None = None, why: str = ""
) -> None:
    """End an account's standing in a case's circle, at once."""
    CircleMember.objects.filter(case=case, account=account, left_at=None).update(
        left_at=now, left_by=by, left_why=why[:300]
    )


def local_words(at: datetime, case: Case) -> str:
    """An end as the agency says it, e.g. ``4 December 2026 at 09:00``, or ``the end of 4 December 2026``."""
    local = at.astimezone(ZoneInfo(case.agency.time_zone))
    if local.time() == time():
        local -= timedelta(minutes=1)
        return f"the end of {local.day} {local:%B %Y}"
    return f"{local.day} {local:%B %Y at %H:%M}"


def give_owner(*, case: Case, owner: Account, now: datetime) -> None:
    """Make this account the case's owner; the former owner keeps standing as one who raised it, or leaves.

    In a restricted case the former owner leaves.

    Raises :class:`ConflictOfInterest` when a concern of the case is about the account.
    """
    if owner.pk in conflicted(case):
        raise ConflictOfInterest
    lock(case)
    former = case.owner
    if former != owner:
        leave_circle(case=case, account=former, now=now)
        raised_it = ConcernCase.objects.filter(case=case, concern__raised_by=former).exists()
        if raised_it and not case.restrictions:
            join_circle(case=case, account=former, relation="raised_it", now=now)
        case.owner = owner
        case.save(update_fields=["owner"])
    standing = CircleMember.objects.filter(case=case, account=owner, left_at=None)
    if not standing.filter(relation="owner", expires_at=None).exists():
        leave_circle(case=case, account=owner, now=now)
        join_circle(case=case, account=owner, relation="owner", now=now)


def add_chronology(
    *,
    case: Case,
    now: datetime,
    by: Account | None,
    section: str,
    text: str,
    event_at: datetime | None = None,
    kind: str = "observed",
    source_role: str = "",
    verbatim: bool = False,
    about_id: UUID | None = None,
    corrects: ChronologyEntry | None = None,
) -> ChronologyEntry:
    """Add one line to a case's timeline; without ``event_at`` it happened now."""
    lock(case)
    newest = ChronologyEntry.objects.filter(case=case).aggregate(newest=Max("line"))["newest"]
    entry = ChronologyEntry.objects.create(
        case=case,
        line=(newest or 0) + 1,
        event_at=event_at or now,
        recorded_at=now,
        recorded_by=by,
        team_id=by.team_id if by else None,
        section=section,
        kind=kind,
        source_role=source_role,
        verbatim=verbatim,
        text=text,
        about_id=about_id,
        corrects=corrects,
    )
    ChronologyWords.objects.create(entry=entry, words=finding.kept_of(entry, case))
    return entry


def record_fields(
    *, case: Case, entries: Iterable[Known], now: datetime, by: Account | None
) -> list[FieldEntry]:
    """Add what is now known of catalogue fields; the newest entry of a field stands."""
    return [
        FieldEntry.objects.create(
            case=case,
            field=known.field,
            text=known.text,
            items=list(known.items),
            unknown=known.unknown,
            kind=known.kind,
            source_role=known.source_role,
            event_at=known.event_at,
            recorded_at=now,
            recorded_by=by,
        )
        for known in entries
    ]


def known_facts(case: Case) -> dict[str, str]:
    """The facts a decision turns on, as last judged; who the person is always among them."""
    newest = _facts(case=case.pk)
    return {**(newest[0] if newest else {}), "subject_kind": case.person.subject_kind}


@kept
def _facts(*, case: UUID) -> QuerySet[RiskFacts, dict[str, str]]:
    rows = RiskFacts.objects.filter(case=case).order_by("-id")
    return rows.values_list("facts", flat=True)[:1]


def record_facts(*, case: Case, facts: Mapping[str, str], now: datetime, by: Account) -> RiskFacts:
    """Judge these facts anew; those not named stand as they were."""
    lock(case)
    merged = {**known_facts(case), **facts}
    return RiskFacts.objects.create(case=case, facts=merged, recorded_at=now, recorded_by=by)


def notify(*, account: Account, about_id: UUID, now: datetime) -> None:
    """Have a neutral e-mail sent that something waits; once for each thing."""
    Notice.objects.get_or_create(account=account, about_id=about_id, defaults={"next_at": now})


def open_task(
    *,
    agency: Agency,
    kind: str,
    owner: Account,
    now: datetime,
    case: Case | None = None,
    due_at: datetime | None = None,
    about_id: UUID | None = None,
    note: str = "",
) -> Task:
    """Give a named person something to do; without ``due_at`` the clock of its kind runs from now."""
    if kind not in catalogues.task_kinds():
        message = f"{kind} is not in packs/tasks.yaml"
        raise LookupError(message)
    return Task.objects.create(
        agency=agency,
        case=case,
        kind=kind,
        about_id=about_id,
        owner=owner,
        note=note,
        opened_at=now,
        due_at=due_at or catalogues.task_due(kind, agency=agency, now=now),
    )


def close_tasks(
    *,
    about_id: UUID,
    kinds: Iterable[str],
    now: datetime,
    by: Account | None,
    outcome: str = "",
) -> int:
    """Close the waiting tasks of these kinds about one thing; returns how many."""
    waiting = Task.objects.waiting().filter(about_id=about_id, kind__in=list(kinds))
    return waiting.update(done_at=now, done_by=by, outcome=outcome)


def hand_over_tasks(*, case: Case, owner: Account, of: Account | None = None) -> int:
    """Give what waits in a case, of one account or of all, to another; returns how many.

    What only a certain person may decide (a task that ends with its act) stays with them.
    """
    kinds = catalogues.task_kinds()
    bound = [k for k, kind in kinds.items() if kind.closed_by_act and k not in MOVES]
    waiting = Task.objects.waiting().filter(case=case).exclude(kind__in=bound)
    if of is not None:
        waiting = waiting.filter(owner=of)
    return waiting.exclude(owner=owner).update(owner=owner)


def fields_as_json(entries: Iterable[Known]) -> list[dict[str, Any]]:
    """Entries as what evidence commits to."""
    return [
        {
            "field": known.field,
            "text": known.text,
            "items": list(known.items),
            "unknown": known.unknown,
            "kind": known.kind,
            "source_role": known.source_role,
            "event_at": known.event_at.isoformat() if known.event_at else None,
        }
        for known in entries
    ]
