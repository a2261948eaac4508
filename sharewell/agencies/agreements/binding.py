"""Which agreement binds two agencies at a moment, and which way it says information goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from sharewell import packs
from sharewell.agencies.agreements.texts import whole
from sharewell.agencies.models import Account, Agency, AgreementVersion, Function
from sharewell.core import agreement as core
from sharewell.core.agreement import Agreement
from sharewell.core.terms import OutOfHours

NOTHING_HERE = "This role receives nothing for this purpose."


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One possible recipient for a purpose: the usual way by agreement, or why it is not.

    ``allowed`` is False where no dataset exists for this role and purpose; ``out_of_hours`` is what the
    agreement says for when the function is closed.
    """

    function: Function
    usual: bool
    allowed: bool
    why: str = ""
    agreement: AgreementVersion | None = None
    how: str = ""
    confirms_action: str = ""
    out_of_hours: OutOfHours | None = None


def agreement_between(
    *, agency: Agency, function: Function, now: datetime
) -> tuple[AgreementVersion, Agreement] | None:
    """The agreement in force between an agency and a receiving function's agency, or None.

    Of several, one with a route to this function comes first, then the newest. A version that cannot be
    read binds nobody: the law does not need an agreement, and its absence asks for a reason.
    """
    found = _binding(_in_common(agency, function, now), now)
    routed = [pair for pair in found if _routes_to(pair[1], agency, function)]
    return next(iter([*routed, *found]), None)


def agreement_state(*, agency: Agency, function: Function, now: datetime) -> str:
    """``in_force``, ``expired`` or ``none`` between an agency and a receiving function's agency."""
    common = _in_common(agency, function, now)
    if _binding(common, now):
        return "in_force"
    return "expired" if any(whole(version.text) for version in common) else "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a function stands to an agency: ``state`` as :func:`agreement_state` says it, and the ways agreed.

    ``ways`` are the routes to it of the agreements in force, each with the version that it stands in.
    """

    state: str
    ways: tuple[tuple[AgreementVersion, core.Route], ...] = ()

    @property
    def night(self) -> OutOfHours | None:
        """Whom the agreements name for when the function is closed, or None."""
        return next((way.out_of_hours for _, way in self.ways if way.out_of_hours), None)


def standings(
    *, agency: Agency, functions: Iterable[Function], now: datetime
) -> dict[UUID, Standing]:
    """How each of these functions stands to an agency, by id, in two questions to the database."""
    versions = _versions(agency, now)
    found = {}
    for function in functions:
        common = [v for v in versions if function.agency in v.parties.all()]
        bound = _binding(common, now)
        ended = any(whole(version.text) for version in common)
        ways = tuple(
            (version, way)
            for version, read in bound
            for way in read.routes
            if function.agency_id != agency.pk and _leads_to(way, agency, function)
        )
        state = "in_force" if bound else "expired" if ended else "none"
        found[function.pk] = Standing(state=state, ways=ways)
    return found


def partner_ids(*, agency: Agency, now: datetime) -> set[UUID]:
    """The other agencies that stand under an agreement with this one at a moment."""
    bound = begun(now).filter(Q(ends_at=None) | Q(ends_at__gt=now), parties=agency)
    parties = AgreementVersion.parties.through.objects.filter(agreementversion__in=bound)
    return set(parties.exclude(agency=agency).values_list("agency_id", flat=True))


def routes(*, viewer: Account, purpose: str, now: datetime) -> list[Route]:
    """Every receiving function that the viewer's agency could ask, the usual ways first.

    A function is usual where an agreement in force routes this purpose to it; the others say why they
    are not, so that choosing one is a reason given and not a slip.
    """
    agency = viewer.agency
    policy = packs.policy(agency.jurisdiction, agency.state or None)
    near = Function.objects.filter(active=True, agency__jurisdiction=agency.jurisdiction)
    versions = _versions(agency, now)
    found = []
    for function in near.select_related("agency").order_by("agency__name", "name"):
        common = [v for v in versions if function.agency in v.parties.all()]
        bound = _binding(common, now)
        found.append(
            _route(
                function,
                agency=agency,
                purpose=purpose,
                allowed=policy.cell(function.role, purpose) is not None,
                bound=bound,
                ended=bool(common) and not bound,
            )
        )
    return sorted(found, key=lambda route: (not route.usual, not route.allowed))


def _route(
    function: Function,
    *,
    agency: Agency,
    purpose: str,
    allowed: bool,
    bound: Sequence[tuple[AgreementVersion, Agreement]],
    ended: bool,
) -> Route:
    if not allowed:
        return Route(function=function, usual=False, allowed=False, why=NOTHING_HERE)
    if function.agency_id == agency.pk:
        return Route(function=function, usual=True, allowed=True, how="Inside your own agency")
    for version, read in bound:
        way = core.route(read, agency.slug, function.role, purpose)
        if way is not None and _names(way, function):
            return Route(
                function=function,
                usual=True,
                allowed=True,
                agreement=version,
                how=way.how,
                confirms_action=way.confirms_action,
                out_of_hours=way.out_of_hours,
            )
    return Route(
        function=function,
        usual=False,
        allowed=True,
        why=_why(function, bound=bool(bound), ended=ended),
        agreement=bound[0][0] if bound else None,
    )


def _why(function: Function, *, bound: bool, ended: bool) -> str:
    if bound:
        return f"The agreement with {function.agency.name} does not route this purpose here."
    if ended:
        return f"The agreement with {function.agency.name} is not in force now."
    return f"There is no agreement with {function.agency.name}."


def _names(way: core.Route, function: Function) -> bool:
    return way.agency == function.agency.slug and way.function in ("", function.slug, function.name)


def _routes_to(read: Agreement, agency: Agency, function: Function) -> bool:
    return any(_leads_to(way, agency, function) for way in read.routes)


def _leads_to(way: core.Route, agency: Agency, function: Function) -> bool:
    from_here = not way.senders or agency.slug in way.senders
    return from_here and _names(way, function)


def _binding(
    versions: Iterable[AgreementVersion], now: datetime
) -> list[tuple[AgreementVersion, Agreement]]:
    return [
        (version, read)
        for version in versions
        if (version.ends_at is None or now < version.ends_at)
        and (read := whole(version.text))
        and read.state(now) == "in_force"
    ]


def _in_common(agency: Agency, function: Function, now: datetime) -> list[AgreementVersion]:
    return [v for v in _versions(agency, now) if function.agency in v.parties.all()]


def _versions(agency: Agency, now: datetime) -> list[AgreementVersion]:
    """Of each agreement the version that began last, where the agency is a party to it, the newest first."""
    found = begun(now).filter(parties=agency)
    parties = Prefetch("parties", queryset=Agency.objects.only("pk"))
    return list(found.prefetch_related(parties).order_by("-starts_at", "-number"))


def begun(now: datetime) -> QuerySet[AgreementVersion]:
    """Of each agreement the version that began last before a moment; it may have ended since."""
    until_now = AgreementVersion.objects.filter(state="in_force", starts_at__lte=now)
    # One that was given up before it began was never in force.
    lasting = until_now.filter(Q(ends_at=None) | Q(ends_at__gt=F("starts_at")))
    later = lasting.filter(agreement=OuterRef("agreement"), starts_at__gt=OuterRef("starts_at"))
    return lasting.exclude(Exists(later))
