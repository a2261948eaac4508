"""Break-glass, below its operations: whom a name and a date of birth find, who is told, who reviews and by when."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.agencies.models import Account
from sharewell.agencies.reckoning import reckoning
from sharewell.cases import oversight, people, records
from sharewell.cases.models import (
    Case,
    CaseQuerySet,
    ConcernCase,
    FieldEntry,
    GlassBreak,
    GlassSearch,
    Merge,
    PersonName,
    Task,
    Wall,
)
from sharewell.cases.oversight import Outside
from sharewell.core import deadlines
from sharewell.core.people import Likeness
from sharewell.core.sameperson import Sketch, likeness

REVIEW, TOLD = "break_glass_review", "break_glass_told"
OVERDUE = "break_glass_late"  # a review that has gone up
OUTSIDE = "break_glass_outside"  # nobody inside may review it
HIDDEN, REPEATED = "break_glass_hidden", "break_glass_repeated"
KINDS = frozenset({REVIEW, OVERDUE, OUTSIDE, TOLD, HIDDEN, REPEATED})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EXACT = 100
NOTE = 500  # characters
CHAIN = 3  # how often a record that was taken into another is followed on
ALIASES = "subject.aliases"
NAMES = ("subject.name", ALIASES)
ADDED = re.compile(r"\s*\([^()]*\)$")  # of which kind a name is, as people.pieces adds it


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: ``case`` is the one it may lead to; ``hidden`` are those that stay unseen."""

    outcome: str
    case: Case | None
    hidden: Sequence[Case]


def limit(name: str) -> int:
    """A limit of break-glass by its id."""
    return packs.break_glass().limits[name]


def lasts() -> timedelta:
    """How long what was opened stays open."""
    return timedelta(minutes=limit("minutes"))


def search(*, viewer: Account, name: str, birth_date: date, now: datetime) -> Found:
    """The case that a typed name and date of birth find, by the same queries whoever is found or hidden.

    The date must be the same, the name may be spelt nearly so; every name counts that the person is known by,
    and those of a record that was taken into the case. Where two people fit, one whose name is exactly so goes
    first; else nobody is found. Of one person's cases it is the newest that may be opened.
    """
    born = _born(viewer, birth_date)
    names = names_of(born)
    near = limit("name_alike")
    close = [
        case
        for case in _with_standing(born, viewer, now)
        if _alike(names[case.pk], name, birth_date, near)
    ]
    hidden = [case for case in close if _hidden(case)]
    seen = [case for case in close if not _hidden(case)]
    exact = [case for case in seen if _alike(names[case.pk], name, birth_date, EXACT)]
    people = {case.person_id for case in exact or seen}
    if len(people) == 1:
        case = (exact or seen)[0]
        own = next((each for each in exact or seen if _flag(each, "in_circle")), None)
        return Found("own" if own else "opened", own or case, hidden)
    if people:
        return Found("unclear", None, hidden)
    return Found("hidden" if hidden else "none", None, hidden)


def _born(viewer: Account, birth_date: date) -> CaseQuerySet:
    """The cases of people born on a day; one taken into another is left out, and the other stands for it."""
    rows = Case.objects.filter(agency_id=viewer.agency_id)
    born: list[Any] = [rows.filter(person__birth_date=birth_date).values("pk")]
    for _ in range(CHAIN):
        into = Merge.objects.filter(taken_in__in=born[-1], undone_at=None)
        born.append(into.values("case"))
    return rows.filter(pk__in=born[0].union(*born[1:])).exclude(state="merged")


def _with_standing(rows: CaseQuerySet, viewer: Account, now: datetime) -> Iterable[Case]:
    """These cases, newest first, each with how the viewer stands to it."""
    mine = Case.objects.visible_to(viewer, now).filter(pk=OuterRef("pk"))
    named = Q(concern__about_staff=viewer)
    walled = Q(account=viewer)
    if viewer.team_id is not None:
        named |= Q(concern__about_staff__team=viewer.team_id)
        walled |= Q(team=viewer.team_id) | Q(account__team=viewer.team_id)
    about = ConcernCase.objects.filter(named, case=OuterRef("pk"))
    walls = Wall.objects.filter(walled, case=OuterRef("pk"), lifted_at=None)
    return (
        rows.select_related("person", "agency", "owner", "manager")
        .annotate(in_circle=Exists(mine), is_apart=Exists(about), is_walled=Exists(walls))
        .order_by("-opened_at", "-pk")
    )


