"""Every rule that took part in an answer: those that judged, and those by which the rest of it follows."""

from __future__ import annotations

from collections.abc import Mapping

from sharewell.core.answer import Decision
from sharewell.core.barred import covered
from sharewell.core.decision import GOES
from sharewell.core.policy import Policy
from sharewell.core.prepared import TRUTH
from sharewell.core.request import Request
from sharewell.core.rules import EFFECTS, Rule
from sharewell.core.standing import form_of, standing, under
from sharewell.core.terms import Agreement


def fired(
    request: Request, policy: Policy, decided: Decision, agreement: Agreement | None = None
) -> tuple[Rule, ...]:
    """The rules by which a request was decided: those that judged, then those of the other steps in order.

    Empty where the policy cannot be used. Of the laws that it cites, ``decided.basis`` speaks.
    """
    if policy.fault is not None:
        return ()
    _, era = policy.era(request.at)
    stands = standing(request, policy, era, agreed=covered(request, agreement)[0])
    form = form_of(request, policy, decided.purpose)
    rows = under(era, stands.apart, request.purpose, form) & ~era.tiers
    reasons = [reason.rule for reason in decided.reasons]
    known = {rule.id: rule for rule in policy.rules}
    judged = [known[id_] for id_ in reasons if id_ in known]
    values = _after(decided, overridden=any(rule.overrides for rule in judged))
    others = {step: rows & era.steps[step] for step in EFFECTS if not step.isdigit()}
    if request.consent.position != "obtained":
        others["agreement"] = 0
    took_part = [
        rule
        for hits in others.values()
        for rule in era.rows(hits)
        if rule.id not in reasons and _holds(rule.when, values) and _shows(rule, decided)
    ]
    return (*judged, *took_part)


def _after(decided: Decision, *, overridden: bool) -> dict[str, tuple[str, ...]]:
    """What is known once the answer is; what waits only for words counts as what goes."""
    return {
        "step": (decided.step,),
        "outcome": GOES if decided.outcome in GOES else (decided.outcome,),
        "relied": (TRUTH[decided.consent_relied_on],),
        "overridden": (TRUTH[overridden],),
        "informed": (decided.inform or "none",),
    }


def _holds(when: Mapping[str, tuple[str, ...]], values: Mapping[str, tuple[str, ...]]) -> bool:
    return all(set(when[name]) & set(of) for name, of in values.items() if name in when)


def _shows(rule: Rule, decided: Decision) -> bool:
    """Whether the answer shows what the rule gives, at the steps that follow from an answer."""
    goes = decided.outcome in GOES
    told = decided.inform if rule.about == "person" else decided.inform_child
    shown = {
        "gateway": False,  # those that count are among the reasons
        "fields": goes,
        "basis": goes and not set(rule.basis).isdisjoint(decided.basis),
        "inform": goes and rule.gives == told,
        "then": set(rule.obliges) <= set(decided.obligations),
        "review": rule.hours == decided.review_within_hours,
        "decide": rule.hours == decided.decide_within_hours,
        "handling": rule.id in {reason.rule for reason in decided.handling},
    }
    return shown.get(rule.step, True)
