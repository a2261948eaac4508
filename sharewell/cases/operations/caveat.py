"""Caveats: what an originator says of passing something on, when they agreed, and when it was lifted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sharewell import packs
from sharewell.agencies.access import Conflict, Invalid
from sharewell.agencies.evidence import operation
from sharewell.agencies.models import Account
from sharewell.agencies.queries import policy_for
from sharewell.cases import records
from sharewell.cases.models import Case, Caveat, ChronologyEntry, OriginatorAgreement
from sharewell.cases.operations._writing import leave, may_write

CLOCKS_DIFFER = timedelta(minutes=10)
LENGTHS = {"originator": 200, "conditions": 500, "who": 200, "words": 500, "reason": 300}


class CaveatLifted(Conflict):
    """Somebody lifted the caveat meanwhile."""

    code = "caveat_lifted"
    sentence = "Somebody else lifted this caveat in the meantime. Nothing was changed; what you typed is still below."


@operation("caveat.set")
def caveat_set(
    *,
    account: Account,
    case: Case,
    kind: str,
    originator: str,
    now: datetime,
    entry: ChronologyEntry | None = None,
    field: str = "",
    conditions: str = "",
) -> Caveat:
    """Keep what an originator says of passing on one line of the timeline, or what is known of one field.

    A caveat on a field holds for what is recorded of it later too, until it is lifted. Raises ``NotFound``,
    ``NotAllowed``, ``CaseClosed`` and ``Invalid``.
    """
    may_write(account, case, now)
    errors = _blank(originator=originator) | _long(originator=originator, conditions=conditions)
    if kind not in packs.caveats():
        errors["kind"] = ["Choose one of those offered."]
    named = entry is not None and entry.case_id == case.pk
    if named == (field in policy_for(case.agency).fields):
        errors["field"] = ["Name one line of the chronology, or one field."]
    if errors:
        raise Invalid(errors)
    records.lock(case)
    made = Caveat.objects.create(
        case=case,
        entry=entry,
        field=field,
        kind=kind,
        originator=originator,
        conditions=conditions,
        set_at=now,
        set_by=account,
    )
    about = {"line": entry.pk.hex if entry else None, "field": field}
    said = {"kind": kind, "originator": originator, "conditions": conditions}
    leave(account, case, now, {"caveat": {"id": made.pk.hex, **about, **said}})
    return made


@operation("caveat.agreed")
def caveat_agree(
    *,
    account: Account,
    caveat: Caveat,
    recipient_role: str,
    who: str,
    how: str,
    agreed_at: datetime,
    now: datetime,
    words: str = "",
) -> OriginatorAgreement:
    """Record that the originator agreed to share it with one kind of recipient: who said so, when and how.

    Raises ``NotFound``, ``NotAllowed``, ``CaseClosed``, ``Invalid`` and :class:`CaveatLifted`.
    """
    may_write(account, caveat.case, now)
    errors = _blank(who=who) | _long(who=who, words=words)
    if recipient_role not in packs.vocabulary().recipient_roles:
        errors["recipient_role"] = ["Choose to whom it may go."]
    if how not in OriginatorAgreement.HOW:
        errors["how"] = ["Say how they agreed."]
    if agreed_at > now + CLOCKS_DIFFER:
        errors["agreed_at"] = ["This moment has not come yet. Say when they agreed."]
    if errors:
        raise Invalid(errors)
    _hold(caveat)
    made = OriginatorAgreement.objects.create(
        caveat=caveat,
        recipient_role=recipient_role,
        who=who,
        how=how,
        agreed_at=agreed_at,
        words=words,
        recorded_at=now,
        recorded_by=account,
    )
    records.add_chronology(
        case=caveat.case,
        now=now,
        by=account,
        section="contact",
        kind="reported",
        source_role=caveat.originator,
        event_at=agreed_at,
        text=f"{who} agreed that what they gave under a caveat may be shared further.",
    )
    said = {"who": who, "how": how, "agreed_at": agreed_at.isoformat(), "words": words}
    things = {"agreed": {"caveat": caveat.pk.hex, "recipient_role": recipient_role, **said}}
    leave(account, caveat.case, now, things)
    return made


@operation("caveat.lifted")
def caveat_lift(*, account: Account, caveat: Caveat, reason: str, now: datetime) -> Caveat:
    """Lift a caveat, with the reason. Raises ``NotFound``, ``NotAllowed``, ``Invalid``, :class:`CaveatLifted`."""
    may_write(account, caveat.case, now)
    if errors := _blank(reason=reason) | _long(reason=reason):
        raise Invalid(errors)
    _hold(caveat)
    caveat.lifted_at, caveat.lifted_by, caveat.lifted_why = now, account, reason
    caveat.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
    leave(account, caveat.case, now, {"lifted": {"caveat": caveat.pk.hex, "reason": reason}})
    return caveat


def _hold(caveat: Caveat) -> None:
    records.lock(caveat.case)
    caveat.refresh_from_db(fields=["lifted_at"])
    if caveat.lifted_at is not None:
        raise CaveatLifted


def _blank(**given: str) -> dict[str, list[str]]:
    return {name: ["Answer this."] for name, text in given.items() if not text.strip()}


def _long(**given: str) -> dict[str, list[str]]:
    return {
        name: [f"Shorten this to {LENGTHS[name]} characters. All of it is kept."]
        for name, text in given.items()
        if len(text) > LENGTHS[name]
    }
