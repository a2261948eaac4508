"""What the rules and the agreement say of one request. A named person decides.

``docs/decisions.md`` tells how the answer is found; this module puts it together.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sharewell.core import emergency
from sharewell.core.answer import Decision, Reason
from sharewell.core.barred import covered, narrow
from sharewell.core.citing import cited
from sharewell.core.dataset import (
    ATTACHMENT,
    Dataset,
    View,
    asked,
    dataset,
    moved,
    nothing,
    unasked,
)
from sharewell.core.elsewhere import Instead, naming
from sharewell.core.era import Era
from sharewell.core.judge import Judgement, judge, mattered, set_aside
from sharewell.core.policy import Policy
from sharewell.core.prepared import TRUTH, Prepared
from sharewell.core.request import Request
from sharewell.core.standing import Standing, form_of, standing, under
from sharewell.core.terms import Agreement

__all__ = ["Decision", "Reason", "decide"]

OUTCOMES = {"never": "refuse", "hold": "hold", "refer": "refer", "seek": "seek_agreement"}
GOES = ("share", "complete_first")
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
Going = tuple[str, tuple[str, ...], str | None, str | None, tuple[str, ...]]
Decider = tuple[str | None, int | None, str | None]
NO_DECIDER: Decider = (None, None, None)
NOTHING: frozenset[str] = frozenset()
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
    rows, _, stood, form, prepared = stands
    found = judge(rows, era, request.sender.regimes)
    if answered:
        found = set_aside(found, answered, rows, era, request.sender.regimes)
    used = rows
    if found.uses_cell and found.uses_cell != request.purpose:
        form, rows, used, prepared = _shape(request, policy, era, stands, found)
    moves = policy.kept[moved][request.flags, found.keeps_tier, used & era.tiers]
    seen = prepared.seen[moves, form]
    wanted: Collection[str] | None = request.wants.fields
    if wanted is None:
        wanted = wanted_by(request, policy, seen, prepared.purpose)
    left = narrow(request, policy, era, seen, found, used, scope)
    data, outcome = _dataset(request, left, wanted, found, stood)
    # Nobody approves what may not go anyhow.
    items = bool(left.items) and not left.items.isdisjoint(wanted)
    attachment = items and ATTACHMENT in left.items and ATTACHMENT in wanted
    contested: tuple[str, ...] = ()
    if rows & era.contested:
        contested = mattered(found, rows, era, request.sender.regimes)
    inform = rows & era.steps["inform"] if outcome in GOES else 0
    after: After = era.kept[After][found, outcome, inform, items, attachment]
    # Why an agreement that is on record is not relied on, where it is not.
    why = stands.rows & era.steps["agreement" if stood == "not_valid" else "standing"]
    also = prepared.local + era.kept[_said][why] if why else prepared.local
    could = () if found.effect == "never" else left.ids
    rest = (could, contested, also)
    return _answer(request, prepared, found, after, rows, data, form, rest)


def _shape(
    request: Request, policy: Policy, era: Era, stands: Standing, found: Judgement
) -> tuple[str, int, int, Prepared]:
    """The form of the cell that a rule uses, the rows that match, those that match in it, and the cell."""
    rows, purpose = stands.rows, found.uses_cell
    form = form_of(request, policy, purpose)
    if form != stands.form:
        rows = under(era, stands.apart, request.purpose, form)
    used = under(era, stands.apart, purpose, form)
    return form, rows, used, era.kept[Prepared][policy, request.recipient.role, purpose]


def wanted_by(request: Request, policy: Policy, seen: View, purpose: str) -> frozenset[str]:
    """The fields that a request asks for which names none: what the view gives for the tier it wants."""
    role, kind, tier = request.recipient.role, request.facts.subject_kind, request.wants.tier
    apart = policy.kept[unasked][seen, role, purpose, kind, tier]
    return asked(seen, tier, apart)


def _dataset(
    request: Request, left: View, wanted: Collection[str], found: Judgement, stands: str
) -> tuple[Dataset, str]:
    """What may go and what is withheld, and the outcome, as far as this settles it."""
    if found.effect != "permit":
        return nothing(left, wanted, _why(found, stands)), OUTCOMES[found.effect]
    by_name = request.wants.fields is not None
    data = dataset(left, wanted, request.supplied, by_name=by_name)
    return data, outcome_of(data)


def _why(found: Judgement, stands: str) -> str:
    """Why nothing goes: the reason of the rule, or that of its effect."""
    why = found.withholds or WITHHELD.get(found.effect, "lacks_authority")
    return "boundary" if stands == "barred" and why == "above_consent" else why


def outcome_of(data: Dataset) -> str:
    if data.tier is not None:
        return "share"
    return "complete_first" if data.lacking else "refuse"


def told_of(era: Era, hits: int) -> tuple[str, str]:
    """Whether the person, and for a child the child, is told: yes, deferred or no."""
    told: dict[str, str] = {}
    for rule in era.rows(hits):
        told.setdefault(rule.about, rule.gives)
    return told.get("person", "none"), told.get("child", "none")


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


class After:
    """What follows once the outcome is known, for all requests judged so of which the same rows say who is told.

    ``goes`` says whether anything does, now or once the record is complete; ``relies``, on the person's
    agreement; ``told`` whether person and child are. ``then``, ``ending`` and ``basis`` are the rows that
    may still matter of each step, and ``cited`` of the provisions; ``reasons`` are those in words.
    """

    __slots__ = ("basis", "cited", "ending", "goes", "outcome", "reasons", "relies", "then", "told")

    def __init__(
        self,
        era: Era,
        found: Judgement,
        outcome: str,
        inform: int,
        items: bool,  # noqa: FBT001 - kept by its place
        attachment: bool,  # noqa: FBT001
    ) -> None:
        """Work it out; ``inform`` are the rows that say who is told, none where nothing goes."""
        self.outcome, self.goes = outcome, outcome in GOES
        self.relies = found.relies and self.goes
        self.told = told_of(era, inform)
        rows = following(era, found, outcome, self.told, items, attachment)
        self.then, self.ending = rows & era.steps["then"], rows & era.ending
        self.cited = rows if found.relies else rows & ~era.by_consent
        self.basis = self.cited & era.steps["basis"]
        self.reasons = _reasons(found, outcome)


def owed(era: Era, hits: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What must be done, in the order of the vocabulary, and what must be supplied first."""
    then = era.rows(hits)
    named = {obligation for rule in then for obligation in rule.obliges}
    needs = dict.fromkeys(need for rule in then for need in rule.requires)
    return tuple(each for each in era.obligations if each in named), tuple(needs)


