"""Reads of allegations against staff: the closed space, its walls, and the accounts of witnesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account, Team
from sharewell.agencies.queries import may
from sharewell.cases import looked, records
from sharewell.cases.models import (
    Allegation,
    AllegationFacts,
    AllegationOutcome,
    Case,
    CircleMember,
    EvidenceKept,
    NamedTold,
    Wall,
    WitnessAccount,
)
from sharewell.cases.queries import cases as reads
from sharewell.cases.queries.tasks import Waiting, case_tasks

WRITERS = ("practitioner", "manager", "safeguarding_lead", "governance_lead")


@dataclass(frozen=True, slots=True)
class AllegationPage:
    """An allegation as its page opens; ``witnesses`` and ``walls`` only for those who look after it.

    ``person_case`` is the case of the person at risk where the viewer may read that too.
    """

    case: Case
    allegation: Allegation
    named: Sequence[Account]
    facts: Sequence[AllegationFacts]
    kept: Sequence[EvidenceKept]
    told: Sequence[NamedTold]
    outcomes: Sequence[AllegationOutcome]
    witnesses: Sequence[WitnessAccount]
    walls: Sequence[Wall]
    circle: Sequence[CircleMember]
    tasks: Sequence[Waiting]
    person_cases: Sequence[Case]
    writes: bool
    oversees: bool
    reads_accounts: bool


def allegation(*, viewer: Account, case_id: UUID, now: datetime, what: str = "allegation") -> Case:
    """The case of an allegation whose circle the viewer stands in; raises ``NotFound`` for any other."""
    found = reads.case(viewer=viewer, case_id=case_id, now=now, what=what)
    if found.kind != "allegation":
        raise NotFound
    return found


def allegation_of(*, viewer: Account, case: Case, now: datetime) -> Allegation:
    """What makes this case an allegation; raises ``NotFound`` outside its circle."""
    found = Allegation.objects.filter(case=case).select_related("lead", "concern").first()
    if found is None or not reads.stands_in(viewer=viewer, case=case, now=now):
        raise NotFound
    return found


def oversees(*, viewer: Account, case: Case, now: datetime) -> bool:
    """Whether the viewer is the one who looks after an allegation: its oversight, or its owner since."""
    standing = CircleMember.objects.standing(now).filter(case=case, account=viewer)
    return standing.filter(Q(relation="oversight") | Q(case__owner=viewer)).exists()


def allegation_page(*, viewer: Account, case_id: UUID, now: datetime) -> AllegationPage:
    """All that the page of an allegation shows; raises ``NotFound`` outside its circle."""
    case = allegation(viewer=viewer, case_id=case_id, now=now)
    found = allegation_of(viewer=viewer, case=case, now=now)
    looks_after = oversees(viewer=viewer, case=case, now=now)
    reads_accounts = looks_after or found.lead_id == viewer.pk
    visible = Case.objects.visible_to(viewer, now).filter(concerns__concern=found.concern_id)
    by = "recorded_by"
    return AllegationPage(
        case=case,
        allegation=found,
        named=list(found.named.select_related("team").order_by("name")),
        facts=list(found.facts.select_related(by).order_by("-id")),
        kept=list(found.kept.select_related(by).order_by("secured_at", "id")),
        told=list(found.told.select_related(by).order_by("told_at", "id")),
        outcomes=list(found.outcomes.select_related(by).order_by("-id")),
        witnesses=_witnesses(found) if reads_accounts else [],
        walls=walls(found) if looks_after else [],
        circle=reads.circle(viewer=viewer, case=case, now=now),
        tasks=case_tasks(viewer=viewer, case=case, now=now),
        person_cases=list(visible.order_by("opened_at")),
        writes=may(viewer=viewer, now=now, any_of=WRITERS),
        oversees=looks_after,
        reads_accounts=reads_accounts,
    )


def newest_facts_of(case: Case) -> AllegationFacts | None:
    """The facts of an allegation that stand, of a case that was fetched with its viewer."""
    return AllegationFacts.objects.filter(allegation__case=case).order_by("-id").first()


def walls(found: Allegation) -> list[Wall]:
    """The walls that stand around an allegation that was fetched with its viewer, and its person's cases."""
    of_person = Q(case__concerns__concern=found.concern_id)
    rows = Wall.objects.filter(Q(case=found.case_id) | of_person, lifted_at=None)
    return list(rows.select_related("account", "team", "case").order_by("case__kind", "id"))


