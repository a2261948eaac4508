"""What the rules and the agreement say of one request. A named person decides.

``docs/decisions.md`` tells how the answer is found; this module puts it together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from sharewell.core import emergency
from sharewell.core.answer import Decision, Reason
from sharewell.core.barred import covered, narrow
from sharewell.core.dataset import (
    ATTACHMENT,
    Dataset,
    View,
    asked,
    dataset,
    moved,
    nothing,
    unasked,
    view,
)
from sharewell.core.elsewhere import elsewhere, naming
from sharewell.core.era import KEPT, Era
from sharewell.core.judge import Judgement, judge, mattered, set_aside
from sharewell.core.policy import Policy
from sharewell.core.request import Request
from sharewell.core.rules import Rule
from sharewell.core.standing import TRUTH, Standing, form_of, standing, under
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
Case = tuple[Request, Policy, Era, Judgement, str, str]  # the last two: the purpose and form used
Going = tuple[
    int | None, Mapping[str, int], tuple[str, ...], str | None, str | None, tuple[Reason, ...]
]
NOTHING: frozenset[str] = frozenset()
NOTHING_GOES: Going = (None, {}, (), None, None, ())
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
    effects = frozenset([SET_ASIDE[each] for each in answered]) if answered else NOTHING
    if policy.fault is not None:
        return emergency.decide(request, policy)
    try:
        return _decide(request, policy, agreement, effects)
    except Exception:  # noqa: BLE001 - whatever fails, a person is told and the essentials may go
        return emergency.decide(request, policy)


def _decide(
    request: Request,
    policy: Policy,
    agreement: Agreement | None,
    answered: frozenset[str],
) -> Decision:
    _, era = policy.era(request.at)
    agreed, scope = covered(request, agreement)
    stands = standing(request, policy, era, agreed=agreed)
    found = judge(stands.rows, era, request.sender.regimes)
    if answered:
        found = set_aside(found, answered, stands.rows, era, request.sender.regimes)
    purpose, form, rows, used = _shape(request, policy, era, stands, found)
    tiers = moved(policy, request.flags, found.keeps_tier, used & era.tiers)
    seen = view(policy, request.recipient.role, purpose, tiers, form)
    wanted = wanted_by(request, policy, seen, purpose)
    left = narrow(request, policy, era, seen, found, used, scope)
    data = _dataset(request, left, wanted, found, stands.standing)
    outcome = OUTCOMES.get(found.effect) or outcome_of(data)
    told = told_of(era, rows & era.steps["inform"]) if outcome in GOES else NOBODY
    items = wanted & left.items  # nobody approves what may not go anyhow
    contested: tuple[str, ...] = ()
    if rows & era.contested:
        contested = mattered(found, rows, era, request.sender.regimes)
    rows &= following(era, found, outcome, told, bool(items), ATTACHMENT in items)
    obligations, needs = owed(era, rows & era.steps["then"])
    lacks = lacking(request, data, needs) if outcome in GOES else ()
    if outcome == "share" and lacks and found.step != "0":
        outcome = "complete_first"
    could = () if found.effect == "never" else left.ids
    case = (request, policy, era, found, purpose, form)
    also = _of_cell(policy, request.recipient.role, purpose)
    # Why an agreement that is on record is not relied on, where it is not.
    why = stands.rows & era.steps["agreement" if stands.standing == "not_valid" else "standing"]
    if why:
        also += _said(era, why)
    return _answer(case, rows, data, outcome, told, obligations, lacks, could, contested, also)


def _shape(
    request: Request, policy: Policy, era: Era, stands: Standing, found: Judgement
) -> tuple[str, str, int, int]:
    """The purpose and form of the cell that is used, the rows that match, and those that match in it."""
    rows, purpose, form = stands.rows, request.purpose, stands.form
    if not found.uses_cell or found.uses_cell == purpose:
        return purpose, form, rows, rows
    form = form_of(request, policy, found.uses_cell)
    if form != stands.form:
        rows = under(era, stands.apart, purpose, form)
    return found.uses_cell, form, rows, under(era, stands.apart, found.uses_cell, form)


def wanted_by(request: Request, policy: Policy, seen: View, purpose: str) -> frozenset[str]:
    """The fields that a request asks for: those it names, or what the view gives for what it wants."""
    wants = request.wants
    if wants.fields is not None:
        return frozenset(wants.fields)
    role, kind = request.recipient.role, request.facts.subject_kind
    apart = unasked(policy, seen, role, purpose, kind, wants.tier)
    return asked(seen, wants.tier, apart)


def _dataset(
    request: Request, left: View, wanted: frozenset[str], found: Judgement, stands: str
) -> Dataset:
    if found.effect != "permit":
        return nothing(left, wanted, _why(found, stands))
    by_name = request.wants.fields is not None
    return dataset(left, wanted, request.supplied, by_name=by_name)


def _why(found: Judgement, stands: str) -> str:
    """Why nothing goes: the reason of the rule, or that of its effect."""
    why = found.withholds or WITHHELD.get(found.effect, "lacks_authority")
    return "boundary" if stands == "barred" and why == "above_consent" else why


def outcome_of(data: Dataset) -> str:
    if data.tier is not None:
        return "share"
    return "complete_first" if data.lacking else "refuse"


@lru_cache(maxsize=KEPT)
def told_of(era: Era, hits: int) -> tuple[str, str]:
    """Whether the person, and for a child the child, is told: yes, deferred or no."""
    told: dict[str, str] = {}
    for rule in era.rows(hits):
        told.setdefault(rule.about, rule.gives)
    return told.get("person", "none"), told.get("child", "none")


@lru_cache(maxsize=KEPT)
def following(
    era: Era,
    found: Judgement,
    outcome: str,
    told: tuple[str, str],
    items: bool,  # noqa: FBT001 - kept by its place
    attachment: bool,  # noqa: FBT001
) -> int:
    """The rows that allow what is known once the answer is: for obligations, reviews and citing."""
    rows = era.every
    values = (
        found.step,
        outcome,
        TRUTH[found.relies and outcome in GOES],
        TRUTH[found.overrides],
        *told,
        TRUTH[items],
        TRUTH[attachment],
        TRUTH[found.accounted],
    )
    for table, value in zip(era.after, values, strict=True):
        rows &= table[value]
    return rows


@lru_cache(maxsize=KEPT)
def owed(era: Era, hits: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What must be done, in the order of the vocabulary, and what must be supplied first."""
    then = era.rows(hits)
    named = {obligation for rule in then for obligation in rule.obliges}
    needs = dict.fromkeys(need for rule in then for need in rule.requires)
    return tuple(each for each in era.obligations if each in named), tuple(needs)


