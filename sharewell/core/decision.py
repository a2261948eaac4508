"""What the rules and the agreement say of one request. A named person decides.

``docs/decisions.md`` tells how the answer is found; this module puts it together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sharewell.core import emergency
from sharewell.core.answer import Decision, Reason
from sharewell.core.barred import barred_fields, covered
from sharewell.core.dataset import Dataset, View, asked, dataset, view
from sharewell.core.judge import Judgement, judge, set_aside
from sharewell.core.policy import Era, Policy
from sharewell.core.request import Request
from sharewell.core.rules import Rule
from sharewell.core.standing import Standing, matching, standing
from sharewell.core.terms import Agreement

__all__ = ["Decision", "Reason", "decide"]

OUTCOMES = {"never": "refuse", "hold": "hold", "refer": "refer", "seek": "seek_agreement"}
WITHHELD = {"never": "barred_role", "hold": "above_consent", "seek": "above_consent"}
NOTHING_ANSWERS = Reason(
    "no-rule-answers",
    "No rule answers this. Nothing is sent until a person has decided.",
    "How decisions are made: a gap withholds and refers",
)
BY_A_PERSON = Reason(
    "decided-by-a-person",
    "Somebody who may decide this has said that it is shared, with a reason on record. The rules by"
    " themselves would have waited.",
    "How decisions are made: a named person decides",
)
SET_ASIDE = {"hold": "hold", "refer": "refer", "seek_agreement": "seek"}  # by a person's answer
NOTHING_LEFT = Reason(
    "nothing-asked-may-go",
    "None of what was asked for may go to this recipient. What could go is named.",
    "How decisions are made: the dataset",
)


def decide(
    request: Request,
    policy: Policy,
    agreement: Agreement | None = None,
    *,
    answered: Collection[str] = (),
) -> Decision:
    """Say what may go, what is withheld and why, and what must be done; never raises on facts.

    ``agreement`` is the agreement in force between sender and recipient, where there is one: it may
    narrow the dataset and never widens it. Where policy cannot be used, or a rule
    fails, everything but the essentials in immediate danger is referred to the safeguarding lead.

    ``answered`` names the outcomes (hold, seek_agreement, refer) before which the recorded answer of a
    person who may decide stands: then what the dataset gives may go, never by consent. A refusal stays.
    Raises KeyError for any other outcome.
    """
    effects = frozenset(SET_ASIDE[each] for each in answered)
    if policy.fault is not None:
        return emergency.decide(request, policy)
    try:
        return _decide(request, policy, agreement, effects)
    except Exception:  # noqa: BLE001 - whatever fails, a person is told and the essentials may go
        return emergency.decide(request, policy)


@dataclass(frozen=True, slots=True)
class _Case:
    """One request on its way to an answer."""

    request: Request
    policy: Policy
    era: Era
    standing: Standing
    judgement: Judgement
    purpose: str
    seen: View
    data: Dataset
    could: tuple[str, ...]
    wanted: tuple[str, ...]


def _decide(
    request: Request,
    policy: Policy,
    agreement: Agreement | None,
    answered: frozenset[str],
) -> Decision:
    case = _case(request, policy, agreement, answered)
    outcome = OUTCOMES.get(case.judgement.effect, "share")
    if outcome == "share":
        outcome = _after_dataset(case.data)
    told = _told(case, outcome)
    bits = case.standing.bits | policy.layout.encode(_second(case, outcome, told))
    then = [rule for _, rule in matching(bits, case.era.steps["then"])]
    lacks = _lacks(case, then, outcome)
    if outcome == "share" and lacks and case.judgement.step != "0":
        outcome = "complete_first"
    return _answer(case, outcome, bits, then, lacks, told)


def _case(
    request: Request,
    policy: Policy,
    agreement: Agreement | None,
    answered: frozenset[str],
) -> _Case:
    _, era = policy.era(request.at)
    scope = covered(request, agreement)
    stands = standing(request, policy, era, agreed=scope.state)
    found = judge(stands.bits, era, request.sender.regimes)
    found = set_aside(found, answered, stands.bits, era, request.sender.regimes)
    purpose = next((r.uses_cell for r in found.rules if r.uses_cell), request.purpose)
    form = _form(request, policy, purpose)
    stands = replace(stands, bits=_with(policy, stands.bits, "form", stands.form, form), form=form)
    keeps = {flag for rule in found.rules for flag in rule.keeps_tier}
    flags = frozenset(f for f in request.flags if f not in keeps)
    bits = _with(policy, stands.bits, "purpose", request.purpose, purpose)
    seen = view(policy, request.recipient.role, purpose, flags, _tiers(policy, bits), form)
    wants = request.wants
    wanted = asked(seen, wants.fields, wants.tier)
    after = bits | policy.layout.encode({"step": found.step, "relied": _truth(found.relies)})
    barred = barred_fields(request, policy, era, seen, after, found, scope)
    supplied = frozenset(request.supplied)
    by_name = wants.fields is not None
    open_now = tuple(f for f in seen.open if f not in barred)
    if found.effect == "permit":
        data = dataset(seen, wanted, barred, supplied, by_name=by_name)
    else:
        data = _nothing(wanted, seen, barred, found, stands.standing)
    could = () if found.effect == "never" else open_now
    return _Case(request, policy, era, stands, found, purpose, seen, data, could, wanted)


def _form(request: Request, policy: Policy, purpose: str) -> str:
    """The form of the cell; of several, the one that holds most of what is asked for by name."""
    cell = policy.cell(request.recipient.role, purpose)
    if cell is None:
        return "none"
    wanted = set(request.wants.fields or ())
    lists = policy.matrix.forms
    return max(cell.forms, key=lambda f: len(wanted & lists.get(f, frozenset())))


def _tiers(policy: Policy, bits: int) -> dict[str, int]:
    """The tiers that the facts set: per field the first row that matches."""
    found: dict[str, int] = {}
    for field, mask, tier in policy.tier_rows:
        if field not in found and not bits & mask:
            found[field] = tier
    return found


def _with(policy: Policy, bits: int, attribute: str, named: str, used: str) -> int:
    """The bits with one value of an attribute put in place of another."""
    if named == used:
        return bits
    encode = policy.layout.encode
    return bits & ~encode({attribute: named}) | encode({attribute: used})


def _nothing(
    wanted: Iterable[str],
    seen: View,
    barred: Mapping[str, str],
    found: Judgement,
    stands: str,
) -> Dataset:
    """Nothing goes: every field asked is withheld, for its own reason or that of the rule."""
    said = next((rule.withholds for rule in found.rules if rule.withholds), "")
    why = said or WITHHELD.get(found.effect, "lacks_authority")
    if stands == "barred" and why == "above_consent":
        why = "boundary"
    reasons = {f: seen.shut.get(f) or barred.get(f) or why for f in wanted}
    return Dataset((), reasons, (), None)


def _after_dataset(data: Dataset) -> str:
    if data.fields:
        return "share"
    return "complete_first" if data.lacking else "refuse"


def _told(case: _Case, outcome: str) -> dict[str, str]:
    """Whether the person, and for a child the child, is told: yes, deferred or no."""
    told = {"person": "none", "child": "none"}
    if outcome not in ("share", "complete_first"):
        return told
    bits = case.standing.bits
    for _, rule in matching(bits, case.era.steps["inform"]):
        if told[rule.about] == "none":
            told[rule.about] = rule.gives
    return told


def _second(case: _Case, outcome: str, told: Mapping[str, str]) -> dict[str, str]:
    """What is known once the answer is: the values that obligations and reviews are matched on."""
    found, wanted = case.judgement, case.wanted
    items = any(case.seen.tiers[f] == 3 and f in case.seen.items for f in wanted)
    return {
        "step": found.step,
        "outcome": outcome,
        "relied": _truth(found.relies and outcome in ("share", "complete_first")),
        "overridden": _truth(any(rule.overrides for rule in found.rules)),
        "informed": told["person"],
        "informed_child": told["child"],
        "asked_tier3": _truth(items),
        "asked_attachment": _truth("attachment" in wanted),
        "accounted": _truth(_accounted(found)),
    }


def _accounted(found: Judgement) -> bool:
    """Whether a health-privacy sender must account for this: no provision exempts it."""
    rows = [row for row in found.gateways if row.regime == "hipaa"]
    return bool(rows) and all(row.accounted for row in rows)


def _lacks(case: _Case, then: Iterable[Rule], outcome: str) -> tuple[str, ...]:
    """What the record lacks for what may go; of Tier 3 only where nothing else was asked."""
    if outcome not in ("share", "complete_first"):
        return ()
    supplied = case.request.supplied
    needs = [need for rule in then for need in rule.requires if need not in supplied]
    needs += () if case.data.fields else case.data.lacking
    return tuple(dict.fromkeys(needs))


def _answer(
    case: _Case,
    outcome: str,
    bits: int,
    then: Iterable[Rule],
    lacks: tuple[str, ...],
    told: Mapping[str, str],
) -> Decision:
    found, request, policy, steps = case.judgement, case.request, case.policy, case.era.steps
    goes = outcome in ("share", "complete_first")
    barred_by = [b for b in request.consent.boundaries if b.kind != "deny_role"]
    decider, hours, deputy = _decider(case, outcome, bits)
    adult = request.facts.subject_kind != "child"
    return Decision(
        outcome=outcome,
        tier=case.data.tier if goes else None,
        fields=case.data.fields if goes else (),
        tiers={f: case.seen.tiers[f] for f in case.data.fields} if goes else {},
        withheld=case.data.withheld,
        form=case.seen.form if case.seen.form != "none" else "message",
        consent_relied_on=goes and found.relies,
        basis=_basis(case, bits) if goes else (),
        inform=told["person"] if goes else None,
        inform_child=told["child"] if goes and not adult else None,
        obligations=_ordered(policy, then),
        missing=lacks if outcome == "complete_first" else (),
        owed=lacks if outcome == "share" else (),
        decider=decider,
        deputy=deputy,
        decide_within_hours=hours,
        review_within_hours=_review(case, bits),
        reasons=_reasons(case, outcome),
        questions=found.asks,
        could_go=case.could,
        instead=_instead(case),
        handling=tuple(_reason(r) for _, r in matching(bits, steps["handling"])) if goes else (),
        deny_persons=tuple(b.value for b in barred_by if b.kind == "deny_person"),
        deny_channels=tuple(b.value for b in barred_by if b.kind == "deny_channel"),
        step=found.step,
        purpose=case.purpose,
        recipient_role=request.recipient.role,
        policy=policy.id,
    )


def _instead(case: _Case) -> tuple[str, ...]:
    """Where this role has no cell: the roles that may receive this purpose."""
    if case.policy.cell(case.request.recipient.role, case.purpose):
        return ()
    return case.policy.matrix.roles_for(case.purpose)


def _decider(case: _Case, outcome: str, bits: int) -> tuple[str | None, int | None, str | None]:
    if outcome != "refer":
        return None, None, None
    who = next((rule.decider for rule in case.judgement.rules if rule.decider), "safeguarding_lead")
    rows = [rule for _, rule in matching(bits, case.era.steps["decide"])]
    hours = min((rule.hours for rule in rows), default=24)
    deputy = next((rule.gives for rule in rows if rule.gives and rule.gives != who), None)
    return who, hours, deputy


def _review(case: _Case, bits: int) -> int:
    hours = [rule.hours for _, rule in matching(bits, case.era.steps["review"])] or [72]
    expires = case.request.consent.expires_at
    if expires is not None and case.judgement.relies:
        hours.append(max(0, int((expires - case.request.at).total_seconds() // 3600)))
    return min(hours)


def _basis(case: _Case, bits: int) -> tuple[str, ...]:
    """The provisions that may be cited, each in force and fit for this sender and these facts."""
    rules = [*case.judgement.rules, *case.judgement.gateways]
    rules += [rule for _, rule in matching(bits, case.era.steps["basis"])]
    cited = dict.fromkeys(basis for rule in rules for basis in rule.basis)
    relied = case.judgement.relies
    found = []
    for basis in cited:
        mask, row = case.era.citable.get(basis, (0, None))
        if row is not None and not bits & mask and (relied or not row.consent):
            found.append(basis)
    return tuple(found)


def _reasons(case: _Case, outcome: str) -> tuple[Reason, ...]:
    found = [_reason(rule) for rule in (*case.judgement.rules, *case.judgement.gateways)]
    instead = ", ".join(role.replace("_", " ") for role in _instead(case))
    if instead and found:
        found[0] = replace(found[0], says=f"{found[0].says} For this purpose: {instead}.")
    if case.judgement.set_aside:
        found.insert(0, BY_A_PERSON)
    if outcome == "refuse" and case.judgement.effect == "permit":
        found.insert(0, NOTHING_LEFT)
    return tuple(found) or (NOTHING_ANSWERS,)


def _reason(rule: Rule) -> Reason:
    return Reason(rule.id, rule.says, rule.source)


def _ordered(policy: Policy, then: Iterable[Rule]) -> tuple[str, ...]:
    named = {obligation for rule in then for obligation in rule.obliges}
    order = policy.vocabulary.obligations if policy.vocabulary else ()
    return tuple(obligation for obligation in order if obligation in named)


def _truth(value: object) -> str:
    return "true" if value else "false"
