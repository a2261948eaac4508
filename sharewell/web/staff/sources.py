"""Where the rules come from: every rule and provision of a place, in words, with its source and its status."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import MAXYEAR, datetime
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.agencies.access import NotFound
from sharewell.agencies.models import Account
from sharewell.core.policy import Policy
from sharewell.core.rules import EFFECTS, EXPLAINING, Provision, Rule
from sharewell.packs import Label
from sharewell.web.framework import place_name
from sharewell.web.views import page, staff

# Where the words of an attribute's values stand; of the others among those of the facts.
SETS = {
    "purpose": "purposes",
    "role": "recipient_roles",
    "agreement": "agreement_states",
    "sender_kind": "sender_kinds",
    "state": "states",
    "form": "forms",
    "consent": "consent_positions",
    "consent_reason": "consent_reasons",
    "given_by": "given_by",
    "outcome": "outcomes",
    "step": "steps",
    "informed": "inform",
    "informed_child": "inform",
}


@staff()
def source_list(
    request: HttpRequest,
    *,
    viewer: Account,
    now: datetime,  # noqa: ARG001 - every view has it
    place: str = "",
) -> HttpResponse:
    """Show every rule and provision of a place: the viewer's own, or the one that is named."""
    policy = policy_of(viewer, place)
    return page(
        request,
        "staff/source_list.html",
        policy=policy,
        place=place_name(policy),
        elsewhere=places("source_list"),
        statuses=packs.labels("statuses").values(),
        works=packs.labels("works").items(),
        laws=_laws(policy),
        parts=_parts(policy),
    )


def policy_of(viewer: Account, place: str) -> Policy:
    """The policy of a place by its id, or of the viewer's agency; raises ``NotFound`` for no such place."""
    if not place:
        return agencies.policy_for(viewer.agency)
    try:
        return packs.policy_at(place)
    except KeyError:
        raise NotFound from None


def places(name: str) -> list[dict[str, str]]:
    """The places that have a page of this name."""
    labels = packs.labels("jurisdictions").items()
    return [{"label": label.label, "url": reverse(name, args=[id_])} for id_, label in labels]


def rule_url(policy: Policy, rule: str) -> str:
    """Where a rule stands on the page of sources; empty where no such rule is in the packs now."""
    return _url(policy, f"rule-{rule}") if rule in _rules(policy) else ""


def law_url(policy: Policy, provision: str) -> str:
    """Where a provision stands on the page of sources; empty where it is not in the packs now."""
    return _url(policy, f"law-{provision}") if provision in policy.provisions else ""


def _url(policy: Policy, anchor: str) -> str:
    return f"{reverse('source_list', args=[policy.state or policy.jurisdiction])}#{anchor}"


@lru_cache(maxsize=8)
def _rules(policy: Policy) -> frozenset[str]:
    return frozenset(rule.id for rule in policy.rules)


@lru_cache(maxsize=8)
def _laws(policy: Policy) -> list[dict[str, Any]]:
    return [
        {"anchor": f"law-{law.id}", "says": law.title, "id": law.id, **_row(policy, law)}
        for law in policy.provisions.values()
    ]


@lru_cache(maxsize=8)
def _parts(policy: Policy) -> list[dict[str, Any]]:
    """The rules by step, in the order in which they are asked."""
    steps = packs.labels("steps")
    order = [*EXPLAINING, *(step for step in EFFECTS if step not in EXPLAINING)]
    return [
        {
            "step": step,
            "label": steps[step],
            "rows": [
                {
                    "anchor": f"rule-{rule.id}",
                    "says": rule.says,
                    "id": rule.id,
                    **_row(policy, rule),
                }
                for rule in policy.rules
                if rule.step == step
            ],
        }
        for step in order
        if any(rule.step == step for rule in policy.rules)
    ]


def _row(policy: Policy, row: Rule | Provision) -> dict[str, Any]:
    return {
        "source": row.source,
        "link": row.link,
        "status": packs.labels("statuses")[row.status].label,
        "verified_on": row.verified_on,
        # A row whose day nobody knows yet stands at the end of time: it is shown, and never cited.
        "no_day": row.from_day is not None and row.from_day.year == MAXYEAR,
        "from_day": row.from_day,
        "until_day": row.until_day,
        "when": [_condition(policy, name, values) for name, values in row.when.items()],
    }


def _condition(policy: Policy, name: str, values: tuple[str, ...]) -> dict[str, str]:
    """One condition of a row in words; of many values rather those that are left out."""
    every = policy.attributes[name]
    rest = [value for value in every if value not in values]
    if len(values) > len(rest) and len(values) > 3:
        return {"key": _name(name), "value": f"any but {_named(name, rest)}" if rest else "any"}
    return {"key": _name(name), "value": _named(name, values)}


def _name(attribute: str) -> str:
    for prefix, named in (("regime_", "regimes"), ("flag_", "flags"), ("label_", "consent_labels")):
        if attribute.startswith(prefix):
            of = packs.labels(named)[attribute.removeprefix(prefix)].label
            return packs.labels("attributes")[prefix].label + of
    labels = {**packs.labels("facts"), **packs.labels("attributes")}
    return labels[attribute].label if attribute in labels else attribute


def _named(attribute: str, values: Iterable[str]) -> str:
    labels = _values(attribute)
    return ", ".join(labels[value].label if value in labels else value for value in values)


@lru_cache(maxsize=64)
def _values(attribute: str) -> dict[str, Label]:
    return packs.labels("fact_values") | packs.labels(SETS.get(attribute, "attribute_values"))


urls = [
    path("sources/", source_list, name="source_list"),
    path("sources/<slug:place>/", source_list, name="source_list"),
]
