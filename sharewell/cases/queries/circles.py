"""Reads of circles: who stands in a case, why and until when; who may let somebody in; what calls for restricting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from sharewell import packs
from sharewell.agencies.access import NotAllowed, NotFound
from sharewell.agencies.models import Account, RoleHeld
from sharewell.agencies.queries import CASEWORK, may, require, roles
from sharewell.cases import catalogues, letting, records
from sharewell.cases.models import Case, CircleMember, Closing, ConcernCase, Task
from sharewell.cases.queries import cases as reads
from sharewell.core.needtoknow import Ending, Restriction, Terms

READERS = (*CASEWORK, "governance_lead")  # who may be let in
STEERS = ("owner", "manager", "safeguarding_lead")
LEADS = ("safeguarding_lead", "governance_lead")
PAST = 20


def leads_inside(case: Case, now: datetime) -> list[Account]:
    """The active safeguarding leads who stand in a case, the longest first."""
    held = RoleHeld.objects.current(now).filter(role="safeguarding_lead")
    standing = CircleMember.objects.standing(now).filter(case=case, account__is_active=True)
    leads = standing.filter(account__in=held.values("account_id")).select_related("account")
    return [each.account for each in leads.order_by("joined_at", "id")]


def own_standing(*, viewer: Account, case: Case, now: datetime) -> CircleMember | None:
    """As what, why, from whom and until when the viewer stands in a case; None outside it."""
    if not reads.stands_in(viewer=viewer, case=case, now=now):
        return None
    mine = CircleMember.objects.standing(now).filter(case=case, account=viewer)
    return mine.select_related("invited_by").first()


def may_as(
    *,
    viewer: Account,
    case: Case,
    now: datetime,
    relations: Sequence[str],
    mine: CircleMember | None,
) -> bool:
    """Whether the viewer, who stands as ``mine``, is one of these to the case.

    Its owner or manager, who do casework; or a lead by role who stands in its circle. One who opened it in an
    emergency is none of them.
    """
    if mine is None or (mine.relation == "break_glass" and case.owner_id != viewer.pk):
        return False
    held = roles(viewer=viewer, now=now)
    works = not held.isdisjoint(CASEWORK)
    manages = mine.relation == "manager" or case.manager_id == viewer.pk
    are = {"owner": works and case.owner_id == viewer.pk, "manager": works and manages}
    return any(are.get(each, each in held) for each in relations)


def may_invite(*, viewer: Account, case: Case, now: datetime) -> bool:
    """Whether the viewer may let somebody into this case, keep them longer or end their standing."""
    mine = own_standing(viewer=viewer, case=case, now=now)
    relations = letting.terms_of(case).invites
    return may_as(viewer=viewer, case=case, now=now, relations=relations, mine=mine)


def may_restrict(*, viewer: Account, case: Case, now: datetime) -> bool:
    """Whether the viewer may restrict this case, or lift it."""
    mine = own_standing(viewer=viewer, case=case, now=now)
    every = packs.circle_terms()
    named = every["restricted"].invites
    relations = named if case.restrictions else (*every["ordinary"].invites, *named)
    return may_as(viewer=viewer, case=case, now=now, relations=relations, mine=mine)


def may_steer(*, viewer: Account, case: Case, now: datetime) -> bool:
    """Whether the viewer may hand over, close or reopen this case."""
    mine = own_standing(viewer=viewer, case=case, now=now)
    return may_as(viewer=viewer, case=case, now=now, relations=STEERS, mine=mine)


@dataclass(frozen=True, slots=True)
class CirclePage:
    """Who stands in a case and who did; what the viewer may do about it."""

    case: Case
    terms: Terms
    mine: CircleMember | None
    members: Sequence[CircleMember]
    past: Sequence[CircleMember]
    closing: Closing | None
    invites: bool
    restricts: bool
    steers: bool
    reasons: Sequence[Restriction]
    suggested: Sequence[Restriction]


def circle_page(*, viewer: Account, case_id: UUID, now: datetime) -> CirclePage:
    """All that the page of a circle shows; raises ``NotFound`` outside it."""
    case = reads.case(viewer=viewer, case_id=case_id, now=now, what="circle")
    every, apart = packs.restrictions(), records.conflicted(case)
    gone = CircleMember.objects.filter(case=case).filter(
        Q(left_at__isnull=False) | Q(expires_at__lte=now)
    )
    related = ("account", "invited_by", "left_by")
    return CirclePage(
        case=case,
        terms=letting.terms_of(case),
        mine=own_standing(viewer=viewer, case=case, now=now),
        members=[
            each
            for each in reads.circle(viewer=viewer, case=case, now=now)
            if each.account_id not in apart  # whoever is walled off stands there in name only
        ],
        past=list(gone.select_related(*related).order_by("-joined_at", "-id")[:PAST]),
        closing=closing(case),
        invites=may_invite(viewer=viewer, case=case, now=now),
        restricts=may_restrict(viewer=viewer, case=case, now=now),
        steers=may_steer(viewer=viewer, case=case, now=now),
        reasons=[every[id_] for id_ in case.restrictions if id_ in every],
        suggested=suggested(case),
    )


def closing(case: Case) -> Closing | None:
    """How a case that was fetched with its viewer ended; None while it is open."""
    found = Closing.objects.filter(case=case, reopened_at=None).select_related("closed_by")
    return found.first()


def endings() -> Sequence[Ending]:
    """How a case may end."""
    return list(packs.closings().values())


def suggested(case: Case) -> list[Restriction]:
    """The reasons to restrict that the record of a case suggests and that do not hold yet."""
    concerns = ConcernCase.objects.filter(case=case).select_related("concern")
    named = concerns.exclude(concern__about_staff_named="", concern__about_staff=None)
    seen = {category for each in concerns for category in each.categories}
    facts = records.known_facts(case)
    about = named.exists()
    return [
        each
        for id_, each in packs.restrictions().items()
        if id_ not in case.restrictions
        and each.suggested(flags=case.flags, facts=facts, categories=seen, about_staff=about)
    ]


def case_for(*, viewer: Account, case_id: UUID, now: datetime, what: str, act: str) -> Case:
    """A case for one who may ``invite``, ``restrict``, ``steer`` or only ``read``.

    Raises ``NotFound`` outside the circle, and ``NotAllowed``.
    """
    case = reads.case(viewer=viewer, case_id=case_id, now=now, what=what)
    allowed = {"invite": may_invite, "restrict": may_restrict, "steer": may_steer}.get(act)
    if allowed is not None and not allowed(viewer=viewer, case=case, now=now):
        raise NotAllowed
    return case


def invitable(*, viewer: Account, case: Case, now: datetime) -> list[Account]:
    """The colleagues who may be let into a case the viewer may read: no conflict, and not in it yet."""
    held = RoleHeld.objects.current(now).filter(role__in=READERS)
    standing = CircleMember.objects.standing(now).filter(case=case).values("account_id")
    found = Account.objects.filter(
        agency_id=viewer.agency_id, is_active=True, pk__in=held.values("account_id")
    )
    found = found.exclude(pk__in=standing).exclude(pk__in=records.conflicted(case))
    return list(found.select_related("team").order_by("name"))


def ownable(*, viewer: Account, case: Case, now: datetime) -> list[Account]:
    """The colleagues to whom a case the viewer may read can be handed."""
    held = RoleHeld.objects.current(now).filter(role__in=CASEWORK)
    found = Account.objects.filter(
        agency_id=viewer.agency_id, is_active=True, pk__in=held.values("account_id")
    )
    found = found.exclude(pk=case.owner_id).exclude(pk__in=records.conflicted(case))
    return list(found.select_related("team").order_by("name"))


def member(*, case: Case, member_id: UUID) -> CircleMember:
    """The standing of an account in a case that was fetched with its viewer, also one that ran out.

    Raises ``NotFound`` for one who does not stand in it.
    """
    rows = CircleMember.objects.filter(case=case, account_id=member_id, left_at=None)
    found = rows.select_related("account", "invited_by").first()
    if found is None:
        raise NotFound
    return found


def tasks_waiting(case: Case) -> list[Task]:
    """What waits in a case that was fetched with its viewer, the most urgent first."""
    waiting = Task.objects.waiting().filter(case=case).exclude(kind="circle_review")
    return list(waiting.select_related("owner").order_by("due_at", "id"))


@dataclass(frozen=True, slots=True)
class Soon:
    """A standing to be told of on home: the viewer's own, or one that the viewer gave."""

    member: CircleMember
    own: bool
    ends: bool


