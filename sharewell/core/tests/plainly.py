"""What a request says, attribute by attribute, and whether a row matches it: read one by one, without masks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from sharewell.core.bits import BOTH
from sharewell.core.policy import Policy
from sharewell.core.request import Request
from sharewell.core.tests.requests import WORDS


def plain(request: Request, policy: Policy, stands: str, form: str) -> dict[str, str]:
    """What a request says, attribute by attribute, written out by hand."""
    sender, recipient, consent = request.sender, request.recipient, request.consent
    public = sender.public_authority
    if public is None:
        public = policy.public_authority.get(sender.kind, True)
    can_act = request.purpose in policy.matrix.can_act.get(recipient.role, ())
    found = {name: str(value) for name, value in asdict(request.facts).items()}
    found |= {"purpose": request.purpose, "role": recipient.role, "form": form}
    found |= {"agreement": recipient.agreement, "sender_kind": sender.kind}
    found |= {"state": request.state or "none", "public_authority": BOTH[not public]}
    found |= {"recipient_is_source": BOTH[not recipient.alleged_source]}
    found |= {"recipient_connected": recipient.connected_to_source, "can_act": BOTH[not can_act]}
    found |= {"consent": consent.position, "consent_reason": consent.reason or "none"}
    found |= {"given_by": consent.given_by or "unknown", "standing": stands}
    found |= {f"regime_{name}": BOTH[name not in sender.regimes] for name in WORDS.regimes}
    found |= {f"flag_{name}": BOTH[name not in request.flags] for name in WORDS.flags}
    labels = consent.covers.labels
    return found | {f"label_{name}": BOTH[name not in labels] for name in WORDS.consent_labels}


def matches(when: Mapping[str, tuple[str, ...]], values: Mapping[str, str]) -> bool:
    """Whether every attribute that a row names, and that is known, has one of its values."""
    return all(values[name] in allowed for name, allowed in when.items() if name in values)
