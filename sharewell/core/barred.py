"""What regimes, the agencies' agreement and the person's consent withhold, field by field."""

from __future__ import annotations

from dataclasses import dataclass

from sharewell.core import agreement as agreements
from sharewell.core.dataset import View
from sharewell.core.judge import Judgement
from sharewell.core.policy import Era, Policy
from sharewell.core.request import Request
from sharewell.core.rules import Rule
from sharewell.core.standing import matching
from sharewell.core.terms import Agreement, Scope

NO_TIER_NAMED = 2  # an agreement of the person that names no tier never reaches tier 3


@dataclass(frozen=True, slots=True)
class Covered:
    """Whether an agreement between the agencies covers this, and what it gives."""

    state: str
    scope: Scope | None = None


def covered(request: Request, agreement: Agreement | None) -> Covered:
    """The state of the agreement for this role and purpose: in_force, expired or none."""
    if agreement is None:
        return Covered(request.recipient.agreement)
    state = agreement.state(request.at)
    scope = agreements.dataset(agreement, request.recipient.role, request.purpose)
    if state != "in_force" or scope is None:
        return Covered(state if scope else "none")
    return Covered("in_force", scope)


def barred_fields(
    request: Request,
    policy: Policy,
    era: Era,
    seen: View,
    bits: int,
    found: Judgement,
    covers: Covered,
) -> dict[str, str]:
    """The fields that may not go although the matrix lets them, each with the reason."""
    barred: dict[str, str] = {}
    for _, rule in matching(bits, era.steps["fields"]):
        for id_ in _named(rule, policy):
            barred.setdefault(id_, rule.withholds or "special_regime")
    if covers.scope is not None and found.step != "0":
        _by_agreement(barred, seen, covers.scope)
    if found.relies:
        cap = request.consent.covers.tier or NO_TIER_NAMED
        for id_, tier in seen.tiers.items():
            if tier > cap:
                barred.setdefault(id_, "above_consent")
    return barred


def _named(rule: Rule, policy: Policy) -> list[str]:
    return [
        f.id
        for f in policy.fields.values()
        if f.id in rule.fields
        or (rule.restricted and f.restricted == rule.restricted)
        or (rule.confirms_client and f.confirms_client)
    ]


def _by_agreement(barred: dict[str, str], seen: View, scope: Scope) -> None:
    for id_ in (*seen.open, *seen.items):
        if seen.tiers[id_] > scope.tier:
            barred.setdefault(id_, "above_tier")
        elif scope.only is not None and id_ not in scope.only:
            barred.setdefault(id_, "not_in_dataset")
