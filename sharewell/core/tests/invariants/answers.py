"""What holds of every answer: its reason, its outcome, its decider, its review, what travels with it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from sharewell.core.decision import Decision, decide
from sharewell.core.policy import Policy
from sharewell.core.request import Request, Wants
from sharewell.core.tests.invariants.subject import Invariant, Subject, goes, said_of
from sharewell.core.tests.invariants.witness import Wrong

SERIOUS = ("serious", "immediate")
LATER = ("4", "5", "6", "7", "8")
INSIDE = ("safeguarding_lead", "hr", "family_carer", "person_themself")


def judged(subject: Subject) -> Iterator[Request]:
    """Every class that the rows which judge, and those that say how soon, tell apart."""
    yield from subject.classes(("decide",))


def has_a_source(subject: Subject, asked: Request) -> Wrong | None:
    """Every outcome has a reason, in words, with a source."""
    got = subject.answer(asked)
    if got.reasons and all(each.says.strip() and each.source.strip() for each in got.reasons):
        return None
    return Wrong("The outcome has no reason with a source.", {})


def is_answered(subject: Subject, asked: Request) -> Wrong | None:
    """Some rule answers; what stands in where none does is never needed."""
    named = {reason.rule for reason in subject.answer(asked).reasons}
    if named == {"no-rule-answers"} or any(rule.startswith("built-in") for rule in named):
        return Wrong("No rule answers this.", {})
    return None


def outcome_agrees(subject: Subject, asked: Request) -> Wrong | None:
    """Something goes with the outcomes that let it and nothing with the others."""
    got = subject.answer(asked)
    if got.outcome == "share" and not got.fields:
        return Wrong("It is shared and nothing goes.", {"outcome": "refuse"})
    if got.outcome == "complete_first" and not got.missing:
        return Wrong("Something is missing and it is not said what.", {"outcome": "share"})
    nothing: dict[str, Any] = {"exactly": {"fields": [], "basis": [], "tier": None, "inform": None}}
    if not goes(got) and (got.fields or got.basis or got.tier or got.inform):
        return Wrong("It is not shared and something goes.", nothing)
    return None


def refer_is_decided(subject: Subject, asked: Request) -> Wrong | None:
    """What is referred has somebody who decides, a limit, and somebody who stands in."""
    got = subject.answer(asked)
    if got.outcome != "refer":
        return None
    limit = 1 if asked.facts.harm in SERIOUS else 24
    if got.decider is None or got.deputy is None or got.deputy == got.decider:
        return Wrong("Nobody decides what is referred, or nobody stands in.", _stands_in(got))
    if got.decide_within_hours is None or got.decide_within_hours > limit:
        why = f"What is referred has no limit of {limit} hours."
        return Wrong(why, {"exactly": {"decide_within_hours": limit}})
    return None


def _stands_in(got: Decision) -> dict[str, Any]:
    deputy = "safeguarding_lead" if got.decider == "on_call_manager" else "on_call_manager"
    return {"exactly": {"deputy": deputy}}


def reviewed(subject: Subject) -> Iterator[Request]:
    """Every class that the rows on review and on telling the person tell apart."""
    for asked in subject.classes(("review", "inform"), "travels"):
        yield asked
        yield replace(asked, wants=Wants(fields=("staff.vetting",)))


def review_is_due(subject: Subject, asked: Request) -> Wrong | None:
    """It is looked at again no later than the list of the design says."""
    got = subject.answer(asked)
    limit = min(_limits(asked, got))
    if 0 < got.review_within_hours <= limit:
        return None
    why = f"It is looked at after {got.review_within_hours} hours, not within {limit}."
    return Wrong(why, {"review_within_hours": limit})


def _limits(asked: Request, got: Decision) -> Iterator[int]:
    serious = asked.facts.harm in SERIOUS
    yield {"hold": 72, "refer": 72, "seek_agreement": 72, "refuse": 168}.get(got.outcome, 2160)
    if got.step == "0" or (serious and not goes(got) and got.outcome != "hold"):
        yield 24
    if not goes(got):
        return
    if got.inform == "deferred" or (
        asked.facts.subject_kind == "child" and asked.purpose == "child_protection"
    ):
        yield 24
    if asked.consent.position in ("refused", "withdrawn") and got.form == "message":
        yield 168
    ends = asked.consent.expires_at
    if got.consent_relied_on and ends is not None:
        yield int((ends - asked.at).total_seconds() // 3600)


def travelling(subject: Subject) -> Iterator[Request]:
    """Every class that the rows on what travels tell apart, with all supplied, and with nothing."""
    for rows in ("then common", "then special"):
        for asked in subject.classes((rows, "inform"), "travels"):
            yield asked
            yield replace(asked, supplied=(), wants=Wants(fields=("subject.name", "attachment")))


def travels(subject: Subject, asked: Request) -> Wrong | None:
    """What the design lists as travelling with an answer does."""
    got = subject.answer(asked)
    must = list(dict.fromkeys(_obligations(subject, asked, got)))
    left = [each for each in must if each not in got.obligations]
    if left:
        return Wrong(f"These do not travel with it: {', '.join(left)}.", {"obligations": must})
    needs = [need for need in _needs(subject, asked, got) if need not in asked.supplied]
    left = [need for need in needs if need not in (*got.missing, *got.owed)]
    if left:
        return Wrong(f"It goes without: {', '.join(left)}.", {"missing": needs})
    return None


def _obligations(subject: Subject, asked: Request, got: Decision) -> Iterator[str]:
    """The table of the design, line by line."""
    facts, position = asked.facts, asked.consent.position
    if got.outcome in ("refuse", "hold", "refer") or (
        got.outcome == "seek_agreement" and position in ("refused", "withdrawn")
    ):
        yield "record_decision_not_to_share"
    if got.outcome == "hold":
        yield from ("tell_safeguarding_lead", "offer_advocacy", "set_thresholds")
    if _ran_out(asked) or position == "withdrawn" or facts.capacity == "fluctuating":
        yield "revisit_consent"
    if goes(got):
        yield from _of_a_share(subject, asked, got)


def _ran_out(asked: Request) -> bool:
    ends = asked.consent.expires_at
    return (
        asked.consent.position == "obtained"
        and ends is not None
        and ends <= asked.at
        and (not asked.consent.boundaries)
    )


def _of_a_share(subject: Subject, asked: Request, got: Decision) -> Iterator[str]:
    yield from ("record_rationale", "record_proportionality")
    if _unagreed(subject, asked, got):
        yield "record_consent_reason"
    if got.consent_relied_on:
        yield "revisit_consent"
    lacks = asked.facts.subject_kind == "adult" and asked.facts.capacity == "lacks"
    if got.step == "5" or (got.step == "0" and lacks):
        yield from ("best_interests_record", "revisit_consent")
    if got.inform == "yes":
        yield "inform_person"
    elif got.form in ("message", "notification"):
        yield "record_why_not_informed"
    if asked.purpose == "child_protection" and asked.recipient.role == "childrens_social_care":
        yield "confirm_in_writing"
    if _without_terms(asked, got):
        yield "no_agreement_override_reason"
    yield from _of_regimes(asked, got)
    if "attachment" in got.fields or got.withheld.get("attachment", "").startswith("lacks"):
        yield from ("named_approver", "tier3_rationale_per_item", "attachment_reason_per_item")


def _of_regimes(asked: Request, got: Decision) -> Iterator[str]:
    regimes = asked.sender.regimes
    if "part2" in regimes and got.consent_relied_on:
        yield "prohibit_redisclosure_notice"
    if got.step == "0" and {"part2", "vawa"} & set(regimes):
        yield "notify_privacy_officer"
    if "ferpa" in regimes and got.step == "0":
        yield "emergency_threat_record"


def _unagreed(subject: Subject, asked: Request, got: Decision) -> bool:
    alone = got.form == "message" or got.step == "0"
    return alone and not got.consent_relied_on and said_of(subject, asked)["standing"] != "relied"


def _without_terms(asked: Request, got: Decision) -> bool:
    outside = asked.recipient.role not in INSIDE and asked.recipient.agreement != "in_force"
    return outside and got.step in LATER


def _needs(subject: Subject, asked: Request, got: Decision) -> Iterator[str]:
    """What must be supplied before it goes; in immediate danger, afterwards."""
    if not goes(got):
        return
    yield from ("rationale", "proportionality")
    inside = asked.recipient.role in ("hr", "safeguarding_lead", "lado")
    if _unagreed(subject, asked, got) and (got.step == "0" or not inside):
        yield "consent_reason"
    if _without_terms(asked, got):
        yield "no_agreement_override_reason"


def ordered(subject: Subject) -> Iterator[Request]:
    """Every class that rows of which one alone may speak tell apart."""
    yield from subject.classes(("fields",), "dataset")
    yield from subject.classes(("inform", "decide"))


@cache
def _other_orders(policy: Policy) -> tuple[Policy, ...]:
    mixed = list(policy.rules)
    random.Random(1).shuffle(mixed)  # noqa: S311 - the same order each time
    return tuple(
        replace(policy, rules=rows, _eras={}) for rows in (policy.rules[::-1], tuple(mixed))
    )


def order_is_nothing(subject: Subject, asked: Request) -> Wrong | None:
    """The rows in another order give the same answer."""
    got = _unordered(subject.answer(asked))
    for policy in _other_orders(subject.policy):
        other = _unordered(decide(asked, policy))
        differs = {key: value for key, value in other.items() if got[key] != value}
        if differs:
            why = f"In another order of the rows this comes out differently: {', '.join(differs)}."
            return Wrong(why, {"exactly": differs})
    return None


def _unordered(decision: Decision) -> dict[str, Any]:
    """The answer as plain values; where lists follow the order of the rows, their items in another order."""
    plain = decision.as_dict()
    for key in ("basis", "missing", "owed", "questions"):
        plain[key] = sorted(plain[key])
    for key in ("reasons", "handling"):
        plain[key] = sorted(plain[key], key=lambda each: each["rule"])
    return plain


INVARIANTS = (
    Invariant("reason", "every outcome has a reason with a source", judged, has_a_source),
    Invariant("answer", "every state has an answer", judged, is_answered),
    Invariant(
        "outcome", "something goes only with an outcome that lets it", judged, outcome_agrees
    ),
    Invariant("refer", "a refer has its decider, a limit and a deputy", judged, refer_is_decided),
    Invariant("review", "it is looked at again in time", reviewed, review_is_due),
    Invariant("travels", "what the design lists travels with the answer", travelling, travels),
    Invariant("order", "rule order within a step does not matter", ordered, order_is_nothing),
)
