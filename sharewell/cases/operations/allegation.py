"""What becomes known of an allegation: facts, what was secured, what the named person was told, the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sharewell import packs
from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account
from sharewell.agencies.queries import may
from sharewell.cases import records
from sharewell.cases.allegations import as_json, hand_to
from sharewell.cases.closed import may_oversee, may_write
from sharewell.cases.models import (
    Allegation,
    AllegationFacts,
    AllegationOutcome,
    Case,
    EvidenceKept,
    NamedTold,
)
from sharewell.cases.operations.case import Changed
from sharewell.cases.operations.chronology import CLOCKS_DIFFER
from sharewell.cases.oversight import Outside, resolve
from sharewell.cases.queries.allegations import WRITERS

FIRST = "Ask the designated officer, adult social care or the police first, and record who agreed."


@operation("allegation.recorded")
def allegation_record(
    *,
    account: Account,
    case: Case,
    now: datetime,
    facts: Mapping[str, str],
    seen: int | None = None,
) -> AllegationFacts:
    """Record the facts of an allegation; what was recorded before stays readable.

    ``facts`` holds words by the columns of ``AllegationFacts``; ``seen`` is the id of the facts that the
    writer saw. Raises ``Changed``, ``NotFound`` outside its circle, ``NotAllowed`` and ``Invalid``.
    """
    allegation = may_write(account, case, now)
    capacities = packs.allegations().capacities
    errors = {}
    if not facts.get("alleged", "").strip():
        errors["alleged"] = ["Write what is alleged, as it was told."]
    if facts.get("capacity") and facts["capacity"] not in capacities:
        errors["capacity"] = ["Choose from those offered."]
    if errors:
        raise Invalid(errors)
    records.lock(case)
    newest = allegation.facts.order_by("-id").first()
    if seen is not None and seen != (newest.id if newest else 0):
        raise Changed
    kept = AllegationFacts.objects.create(
        allegation=allegation, recorded_at=now, recorded_by=account, **facts
    )
    _record(account, case, now, {"facts": dict(facts)})
    return kept


@operation("evidence.secured")
def evidence_secure(
    *,
    account: Account,
    case: Case,
    now: datetime,
    kind: str,
    what: str,
    secured: bool,
    secured_by: str,
    secured_at: datetime,
    held_where: str = "",
) -> EvidenceKept:
    """Record one thing that was secured, with who, when and where it is held; or that it could not be.

    ``kind`` is one of packs/allegations.yaml. Raises ``NotFound``, ``NotAllowed`` and ``Invalid``.
    """
    allegation = may_write(account, case, now)
    errors = {}
    if kind not in packs.allegations().evidence:
        errors["kind"] = ["Choose from those offered."]
    if secured and not held_where.strip():
        errors["held_where"] = ["Say where it is held, so that it can be found."]
    if secured_at > now + CLOCKS_DIFFER:
        errors["secured_at"] = ["This moment has not come yet."]
    if errors:
        raise Invalid(errors)
    kept = EvidenceKept.objects.create(
        allegation=allegation,
        kind=kind,
        what=what,
        secured=secured,
        secured_by=secured_by,
        secured_at=secured_at,
        held_where=held_where,
        recorded_at=now,
        recorded_by=account,
    )
    words = {"kind": kind, "what": what, "secured": secured, "by": secured_by, "where": held_where}
    _record(account, case, now, {"evidence": words | {"at": secured_at.isoformat()}})
    return kept


@operation("named.told")
def named_tell(
    *,
    account: Account,
    case: Case,
    now: datetime,
    words: str,
    told_by: str,
    told_at: datetime,
    steered_by: str,
    steer_name: str,
    steered_at: datetime,
) -> NamedTold:
    """Record what the named person was told, and who outside agreed to it first.

    ``steered_by`` is one of packs/allegations.yaml. Raises ``NotFound``, ``NotAllowed``, and ``Invalid``
    where nobody outside agreed, or only afterwards.
    """
    allegation = may_write(account, case, now)
    errors = {}
    if steered_by not in packs.allegations().steers or not steer_name.strip():
        errors["steered_by"] = [FIRST]
    if steered_at > told_at:
        errors["steered_at"] = [
            "They agreed after the person was told. Record what happened in the chronology, and ring them now."
        ]
    if told_at > now + CLOCKS_DIFFER:
        errors["told_at"] = ["This moment has not come yet."]
    if errors:
        raise Invalid(errors)
    kept = NamedTold.objects.create(
        allegation=allegation,
        words=words,
        told_by=told_by,
        told_at=told_at,
        steered_by=steered_by,
        steer_name=steer_name,
        steered_at=steered_at,
        recorded_at=now,
        recorded_by=account,
    )
    said = {"words": words, "by": told_by, "steered_by": steered_by, "steer": steer_name}
    times = {"at": told_at.isoformat(), "steered_at": steered_at.isoformat()}
    _record(account, case, now, {"told": said | times})
    return kept


@operation("allegation.found")
def allegation_find(
    *, account: Account, case: Case, now: datetime, outcome: str, reason: str, found_by: str
) -> AllegationOutcome:
    """Record how an allegation was found; a later outcome stands in place of it, and both stay readable.

    ``outcome`` is one of packs/allegations.yaml. For the one who looks after it: raises ``NotFound``,
    :class:`OversightOnly` and ``Invalid``.
    """
    allegation = may_oversee(account, case, now)
    errors = {}
    if outcome not in packs.allegations().outcomes:
        errors["outcome"] = ["Choose from those offered."]
    if not reason.strip():
        errors["reason"] = ["Say on what it rests."]
    if errors:
        raise Invalid(errors)
    kept = AllegationOutcome.objects.create(
        allegation=allegation,
        outcome=outcome,
        reason=reason,
        found_by=found_by,
        recorded_at=now,
        recorded_by=account,
    )
    _record(account, case, now, {"outcome": {"is": outcome, "reason": reason, "by": found_by}})
    return kept


@operation("allegation.led")
def allegation_lead(
    *, account: Account, case: Case, now: datetime, lead: Account, reason: str
) -> Allegation:
    """Name who leads the enquiry inside, and let them read the allegation and the signed accounts.

    Raises ``NotFound``, :class:`OversightOnly`, ``Invalid``, and ``ConflictOfInterest`` for one walled off.
    """
    allegation = may_oversee(account, case, now)
    errors = {}
    if lead.agency_id != case.agency_id or not may(viewer=lead, now=now, any_of=WRITERS):
        errors["lead"] = ["Choose a colleague whose role lets them read cases."]
    if not reason.strip():
        errors["reason"] = ["Say why it is this person."]
    if errors:
        raise Invalid(errors)
    records.join_circle(
        case=case,
        account=lead,
        relation="invited",
        now=now,
        reason=f"Leads the enquiry: {reason}"[:300],
    )
    allegation.lead = lead
    allegation.save(update_fields=["lead"])
    _record(account, case, now, {"lead": {"account": lead.id.hex, "reason": reason}})
    return allegation


@operation("allegation.taken_up")
def allegation_take_up(*, case_id: UUID, now: datetime) -> Allegation:
    """Give an allegation that nobody inside could look after to the first who now can.

    For the clock runner. Still nobody, or given meanwhile: unchanged. Raises ``NotFound``.
    """
    rows = Allegation.objects.select_for_update(of=("self",)).exclude(outside={})
    found = rows.select_related("case__agency", "case__person").filter(case=case_id).first()
    if found is None:
        raise NotFound
    case = found.case
    who = resolve(agency=case.agency, case=case, purpose="oversight", now=now)
    if isinstance(who, Outside):
        return unchanged(found)
    hand_to(found, who, now)
    record(
        at=now,
        agency=case.agency,
        actor=None,
        case_id=case.pk,
        things={"allegation": as_json(found)},
    )
    return found


def _record(account: Account, case: Case, now: datetime, things: Mapping[str, object]) -> None:
    record(at=now, agency=case.agency, actor=account, case_id=case.id, things=things)
