"""What still works when the packs cannot be used: the essentials, in immediate danger.

These few ids are the only policy that stands in code. They are a copy, kept small on purpose, so that a
broken pack never stops an emergency message; everything else is referred to the safeguarding lead.
"""

from __future__ import annotations

from sharewell.core.answer import Decision, Reason
from sharewell.core.catalogue import Field
from sharewell.core.faults import PackError
from sharewell.core.policy import Policy
from sharewell.core.request import Request

LABELS = {
    "subject.name": "Name",
    "subject.birth_date": "Date of birth",
    "subject.current_location": "Where they are now",
    "subject.home_address": "Home address",
    "subject.safe_contact": "How to contact safely",
    "subject.communication": "Language and communication needs",
    "needs.category": "Care and support needs",
    "household.children": "Children in the household",
    "source.identity": "Person alleged to cause harm",
    "source.access": "Access to the person",
    "concern.reason": "Why this is shared",
    "concern.observed": "What was seen and heard",
    "concern.injuries": "Injuries seen",
    "risk.immediate": "What may happen next",
    "risk.others": "Risk to others",
    "risk.unsafe_actions": "What is not safe to do",
    "actions.emergency": "Emergency action taken",
    "ask": "What we ask you to do",
    "clinical.safety_bundle": "Allergies, critical medicines, infection or oxygen risk",
    "legal.reference": "Police or court reference",
}
ROLES = frozenset(
    ["emergency_services", "police", "hospital", "adult_social_care", "childrens_social_care"]
)
CARE_ROLES = frozenset(["emergency_services", "hospital"])
SOURCE = "How decisions are made: immediate danger; a failing rule withholds and refers"
ESSENTIALS = Reason(
    "built-in-essentials",
    "There is immediate danger. The essentials may go now; what is missing is recorded afterwards.",
    SOURCE,
)
REFERRED = Reason(
    "built-in-refer",
    "The rules could not be read. Nothing but the essentials in immediate danger is sent until the"
    " safeguarding lead has decided.",
    SOURCE,
)
TO_SOURCE = Reason(
    "built-in-never-source",
    "The recipient is the person alleged to cause the harm. Send it by another way.",
    SOURCE,
)
OWED = ("rationale", "proportionality", "consent_reason")
AFTERWARDS = ("record_rationale", "record_proportionality", "record_consent_reason")


def policy(jurisdiction: str, state: str | None, fault: PackError) -> Policy:
    """The policy that stands when the packs do not: the essentials and nothing else."""
    return Policy(
        id=f"{state or jurisdiction}@built-in#00000000",
        jurisdiction=jurisdiction,
        state=state,
        fields={id_: _field(id_, label) for id_, label in LABELS.items()},
        sections={"essentials": "Essentials"},
        fault=fault,
    )


def decide(request: Request, policy: Policy) -> Decision:
    """The essentials to those who come in immediate danger; everything else is referred."""
    facts, recipient = request.facts, request.recipient
    danger = facts.harm == "immediate" or (
        facts.harm == "unknown" and request.purpose == "immediate_safety"
    )
    if recipient.alleged_source:
        return _decision(request, policy, "refuse", (), TO_SOURCE)
    if danger and recipient.role in ROLES:
        may = [f for f in LABELS if f in policy.fields and _fits(f, recipient.role)]
        wanted = request.wants.fields
        given = tuple(f for f in may if wanted is None or f in wanted)
        if given:
            return _decision(request, policy, "share", given, ESSENTIALS)
    return _decision(request, policy, "refer", (), REFERRED)


def _fits(field: str, role: str) -> bool:
    return field != "clinical.safety_bundle" or role in CARE_ROLES


def _decision(
    request: Request, policy: Policy, outcome: str, given: tuple[str, ...], why: Reason
) -> Decision:
    share, refer = outcome == "share", outcome == "refer"
    wanted = request.wants.fields or given
    after = (*AFTERWARDS, "record_afterwards", "tell_safeguarding_lead")
    return Decision(
        outcome=outcome,
        tier=1 if share else None,
        tiers=dict.fromkeys(given, 1),
        withheld={f: "lacks_authority" for f in wanted if f not in given},
        form="message",
        consent_relied_on=False,
        basis=(),
        inform="deferred" if share else None,
        inform_child="deferred" if share and request.facts.subject_kind == "child" else None,
        obligations=after if share else ("record_decision_not_to_share", "tell_safeguarding_lead"),
        missing=(),
        owed=OWED if share else (),
        decider="safeguarding_lead" if refer else None,
        deputy="on_call_manager" if refer else None,
        decide_within_hours=1 if refer else None,
        review_within_hours=24,
        reasons=(why,),
        questions=(),
        could_go=(),
        instead=(),
        handling=(),
        deny_persons=(),
        deny_channels=(),
        step="0" if share else "8",
        purpose=request.purpose,
        recipient_role=request.recipient.role,
        policy=policy.id,
    )


def _field(id_: str, label: str) -> Field:
    return Field(
        id=id_,
        tier=1,
        section="essentials",
        label=label,
        hint="",
        only=frozenset(),
        never=frozenset(),
        flags={},
        tier_for=(),
        restricted="",
        identifies=False,
        confirms_client=False,
        max_chars=600,
        max_items=50,
    )
