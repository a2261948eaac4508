"""What a request says, set against the rows of policy: which of them match."""

from __future__ import annotations

from typing import NamedTuple

from sharewell.core.era import Era, naming
from sharewell.core.policy import Policy
from sharewell.core.prepared import Prepared
from sharewell.core.request import Request

ANSWERS = {
    "relied": "agreed",
    "barred": "refused",
    "none": "not_asked",
    "expired": "not_asked",
    "not_covering": "not_asked",
    "not_valid": "not_asked",
}


class Standing(NamedTuple):
    """The rows of policy that match a request, and where the person's agreement stands for it.

    ``apart`` are the rows that match whatever the purpose and the form, which a rule may replace;
    ``prepared`` is what is known of the role and the purpose beforehand.
    ``standing``: relied (may be relied on for this), barred (a boundary names this recipient),
    expired, not_covering, not_valid (coerced, or given by someone who may not), none.
    """

    rows: int
    apart: int
    standing: str
    form: str
    prepared: Prepared


def standing(request: Request, policy: Policy, era: Era, *, agreed: str) -> Standing:
    """Match a request; ``agreed`` is the state of the agencies' agreement for this purpose."""
    purpose = request.purpose
    prepared: Prepared = era.kept[Prepared][policy, request.recipient.role, purpose]
    form, shape = prepared.forms[0], prepared.shape
    if len(prepared.forms) > 1:
        form = form_of(request, policy, purpose)
        shape = era.shape[purpose, form]
    apart = (
        _facts(request, era)
        & of_sender(request, prepared, agreed)
        & of_recipient(request, prepared)
        & of_position(request, era)
        & of_names(request, era)
    )
    invalid = 0
    if request.consent.position == "obtained":
        invalid = apart & shape & era.steps["agreement"]
    stands, rows = stood(request, era, invalid)
    apart &= rows
    # As in decision.py: a named tuple is quicker made as the tuple that it is.
    return tuple.__new__(Standing, (apart & shape, apart, stands, form, prepared))


def of_sender(request: Request, prepared: Prepared, agreed: str) -> int:
    """The rows that allow the sender; ``agreed`` is the state of the agencies' agreement."""
    sender = request.sender
    rows: int = prepared.sending[agreed, sender.kind, request.state, sender.public_authority]
    return rows


def of_recipient(request: Request, prepared: Prepared) -> int:
    """The rows that allow the recipient, and what its role can do."""
    recipient = request.recipient
    rows: int = prepared.receiving[recipient.alleged_source, recipient.connected_to_source]
    return rows


def of_position(request: Request, era: Era) -> int:
    """The rows that allow the person's position as it is recorded."""
    consent = request.consent
    return era.position[consent.position, consent.reason or "none", consent.given_by or "unknown"]


def of_names(request: Request, era: Era) -> int:
    """The rows that allow the flags, labels and regimes that are named."""
    labels, regimes = request.consent.covers.labels, request.sender.regimes
    rows: int = era.kept[naming][request.flags, labels, regimes]
    return rows


def stood(request: Request, era: Era, invalid: int) -> tuple[str, int]:
    """Where the person's agreement stands for this recipient and purpose, and the rows that allow it.

    ``invalid`` are the rows that match and say that it is not valid.
    """
    stands = _stands(request, invalid)
    consent = request.consent
    pressed = request.facts.undue_influence == "true"
    timed = consent.expires_at is not None
    rows: int = era.kept[_stood][stands, consent.position, pressed, consent.written, timed]
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


def _stood(
    era: Era,
    stands: str,
    position: str,
    pressed: bool,  # noqa: FBT001 - kept by its place
    written: bool,  # noqa: FBT001
    timed: bool,  # noqa: FBT001
) -> int:
    return era.standing[
        stands, _answer(position, stands, pressed), _release(stands, written, timed)
    ]


def _answer(position: str, stands: str, pressed: bool) -> str:  # noqa: FBT001
    """What the person has said to this: agreed, refused, agreed under pressure, or nothing yet."""
    if position in ("refused", "withdrawn"):
        return "refused"
    return "coerced" if stands == "not_valid" and pressed else ANSWERS[stands]


def _release(stands: str, written: bool, timed: bool) -> str:  # noqa: FBT001
    """How firm the agreement relied on is: written and limited in time, written, spoken, none."""
    if stands != "relied":
        return "none"
    if not written:
        return "spoken"
    return "timed" if timed else "written"