def _hidden(case: Case) -> bool:
    """Whether a case looks to the viewer as if it were not there."""
    if _flag(case, "in_circle"):
        return False
    reaches = packs.break_glass().reaches(case.kind, case.restrictions)
    return not reaches or _flag(case, "is_apart") or _flag(case, "is_walled")


def _flag(case: Case, name: str) -> bool:
    return bool(getattr(case, name))


def _alike(names: Sequence[str], name: str, born: date, least: int) -> bool:
    rule = Likeness(
        id="break_glass",
        says="",
        name=least,
        birth="same",
        number="",
        home="",
        source="",
        status="",
        verified_on=None,
    )
    known = Sketch(names=names, born=born)
    return likeness(Sketch(names=[name], born=born), known, [rule]) is not None


def names_of(cases: CaseQuerySet) -> Mapping[UUID, Sequence[str]]:
    """By case, every name that its person is or was known by; also those of records taken into it.

    A name of one word counts with the last name too, so that "Polly" finds Polly Quill. As many queries however
    many cases there are, and the same for none.
    """
    found: dict[UUID, list[str]] = defaultdict(list)
    last: dict[UUID, str] = {}
    for pk, name in cases.values_list("pk", "person__name"):
        found[pk].append(name)
        last[pk] = (name.split() or [""])[-1]
    others = PersonName.objects.filter(case__in=cases.values("pk"), ended_at=None)
    typed = FieldEntry.objects.filter(case__in=cases.values("pk"), field__in=NAMES).order_by("id")
    rows = list(others.values_list("case_id", "name"))
    aliases: dict[UUID, str] = {}
    for pk, field, text in typed.values_list("case_id", "field", "text"):
        if field == ALIASES:
            aliases[pk] = text  # the newest stands
        else:
            rows.append((pk, text))
    for pk, text in [*rows, *aliases.items()]:
        names = (ADDED.sub("", each).strip() for each in text.split(people.BETWEEN))
        found[pk] += [each if " " in each else f"{each} {last[pk]}" for each in names if each]
    return found


def review_by(*, viewer: Account, now: datetime) -> datetime:
    """By when what is opened now is reviewed: a working day of the agency's own calendar."""
    agency, rules = viewer.agency, packs.break_glass()
    within = deadlines.Clock(rules.limits["review_working_days"], "working_days")
    return reckoning(agency, now, calendar=rules.calendars[agency.jurisdiction]).due(within, now)


def tell(opened: GlassBreak, *, now: datetime) -> dict[str, Any]:
    """Give the review to somebody else, and tell the safeguarding and governance leads at once.

    Nobody with a conflict of interest in the case, and never the one who opened it. Where nobody is left, the one
    who opened it gets the task to ring outside the agency; whom is kept with it, and the clock runner looks for
    somebody inside again. Returns what evidence commits to.
    """
    case, account = opened.case, opened.account
    opened.review_due_at = review_by(viewer=account, now=now)
    found = reviewer(opened, now)
    people = leads(case, account, now)
    given: dict[str, Any] = {"agency": case.agency, "now": now, "about_id": opened.pk}
    if isinstance(found, Outside):
        opened.outside = found.says
        due_at = opened.review_due_at
        # Without its case, in which the account does not stand, so that they read the note.
        records.open_task(
            kind=OUTSIDE, owner=account, due_at=due_at, note=found.says[:NOTE], **given
        )
    else:
        opened.outside = ""
        note = f"{account.name} opened a case by break-glass"[:NOTE]
        given |= {"case": case, "note": note}
        records.open_task(kind=REVIEW, owner=found, due_at=opened.review_due_at, **given)
        people = [found, *(each for each in people if each != found)]
        for each in people[1:]:
            records.open_task(kind=TOLD, owner=each, **given)
    for each in people:
        records.notify(account=each, about_id=opened.pk, now=now)
    opened.told = [each.name for each in people]
    opened.save(update_fields=["told", "outside", "review_due_at"])
    return {
        "told": [each.pk.hex for each in people],
        "outside": found.as_json() if isinstance(found, Outside) else None,
    }


