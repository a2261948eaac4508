"""What would change an answer: each thing that may be found out or come true, tried on the engine itself.

What is tried, in which order and in which words, is data (``packs/changes.yaml``); nothing is said here that
the engine did not answer. Nothing is ever supposed that would stop the essentials in immediate danger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, NamedTuple

from sharewell.core.answer import Decision
from sharewell.core.barred import covered
from sharewell.core.catalogue import When
from sharewell.core.conditions import LESS, Condition, Wordings, supposing
from sharewell.core.decision import GOES, NOTHING_LEFT, decide
from sharewell.core.era import FACTS
from sharewell.core.judge import Judgement, judge
from sharewell.core.policy import Policy
from sharewell.core.request import Request
from sharewell.core.standing import standing
from sharewell.core.terms import Agreement
from sharewell.core.vocabulary import UNKNOWN

MOST = 6  # things named; nobody reads more
OF_ONE = 3  # answers named of one of them
PAIRS = 60  # pairs of unknown facts tried, where nothing helps alone
# From what is furthest from going to what goes.
RANK = {"refuse": 0, "hold": 1, "refer": 2, "seek_agreement": 3, "complete_first": 4, "share": 4}
OF_DATASET = ("consent", "agreement")  # what can change how much goes, besides whether
SAID = ("obtained", "refused", "withdrawn")  # positions in which the person has spoken
UNSETTLED = (
    UNKNOWN,
    "not_assessed",
    "fluctuating",
)  # values of a fact that is still to be found out

Supposed = tuple[tuple[str, str], ...]  # attribute and value


@dataclass(frozen=True, slots=True)
class Alternative:
    """What the answer would be: ``when`` as in a rule, and in words what is supposed and what then follows.

    ``rule`` is the one by which, ``because`` its words, which are empty where it goes already, and only
    more of it would go or at once.
    """

    when: When
    outcome: str
    supposed: str
    then: str
    rule: str
    because: str

    @property
    def says(self) -> str:
        """All of it in one sentence."""
        ends = f", because “{self.because}”" if self.because else "."
        return f"If {self.supposed}, {self.then}{ends}"

    def as_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold."""
        supposed = {name: list(values) for name, values in self.when.items()}
        return {"if": supposed, "outcome": self.outcome, "says": self.says, "rule": self.rule}


def alternatives(
    request: Request,
    policy: Policy,
    words: Wordings,
    decided: Decision,
    agreement: Agreement | None = None,
) -> tuple[Alternative, ...]:
    """What single thing, found out or come true, would change this answer: the most useful first.

    First what is not known and would bring an answer, then what is known and would turn it, then what the
    answer hangs on. Where nothing helps alone, pairs of unknown facts. Empty in immediate danger, where
    nothing more is needed, and where the policy cannot be used.
    """
    if policy.fault is not None or decided.step == "0":
        return ()
    trial = _Trial(request, policy, words, decided, agreement)
    groups: dict[str, list[_Found]] = {}
    for found in trial.singles():
        groups.setdefault(found.conditions[0].about, []).append(found)
    ranked = sorted(groups.values(), key=lambda group: min(each.rank for each in group))
    chosen = [each for group in ranked[:MOST] for each in sorted(group)[:OF_ONE]]
    if decided.outcome not in GOES and not any(each.better for each in chosen):
        chosen += trial.pairs()
    return tuple(trial.said(each) for each in (*chosen, *trial.none_of_them()))


def nothing_would(decided: Decision, found: tuple[Alternative, ...], words: Wordings) -> str:
    """The sentence for an answer of never, before the list or in its place; otherwise empty."""
    if decided.outcome != "refuse" or decided.reasons[0] == NOTHING_LEFT:
        return ""
    return words.never["some" if found else "none"]


class _Found(NamedTuple):
    """Conditions under which the answer would be another one; ``rank`` orders them.

    ``more`` are the fields that would go as well, where it goes already.
    """

    rank: tuple[int, int]
    conditions: tuple[Condition, ...]
    better: bool
    more: tuple[str, ...]
    answer: Decision


