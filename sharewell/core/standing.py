"""What a request says, set against the rows of policy: which of them match."""

from __future__ import annotations

from dataclasses import dataclass

from sharewell.core.era import Era, naming
from sharewell.core.policy import Policy
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


@dataclass(slots=True)
class Standing:
    """The rows of policy that match a request, and where the person's agreement stands for it.

    ``apart`` are the rows that match whatever the purpose and the form, which a rule may replace.
    ``standing``: relied (may be relied on for this), barred (a boundary names this recipient),
    expired, not_covering, not_valid (coerced, or given by someone who may not), none.
    """

    rows: int
    apart: int
    standing: str
    form: str


def standing(request: Request, policy: Policy, era: Era, *, agreed: str) -> Standing:
    """Match a request; ``agreed`` is the state of the agencies' agreement for this purpose."""
    purpose = request.purpose
    form = form_of(request, policy, purpose)
    apart = (
        _facts(request, era)
        & of_sender(request, policy, era, agreed)
        & of_recipient(request, policy, era)
        & of_position(request, era)
        & of_names(request, era)
    )
    invalid = 0
    if request.consent.position == "obtained":
        invalid = under(era, apart, purpose, form) & era.steps["agreement"]
    stands, rows = stood(request, era, invalid)
    apart &= rows
    return Standing(under(era, apart, purpose, form), apart, stands, form)


def of_sender(request: Request, policy: Policy, era: Era, agreed: str) -> int:
    """The rows that allow the sender; ``agreed`` is the state of the agencies' agreement."""
    sender = request.sender
    public = sender.public_authority
    if public is None:
        public = policy.public_authority.get(sender.kind, True)
    return era.sending[agreed, sender.kind, request.state or "none", TRUTH[public]]


def of_recipient(request: Request, policy: Policy, era: Era) -> int:
    """The rows that allow the recipient, and what its role can do."""
    recipient = request.recipient
    role = recipient.role
    can_act = request.purpose in policy.matrix.can_act.get(role, ())
    source = TRUTH[recipient.alleged_source]
    return era.receiving[source, recipient.connected_to_source, TRUTH[can_act], role]


def of_position(request: Request, era: Era) -> int:
    """The rows that allow the person's position as it is recorded."""
    consent = request.consent
    return era.position[consent.position, consent.reason or "none", consent.given_by or "unknown"]


def of_names(request: Request, era: Era) -> int:
    """The rows that allow the flags, labels and regimes that are named."""
    return naming(era, request.flags, request.consent.covers.labels, request.sender.regimes)


def stood(request: Request, era: Era, invalid: int) -> tuple[str, int]:
    """Where the person's agreement stands for this recipient and purpose, and the rows that allow it.

    ``invalid`` are the rows that match and say that it is not valid.
    """
    stands = _stands(request, invalid)
    rows = era.standing[stands, _answer(request, stands), _release(request, stands)]
    return stands, rows


def _facts(request: Request, era: Era) -> int:
    """The rows that allow the facts."""
    known = request.facts
    danger, pressure, demand = era.facts
    return (
        danger[
            known.subject_kind,
            known.capacity,
            known.harm,
            known.others_at_risk,
            known.serious_crime,
        ]
        & pressure[
            known.undue_influence,
            known.position_of_trust,
            known.source_has_care_needs,
            known.safe_to_ask,
            known.safe_to_inform,
        ]
        & demand[
            known.safe_to_inform_child,
            known.representative_is_source,
            known.legal_demand,
            known.reporting_duty,
            known.more_detrimental_to_share,
        ]
    )


def under(era: Era, apart: int, purpose: str, form: str) -> int:
    """The rows that match for this purpose and form, of those that match but for these."""
    return apart & era.shape[purpose, form]


def form_of(request: Request, policy: Policy, purpose: str) -> str:
    """The form of the cell; of several, the one that holds most of what is asked for by name.

    "none" where there is no cell. What goes is judged in the form in which it goes.
    """
    cell = policy.matrix.cells.get((request.recipient.role, purpose))
    if cell is None:
        return "none"
    if len(cell.forms) == 1:
        return cell.forms[0]
    wanted = set(request.wants.fields or ())
    lists = policy.matrix.forms
    return max(cell.forms, key=lambda f: len(wanted & lists.get(f, frozenset())))


def _stands(request: Request, invalid: int) -> str:
    consent = request.consent
    role = request.recipient.role
    for bound in consent.boundaries:
        if bound.value == role and bound.kind == "deny_role":
            return "barred"
    if consent.position != "obtained":
        return "none"
    if invalid:
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
