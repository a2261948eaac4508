"""The directory: which function to ring or send to, whether it is open now, and how far what is said of it can be trusted.

Nothing in it is about a case. Everybody with an account reads the entries of their own nation; who keeps an entry
is said by :func:`keeps`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from sharewell import packs
from sharewell.agencies.access import NotAllowed, NotFound
from sharewell.agencies.acting import acting
from sharewell.agencies.agreements.binding import Standing, partner_ids, standings
from sharewell.agencies.models import (
    Account,
    Agency,
    Function,
    NamedContact,
    Pathway,
    RoleHeld,
    System,
    Team,
)
from sharewell.agencies.openings import Reach, reach
from sharewell.agencies.queries import may
from sharewell.agencies.reckoning import reckonings
from sharewell.core.directory import ENTRIES
from sharewell.core.policy import PackError

KEEP = "directory_keep"  # of packs/acts.yaml
PAGE = 50
Thing = Function | NamedContact | Pathway


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A function as the directory lists it; ``channels`` are account, link, system, phone, the first that work."""

    function: Function
    reach: Reach
    standing: Standing
    channels: tuple[str, ...]
    verified: str  # verified, stale or never

    @property
    def ours(self) -> bool:
        """Whether it belongs to the viewer's own agency."""
        return self.standing.state == "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of the directory; ``after`` is where the next begins, None at the end."""

    rows: tuple[Row, ...]
    after: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One function with everything that is said of it."""

    row: Row
    contacts: tuple[tuple[NamedContact, str], ...]  # each with how its verification stands
    pathways: tuple[Pathway, ...]  # that lead to it
    keeps: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyPage:
    """One agency with its functions, teams, contacts of its own and pathways."""

    agency: Agency
    rows: tuple[Row, ...]
    teams: tuple[Team, ...]
    contacts: tuple[tuple[NamedContact, str], ...]
    pathways: tuple[tuple[Pathway, str], ...]
    keeps: bool


def search(
    *,
    viewer: Account,
    now: datetime,
    words: str = "",
    offer: str = "",
    place: str = "",
    after: UUID | None = None,
) -> Found:
    """The functions that hold what is looked for, by agency and name, a page at a time.

    ``words`` are looked for in names, what it is for and what it offers; ``place`` in its area and address.
    """
    rows = _near(viewer)
    for word in words.split()[:8]:
        rows = rows.filter(_said(word))
    if offer:
        rows = rows.filter(offers__kind=offer)
    for word in place.split()[:8]:
        rows = rows.filter(Q(area__icontains=word) | Q(address__icontains=word))
    last = _near(viewer).filter(pk=after).first() if after else None
    if last is not None:
        rows = rows.filter(
            Q(agency__name__gt=last.agency.name)
            | Q(agency__name=last.agency.name, name__gt=last.name)
            | Q(agency__name=last.agency.name, name=last.name, pk__gt=last.pk)
        )
    listed_ = list(rows.distinct().order_by("agency__name", "name", "pk")[: PAGE + 1])
    more = listed_[PAGE - 1].pk if len(listed_) > PAGE else None
    return Found(rows=_rows(listed_[:PAGE], viewer, now), after=more)


def entry(*, viewer: Account, function_id: UUID, now: datetime) -> Entry:
    """One function of the directory with its contacts and the pathways to it; raises ``NotFound``."""
    found = listed(viewer=viewer, function_id=function_id)
    contacts = found.named_contacts.filter(ended_at=None).select_related("verified_by__agency")
    pathways = Pathway.objects.filter(ended_at=None, steps__function=found).distinct()
    today = local_day(found.agency, now)
    return Entry(
        row=_rows([found], viewer, now)[0],
        contacts=tuple((each, _state("contact", each.verified_on, today)) for each in contacts),
        pathways=tuple(pathways.select_related("agency")),
        keeps=keeps(viewer=viewer, agency=found.agency, now=now),
    )


def rows_of(*, viewer: Account, functions: Collection[UUID], now: datetime) -> tuple[Row, ...]:
    """These functions as the directory lists them; one that is not listed, or not near, is left out."""
    return _rows(list(_near(viewer).filter(pk__in=functions)), viewer, now)


def agency_page(*, viewer: Account, agency_id: UUID, now: datetime) -> AgencyPage:
    """One agency of the directory; raises ``NotFound``."""
    agency = agency_near(viewer=viewer, agency_id=agency_id)
    today = local_day(agency, now)
    contacts = agency.named_contacts.filter(ended_at=None, function=None)
    pathways = agency.pathways.filter(ended_at=None)
    return AgencyPage(
        agency=agency,
        rows=_rows(list(_near(viewer).filter(agency=agency).order_by("name", "pk")), viewer, now),
        teams=tuple(agency.teams.order_by("name")),
        contacts=tuple(
            (each, _state("contact", each.verified_on, today))
            for each in contacts.select_related("verified_by__agency")
        ),
        pathways=tuple((each, _state("pathway", each.verified_on, today)) for each in pathways),
        keeps=keeps(viewer=viewer, agency=agency, now=now),
    )


def agency_near(*, viewer: Account, agency_id: UUID) -> Agency:
    """An agency of the viewer's place; raises ``NotFound``."""
    found = _agencies(viewer).filter(pk=agency_id).first()
    if found is None:
        raise NotFound
    return found