def lacking(request: Request, data: Dataset, needs: tuple[str, ...]) -> tuple[str, ...]:
    """What the record lacks for what may go; of Tier 3 only where nothing else was asked."""
    lacks = _unsupplied(needs, request.supplied)
    return lacks if data.tier is not None else tuple(dict.fromkeys((*lacks, *data.lacking)))


@lru_cache(maxsize=KEPT)
def _unsupplied(needs: tuple[str, ...], supplied: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(need for need in needs if need not in supplied)


def _answer(
    case: Case,
    rows: int,
    data: Dataset,
    outcome: str,
    told: tuple[str, str],
    obligations: tuple[str, ...],
    lacks: tuple[str, ...],
    could: tuple[str, ...],
    contested: tuple[str, ...],
    also: tuple[Reason, ...],
) -> Decision:
    request, policy, era, found, purpose, form = case
    persons, channels = _denied(request)
    instead, where = elsewhere(request, policy, era, found, purpose, form)
    ends = ending(era, rows & era.ending)
    decider, hours, deputy = _decider(found, outcome, ends)
    tier, tiers, basis, inform, child, handling = _going(case, rows, data, outcome, told, ends)
    values = (
        outcome,
        tier,
        tiers,
        data.withheld,
        form if form != "none" else "message",
        found.relies and outcome in GOES,
        basis,
        inform,
        child,
        obligations,
        lacks if outcome == "complete_first" else (),
        lacks if outcome == "share" else (),
        decider,
        deputy,
        hours,
        _review(request, found, ends.review),
        _reasons(found, outcome, instead, where) + also,
        found.asks,
        could,
        instead,
        handling,
        persons,
        channels,
        found.step,
        purpose,
        request.recipient.role,
        policy.id,
        contested,
    )
    # A decision is a tuple: made as one it takes a third of the time that its own constructor takes.
    return tuple.__new__(Decision, values)


def _going(
    case: Case, rows: int, data: Dataset, outcome: str, told: tuple[str, str], ends: Ending
) -> Going:
    """The highest tier, the fields, the basis, whether person and child are told, and the labels."""
    if outcome not in GOES:
        return NOTHING_GOES
    request, _, era, found, _, _ = case
    child = told[1] if request.facts.subject_kind == "child" else None
    return data.tier, data.given, _basis(era, found, rows), told[0], child, ends.handling


def _denied(request: Request) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The people and the channels that the person's boundaries rule out."""
    bounds = request.consent.boundaries
    if not bounds:
        return (), ()
    persons = tuple(b.value for b in bounds if b.kind == "deny_person")
    return persons, tuple(b.value for b in bounds if b.kind == "deny_channel")


def _decider(
    found: Judgement, outcome: str, ends: Ending
) -> tuple[str | None, int | None, str | None]:
    if outcome != "refer":
        return None, None, None
    who = found.decider
    return who, ends.decide, next((d for d in ends.deputies if d != who), None)


def _review(request: Request, found: Judgement, hours: int) -> int:
    expires = request.consent.expires_at
    if expires is None or not found.relies:
        return hours
    left = max(0, int((expires - request.at).total_seconds() // 3600))
    return min(hours, left)


class Ending(NamedTuple):
    """How soon it is looked at again and decided, in hours, who stands in, and the labels that travel."""

    review: int
    decide: int
    deputies: tuple[str, ...]
    handling: tuple[Reason, ...]


@lru_cache(maxsize=KEPT)
def ending(era: Era, hits: int) -> Ending:
    """What the rows of the last steps say; the soonest of several hours."""
    review = min((rule.hours for rule in era.rows(hits & era.steps["review"])), default=72)
    deciding = era.rows(hits & era.steps["decide"])
    return Ending(
        review,
        min((rule.hours for rule in deciding), default=24),
        tuple(rule.gives for rule in deciding if rule.gives),
        _said(era, hits & era.steps["handling"]),
    )


@lru_cache(maxsize=KEPT)
def _said(era: Era, hits: int) -> tuple[Reason, ...]:
    return tuple(Reason.of(rule) for rule in era.rows(hits))


def _basis(era: Era, found: Judgement, rows: int) -> tuple[str, ...]:
    """The provisions that may be cited, each in force and fit for this sender and these facts."""
    if not found.relies:
        rows &= ~era.by_consent
    named = {**_judging(era, found), **_named(era, rows & era.steps["basis"])}
    return tuple([basis for basis, row in named.items() if rows & row])


@lru_cache(maxsize=KEPT)
def _judging(era: Era, found: Judgement) -> Mapping[str, int]:
    """The provisions that those rules name which decided, as :func:`_citable` gives them."""
    return _citable(era, (*found.rules, *found.gateways))


@lru_cache(maxsize=KEPT)
def _named(era: Era, hits: int) -> Mapping[str, int]:
    """The provisions that these rows name, as :func:`_citable` gives them."""
    return _citable(era, era.rows(hits))


def _citable(era: Era, rules: Iterable[Rule]) -> Mapping[str, int]:
    """The provisions in force that the rules name, in order, and the row of each."""
    named = dict.fromkeys(basis for rule in rules for basis in rule.basis)
    return {basis: era.citable[basis] for basis in named if basis in era.citable}


def _reasons(
    found: Judgement, outcome: str, instead: tuple[str, ...], where: str
) -> tuple[Reason, ...]:
    said = found.reasons
    if instead and said:
        said = (naming(said[0], instead, where), *said[1:])
    if found.set_aside:
        said = (BY_A_PERSON, *said)
    if outcome == "refuse" and found.effect == "permit":
        said = (NOTHING_LEFT, *said)
    return said or (NOTHING_ANSWERS,)


@lru_cache(maxsize=KEPT)
def _of_cell(policy: Policy, role: str, purpose: str) -> tuple[Reason, ...]:
    """That a partnership has set for itself what this recipient may receive, where it has."""
    cell = policy.cell(role, purpose)
    if cell is None or not cell.local:
        return ()
    return (Reason(f"cell-{role}-{purpose}", SET_LOCALLY, cell.source),)