def wall(*, viewer: Account, case: Case, wall_id: int, now: datetime) -> Wall:
    """One wall that stands around an allegation or its person's case; raises ``NotFound``."""
    found = allegation_of(viewer=viewer, case=case, now=now)
    for each in walls(found):
        if each.pk == wall_id:
            return each
    raise NotFound


def free_colleagues(*, viewer: Account, case: Case, now: datetime) -> list[Account]:
    """The colleagues who may be given a part in an allegation: none of them walled off, none conflicted."""
    allegation_of(viewer=viewer, case=case, now=now)
    out = records.conflicted(case)
    rows = Account.objects.filter(agency_id=case.agency_id, is_active=True).exclude(pk__in=out)
    return list(rows.exclude(pk=viewer.pk).order_by("name"))


def possible_witnesses(*, viewer: Account, case: Case, now: datetime) -> list[Account]:
    """The colleagues who may be asked what they saw: all but those whom the allegation names."""
    found = allegation_of(viewer=viewer, case=case, now=now)
    rows = Account.objects.filter(agency_id=case.agency_id, is_active=True)
    return list(rows.exclude(pk__in=found.named.values("pk")).order_by("name"))


def teams(*, viewer: Account) -> list[Team]:
    """The teams of the viewer's own agency, by name."""
    return list(Team.objects.filter(agency_id=viewer.agency_id).order_by("name"))


def witness_own(*, viewer: Account, witness_id: UUID) -> WitnessAccount:
    """An account that the viewer gives or takes down; raises ``NotFound`` for anybody else's."""
    rows = WitnessAccount.objects.filter(Q(witness=viewer) | Q(taker=viewer), adds_to=None)
    found = (
        rows.select_related("allegation__case__agency", "allegation__concern", "witness", "taker")
        .exclude(allegation__named=viewer)
        .filter(pk=witness_id)
        .first()
    )
    if found is None or not viewer.is_active:
        raise NotFound
    return found


def witness(*, viewer: Account, witness_id: UUID, now: datetime) -> tuple[WitnessAccount, bool]:
    """One account, and whether the viewer is its author; raises ``NotFound`` for whom it is sealed.

    Unsigned it is its author's alone. Signed, the one who looks after the allegation and the one who leads
    the enquiry read it too, which leaves a line in the access table; never another witness.
    """
    try:
        return witness_own(viewer=viewer, witness_id=witness_id), True
    except NotFound:
        pass
    rows = WitnessAccount.objects.filter(pk=witness_id, adds_to=None).exclude(signed_at=None)
    found = rows.select_related("allegation__case__agency", "witness", "taker").first()
    if found is None:
        raise NotFound
    case = found.allegation.case
    if not reads.stands_in(viewer=viewer, case=case, now=now):
        raise NotFound
    leads = found.allegation.lead_id == viewer.pk
    if not leads and not oversees(viewer=viewer, case=case, now=now):
        raise NotFound
    looked.note_all(viewer=viewer, cases=[case], now=now, what="witness")
    return found, False


def addenda(found: WitnessAccount) -> list[WitnessAccount]:
    """What was added later to an account that was fetched with its viewer, in order."""
    return list(found.addenda.order_by("signed_at"))


def _witnesses(found: Allegation) -> list[WitnessAccount]:
    """Who was asked and whether they signed; of what is not signed, nothing else."""
    rows = found.witnesses.filter(adds_to=None).select_related("witness", "taker")
    return list(rows.defer("text").order_by("asked_at", "id"))