def listed(*, viewer: Account, function_id: UUID) -> Function:
    """A function that stands in the directory of the viewer's place; raises ``NotFound``."""
    found = _near(viewer).filter(pk=function_id).first()
    if found is None:
        raise NotFound
    return found


def sendable(*, viewer: Account) -> list[Function]:
    """The functions of the viewer's place that messages may go to, by agency and name; to choose from."""
    rows = Function.objects.filter(active=True, listed=True, agency__in=_agencies(viewer))
    return list(rows.select_related("agency").order_by("agency__name", "name"))


def named(*, viewer: Account, words: str) -> Function | None:
    """The one function that messages may go to whose name this is, with or without its agency's; None without one.

    Also an agency's name, where it has one such function alone.
    """
    told = " ".join(words.split()).strip(" .")
    meant = Q(name__iexact=told) | Q(agency__name__iexact=told)
    for cut in (at for at, sign in enumerate(told) if sign == ","):
        first, second = told[:cut].strip(), told[cut + 1 :].strip()
        meant |= Q(name__iexact=first, agency__name__iexact=second)
        meant |= Q(name__iexact=second, agency__name__iexact=first)
    rows = Function.objects.filter(meant, active=True, listed=True, agency__in=_agencies(viewer))
    found = list(rows.select_related("agency")[:2]) if told else []
    return found[0] if len(found) == 1 else None


def pathways(*, viewer: Account, now: datetime, need: str = "") -> list[tuple[Pathway, str]]:
    """The pathways of the viewer's place, for one need or for all, each with how its verification stands."""
    rows = Pathway.objects.filter(ended_at=None, agency__in=_agencies(viewer))
    if need:
        rows = rows.filter(need=need)
    return [
        (each, _state("pathway", each.verified_on, local_day(each.agency, now)))
        for each in rows.select_related("agency").order_by("title", "id")
    ]


def pathway(*, viewer: Account, pathway_id: UUID, now: datetime) -> tuple[Pathway, str, bool]:
    """One pathway, how its verification stands, and whether the viewer keeps it; raises ``NotFound``."""
    rows = Pathway.objects.filter(ended_at=None, agency__in=_agencies(viewer))
    rows = rows.select_related("agency", "verified_by__agency")
    found = rows.prefetch_related("steps__function__agency").filter(pk=pathway_id).first()
    if found is None:
        raise NotFound
    state = _state("pathway", found.verified_on, local_day(found.agency, now))
    return found, state, keeps(viewer=viewer, agency=found.agency, now=now)


def contact(*, viewer: Account, contact_id: UUID) -> NamedContact:
    """A named contact that stands, of an agency of the viewer's place; raises ``NotFound``."""
    rows = NamedContact.objects.filter(ended_at=None, agency__in=_agencies(viewer))
    found = rows.select_related("agency", "function", "verified_by").filter(pk=contact_id).first()
    if found is None:
        raise NotFound
    return found


def found(entry_id: UUID) -> Thing | None:
    """The function, named contact or pathway of an id that stands, with its agency; for whoever may act on it."""
    function = Function.objects.select_related("agency").filter(pk=entry_id, listed=True).first()
    if function is not None:
        return function
    for model in (NamedContact, Pathway):
        rows = model.objects.select_related("agency").filter(pk=entry_id, ended_at=None)
        if (row := rows.first()) is not None:
            return row
    return None


def kind_of(thing: Thing) -> str:
    """Which kind of entry a thing is: ``function``, ``contact`` or ``pathway``."""
    return {Function: "function", NamedContact: "contact", Pathway: "pathway"}[type(thing)]


def to_verify(now: datetime) -> list[UUID]:
    """Entries whose verification has become too old, where nobody was asked for a new one yet; for the clock.

    A contact of a function that is too old itself is asked for together with it.
    """
    try:
        limits = packs.directory().limits
    except PackError:
        return []
    old = {kind: now.date() - timedelta(days=limits[kind]) for kind in ENTRIES}
    functions = Function.objects.filter(
        listed=True, verify_asked_at=None, verified_on__lt=old["function"]
    )
    contacts = NamedContact.objects.filter(
        ended_at=None, verify_asked_at=None, verified_on__lt=old["contact"]
    ).exclude(function__in=functions)
    pathways = Pathway.objects.filter(
        ended_at=None, verify_asked_at=None, verified_on__lt=old["pathway"]
    )
    return [
        each
        for rows in (functions, contacts, pathways)
        for each in rows.order_by("verified_on", "id").values_list("pk", flat=True)
    ]


