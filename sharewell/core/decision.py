"""What the rules and the agreement say of one request. A named person decides.

``docs/decisions.md`` tells how the answer is found; this module puts it together.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from sharewell.core import emergency
from sharewell.core.answer import Decision, Reason
from sharewell.core.barred import covered, narrow
from sharewell.core.dataset import (
    Dataset,
    View,
    asked,
    dataset,
    nothing,
    raising,
    unasked,
    view,
)
from sharewell.core.era import KEPT, Era
from sharewell.core.judge import Judgement, judge, mattered, set_aside
from sharewell.core.policy import Policy
from sharewell.core.request import Request
from sharewell.core.standing import TRUTH, form_of, standing, under
from sharewell.core.terms import Agreement

__all__ = ["Decision", "Reason", "decide"]

OUTCOMES = {"never": "refuse", "hold": "hold", "refer": "refer", "seek": "seek_agreement"}
GOES = ("share", "complete_first")
NOBODY = ("none", "none")
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
SET_LOCALLY = "What this recipient may receive for this purpose is set by the partnership."
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
    effects = frozenset([SET_ASIDE[each] for each in answered])
    if policy.fault is not None:
        return emergency.decide(request, policy)
    try:
        return _decide(request, policy, agreement, effects)
    except Exception:  # noqa: BLE001 - whatever fails, a person is told and the essentials may go
        return emergency.decide(request, policy)


class _Case(NamedTuple):
    """One request on its way to an answer; ``rows`` are those that match the facts."""

    request: Request
    policy: Policy
    era: Era
    rows: int
    judgement: Judgement
    purpose: str
    seen: View
    data: Dataset
    could: tuple[str, ...]
    wanted: frozenset[str]


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
    told = NOBODY
    if outcome in GOES:
        told = _told(case.era, case.rows & case.era.steps["inform"])
    items = TRUTH[not case.wanted.isdisjoint(case.seen.items)]
    attachment = TRUTH["attachment" in case.wanted]
    rows = case.rows & _after(case.era, case.judgement, outcome, told, items, attachment)
    then, needs = _owed(case.era, rows & case.era.steps["then"])
    lacks = _lacks(case, needs, outcome)
    if outcome == "share" and lacks and case.judgement.step != "0":
        outcome = "complete_first"
    return _answer(case, outcome, rows, then, lacks, told)


def _case(
    request: Request,
    policy: Policy,
    agreement: Agreement | None,
    answered: frozenset[str],
) -> _Case:
    _, era = policy.era(request.at)
    role, regimes, wants = request.recipient.role, request.sender.regimes, request.wants
    scope = covered(request, agreement)
    stands = standing(request, policy, era, agreed=scope.state)
    found = judge(stands.rows, era, regimes)
    if answered:
        found = set_aside(found, answered, stands.rows, era, regimes)
    purpose = found.uses_cell or request.purpose
    form = stands.form if purpose == request.purpose else form_of(request, policy, purpose)
    rows = used = stands.rows
    if form != stands.form:
        rows = used = under(era, stands.apart, request.purpose, form)
    if purpose != request.purpose:
        used = under(era, stands.apart, purpose, form)
    flags = raising(policy, request.flags, found.keeps_tier)
    seen = view(policy, role, purpose, flags, used & era.tiers, form)
    apart = unasked(policy, seen, role, purpose, request.facts.subject_kind, wants.tier)
    wanted = asked(seen, wants.fields, wants.tier, apart)
    used &= era.tables["step"][found.step] & era.tables["relied"][TRUTH[found.relies]]
    left = narrow(request, policy, era, seen, found, used, scope)
    if found.effect == "permit":
        data = dataset(left, wanted, request.supplied, by_name=wants.fields is not None)
    else:
        data = nothing(left, wanted, _why(found, stands.standing))
    could = () if found.effect == "never" else tuple(left.open)
    return _Case(request, policy, era, rows, found, purpose, seen, data, could, wanted)


def _why(found: Judgement, stands: str) -> str:
    """Why nothing goes: the reason of the rule, or that of its effect."""
    why = found.withholds or WITHHELD.get(found.effect, "lacks_authority")
    return "boundary" if stands == "barred" and why == "above_consent" else why


def _after_dataset(data: Dataset) -> str:
    if data.given:
        return "share"
    return "complete_first" if data.lacking else "refuse"


@lru_cache(maxsize=KEPT)
def _told(era: Era, hits: int) -> tuple[str, str]:
    """Whether the person, and for a child the child, is told: yes, deferred or no."""
    told: dict[str, str] = {}
    for rule in era.rows(hits):
        told.setdefault(rule.about, rule.gives)
    return told.get("person", "none"), told.get("child", "none")


@lru_cache(maxsize=KEPT)
def _after(
    era: Era, found: Judgement, outcome: str, told: tuple[str, str], items: str, attachment: str
) -> int:
    """The rows that allow what is known once the answer is: for obligations, reviews and citing."""
    rows = era.every
    values = (
        found.step,
        outcome,
        TRUTH[found.relies and outcome in GOES],
        TRUTH[found.overrides],
        *told,
        items,
        attachment,
        TRUTH[found.accounted],
    )
    for table, value in zip(era.after, values, strict=True):
        rows &= table[value]
    return rows


@lru_cache(maxsize=KEPT)
def _owed(era: Era, hits: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What must be done, in the order of the vocabulary, and what must be supplied first."""
    then = era.rows(hits)
    named = {obligation for rule in then for obligation in rule.obliges}
    needs = dict.fromkeys(need for rule in then for need in rule.requires)
    return tuple(each for each in era.obligations if each in named), tuple(needs)


