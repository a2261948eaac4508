"""A person who may decide stands before hold, seek and refer; before a never nobody does."""

from __future__ import annotations

from typing import Any

import pytest

from sharewell import packs
from sharewell.core.decision import SET_ASIDE, Decision, decide

EVERY = tuple(SET_ASIDE)
FREE_REFUSAL: dict[str, Any] = {
    "at": "2026-11-07T11:00:00Z",
    "jurisdiction": "england",
    "sender": {"kind": "care_provider"},
    "purpose": "exploitation_concern",
    "recipient": {"role": "adult_social_care", "agreement": "in_force"},
    "facts": {
        "subject_kind": "adult",
        "capacity": "has",
        "harm": "concern",
        "others_at_risk": "none",
        "serious_crime": "false",
        "undue_influence": "false",
        "position_of_trust": "false",
        "source_has_care_needs": "false",
        "legal_demand": "none",
        "reporting_duty": "none",
        "safe_to_ask": "true",
        "safe_to_inform": "true",
    },
    "consent": {"position": "refused", "reason": "wants_no_involvement"},
    "supplied": ["rationale", "proportionality", "consent_reason"],
}


def asked(answered: tuple[str, ...] = (), **changes: Any) -> Decision:
    raw = {**FREE_REFUSAL, **changes}
    return decide(packs.parse(raw), packs.policy("england"), answered=answered)


def test_a_hold_that_was_overruled_shares_the_dataset_and_never_by_consent() -> None:
    """What the matrix gives may go, the reason in words is asked for, and the rule is still named."""
    assert asked().outcome == "hold"
    given = asked(("hold",))
    assert given.outcome == "share"
    assert not given.consent_relied_on
    assert given.reasons[0].rule == "decided-by-a-person"
    assert len(given.reasons) > 1
    assert "record_consent_reason" in given.obligations
    assert "record_decision_not_to_share" not in given.obligations
    assert given.decider is None
    assert given.tier is not None
    assert given.tier <= 2
    assert asked(("hold",), supplied=["rationale", "proportionality"]).outcome == "complete_first"


def test_only_the_answered_outcome_is_set_aside() -> None:
    """An answer to a referral is no overrule of a hold."""
    assert asked(("refer",)).outcome == "hold"


@pytest.mark.parametrize(
    "recipient",
    [
        {"role": "adult_social_care", "alleged_source": "true"},
        {"role": "commissioner"},
        {"role": "family_carer", "connected_to_source": "true"},
    ],
)
def test_a_never_stays_whoever_answers(recipient: dict[str, str]) -> None:
    """The alleged source and a role without a cell get nothing on anybody's word."""
    changed = asked(EVERY, recipient=recipient, purpose="housing_stability")
    assert changed.outcome == "refuse"
    assert changed == asked(recipient=recipient, purpose="housing_stability")


def test_an_answer_changes_nothing_where_the_rules_share() -> None:
    """Permits, their basis and their consent are as they were."""
    facts = {**FREE_REFUSAL["facts"], "harm": "serious", "undue_influence": "true"}
    assert asked(EVERY, facts=facts) == asked(facts=facts)
    assert asked(facts=facts).outcome == "share"


def test_an_unknown_outcome_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        asked(("refuse",))