def standings_soon(*, viewer: Account, now: datetime, size: int = 50) -> list[Soon]:
    """Invitations that the viewer got lately, and those got or given that end soon, the soonest first."""
    within = catalogues.limit("standing_soon")
    new = Q(account=viewer, joined_at__gt=now - within)
    ends = Q(expires_at__lte=now + within) & (Q(account=viewer) | Q(invited_by=viewer))
    rows = (
        CircleMember.objects.standing(now)
        .filter(new | ends, invited_by__isnull=False)
        .filter(case__in=Case.objects.visible_to(viewer, now))
        .select_related("case__person", "account", "invited_by")
        .order_by("expires_at", "id")[:size]
    )
    return [
        Soon(row, row.account_id == viewer.pk, _ends(row.expires_at, now, within)) for row in rows
    ]


def _ends(expires_at: datetime | None, now: datetime, within: timedelta) -> bool:
    return expires_at is not None and expires_at <= now + within


@dataclass(frozen=True, slots=True)
class CircleRow:
    """A case with those who stand in it."""

    case: Case
    members: Sequence[CircleMember]


@dataclass(frozen=True, slots=True)
class StandingsPage:
    """Who stands in which of the cases a lead can see, newest case first; ``after`` goes on."""

    rows: Sequence[CircleRow]
    after: UUID | None

    @property
    def after_text(self) -> str:
        """``after`` as an address carries it."""
        return str(self.after or "")


def standings(
    *, viewer: Account, now: datetime, after: UUID | None = None, size: int = reads.PAGE
) -> StandingsPage:
    """For safeguarding and governance leads: the circles of the cases they stand in themselves.

    Raises ``NotAllowed`` for other roles.
    """
    require(viewer=viewer, now=now, any_of=LEADS)
    found = reads.cases_mine(viewer=viewer, now=now, after=after, size=size)
    ids = [case.pk for case in found.cases]
    of_case: dict[UUID, list[CircleMember]] = {pk: [] for pk in ids}
    standing = CircleMember.objects.standing(now).filter(case__in=ids).select_related("account")
    for each in standing.order_by("joined_at", "id"):
        of_case[each.case_id].append(each)
    return StandingsPage([CircleRow(case, of_case[case.pk]) for case in found.cases], found.after)


def sees_standings(*, viewer: Account, now: datetime) -> bool:
    """Whether the viewer's role looks after who stands in which case."""
    return may(viewer=viewer, now=now, any_of=LEADS)