def lacking(request: Request, data: Dataset, needs: tuple[str, ...]) -> tuple[str, ...]:
    """What the record lacks for what may go; of Tier 3 only where nothing else was asked."""
    supplied = request.supplied
    lacks = tuple([need for need in needs if need not in supplied])
    return lacks if data.tier is not None else tuple(dict.fromkeys((*lacks, *data.lacking)))


def _answer(
    request: Request,
    prepared: Prepared,
    found: Judgement,
    after: After,
    rows: int,
    data: Dataset,
    form: str,
    rest: tuple[tuple[str, ...], tuple[str, ...], tuple[Reason, ...]],
) -> Decision:
    """Put together what is known; ``rest`` is what could go, what is contested, and more reasons."""
    era, (could, contested, also) = prepared.era, rest
    obligations, needs = era.kept[owed][rows & after.then]
    ends: Ending = era.kept[ending][rows & after.ending]
    outcome, basis, inform, child, lacks = _going(request, era, found, after, rows, data, needs)
    decider, hours, deputy = _decider(found, ends) if outcome == "refer" else NO_DECIDER
    instead, reasons = _elsewhere(request, prepared, found, after, form)
    persons, channels = _denied(request)
    values = (
        outcome,
        data.tier,
        data.given,
        data.withheld,
        form if form != "none" else "message",
        after.relies,
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
        reasons + also,
        found.asks,
        could,
        instead,
        ends.handling if after.goes else (),
        persons,
        channels,
        found.step,
        prepared.purpose,
        prepared.role,
        prepared.policy.id,
        contested,
    )
    # A decision is a tuple: made as one it takes a third of the time that its own constructor takes.
    return tuple.__new__(Decision, values)


def _going(
    request: Request,
    era: Era,
    found: Judgement,
    after: After,
    rows: int,
    data: Dataset,
    needs: tuple[str, ...],
) -> Going:
    """The outcome, the basis, whether person and child are told, and what the record lacks."""
    outcome = after.outcome
    if not after.goes:
        return outcome, (), None, None, ()
    lacks = lacking(request, data, needs)
    if lacks and found.step != "0":
        outcome = "complete_first"
    inform, child = after.told
    told = child if request.facts.subject_kind == "child" else None
    return outcome, cited(era, found, rows & after.basis, rows & after.cited), inform, told, lacks


def _decider(found: Judgement, ends: Ending) -> Decider:
    """Who decides, within how many hours, and who stands in."""
    who = found.decider
    return who, ends.decide, next((each for each in ends.deputies if each != who), None)


def _elsewhere(
    request: Request, prepared: Prepared, found: Judgement, after: After, form: str
) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """The roles that may be told where this one may not, and the reasons, which then name them."""
    if found.effect == "permit" and form != "none":
        return (), after.reasons
    harm, permits = request.facts.harm, found.effect == "permit"
    named: Instead = prepared.instead[harm, permits, form == "none"]
    if not named.roles or not found.reasons:
        return named.roles, after.reasons
    return named.roles, prepared.era.kept[_naming][after, found, named]


def _naming(_: Era, after: After, found: Judgement, named: Instead) -> tuple[Reason, ...]:
    """The reasons, the first of which that is a rule's names the roles that may be told instead."""
    first = found.reasons[0]
    return tuple([naming(first, named) if each is first else each for each in after.reasons])


def _denied(request: Request) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The people and the channels that the person's boundaries rule out."""
    every = request.consent.boundaries
    bounds = [each for each in every if each.kind != "deny_role"] if every else ()
    if not bounds:
        return (), ()
    persons = tuple([b.value for b in bounds if b.kind == "deny_person"])
    return persons, tuple([b.value for b in bounds if b.kind == "deny_channel"])


def _review(request: Request, found: Judgement, hours: int) -> int:
    if not found.relies:
        return hours
    expires = request.consent.expires_at
    if expires is None:
        return hours
    left = max(0, int((expires - request.at).total_seconds() // 3600))
    return min(hours, left)


class Ending(NamedTuple):
    """How soon it is looked at again and decided, in hours, who stands in, and the labels that travel."""

    review: int
    decide: int
    deputies: tuple[str, ...]
    handling: tuple[Reason, ...]


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


def _said(era: Era, hits: int) -> tuple[Reason, ...]:
    return tuple(Reason.of(rule) for rule in era.rows(hits))


def _reasons(found: Judgement, outcome: str) -> tuple[Reason, ...]:
    said = found.reasons
    if found.set_aside:
        said = (BY_A_PERSON, *said)
    if outcome == "refuse" and found.effect == "permit":
        said = (NOTHING_LEFT, *said)
    return said or (NOTHING_ANSWERS,)
