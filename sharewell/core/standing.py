"""What a request says, as the values that rules are matched on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from sharewell.core.policy import Era, Masked, Policy
from sharewell.core.request import Request

TRUTH = {True: "true", False: "false"}
ANSWERS = {
    "relied": "agreed",
    "barred": "refused",
    "none": "not_asked",
    "expired": "not_asked",
    "not_covering": "not_asked",
    "not_valid": "not_asked",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The bits of a request, and where the person's agreement stands for it.

    ``standing``: relied (may be relied on for this), barred (a boundary names this recipient),
    expired, not_covering, not_valid (coerced, or given by someone who may not), none.
    """

    bits: int
    standing: str
    form: str


def standing(request: Request, policy: Policy, era: Era, *, agreed: str) -> Standing:
    """Encode a request; ``agreed`` is the state of the agencies' agreement for this purpose."""
    layout, facts, consent = policy.layout, request.facts, request.consent
    recipient = request.recipient
    cell = policy.cell(recipient.role, request.purpose)
    form = cell.forms[0] if cell else "none"
    can_act = request.purpose in policy.matrix.can_act.get(recipient.role, ())
    values = {each.name: getattr(facts, each.name) for each in fields(facts)}
    values |= {
        "purpose": request.purpose,
        "role": recipient.role,
        "agreement": agreed,
        "sender_kind": request.sender.kind,
        "state": request.state or "none",
        "public_authority": TRUTH[_public(request, policy)],
        "recipient_is_source": TRUTH[recipient.alleged_source],
        "recipient_connected": recipient.connected_to_source,
        "can_act": TRUTH[can_act],
        "form": form,
        "consent": consent.position,
        "consent_reason": consent.reason or "none",
        "given_by": consent.given_by or "unknown",
    }
    for name in policy.vocabulary.regimes if policy.vocabulary else ():
        values[f"regime_{name}"] = TRUTH[name in request.sender.regimes]
    for name in policy.vocabulary.flags if policy.vocabulary else ():
        values[f"flag_{name}"] = TRUTH[name in request.flags]
    for name in policy.vocabulary.consent_labels if policy.vocabulary else ():
        values[f"label_{name}"] = TRUTH[name in consent.covers.labels]
    base = layout.encode(values)
    stands = _stands(request, base, era.steps["agreement"])
    rest = {
        "standing": stands,
        "answer": _answer(request, stands),
        "release": _release(request, stands),
    }
    return Standing(base | layout.encode(rest), stands, form)


def matching(bits: int, rules: Iterable[Masked]) -> list[Masked]:
    """The rules that match these bits, in the order of the packs."""
    return [masked for masked in rules if not bits & masked[0]]


def _stands(request: Request, bits: int, invalid: Iterable[Masked]) -> str:
    consent = request.consent
    role = request.recipient.role
    if any(b.kind == "deny_role" and b.value == role for b in consent.boundaries):
        return "barred"
    if consent.position != "obtained":
        return "none"
    if any(not bits & mask for mask, _ in invalid):
        return "not_valid"
    begins, ends = consent.recorded_at, consent.expires_at
    if (begins is not None and begins > request.at) or (ends is not None and ends <= request.at):
        return "expired"
    covers = consent.covers
    covering = role in covers.recipients and request.purpose in covers.purposes
    return "relied" if covering else "not_covering"


def _answer(request: Request, stands: str) -> str:
    """What the person has said to this: agreed, refused, agreed under pressure, or nothing yet."""
    if request.consent.position in ("refused", "withdrawn"):
        return "refused"
    if stands == "not_valid" and request.facts.undue_influence == "true":
        return "coerced"
    return ANSWERS[stands]


def _release(request: Request, stands: str) -> str:
    """How firm the agreement relied on is: written and limited in time, written, spoken, none."""
    if stands != "relied":
        return "none"
    if not request.consent.written:
        return "spoken"
    return "timed" if request.consent.expires_at is not None else "written"


def _public(request: Request, policy: Policy) -> bool:
    said = request.sender.public_authority
    return policy.public_authority.get(request.sender.kind, True) if said is None else said
