"""Reads of the cases room, always for a viewer: what is outside their circle does not exist for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account, Agency, RoleHeld
from sharewell.agencies.queries import CASEWORK, colleagues, may, require
from sharewell.cases import catalogues, records
from sharewell.cases.catalogues import Category, TaskKind
from sharewell.cases.models import (
    Case,
    CaseRead,
    ChronologyEntry,
    CircleMember,
    Concern,
    ConcernCase,
    Draft,
    FieldEntry,
    SafeContact,
    Statement,
    Task,
)

PAGE = 25


def case(*, viewer: Account, case_id: UUID, now: datetime, what: str = "page") -> Case:
    """A case whose circle the viewer stands in; leaves a line in the access table.

    ``what`` names the page that was read. Raises ``NotFound``, the same outside the circle as for a case
    that does not exist.
    """
    found = (
        Case.objects.visible_to(viewer, now)
        .select_related("agency", "person", "owner", "manager")
        .filter(pk=case_id)
        .first()
    )
    if found is None:
        raise NotFound
    CaseRead.objects.create(case=found, account=viewer, at=now, what=what)
    return found


@dataclass(frozen=True, slots=True)
class CasesPage:
    """One page of cases, newest first; ``after`` is the id to go on from, or None at the end."""

    cases: Sequence[Case]
    after: UUID | None


def cases_mine(
    *,
    viewer: Account,
    now: datetime,
    words: str = "",
    after: UUID | None = None,
    size: int = PAGE,
) -> CasesPage:
    """The cases in whose circle the viewer stands; ``words`` seeks in names and references among them only."""
    visible = Case.objects.visible_to(viewer, now)
    last = visible.filter(pk=after).first() if after else None
    if words.strip():
        words = words.strip()
        visible = visible.filter(Q(person__name__icontains=words) | Q(reference__iexact=words))
    if last is not None:
        same = Q(opened_at=last.opened_at, pk__lt=last.pk)
        visible = visible.filter(Q(opened_at__lt=last.opened_at) | same)
    found = list(
        visible.select_related("person", "owner").order_by("-opened_at", "-pk")[: size + 1]
    )
    more = len(found) > size
    return CasesPage(found[:size], found[size - 1].pk if more else None)


def people_known(*, viewer: Account, now: datetime, size: int = 200) -> list[Case]:
    """The newest case of each person the viewer knows, to choose somebody known from, by name."""
    newest: dict[UUID, Case] = {}
    visible = Case.objects.visible_to(viewer, now).select_related("person").order_by("-opened_at")
    for each in visible[:size]:
        newest.setdefault(each.person_id, each)
    return sorted(newest.values(), key=lambda each: each.person.name.casefold())


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline as shown: late when recorded long after it happened."""

    entry: ChronologyEntry
    late: bool
    corrected: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of a timeline, newest first; ``before`` is the line to go on from, or None at the end."""

    lines: Sequence[Line]
    before: UUID | None


def chronology(
    *,
    viewer: Account,
    case: Case,
    now: datetime,
    section: str = "",
    before: UUID | None = None,
    size: int = PAGE,
) -> Timeline:
    """A page of a case's timeline, of one section or all; raises ``NotFound`` outside the circle."""
    if not stands_in(viewer=viewer, case=case, now=now):
        raise NotFound
    entries = ChronologyEntry.objects.filter(case=case)
    last = entries.filter(pk=before).first() if before else None
    if section:
        entries = entries.filter(section=section)
    if last is not None:
        same = Q(event_at=last.event_at, line__lt=last.line)
        entries = entries.filter(Q(event_at__lt=last.event_at) | same)
    found = list(
        entries.select_related("recorded_by", "corrects")
        .prefetch_related("corrected_by")
        .order_by("-event_at", "-line")[: size + 1]
    )
    late_after = catalogues.limit("late_entry")
    lines = [
        Line(
            entry=entry,
            late=entry.recorded_at - entry.event_at > late_after,
            corrected=bool(entry.corrected_by.all()),
        )
        for entry in found[:size]
    ]
    return Timeline(lines, found[size - 1].pk if len(found) > size else None)


