"""What regimes, the agencies' agreement and the person's consent withhold, field by field."""

from __future__ import annotations

from collections.abc import Mapping

from sharewell.core import agreement as agreements
from sharewell.core.dataset import ITEM, Verdict, View, kept
from sharewell.core.era import Era
from sharewell.core.judge import Judgement
from sharewell.core.policy import Policy
from sharewell.core.prepared import TRUTH
from sharewell.core.request import Request
from sharewell.core.rules import Rule
from sharewell.core.terms import Agreement, Scope

NO_CAP = 3
NO_TIER_NAMED = 2  # an agreement of the person that names no tier never reaches tier 3


def covered(request: Request, agreement: Agreement | None) -> tuple[str, Scope | None]:
    """The state of the agencies' agreement for this role and purpose, and what it gives in force.

    The state is in_force, expired or none.
    """
    if agreement is None:
        return request.recipient.agreement, None
    scope = agreements.dataset(agreement, request.recipient.role, request.purpose)
    if scope is None:
        return "none", None
    state = agreement.state(request.at)
    return state, scope if state == "in_force" else None


def narrow(
    request: Request,
    policy: Policy,
    era: Era,
    seen: View,
    found: Judgement,
    rows: int,
    scope: Scope | None,
) -> View:
    """The view without the fields that may not go although the matrix lets them.

    ``rows`` are those that match where the cell is used; ``scope`` what the
    agencies' agreement gives. Of several reasons that of a rule stands first, then the agencies'
    agreement, then the person's.
    """
    hits = rows & era.steps["fields"]
    if hits:
        hits &= era.answering[found.step, TRUTH[found.relies]]
    cap = agreed = NO_CAP
    only = None
    if found.relies:
        cap = request.consent.covers.tier or NO_TIER_NAMED
    if scope is not None and found.step != "0":
        agreed, only = scope.tier, scope.only
    elif not hits and cap == NO_CAP:
        return seen
    left: View = era.kept[_narrowed][policy, seen, hits, cap, agreed, only]
    return left


def _narrowed(
    era: Era,
    policy: Policy,
    seen: View,
    hits: int,
    cap: int,
    agreed: int,
    only: frozenset[str] | None,
) -> View:
    """``cap`` is the person's tier, ``agreed`` that of the agencies, ``only`` the fields they name."""
    barred: Mapping[str, str] = era.kept[_by_rules][policy, hits]

    def verdict(field: str, said: Verdict) -> Verdict:
        if isinstance(said, str) and said != ITEM:
            return said
        tier = 3 if isinstance(said, str) else said
        if field in barred:
            return barred[field]
        if tier > agreed:
            return "above_tier"
        if only is not None and field not in only:
            return "not_in_dataset"
        return "above_consent" if tier > cap else said

    return kept(seen.fields, tuple(map(verdict, seen.fields, seen.verdicts)))


def _by_rules(era: Era, policy: Policy, hits: int) -> Mapping[str, str]:
    """The fields that rules withhold, each with the reason of the first that does."""
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
