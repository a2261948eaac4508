"""Whether a disclosure is permitted in England, asked of Cedar: a second opinion on the engine.

``england.cedar`` is written from the order of judgement and the domain reference; this module spells out
its names, and turns a request into what Cedar is asked.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any

import cedarpy

from sharewell.core.decision import GOES, NOTHING_LEFT, Decision
from sharewell.core.policy import Policy
from sharewell.core.request import Request

SHARED_FROM = datetime(2026, 9, 30, tzinfo=UTC)  # Children Act 2004 s.16LA
NAMES = {
    "DANGER": """([Role::"emergency_services", Role::"police", Role::"hospital",
        Role::"adult_social_care", Role::"childrens_social_care"].contains(principal) &&
        (context.harm == "immediate" ||
         (context.harm == "unknown" && action == Action::"immediate_safety")))""",
    "PRIVATE": """[Role::"family_carer", Role::"person_themself", Role::"hr",
        Role::"safeguarding_lead"].contains(principal)""",
    "SERIOUS": """["serious", "immediate"].contains(context.harm)""",
    "DETRIMENTAL": """(context.more_detrimental_to_share == "true")""",
    "SHOWN": """(context.subject_kind == "adult" &&
        ["children", "both"].contains(context.others_at_risk) && $SERIOUS &&
        [Role::"childrens_social_care", Role::"police"].contains(principal))""",
    # Thought more harmful than not sharing: the safeguarding lead decides before anything else does.
    "HELD_BACK": """($DETRIMENTAL && (($SHOWN) || (context.subject_kind == "child" && $SERIOUS &&
        principal != Role::"family_carer")))""",
    # A listed body to one whose functions about the child it may help, to protect and not for early help;
    # settled that sharing is not the greater harm.
    "S16LA": """(context.subject_kind == "child" && context.shared_duty &&
        context.more_detrimental_to_share == "false" && context.harm != "none" &&
        ["school", "health_provider", "local_authority", "police", "early_years",
         "probation"].contains(context.sender) &&
        [Role::"childrens_social_care", Role::"police", Role::"hospital", Role::"mental_health",
         Role::"primary_care", Role::"school", Role::"probation"].contains(principal) &&
        [Action::"child_protection", Action::"safeguarding_enquiry", Action::"immediate_safety",
         Action::"exploitation_concern", Action::"protection_planning",
         Action::"person_posing_risk"].contains(action))""",
    "LACKS": """(context.subject_kind == "adult" && context.capacity == "lacks")""",
    "VALID": """(context.undue_influence != "true" &&
        ((context.subject_kind == "adult" && context.capacity != "lacks" &&
          ["person", "unknown"].contains(context.given_by)) ||
         (context.subject_kind == "child" && context.given_by == "person" && context.capacity == "has") ||
         (context.subject_kind == "child" && ["parent", "decision_maker"].contains(context.given_by) &&
          !(context.given_by == "parent" && context.capacity == "has") &&
          context.representative_is_source != "true")))""",
    "RELIED": """(context.position == "obtained" && context.covered && context.in_date &&
        !context.denied && $VALID)""",
    "REFUSED": """(["refused", "withdrawn"].contains(context.position) || context.denied)""",
    "COERCED": """(context.position == "obtained" && context.undue_influence == "true" &&
        !context.denied)""",
    # Neither agreed to nor refused.
    "OPEN": """(!$REFUSED && !$RELIED)""",
    "UNASKABLE": """(context.safe_to_ask == "false" ||
        (context.reason == "increases_risk" && context.safe_to_ask == "unknown") ||
        ["delays_protection", "prejudices_investigation", "not_practicable", "cannot_be_reached",
         "no_one_with_authority", "unconscious"].contains(context.reason) ||
        (context.reason == "lacks_capacity" && context.capacity != "has"))""",
    # Cannot decide now, and something has to be weighed or found out first.
    "WEIGH_FIRST": """($LACKS && (context.denied ||
        (principal == Role::"family_carer" && context.representative_is_source == "true")))""",
}


def policies() -> cedarpy.PolicySet:
    """The policies, parsed once."""
    text = (Path(__file__).parent / "england.cedar").read_text("utf-8")
    while "$" in text:
        text = Template(text).substitute({name: f"({said})" for name, said in NAMES.items()})
    return cedarpy.PolicySet.from_str(text)


def permits(decision: Decision) -> bool:
    """Whether the engine's rules permit; the dataset may still leave nothing to send."""
    left = any(reason.rule == NOTHING_LEFT.rule for reason in decision.reasons)
    return decision.outcome in GOES or left


def permitted(
    request: Request, policy: Policy, rules: cedarpy.PolicySet, nobody: cedarpy.Entities
) -> bool:
    """Whether Cedar permits this request; raises ValueError where a policy cannot be evaluated."""
    answer = cedarpy.is_authorized(_asked(request, policy), rules, nobody)
    if answer.diagnostics.errors:
        raise ValueError(answer.diagnostics.errors)
    return bool(answer.allowed)


def _asked(request: Request, policy: Policy) -> dict[str, Any]:
    consent, recipient, purpose = request.consent, request.recipient, request.purpose
    cell = policy.cell(recipient.role, purpose)
    facts = {name: getattr(request.facts, name) for name in request.facts.__slots__}
    begun = consent.recorded_at is None or consent.recorded_at <= request.at
    denied = [each.value for each in consent.boundaries if each.kind == "deny_role"]
    return {
        "principal": {"type": "Role", "id": recipient.role},
        "action": {"type": "Action", "id": purpose},
        "resource": {"type": "Person", "id": "one"},
        "context": {
            **facts,
            "is_source": recipient.alleged_source,
            "connected": recipient.connected_to_source,
            "sender": request.sender.kind,
            "form": cell.forms[0] if cell else "none",
            "can_act": purpose in policy.matrix.can_act.get(recipient.role, ()),
            "position": consent.position,
            "reason": consent.reason or "none",
            "given_by": consent.given_by or "unknown",
            "covered": recipient.role in consent.covers.recipients
            and purpose in consent.covers.purposes,
            "in_date": begun and (consent.expires_at is None or consent.expires_at > request.at),
            "denied": recipient.role in denied,
            "shared_duty": request.at >= SHARED_FROM,
        },
    }