def chronology_line(
    *, viewer: Account, case: Case, entry_id: UUID, now: datetime
) -> ChronologyEntry:
    """One line of a case's timeline; raises ``NotFound``."""
    found = ChronologyEntry.objects.filter(case=case, pk=entry_id).first()
    if found is None or not stands_in(viewer=viewer, case=case, now=now):
        raise NotFound
    return found


def known_fields(case: Case) -> dict[str, FieldEntry]:
    """What is known of each catalogue field of a case that was fetched with its viewer: the newest entries."""
    newest: dict[str, FieldEntry] = {}
    for entry in FieldEntry.objects.filter(case=case).order_by("id"):
        newest[entry.field] = entry
    return newest


def facts(case: Case) -> dict[str, str]:
    """The facts a decision turns on, as last judged; those not in it are unknown."""
    return records.known_facts(case)


def safe_contact(case: Case) -> SafeContact | None:
    """How the person may be reached safely, as last recorded."""
    return SafeContact.objects.filter(case=case).order_by("-id").first()


def stands_in(*, viewer: Account, case: Case, now: datetime) -> bool:
    """Whether the viewer stands in the case's circle at this moment."""
    return Case.objects.visible_to(viewer, now).filter(pk=case.pk).exists()


def circle(*, viewer: Account, case: Case, now: datetime) -> list[CircleMember]:
    """Who stands in the case's circle now, and why; raises ``NotFound`` outside it."""
    if not stands_in(viewer=viewer, case=case, now=now):
        raise NotFound
    standing = CircleMember.objects.standing(now).filter(case=case).select_related("account")
    return list(standing.order_by("joined_at", "id"))


@dataclass(frozen=True, slots=True)
class ConcernSheet:
    """What the form to raise a concern offers to one viewer, and what they typed and have not sent."""

    known: Sequence[Case]
    colleagues: Sequence[Account]
    categories: Sequence[Category]
    drafts: Sequence[Draft]


