"""A forbid never permits more, a never stays, and agreement in full never shares less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from sharewell.core.decision import decide
from sharewell.core.era import AFTER
from sharewell.core.policy import Policy
from sharewell.core.request import Consent, Covers, Request
from sharewell.core.rules import JUDGED, Rule
from sharewell.core.tests.invariants.classes import fold, witnesses
from sharewell.core.tests.invariants.lens import Lens
from sharewell.core.tests.invariants.subject import Invariant, Subject, named, said_of
from sharewell.core.tests.invariants.witness import DAY, MONTH, Wrong, request
from sharewell.core.tests.plainly import matches
from sharewell.core.tests.requests import WORDS

FORBIDS = ("never", "withhold")


@cache
def forbidding(subject: Subject) -> tuple[Rule, ...]:
    """The rows in force that forbid, a whole disclosure or a field."""
    _, era = subject.truth.era(subject.at)
    return tuple(rule for rule in era.rows(sum(era.steps.values())) if rule.effect in FORBIDS)


@cache
def without(policy: Policy, id_: str) -> Policy:
    """The policy without one row."""
    return replace(policy, rules=tuple(r for r in policy.rules if r.id != id_), _eras={})


@cache
def forbidden(subject: Subject) -> tuple[Request, ...]:
    """For each row that forbids, every class in which it matches, as the other rows tell them apart."""
    found: list[Request] = []
    for rule in forbidding(subject):
        given = {name: values for name, values in rule.when.items() if name not in AFTER}
        other = replace(subject, policy=without(subject.policy, rule.id))
        parts = ("fields",) if rule.effect == "withhold" else ()
        found += other.classes(parts, "rules", given)
    return tuple(found)


def forbids_only(subject: Subject, asked: Request) -> Wrong | None:
    """Whatever goes with a row that forbids would go without it too."""
    got = subject.answer(asked)
    if not got.fields:
        return None
    said = said_of(subject, asked)
    for rule in forbidding(subject):
        if matches({k: v for k, v in rule.when.items() if k not in AFTER}, said):
            before = decide(asked, without(subject.policy, rule.id))
            more = sorted(set(got.fields) - set(before.fields))
            if more:
                why = f"{named(more)}: permitted with {rule.id}, and not without it."
                return Wrong(why, {"excludes": more})
    return None


def never_stays(subject: Subject, asked: Request) -> Wrong | None:
    """Where a never matches, nothing goes, save what an earlier step let through."""
    got, said = subject.answer(asked), said_of(subject, asked)
    for rule in forbidding(subject):
        kept = got.step < rule.step or (got.step == rule.step and got.outcome == "refuse")
        if rule.effect == "never" and matches(rule.when, said) and not kept:
            why = f"{rule.id} matches at step {rule.step}; step {got.step} says {got.outcome}."
            return Wrong(why, {"outcome": "refuse"})
    return None


def towards_source(subject: Subject) -> Iterator[Request]:
    """Every class in which the recipient is the alleged source, as the rows that do not forbid it tell."""
    policy = subject.policy
    for rule in subject.truth.rules:
        if rule.effect == "never" and "recipient_is_source" in rule.when:
            policy = without(policy, rule.id)
    given = {"recipient_is_source": ("true",)}
    yield from replace(subject, policy=policy).classes((), "rules", given)


def never_to_source(subject: Subject, asked: Request) -> Wrong | None:
    """The person alleged to cause the harm never receives."""
    got = subject.answer(asked)
    if not asked.recipient.alleged_source or (got.outcome == "refuse" and not got.fields):
        return None
    return Wrong("It goes to the person alleged, or waits to.", {"outcome": "refuse"})


@cache
def _more_forbids(subject: Subject) -> tuple[Policy, ...]:
    """The policy with a never at each step, in place of each permit's facts, and with fields withheld."""
    policy, rules = subject.policy, subject.in_force()
    never = next(rule for rule in subject.truth.rules if rule.effect == "never")
    withhold = next(rule for rule in subject.truth.rules if rule.effect == "withhold")
    added = [replace(never, id="added", step=step, when={}) for step in JUDGED]
    added += [
        replace(never, id="added", step=rule.step, when=rule.when)
        for rule in rules
        if rule.effect == "permit"
    ]
    some = tuple(policy.fields)[::2]
    added.append(replace(withhold, id="added", when={}, restricted="", fields=some))
    return tuple(replace(policy, rules=(*policy.rules, rule), _eras={}) for rule in added)


def judged(subject: Subject) -> Iterator[Request]:
    """Every class that the rows which judge tell apart."""
    yield from subject.classes()


def added_forbids(subject: Subject, asked: Request) -> Wrong | None:
    """With one more row that forbids, nothing goes that did not go before."""
    got = set(subject.answer(asked).fields)
    for policy in _more_forbids(subject):
        more = sorted(set(decide(asked, policy).fields) - got)
        if more:
            rule = policy.rules[-1]
            why = f"{named(more)}: permitted once a {rule.effect} is added at step {rule.step}."
            return Wrong(why, {"includes": more})
    return None


def beside_full(subject: Subject) -> Iterator[Request]:
    """Every class of facts and position, as told apart by the rows left for it and for agreement in full."""
    lens = Lens(subject.policy, subject.era, ("fields",), "rules")
    for said in witnesses(fold(lens, subject.given, beside=True)):
        yield request(subject.policy, subject.at, said)


def in_full(subject: Subject, asked: Request) -> Request | None:
    """The same facts with agreement in full scope, in writing, in date; None where none may be relied on."""
    givers = (None, *WORDS.given_by)
    ways = [replace(asked, consent=_full(asked, giver)) for giver in givers]
    return next((way for way in ways if said_of(subject, way)["standing"] == "relied"), None)


def _full(asked: Request, giver: str | None) -> Consent:
    role, purpose = (asked.recipient.role,), (asked.purpose,)
    return Consent(
        position="obtained",
        given_by=giver,
        covers=Covers(role, purpose, 3, WORDS.consent_labels),
        recorded_at=asked.at - DAY,
        expires_at=asked.at + MONTH,
        written=True,
    )


def shares_no_less(subject: Subject, asked: Request) -> Wrong | None:
    """Agreement in full scope shares all that any other position does, on the same other facts."""
    got, full = subject.answer(asked), in_full(subject, asked)
    best = subject.answer(full) if full else got
    less = sorted(set(got.fields) - set(best.fields))
    if not less:
        return None
    why = f"{named(less)}: shared so, and not with agreement in full ({best.outcome})."
    return Wrong(why, {"includes": less}, full)


INVARIANTS = (
    Invariant("forbid", "a row that forbids never permits more", forbidden, forbids_only),
    Invariant("never", "a later step never reopens a never", forbidden, never_stays),
    Invariant(
        "added-forbid", "one more row that forbids never permits more", judged, added_forbids
    ),
    Invariant("source", "the alleged source never receives", towards_source, never_to_source),
    Invariant("full", "agreement in full never shares less", beside_full, shares_no_less),
)
