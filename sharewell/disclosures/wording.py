"""Words that a rule proposes for necessity and proportionality, for the sender to change."""

from __future__ import annotations

from sharewell.consent import words as consent_words
from sharewell.core.decision import Decision
from sharewell.disclosures import catalogues
from sharewell.disclosures.models import Disclosure


def own_words(decision: Decision, *, tier_3_asked: bool) -> bool:
    """Whether the sender has to find the words: where consent is not relied on, or more than Tier 1 goes."""
    return tier_3_asked or not decision.consent_relied_on or (decision.tier or 0) > 1


def proposed(disclosure: Disclosure, decision: Decision) -> dict[str, str]:
    """The rationale and proportionality that the deciding rule proposes."""
    parts = {
        "to_whom": disclosure.to_whom,
        "role": consent_words.role(disclosure.recipient_role),
        "purpose": consent_words.purpose(disclosure.purpose),
        "rule": decision.reasons[0].says if decision.reasons else "",
    }
    names = ("rationale", "proportionality")
    return {name: catalogues.wording(name, **parts).strip() for name in names}