class _Trial:
    """One request, asked again under each condition; the engine's answers are kept."""

    def __init__(
        self,
        request: Request,
        policy: Policy,
        words: Wordings,
        decided: Decision,
        agreement: Agreement | None,
    ) -> None:
        self.request, self.policy, self.words = request, policy, words
        self.decided, self.agreement = decided, agreement
        self.goes = decided.outcome in GOES
        self.answers: dict[Supposed, Decision | None] = {}
        self.judged = self._judged(request)
        facts = {name: getattr(request.facts, name) for name in FACTS}
        self.now = {
            **facts,
            "consent": request.consent.position,
            "agreement": request.recipient.agreement,
            "recipient_connected": request.recipient.connected_to_source,
        }
        self.open = [each for each in words.conditions if self._fits(each)]

    def singles(self) -> Iterator[_Found]:
        """Each condition that by itself would bring another answer, and is worth naming."""
        told: list[_Found] = []
        for place, condition in enumerate(self.open):
            if any(_holds(condition, each.conditions[0]) for each in told):
                continue
            answer = self.answer((condition,))
            if answer is None or not self._worth(answer, (condition,)):
                continue
            more = self._more(answer) if condition.about in OF_DATASET else ()
            better = bool(more) or self._better(answer)
            if better or self._worse(answer, condition):
                first = 2 if not better else 0 if self._unknown(condition) else 1
                found = _Found((first, place), (condition,), better, more, answer)
                if not any(_weaker(each, found) for each in told):
                    told.append(found)
                    yield found

    def pairs(self) -> list[_Found]:
        """Pairs of unknown facts that only together would bring it further."""
        unknown = [each for each in self.open if each.about in FACTS and self._unknown(each)]
        pairs = [pair for pair in combinations(unknown, 2) if pair[0].about != pair[1].about]
        found: list[_Found] = []
        for place, pair in enumerate(pairs[:PAIRS]):
            answer = self.answer(pair)
            if answer is None or len(found) == OF_ONE:
                continue
            if self._better(answer) and self._worth(answer, pair):
                found.append(_Found((3, place), pair, better=True, more=(), answer=answer))
        return found

    def none_of_them(self) -> list[_Found]:
        """What is referred because facts are unknown: the answer where none of them speaks for sharing."""
        asked = self.decided.questions if self.decided.outcome == "refer" else ()
        last = {each.about: each for each in self.open if each.about in asked}
        answer = self.answer(tuple(last.values())) if len(last) > 1 else None
        if answer is None or RANK[answer.outcome] >= RANK["refer"]:
            return []
        return [_Found((4, 0), tuple(last.values()), better=False, more=(), answer=answer)]

    def said(self, found: _Found) -> Alternative:
        """What was found, in words."""
        answer, rule = found.answer, found.answer.reasons[0]
        supposed = [each.found if self._unknown(each) else each.were for each in found.conditions]
        return Alternative(
            when={name: values for each in found.conditions for name, values in each.when.items()},
            outcome=answer.outcome,
            supposed=_listed(supposed),
            then=self._then(found),
            rule=rule.rule,
            because="" if found.more or self._at_once(answer) else rule.says,
        )

    def _then(self, found: _Found) -> str:
        answer, ends = found.answer, self.words.outcomes
        if found.more:
            named = [self.policy.fields[id_].label for id_ in found.more[:OF_ONE]]
            rest = len(found.more) - len(named)
            return ends["more"].format(fields=_listed(named + [f"{rest} more"] * bool(rest)))
        if self._at_once(answer):
            return ends["at_once"]
        who = self.words.deciders.get(answer.decider or "", "")
        return ends[_end(answer)].format(decider=who)

    def _at_once(self, answer: Decision) -> bool:
        """Whether it goes for the same reasons, and no longer waits for words."""
        waits = self.decided.outcome == "complete_first" and answer.outcome == "share"
        return waits and answer.reasons == self.decided.reasons

    def _worth(self, answer: Decision, conditions: tuple[Condition, ...]) -> bool:
        """Whether each condition may be named with this end, so that no statement misleads."""
        less = RANK[answer.outcome] < RANK[self.decided.outcome]
        ends = {_end(answer), LESS} if less else {_end(answer)}
        return all(not each.then or ends & set(each.then) for each in conditions)

    def _more(self, answer: Decision) -> tuple[str, ...]:
        """The fields that would go as well, where it goes already and nothing would be lost."""
        before = set(self.decided.fields)
        if not self.goes or not before < set(answer.fields):
            return ()
        return tuple(id_ for id_ in answer.fields if id_ not in before)

    def _better(self, answer: Decision) -> bool:
        """Whether it goes, or somebody can then ask or decide; or goes at once where it waits for words."""
        if self.decided.outcome == "complete_first" and answer.outcome == "share":
            return answer.step in ("0", self.decided.step)
        return RANK[answer.outcome] > max(RANK[self.decided.outcome], RANK["hold"])

    def _worse(self, answer: Decision, condition: Condition) -> bool:
        """Whether the answer hangs on this; never in immediate danger."""
        if self.request.facts.harm == "immediate" or not (self.goes or self._unknown(condition)):
            return False
        return RANK[answer.outcome] < RANK[self.decided.outcome]

    def _unknown(self, condition: Condition) -> bool:
        """Whether what the condition turns on is not known now."""
        now = self.now[condition.about]
        return now not in SAID if condition.about == "consent" else now in UNSETTLED

    def answer(self, conditions: tuple[Condition, ...]) -> Decision | None:
        """The answer under these conditions; None where their values differ in it, or nothing turns."""
        known: list[Decision] = []
        for each in product(*(_values(condition.when) for condition in conditions)):
            answer = self._answer(tuple(pair for pairs in each for pair in pairs))
            if answer is None or (known and not _same(known[0], answer)):
                return None
            known.append(answer)
        return known[0]

    def _answer(self, supposed: Supposed) -> Decision | None:
        """The answer as supposed; None where judgement stays, which is cheaper to see than the answer."""
        if supposed not in self.answers:
            request = supposing(self.request, dict(supposed))
            turns = any(name in OF_DATASET for name, _ in supposed) or self._turns(request)
            answer = decide(request, self.policy, self.agreement) if turns else None
            self.answers[supposed] = answer
        return self.answers[supposed]

    def _turns(self, request: Request) -> bool:
        found = self._judged(request)
        return found.effect != self.judged.effect or found.step == "0"

    def _judged(self, request: Request) -> Judgement:
        _, era = self.policy.era(request.at)
        state, _ = covered(request, self.agreement)
        stands = standing(request, self.policy, era, agreed=state)
        return judge(stands.rows, era, request.sender.regimes)

    def _fits(self, condition: Condition) -> bool:
        """Whether this may be supposed here, and is not so already."""
        if condition.now and self.decided.outcome not in condition.now:
            return False
        if not all(self.now[name] in values for name, values in condition.where.items()):
            return False
        about = condition.about
        return about == "consent" or self.now[about] not in condition.when[about]