def keeping_agency(agency: Agency, now: datetime) -> Agency | None:
    """Whose people keep the entries of an agency: its own, else those of a partner, else the first of its place."""
    if kept_by_itself(agency, now):
        return agency
    held = RoleHeld.objects.current(now).filter(role__in=acting(KEEP), account__is_active=True)
    near = Agency.objects.filter(jurisdiction=agency.jurisdiction, state=agency.state)
    partners = partner_ids(agency=agency, now=now)
    return min(
        near.filter(pk__in=held.values("account__agency")),
        key=lambda each: (each.pk not in partners, each.name),
        default=None,
    )


def keeps(*, viewer: Account, agency: Agency, now: datetime) -> bool:
    """Whether the viewer keeps the entries of an agency.

    Managers, safeguarding leads and administrators keep those of their own, and those of an agency of their
    place in which nobody with an account could: else nobody would ever put a number right.
    """
    if not may(viewer=viewer, now=now, any_of=acting(KEEP)):
        return False
    if agency.pk == viewer.agency_id:
        return True
    near = (agency.jurisdiction, agency.state) == (viewer.agency.jurisdiction, viewer.agency.state)
    return near and not kept_by_itself(agency, now)


def kept_by_itself(agency: Agency, now: datetime) -> bool:
    """Whether somebody with an account of the agency keeps its entries."""
    held = RoleHeld.objects.current(now).filter(role__in=acting(KEEP), account__is_active=True)
    return held.filter(account__agency=agency).exists()


def require_keeper(*, viewer: Account, now: datetime) -> None:
    """Go on only for those who keep anything of the directory; raises ``NotAllowed``."""
    if not may(viewer=viewer, now=now, any_of=acting(KEEP)):
        raise NotAllowed


def require_keeps(*, viewer: Account, agency: Agency, now: datetime) -> None:
    """Go on only for those who keep the entries of this agency; raises ``NotAllowed``."""
    if not keeps(viewer=viewer, agency=agency, now=now):
        raise NotAllowed


def local_day(agency: Agency, now: datetime) -> date:
    """The day of a moment where an agency is."""
    return now.astimezone(ZoneInfo(agency.time_zone)).date()


def _agencies(viewer: Account) -> QuerySet[Agency]:
    return Agency.objects.filter(jurisdiction=viewer.agency.jurisdiction)


def _near(viewer: Account) -> QuerySet[Function]:
    system = System.objects.filter(function=OuterRef("pk"), ended_at=None)
    staffed = Account.objects.filter(functions=OuterRef("pk"), is_active=True)
    rows = Function.objects.filter(listed=True, agency__in=_agencies(viewer))
    rows = rows.annotate(has_system=Exists(system), staffed=Exists(staffed))
    return rows.select_related("agency", "verified_by__agency").prefetch_related(
        "hours_rows", "offers"
    )


def _said(word: str) -> Q:
    texts = ("name", "agency__name", "about", "offers__name", "area")
    said = reduce(or_, (Q(**{f"{each}__icontains": word}) for each in texts))
    try:
        return said | Q(offers__kind__in=packs.directory().meant(word))
    except PackError:
        return said


def _rows(functions: Sequence[Function], viewer: Account, now: datetime) -> tuple[Row, ...]:
    by = reckonings({each.agency for each in functions}, now)
    stand = standings(agency=viewer.agency, functions=functions, now=now)
    return tuple(
        Row(
            function=each,
            reach=reach(each, stand[each.pk], by.get(each.agency_id), now),
            standing=Standing(state="own")
            if each.agency_id == viewer.agency_id
            else stand[each.pk],
            channels=_channels(each),
            verified=_state("function", each.verified_on, local_day(each.agency, now)),
        )
        for each in functions
    )


def _channels(function: Function) -> tuple[str, ...]:
    there = {
        "account": function.active and function.staffed,  # type: ignore[attr-defined]
        "link": function.active and bool(function.email) and not function.staffed,  # type: ignore[attr-defined]
        "system": function.active and (function.has_system or bool(function.webhook)),  # type: ignore[attr-defined]
        "phone": bool(function.phone),
    }
    return tuple(name for name, works in there.items() if works)


def _state(entry_kind: str, verified_on: date | None, today: date) -> str:
    try:
        return packs.directory().state(entry_kind, verified_on, today)
    except PackError:
        return "never" if verified_on is None else "verified"
