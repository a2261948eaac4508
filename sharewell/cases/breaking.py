"""Break-glass, below its operations: whom a name and a date of birth find, who is told, who reviews and by when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.agencies.models import Account
from sharewell.cases import oversight, records
from sharewell.cases.models import Case, ConcernCase, GlassBreak, GlassSearch, Notice, Task, Wall
from sharewell.cases.oversight import Outside
from sharewell.core import deadlines
from sharewell.core.people import Likeness
from sharewell.core.sameperson import Sketch, likeness

REVIEW, TOLD = "break_glass_review", "break_glass_told"
OVERDUE = "break_glass_late"  # a review that has gone up
HIDDEN, REPEATED = "break_glass_hidden", "break_glass_repeated"
KINDS = frozenset({REVIEW, OVERDUE, TOLD, HIDDEN, REPEATED})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EXACT = 100


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
    """The case that a typed name and date of birth find, in one query whoever is found or hidden.

    The date must be the same, the name may be spelt nearly so. Where two people fit, one whose name is
    exactly so goes first; else nobody is found. Of one person's cases it is the newest that may be opened.
    """
    born = list(_born(viewer, birth_date, now))
    close = [case for case in born if _alike(case, name, birth_date, limit("name_alike"))]
    hidden = [case for case in close if _hidden(case)]
    seen = [case for case in close if not _hidden(case)]
    exact = [case for case in seen if _alike(case, name, birth_date, EXACT)]
    people = {case.person_id for case in exact or seen}
    if len(people) == 1:
        case = (exact or seen)[0]
        own = next((each for each in exact or seen if _flag(each, "in_circle")), None)
        return Found("own" if own else "opened", own or case, hidden)
    if people:
        return Found("unclear", None, hidden)
    return Found("hidden" if hidden else "none", None, hidden)


def _born(viewer: Account, birth_date: date, now: datetime) -> Iterable[Case]:
    """The cases of people born on a day, newest first, each with how the viewer stands to it."""
    mine = Case.objects.visible_to(viewer, now).filter(pk=OuterRef("pk"))
    named = Q(concern__about_staff=viewer)
    walled = Q(account=viewer)
    if viewer.team_id is not None:
        named |= Q(concern__about_staff__team=viewer.team_id)
        walled |= Q(team=viewer.team_id) | Q(account__team=viewer.team_id)
    about = ConcernCase.objects.filter(named, case=OuterRef("pk"))
    walls = Wall.objects.filter(walled, case=OuterRef("pk"), lifted_at=None)
    rows = Case.objects.filter(agency_id=viewer.agency_id, person__birth_date=birth_date)
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


def _alike(case: Case, name: str, born: date, least: int) -> bool:
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
    known = Sketch(names=names_of(case), born=case.person.birth_date)
    return likeness(Sketch(names=[name], born=born), known, [rule]) is not None


def names_of(case: Case) -> list[str]:
    """The names that a person is known by."""
    return [case.person.name]


def review_by(*, viewer: Account, now: datetime) -> datetime:
    """By when what is opened now is reviewed: a working day of the agency's own calendar."""
    agency, rules = viewer.agency, packs.break_glass()
    calendar = packs.calendars()[rules.calendars[agency.jurisdiction]]
    within = deadlines.Clock(rules.limits["review_working_days"], "working_days")
    return deadlines.due(within, now, calendar, agency.time_zone)


def tell(opened: GlassBreak, *, now: datetime) -> None:
    """Give the review to somebody else, and tell the safeguarding and governance leads at once.

    Nobody with a conflict of interest in the case, and never the one who opened it. Where nobody is left,
    whom to ring outside the agency is kept with it, and shown to who opened it.
    """
    case, account = opened.case, opened.account
    given: dict[str, Any] = {
        "agency": case.agency,
        "case": case,
        "now": now,
        "about_id": opened.pk,
        "note": f"{account.name} opened a case by break-glass"[:500],
    }
    reviewer = oversight.resolve(
        agency=case.agency, case=case, purpose="review", now=now, without=[account]
    )
    people = leads(case, account, now)
    if isinstance(reviewer, Outside):
        opened.outside = reviewer.says
    else:
        records.open_task(kind=REVIEW, owner=reviewer, due_at=opened.review_due_at, **given)
        people = [reviewer, *(each for each in people if each != reviewer)]
        for each in people[1:]:
            records.open_task(kind=TOLD, owner=each, **given)
    for each in people:
        notify(each, opened, now=now)
    opened.told = [each.name for each in people]
    opened.save(update_fields=["told", "outside"])


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


def notify(account: Account, about: GlassBreak | GlassSearch, *, now: datetime) -> None:
    """Have a neutral e-mail sent that something waits; once for each thing."""
    Notice.objects.get_or_create(account=account, about_id=about.pk, defaults={"next_at": now})


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
