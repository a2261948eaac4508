"""What the pages of agreements show: the list, one version with what may be done, its check, a comparison."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q

from sharewell.agencies import queries as agencies
from sharewell.agencies.agreements import records, signing, texts
from sharewell.agencies.agreements.records import NotInHand
from sharewell.agencies.agreements.texts import Fault
from sharewell.agencies.models import (
    Account,
    Agency,
    Agreement,
    AgreementSignature,
    AgreementVersion,
    Function,
)
from sharewell.core import yamltext
from sharewell.core.checking import Difference, Finding
from sharewell.core.policy import PackError
from sharewell.core.terms import Agreement as Terms
from sharewell.core.terms import AgreementError


@dataclass(frozen=True, slots=True)
class Line:
    """One version in a list: how it stands at the moment, and when its review is due."""

    version: AgreementVersion
    standing: str
    review_on: date | None = None
    review: str = ""  # due | soon, for the version in force


@dataclass(frozen=True, slots=True)
class Listed:
    """One agreement with the versions of it that the viewer may read, the newest first."""

    agreement: Agreement
    parties: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One version with all that its pages show, and what the viewer may do with it."""

    version: AgreementVersion
    standing: str
    terms: Terms | None
    fault: Fault | None
    signatures: tuple[AgreementSignature, ...]
    others: tuple[Line, ...]
    may: frozenset[str]  # governs, edit, sign, record, bring_into_force, end, next
    missing: tuple[str, ...]  # what of it this instance does not know, in sentences


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check finds of one kind, each finding with its line in the text."""

    kind: signing.Kind
    found: tuple[tuple[Finding, int | None], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """How a version differs from the one that is in force, or was last; ``before`` None: there is none."""

    before: AgreementVersion | None
    found: tuple[Difference, ...] = ()


def agreements(*, viewer: Account, now: datetime) -> list[Listed]:
    """The agreements of which the viewer may read something, those they keep first."""
    agencies.require(viewer=viewer, now=now, any_of=records.READS)
    rows = records.readable(viewer, now).select_related("agreement__keeper")
    found = rows.prefetch_related("parties").order_by("agreement__title", "agreement_id", "-number")
    by_agreement: dict[UUID, list[AgreementVersion]] = {}
    for version in found:
        by_agreement.setdefault(version.agreement_id, []).append(version)
    listed = [
        Listed(
            agreement=versions[0].agreement,
            parties=tuple(sorted(agency.name for agency in versions[0].parties.all())),
            lines=_lines(versions, now),
        )
        for versions in by_agreement.values()
    ]
    return sorted(listed, key=lambda each: each.agreement.keeper_id != viewer.agency_id)


def may_draft(*, viewer: Account, now: datetime) -> bool:
    """Whether the viewer may begin an agreement for their agency."""
    return agencies.may(viewer=viewer, now=now, any_of=records.GOVERNS)


def require_may_draft(*, viewer: Account, now: datetime) -> None:
    """Go on only for one who may begin an agreement; raises ``NotAllowed``."""
    agencies.require(viewer=viewer, now=now, any_of=records.GOVERNS)


def version_page(*, viewer: Account, version_id: UUID, now: datetime) -> Shown:
    """One version as it stands; raises ``NotFound``."""
    version = records.fetch(viewer, version_id, now)
    fault = texts.fault(version.text)
    terms = None if fault else texts.readable(version.text)
    signatures = tuple(version.signatures.select_related("account__agency").order_by("at", "id"))
    siblings = list(
        records.readable(viewer, now).filter(agreement=version.agreement_id).order_by("-number")
    )
    return Shown(
        version=version,
        standing=standing(version, siblings, now),
        terms=terms,
        fault=fault,
        signatures=signatures,
        others=_lines(siblings, now),
        may=_may(viewer, version, terms, signatures, now),
        missing=_missing(version, terms) if terms else (),
    )


def draft_page(*, viewer: Account, version_id: UUID, now: datetime) -> AgreementVersion:
    """A draft that the viewer may edit; raises ``NotFound`` and ``NotInHand``."""
    version = records.fetch(viewer, version_id, now)
    if version.state != "draft":
        raise NotInHand
    return version


def parties_near(*, viewer: Account, version_id: UUID, now: datetime) -> list[tuple[str, str]]:
    """The agencies registered here that may be parties of a draft: slug and name, in its jurisdiction."""
    version = draft_page(viewer=viewer, version_id=version_id, now=now)
    jurisdiction = texts.readable(version.text).jurisdiction
    near = Agency.objects.filter(jurisdiction=jurisdiction).order_by("name")
    return list(near.values_list("slug", "name"))


def check_page(*, viewer: Account, version_id: UUID, now: datetime) -> list[Checked]:
    """What the check of a version finds, by kind; raises ``NotFound`` and as ``texts.findings`` does."""
    version = records.fetch(viewer, version_id, now)
    found = texts.findings(version.text)
    groups = []
    for kind in signing.kinds().values():
        mine = [each for each in found if each.kind == kind.id]
        placed = tuple((each, yamltext.line_of(version.text, each.place)) for each in mine)
        if placed:
            groups.append(Checked(kind, placed))
    return groups


def compare_page(*, viewer: Account, version_id: UUID, now: datetime) -> Compared:
    """Which requests come out differently than under the version before; raises as a check does."""
    version = records.fetch(viewer, version_id, now)
    brought = records.readable(viewer, now).filter(
        agreement=version.agreement_id, state="in_force", number__lt=version.number
    )
    before = brought.order_by("-number").first()
    if before is None:
        return Compared(None)
    return Compared(before, texts.differences(before.text, version.text))


def waiting(*, viewer: Account, now: datetime) -> list[tuple[str, AgreementVersion]]:
    """What of agreements waits for the viewer: ``sign``, ``bring_into_force``, ``review_due`` or ``review_soon``."""
    held = agencies.roles(viewer=viewer, now=now)
    if held.isdisjoint(records.SIGNS):
        return []
    rows = records.readable(viewer, now).select_related("agreement")
    in_hand = rows.filter(state="signing").annotate(signers=Count("signatures"))
    unsigned = in_hand.filter(signers__lt=2).exclude(signatures__account=viewer)
    found: list[tuple[str, AgreementVersion]] = [("sign", version) for version in unsigned]
    if held.isdisjoint(records.GOVERNS):
        return found
    kept = Q(agreement__keeper=viewer.agency_id)
    found += [("bring_into_force", v) for v in in_hand.filter(kept, signers__gte=2)]
    binding = rows.filter(kept, Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)
    reviews = [(_review(v, "in_force", now)[1], v) for v in binding.filter(state="in_force")]
    return found + [(f"review_{review}", version) for review, version in reviews if review]


def standing(version: AgreementVersion, siblings: Iterable[AgreementVersion], now: datetime) -> str:
    """How a version stands at a moment: draft, signing, given_up, scheduled, in_force, superseded, ended or expired."""
    if version.state != "in_force" or version.starts_at is None:
        return version.state
    if version.ends_at is None or now < version.ends_at:
        return "in_force" if version.starts_at <= now else "scheduled"
    if version.ended_at is not None:
        return "ended"
    follows = any(each.starts_at == version.ends_at for each in siblings if each.pk != version.pk)
    return "superseded" if follows else "expired"


def _lines(versions: Collection[AgreementVersion], now: datetime) -> tuple[Line, ...]:
    lines = []
    for version in versions:
        stands = standing(version, versions, now)
        lines.append(Line(version, stands, *_review(version, stands, now)))
    return tuple(lines)


def _review(version: AgreementVersion, stands: str, now: datetime) -> tuple[date | None, str]:
    """When a version is reviewed, and whether that is ``due`` or ``soon`` where it is in force."""
    try:
        review_on = texts.draft(version.text).review_on
    except (AgreementError, PackError):
        return None, ""
    if stands != "in_force" or review_on > (now + signing.limit("review_ahead")).date():
        return review_on, ""
    return review_on, "due" if review_on <= now.date() else "soon"


def _may(
    viewer: Account,
    version: AgreementVersion,
    terms: Terms | None,
    signatures: Collection[AgreementSignature],
    now: datetime,
) -> frozenset[str]:
    held = agencies.roles(viewer=viewer, now=now)
    keeps = version.agreement.keeper_id == viewer.agency_id
    may = set(_may_sign(viewer, held, version, terms, signatures)) if terms else set()
    if keeps and not held.isdisjoint(records.GOVERNS):
        may.add("governs")
        ended = version.ends_at is not None and version.ends_at <= now
        if version.state == "draft":
            may.add("edit")
        if version.state == "signing" and len({each.account_id for each in signatures}) > 1:
            may.add("bring_into_force")
        if version.state in ("signing", "in_force") and not ended:
            may.add("end")
        in_hand = version.agreement.versions.filter(state__in=("draft", "signing"))
        if version.state in ("in_force", "given_up") and not in_hand.exists():
            may.add("next")
    return frozenset(may)


def _may_sign(
    viewer: Account,
    held: frozenset[str],
    version: AgreementVersion,
    terms: Terms,
    signatures: Collection[AgreementSignature],
) -> Iterable[str]:
    """``sign`` for one's own agency, ``record`` for a partner."""
    parties, done = {party.agency for party in terms.parties}, {each.party for each in signatures}
    ours = viewer.agency.slug
    if (
        version.state not in ("draft", "signing")
        or ours not in parties
        or any(each.account_id == viewer.pk for each in signatures)
    ):
        return
    if "governance_lead" in held and ours not in done:
        yield "sign"
    keeps = version.agreement.keeper_id == viewer.agency_id
    if keeps and not held.isdisjoint(records.SIGNS) and parties - done - {ours}:
        yield "record"


def _missing(version: AgreementVersion, terms: Terms) -> tuple[str, ...]:
    """What the directory here does not know: until it does, the agreement does not lead there."""
    slugs, keeper = {party.agency for party in terms.parties}, version.agreement.keeper
    known = set(Agency.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    desks = Function.objects.filter(agency__slug__in=known, active=True)
    named = {(f.agency.slug, n) for f in desks.select_related("agency") for n in (f.slug, f.name)}
    sentences = []
    if keeper.slug not in slugs:
        sentences.append(
            f"{keeper.name} ({keeper.slug}) keeps this agreement and is no party of it, so it cannot sign."
        )
    sentences += [
        f"{party.name} ({party.agency}) is not an agency registered here."
        for party in terms.parties
        if party.agency not in known
    ]
    sentences += [
        f"{route.agency} has no receiving function “{route.function}” here."
        for route in terms.routes
        if route.agency in known and (route.agency, route.function) not in named
    ]
    return tuple(dict.fromkeys(sentences))