def _lacks(case: _Case, needs: tuple[str, ...], outcome: str) -> tuple[str, ...]:
    """What the record lacks for what may go; of Tier 3 only where nothing else was asked."""
    if outcome not in GOES:
        return ()
    supplied = case.request.supplied
    lacks = tuple([need for need in needs if need not in supplied])
    if case.data.given:
        return lacks
    return tuple(dict.fromkeys((*lacks, *case.data.lacking)))


def _answer(
    case: _Case,
    outcome: str,
    rows: int,
    then: tuple[str, ...],
    lacks: tuple[str, ...],
    told: tuple[str, str],
) -> Decision:
    found, request, era, data = case.judgement, case.request, case.era, case.data
    goes = outcome in GOES
    persons, channels = _denied(request)
    instead = _instead(case.policy, request.recipient.role, case.purpose)
    decider, hours, deputy = _decider(case, outcome, rows)
    return Decision(
        outcome=outcome,
        tier=max(data.given.values(), default=None) if goes else None,
        fields=tuple(data.given) if goes else (),
        tiers=data.given if goes else {},
        withheld=data.withheld,
        form=case.seen.form if case.seen.form != "none" else "message",
        consent_relied_on=goes and found.relies,
        basis=_basis(case, rows) if goes else (),
        inform=told[0] if goes else None,
        inform_child=told[1] if goes and request.facts.subject_kind == "child" else None,
        obligations=then,
        missing=lacks if outcome == "complete_first" else (),
        owed=lacks if outcome == "share" else (),
        decider=decider,
        deputy=deputy,
        decide_within_hours=hours,
        review_within_hours=_review(case, rows),
        reasons=(*_reasons(found, outcome, instead), *_of_cell(case)),
        questions=found.asks,
        could_go=case.could,
        instead=instead,
        handling=_handling(era, rows & era.steps["handling"]) if goes else (),
        deny_persons=persons,
        deny_channels=channels,
        step=found.step,
        purpose=case.purpose,
        recipient_role=request.recipient.role,
        policy=case.policy.id,
        contested=mattered(found, case.rows, era, request.sender.regimes),
    )


def _denied(request: Request) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The people and the channels that the person's boundaries rule out."""
    bounds = request.consent.boundaries
    if not bounds:
        return (), ()
    persons = tuple(b.value for b in bounds if b.kind == "deny_person")
    return persons, tuple(b.value for b in bounds if b.kind == "deny_channel")


@lru_cache(maxsize=KEPT)
def _instead(policy: Policy, role: str, purpose: str) -> tuple[str, ...]:
    """Where this role has no cell: the roles that may receive this purpose."""
    return () if policy.cell(role, purpose) else policy.matrix.roles_for(purpose)


def _decider(case: _Case, outcome: str, rows: int) -> tuple[str | None, int | None, str | None]:
    if outcome != "refer":
        return None, None, None
    who = case.judgement.decider
    hours, deputies = _within(case.era, rows & case.era.steps["decide"])
    return who, 24 if hours is None else hours, next((d for d in deputies if d != who), None)


def _review(case: _Case, rows: int) -> int:
    hours, _ = _within(case.era, rows & case.era.steps["review"])
    expires = case.request.consent.expires_at
    if expires is None or not case.judgement.relies:
        return 72 if hours is None else hours
    left = max(0, int((expires - case.request.at).total_seconds() // 3600))
    return min(72 if hours is None else hours, left)


@lru_cache(maxsize=KEPT)
def _within(era: Era, hits: int) -> tuple[int | None, tuple[str, ...]]:
    """The soonest of the hours that the rows give, and whom they name."""
    found = era.rows(hits)
    hours = min((rule.hours for rule in found), default=None)
    return hours, tuple(rule.gives for rule in found if rule.gives)


@lru_cache(maxsize=KEPT)
def _handling(era: Era, hits: int) -> tuple[Reason, ...]:
    return tuple(Reason.of(rule) for rule in era.rows(hits))


def _basis(case: _Case, rows: int) -> tuple[str, ...]:
    """The provisions that may be cited, each in force and fit for this sender and these facts."""
    era = case.era
    if not case.judgement.relies:
        rows &= ~era.by_consent
    named = _named(era, case.judgement, rows & era.steps["basis"])
    return tuple([basis for basis, row in named if rows & row])


@lru_cache(maxsize=KEPT)
def _named(era: Era, found: Judgement, hits: int) -> tuple[tuple[str, int], ...]:
    """The provisions in force that the rules name, and the row of each."""
    rules = (*found.rules, *found.gateways, *era.rows(hits))
    named = dict.fromkeys(basis for rule in rules for basis in rule.basis)
    return tuple((basis, era.citable[basis]) for basis in named if basis in era.citable)


def _reasons(found: Judgement, outcome: str, instead: tuple[str, ...]) -> tuple[Reason, ...]:
    said = found.reasons
    if instead and said:
        said = (_naming(said[0], instead), *said[1:])
    if found.set_aside:
        said = (BY_A_PERSON, *said)
    if outcome == "refuse" and found.effect == "permit":
        said = (NOTHING_LEFT, *said)
    return said or (NOTHING_ANSWERS,)


def _of_cell(case: _Case) -> tuple[Reason, ...]:
    """That a partnership has set for itself what this recipient may receive, where it has."""
    role, purpose = case.request.recipient.role, case.purpose
    cell = case.policy.cell(role, purpose)
    if cell is None or not cell.local:
        return ()
    return (Reason(f"cell-{role}-{purpose}", SET_LOCALLY, cell.source),)


@lru_cache(maxsize=KEPT)
def _naming(reason: Reason, instead: tuple[str, ...]) -> Reason:
    """The reason with the roles that may receive this in place of the one named."""
    roles = ", ".join(role.replace("_", " ") for role in instead)
    return replace(reason, says=f"{reason.says} For this purpose: {roles}.")