def concern_sheet(*, viewer: Account, now: datetime) -> ConcernSheet:
    """All that the form to raise a concern needs; raises ``NotAllowed`` for roles that raise none."""
    require(viewer=viewer, now=now, any_of=CASEWORK)
    return ConcernSheet(
        known=people_known(viewer=viewer, now=now),
        colleagues=colleagues(viewer=viewer),
        categories=catalogues.categories_for(viewer.agency.jurisdiction),
        drafts=drafts(viewer=viewer, form="concern_raise"),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A concern as one viewer may read it: only the cases they may know of, and what was said about those.

    ``owners`` are the colleagues to whom the viewer may give its cases; empty when the viewer has nothing to
    decide. ``readable`` are the cases whose page the viewer may open.
    """

    concern: Concern
    on_cases: Sequence[ConcernCase]
    statements: Sequence[Statement]
    about_staff: Sequence[Account]
    waiting: Task | None
    owners: Sequence[Account]
    readable: frozenset[UUID]


def concern(*, viewer: Account, concern_id: UUID, now: datetime, what: str = "concern") -> Told:
    """A concern for its raiser, its receiver and the circles of its cases; raises ``NotFound`` for others.

    Raiser and receiver read all of it; one who stands in the circle of some of its cases reads what concerns
    those. Nobody it is about reads it. Leaves a line in the access table for each case.
    """
    found = (
        Concern.objects.select_related("agency", "raised_by", "received_by")
        .filter(agency_id=viewer.agency_id, pk=concern_id)
        .exclude(about_staff=viewer)
        .first()
    )
    if found is None or not viewer.is_active:
        raise NotFound
    on_cases = found.on_cases.select_related("case__person", "case__owner").order_by("id")
    whole = viewer.pk in {found.raised_by_id, found.received_by_id}
    if not whole:
        on_cases = on_cases.filter(case__in=Case.objects.visible_to(viewer, now))
    listed = list(on_cases)
    if not listed:
        raise NotFound
    CaseRead.objects.bulk_create(
        CaseRead(case=each.case, account=viewer, at=now, what=what) for each in listed
    )
    said = found.statements.filter(Q(case=None) | Q(case__in=[each.case_id for each in listed]))
    tasks = Task.objects.waiting().filter(about_id=found.id, kind__startswith="concern_")
    waits = tasks.select_related("owner").first()
    about = list(found.about_staff.all())
    decides = waits is not None and may_triage(viewer=viewer, concern=found, now=now)
    visible = Case.objects.visible_to(viewer, now).filter(pk__in=[each.case_id for each in listed])
    return Told(
        concern=found,
        on_cases=listed,
        statements=list(said.select_related("case__person").order_by("position")),
        about_staff=about,
        waiting=waits,
        owners=possible_owners(agency=found.agency, now=now, without=about) if decides else [],
        readable=frozenset(visible.values_list("pk", flat=True)),
    )


def may_triage(*, viewer: Account, concern: Concern, now: datetime) -> bool:
    """Whether the viewer says what comes of a concern they may read: its receiver, a manager or a lead."""
    return concern.received_by_id == viewer.pk or may(
        viewer=viewer, now=now, any_of=("manager", "safeguarding_lead")
    )


def possible_owners(
    *, agency: Agency, now: datetime, without: Collection[Account] = ()
) -> list[Account]:
    """The accounts of an agency that may own a case now, by name, without those named."""
    held = RoleHeld.objects.current(now).filter(role__in=CASEWORK, account__agency=agency)
    found = Account.objects.filter(is_active=True, pk__in=held.values("account_id"))
    return list(found.exclude(pk__in=[each.pk for each in without]).order_by("name"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task as it waits for somebody: ``case`` is None where the viewer may not know of it."""

    task: Task
    kind: TaskKind
    late: bool
    case: Case | None


def waiting(*, viewer: Account, now: datetime, size: int = 100) -> list[Waiting]:
    """What waits for the viewer, the most urgent first."""
    tasks = list(
        Task.objects.waiting()
        .filter(owner=viewer)
        .select_related("case__person")
        .order_by("due_at", "id")[:size]
    )
    return _as_waiting(tasks, viewer=viewer, now=now)


def case_tasks(*, viewer: Account, case: Case, now: datetime) -> list[Waiting]:
    """What waits in a case, whoever's it is, the most urgent first; raises ``NotFound`` outside the circle."""
    if not stands_in(viewer=viewer, case=case, now=now):
        raise NotFound
    about = case.concerns.values("concern_id")
    tasks = Task.objects.waiting().filter(Q(case=case) | Q(case=None, about_id__in=about))
    found = list(tasks.select_related("case__person", "owner").order_by("due_at", "id"))
    return _as_waiting(found, viewer=viewer, now=now)


def task(*, viewer: Account, task_id: UUID, now: datetime) -> Waiting:
    """A task for its owner and for the circle of its case; raises ``NotFound`` for others."""
    found = (
        Task.objects.filter(agency_id=viewer.agency_id, pk=task_id)
        .select_related("case__person", "owner", "done_by")
        .first()
    )
    if found is None:
        raise NotFound
    seen = _as_waiting([found], viewer=viewer, now=now)[0]
    if found.owner_id != viewer.pk and seen.case is None:
        raise NotFound
    if seen.case is not None:
        CaseRead.objects.create(case=seen.case, account=viewer, at=now, what="task")
    return seen


def draft(*, viewer: Account, form: str, about: str = "") -> Draft | None:
    """What the viewer typed into this form and has not sent."""
    return Draft.objects.filter(account=viewer, form=form, about=about).first()


def drafts(*, viewer: Account, form: str) -> list[Draft]:
    """All that the viewer typed into forms of this kind and has not sent, newest first."""
    return list(Draft.objects.filter(account=viewer, form=form).order_by("-updated_at"))


def _as_waiting(tasks: Sequence[Task], *, viewer: Account, now: datetime) -> list[Waiting]:
    ids = {task.case_id for task in tasks if task.case_id}
    visible = set(
        Case.objects.visible_to(viewer, now).filter(pk__in=ids).values_list("pk", flat=True)
    )
    kinds = catalogues.task_kinds()
    return [
        Waiting(
            task=task,
            kind=kinds[task.kind],
            late=task.done_at is None and task.due_at < now,
            case=task.case if task.case_id in visible else None,
        )
        for task in tasks
    ]
