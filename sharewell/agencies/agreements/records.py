"""Who may read, sign and govern agreements; versions are fetched together with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from sharewell.agencies import queries as agencies
from sharewell.agencies.access import Conflict, NotFound
from sharewell.agencies.models import Account, Agreement, AgreementVersion

GOVERNS = ("governance_lead",)
SIGNS = ("governance_lead", "manager")
READS = (*agencies.CASEWORK, "governance_lead", "partner", "inspector")


class NotInHand(Conflict):
    """The version was signed, brought into force or given up, so this cannot be done to it any more."""

    code = "not_in_hand"
    sentence = (
        "This version has gone further in the meantime, so this cannot be done to it any more. "
        "Nothing was changed. Go back to its page to see how it stands."
    )


def readable(viewer: Account, now: datetime) -> QuerySet[AgreementVersion]:
    """The versions that the viewer may read.

    What was brought into force binds the parties, so their staff may read it for ever. A draft is for the
    governance leads of the agency that keeps it; what is being signed also for its managers and for the
    governance leads of the parties.
    """
    held, ours = agencies.roles(viewer=viewer, now=now), viewer.agency_id
    kept, party = Q(agreement__keeper=ours), Q(pk__in=_with_party(viewer))
    seen = Q(pk__in=[])
    if not held.isdisjoint(READS):
        seen |= Q(state="in_force") & (kept | party)
    if not held.isdisjoint(SIGNS):
        seen |= Q(state__in=("signing", "given_up")) & kept
    if not held.isdisjoint(GOVERNS):
        seen |= kept | (Q(state="signing") & party)
    return AgreementVersion.objects.filter(seen)


def fetch(viewer: Account, version_id: UUID, now: datetime) -> AgreementVersion:
    """One version to read; raises ``NotFound`` for one that the viewer may not read."""
    rows = readable(viewer, now).select_related(
        "agreement__keeper", "saved_by", "brought_by", "ended_by"
    )
    found = rows.filter(pk=version_id).first()
    if found is None:
        raise NotFound
    return found


def hold(
    account: Account, version_id: UUID, now: datetime, any_of: Iterable[str] = GOVERNS
) -> AgreementVersion:
    """One version to change, locked with its agreement until the transaction ends.

    Raises ``NotFound`` for one that the account may not read, and ``NotAllowed`` without one of the roles.
    """
    agreement_id = fetch(account, version_id, now).agreement_id
    agencies.require(viewer=account, now=now, any_of=any_of)
    Agreement.objects.select_for_update().get(pk=agreement_id)
    return fetch(account, version_id, now)


def hold_kept(account: Account, version_id: UUID, now: datetime) -> AgreementVersion:
    """The same for a governance lead of the agency that keeps it; to others there is nothing to change."""
    found = hold(account, version_id, now)
    if found.agreement.keeper_id != account.agency_id:
        raise NotFound
    return found


def _with_party(viewer: Account) -> QuerySet[AgreementVersion, UUID]:
    return AgreementVersion.objects.filter(parties=viewer.agency_id).values_list("pk", flat=True)
