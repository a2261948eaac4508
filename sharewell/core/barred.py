"""What regimes, the agencies' agreement and the person's consent withhold, field by field."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from sharewell.core import agreement as agreements
from sharewell.core.dataset import VIEWS, View
from sharewell.core.era import Era
from sharewell.core.judge import Judgement
from sharewell.core.policy import Policy
from sharewell.core.request import Request
from sharewell.core.rules import Rule
from sharewell.core.terms import Agreement, Scope

NO_CAP = 3
NO_TIER_NAMED = 2  # an agreement of the person that names no tier never reaches tier 3


class Covered(NamedTuple):
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


def narrow(
    request: Request,
    policy: Policy,
    era: Era,
    seen: View,
    found: Judgement,
    rows: int,
    covers: Covered,
) -> View:
    """The view without the fields that may not go although the matrix lets them.

    ``rows`` are those that match, the step that answered among what is known. Of several reasons that
    of a rule stands first, then the agencies' agreement, then the person's.
    """
    hits = rows & era.steps["fields"]
    scope = covers.scope if found.step != "0" else None
    cap = (request.consent.covers.tier or NO_TIER_NAMED) if found.relies else NO_CAP
    if not hits and scope is None and cap == NO_CAP:
        return seen
    return _narrowed(policy, era, seen, hits, scope, cap)


@lru_cache(maxsize=VIEWS)
def _narrowed(
    policy: Policy, era: Era, seen: View, hits: int, scope: Scope | None, cap: int
) -> View:
    barred = dict.fromkeys(seen.over(cap), "above_consent")
    if scope is not None:
        barred |= _by_agreement(seen, scope)
    barred |= _by_rules(policy, era, hits)
    return seen.without(barred)


def _by_rules(policy: Policy, era: Era, hits: int) -> dict[str, str]:
    barred: dict[str, str] = {}
    for rule in era.rows(hits):
        for id_ in _named(rule, policy):
            barred.setdefault(id_, rule.withholds or "special_regime")
    return barred


def _named(rule: Rule, policy: Policy) -> list[str]:
    return [
        f.id
        for f in policy.fields.values()
        if f.id in rule.fields
        or (rule.restricted and f.restricted == rule.restricted)
        or (rule.confirms_client and f.confirms_client)
    ]


def _by_agreement(seen: View, scope: Scope) -> dict[str, str]:
    above = dict.fromkeys(seen.over(scope.tier), "above_tier")
    if scope.only is None:
        return above
    unnamed = (*(seen.open.keys() - scope.only), *(seen.items.keys() - scope.only))
    return {**dict.fromkeys(unnamed, "not_in_dataset"), **above}