def reviewer(opened: GlassBreak, now: datetime) -> Account | Outside:
    """The first who may review what was opened, or whom to ring outside the agency."""
    case = opened.case
    return oversight.resolve(
        agency=case.agency, case=case, purpose="review", now=now, without=[opened.account]
    )


def ring_outside(task: Task, found: Outside) -> None:
    """Keep with what was opened whom to ring, where its late review has nobody else inside to go up to."""
    GlassBreak.objects.filter(pk=task.about_id or task.pk).update(outside=found.says)


def unreviewed(_now: datetime) -> list[UUID]:
    """What was opened and nobody inside could be given to review yet."""
    given = Task.objects.filter(kind__in=(REVIEW, OVERDUE), about_id=OuterRef("pk"))
    rows = GlassBreak.objects.filter(~Exists(given), reviewed_at=None)
    return list(rows.order_by("opened_at").values_list("pk", flat=True))


def leads(case: Case, account: Account, now: datetime) -> list[Account]:
    """The first safeguarding lead and the first governance lead without a conflict, without the account."""
    apart = oversight.apart(case) | {account.pk}
    found: dict[Any, Account] = {}
    for role in ("safeguarding_lead", "governance_lead"):
        people = agencies.holders(agency=case.agency, role=role, now=now)
        free = next((each for each in people if each.pk not in apart), None)
        if free is not None:
            found.setdefault(free.pk, free)
    return list(found.values())


def may_review(viewer: Account, opened: GlassBreak) -> bool:
    """Whether the review was given to the viewer: at first, or when it was late. See :func:`may_read_of`."""
    given = Task.objects.filter(kind__in=(REVIEW, OVERDUE), about_id=opened.pk, owner=viewer)
    return given.exists() and may_read_of(viewer, opened)


def may_read_of(viewer: Account, opened: GlassBreak) -> bool:
    """Whether the viewer was told of this: not the one who opened it, nor one with a conflict in the case."""
    if not viewer.is_active or viewer.agency_id != opened.case.agency_id:
        return False
    if viewer.pk == opened.account_id or viewer.pk in apart(opened.case):
        return False
    return told_of(viewer).filter(about_id=opened.pk).exists()


def told_of(viewer: Account) -> QuerySet[Task]:
    """The tasks by which the viewer was told of what somebody opened."""
    return Task.objects.filter(kind__in=(REVIEW, OVERDUE, TOLD), owner=viewer)


def apart(case: Case) -> set[UUID]:
    """Accounts that a case is kept from: those walled off, those a concern is about, and their teams."""
    return oversight.apart(case)


def above(task: Task, now: datetime) -> Account | Outside:
    """Who takes up a late task of break-glass: never the one it is about, nor one with a conflict in the case."""
    without = [task.owner]
    opened = GlassBreak.objects.select_related("account", "case__person", "case__agency")
    about = opened.filter(pk=task.about_id or task.pk).first()
    case = about.case if about else None
    if about is not None:
        without.append(about.account)
    else:
        related = GlassSearch.objects.select_related("account", "hidden__person", "hidden__agency")
        tried = related.get(pk=task.about_id or task.pk)
        without.append(tried.account)
        case = tried.hidden
    return oversight.resolve(
        agency=task.agency, case=case, purpose="escalation", now=now, without=without
    )


def to_tell() -> list[UUID]:
    """Searches that a hidden case matched, of which the oversight point was not told yet."""
    rows = GlassSearch.objects.filter(hidden__isnull=False, told_at=None)
    return list(rows.order_by("at").values_list("pk", flat=True))


def missed(now: datetime) -> QuerySet[GlassSearch]:
    """The searches of a day that opened nothing and that nobody was given to look at yet."""
    missing = ("none", "unclear", "hidden")
    return GlassSearch.objects.filter(outcome__in=missing, at__gt=now - DAY, watched_at=None)


def to_watch(now: datetime) -> list[UUID]:
    """Accounts that sought again and again in a day and opened nothing."""
    rows = missed(now).order_by().values("account_id").annotate(times=Count("pk"))
    return [row["account_id"] for row in rows if row["times"] >= limit("watched_after")]
