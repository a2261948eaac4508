"""A small agreement in which nothing is wrong, to be changed at one place."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from sharewell import packs
from sharewell.core.terms import Agreement

NIGHT = {"name": "Duty team", "phone": "01632 960 201", "when": "nights and weekends"}
SENDING = {"parts": ["initiating_provider"], "receives_as": []}
SOUND: dict[str, Any] = {
    "id": "small",
    "title": "A small agreement",
    "version": 1,
    "jurisdiction": "england",
    "time_zone": "Europe/London",
    "calendar": "england_wales",
    "starts_on": date(2026, 10, 1),
    "review_on": date(2027, 10, 1),
    "parties": [
        {"agency": "home", "name": "Home", "legal_entity": "Home Ltd", **SENDING},
        {
            "agency": "council",
            "name": "Council",
            "legal_entity": "The council",
            "parts": ["receiving_function"],
            "receives_as": ["adult_social_care"],
        },
        {
            "agency": "landlord",
            "name": "Landlord",
            "legal_entity": "A landlord",
            "parts": ["receiving_function"],
            "receives_as": ["housing"],
        },
    ],
    "routes": [
        {
            "role": "adult_social_care",
            "purposes": ["immediate_safety", "safeguarding_enquiry", "exploitation_concern"],
            "agency": "council",
            "function": "desk",
            "channel": "portal",
            "how": "The inbox",
            "confirms_action": "a reply",
            "out_of_hours": NIGHT,
        },
        {
            "role": "housing",
            "purposes": ["housing_stability", "exploitation_concern"],
            "agency": "landlord",
            "function": "tenancies",
            "channel": "email",
            "how": "Secure e-mail",
            "confirms_action": "a reply",
            "out_of_hours": dict(NIGHT),
        },
    ],
    "datasets": [
        {"role": "adult_social_care", "purposes": ["immediate_safety"], "tier": 1},
        {"role": "adult_social_care", "purposes": ["safeguarding_enquiry"], "tier": 3},
        {"role": "adult_social_care", "purposes": ["exploitation_concern"], "tier": 2},
        {"role": "housing", "purposes": ["housing_stability"], "tier": 2},
        {"role": "housing", "purposes": ["exploitation_concern"], "tier": 1},
    ],
    "clocks": {
        "acknowledge": {
            "immediate": {"hours": 1},
            "urgent": {"hours": 4},
            "standard": {"working_days": 1},
        }
    },
    "escalation": [{"trigger": "risk_rises", "after": {"hours": 0}, "to": "the duty team"}],
    "consent": {"routes": ["asked first"], "exceptions": ["danger"]},
    "legal_gateways": [],
    "recorded_in": "Sharewell",
    "quality_review": {"by": "the leads", "every": {"days": 30}},
    "onward_sharing": {"rule": "ask_first", "says": "Ask first."},
    "disclosure_lead": {"name": "Ann Lead", "deputy": "Ben Deputy"},
    "governance_lead": {"name": "Cy Lead", "deputy": "Di Deputy"},
    "retention": "by schedule",
    "breach_contact": "the officer",
    "access_lead": "the officer",
}


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """The sound agreement with values put at paths like ``routes.1.out_of_hours``.

    ``...`` takes what is there away; a number one past the end adds a row.
    """
    built: dict[str, Any] = yaml.safe_load(yaml.safe_dump(SOUND))
    for path, value in changes.items():
        *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
        holder: Any = built
        for key in way:
            holder = holder[key]
        if value is ...:
            del holder[last]
        elif isinstance(holder, list) and last == len(holder):
            holder.append(value)
        else:
            holder[last] = value
    return built


def agreement(changes: dict[str, Any] | None = None) -> Agreement:
    """The sound agreement so changed, read as a draft."""
    return packs.agreement(yaml.safe_dump(changed(changes or {})), draft=True)