def _end(answer: Decision) -> str:
    """The name of the words that say what an answer comes to."""
    if answer.outcome not in GOES:
        return answer.outcome
    if answer.step == "0":
        return "essentials"
    return "agreed" if answer.consent_relied_on else "without"


def _values(supposed: When) -> list[Supposed]:
    """Each way in which the attributes may have the values named."""
    names = list(supposed)
    return [tuple(zip(names, each, strict=True)) for each in product(*supposed.values())]


def _holds(condition: Condition, told: Condition) -> bool:
    """Whether what was told of a wider condition holds of this one."""
    wider = told.when
    return condition.when.keys() == wider.keys() and all(
        set(values) <= set(wider[name]) for name, values in condition.when.items()
    )


def _weaker(told: _Found, found: _Found) -> bool:
    """Whether less than this was enough for the same answer: agreement in writing, where spoken will do."""
    less, more = told.conditions[0].when, found.conditions[0].when
    return less.items() < more.items() and _same(told.answer, found.answer)


def _same(one: Decision, other: Decision) -> bool:
    """Whether two answers come to the same, by the same rule."""
    first, second = ((d.outcome, d.consent_relied_on, d.decider, d.fields) for d in (one, other))
    return first == second and one.reasons[0] == other.reasons[0]


def _listed(words: list[str]) -> str:
    """Words one after another, as a sentence has them."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
