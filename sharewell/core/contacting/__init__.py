"""Reaching a person who may be watched: the plan, the rules of each channel, and the gate for every word."""

from sharewell.core.contacting.attempts import Attempt, repeats, too_many
from sharewell.core.contacting.gate import Allowed, Refused, Standing, may_reach
from sharewell.core.contacting.pack import Rules, rules
from sharewell.core.contacting.plan import (
    CARER,
    HOUSEHOLD,
    PERSON,
    PROFESSIONAL,
    Addressee,
    Hidden,
    Plan,
    Way,
    Window,
    Wording,
    handling,
)

__all__ = [
    "CARER",
    "HOUSEHOLD",
    "PERSON",
    "PROFESSIONAL",
    "Addressee",
    "Allowed",
    "Attempt",
    "Hidden",
    "Plan",
    "Refused",
    "Rules",
    "Standing",
    "Way",
    "Window",
    "Wording",
    "handling",
    "may_reach",
    "repeats",
    "rules",
    "too_many",
]
