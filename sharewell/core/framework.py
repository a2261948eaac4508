"""The decision framework on one page, made from the packs: the steps, what they answer, and the rules' own words."""

from __future__ import annotations

from dataclasses import dataclass

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.policy import Policy
from sharewell.core.reading import Row
from sharewell.core.rules import EFFECTS, JUDGING, Rule
from sharewell.core.vocabulary import Vocabulary

ANSWERS = (*JUDGING, "allow")


@dataclass(frozen=True, slots=True)
class Question:
    """What a step asks, and the ids of the rules that say most of what it answers."""

    step: str
    asks: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Framework:
    """The questions in order, what is written down each time, and what holds at every step: danger first."""

    questions: tuple[Question, ...]
    records: tuple[str, ...]
    reminders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a place: its question, the effects that it may have (those of the rules shown first), and rules."""

    step: str
    asks: str
    effects: tuple[str, ...]
    rules: tuple[Rule, ...]


def framework(file: str, text: bytes, vocabulary: Vocabulary) -> Framework:
    """Read the pack of the framework. Raises PackError naming the row and the key."""
    pack = opened(file, text)
    head = Row(pack, failing(file, ""))
    head.text("source")
    vouched(head)
    for key in ("steps", "records", "reminders"):
        head.take(key)
    head.done()
    questions, records, reminders = [], [], []
    for raw in rows_of(file, pack.get("steps"), "steps"):
        row = Row(raw, failing(file, raw["id"]))
        row.text("id")
        step, asks, named = row.choice("step", tuple(EFFECTS)), row.text("asks"), row.need("rules")
        if not isinstance(named, list) or not all(isinstance(id_, str) for id_ in named):
            row.refuse("rules", "is not a list of ids")
        questions.append(Question(step, asks, tuple(named)))
        row.done()
    for raw in rows_of(file, pack.get("records"), "records"):
        row = Row(raw, failing(file, raw["id"]))
        row.text("id")
        records.append(row.text("says"))
        row.choices("obliges", vocabulary.obligations)
        row.done()
    for raw in rows_of(file, pack.get("reminders"), "reminders"):
        row = Row(raw, failing(file, raw["id"]))
        row.text("id")
        reminders.append(row.text("says"))
        row.done()
    return Framework(tuple(questions), tuple(records), tuple(reminders))


def steps(policy: Policy, asked: Framework) -> list[Step]:
    """The steps as they stand in one place: rules and effects that it does not have are left out."""
    rules = {rule.id: rule for rule in policy.rules}
    found = []
    for question in asked.questions:
        effects = {rule.effect for rule in policy.rules if rule.step == question.step}
        named = tuple(rules[id_] for id_ in question.rules if id_ in rules)
        if effects and named:
            shown = dict.fromkeys([*(rule.effect for rule in named), *ANSWERS])
            answers = tuple(each for each in shown if each in effects and each in ANSWERS)
            found.append(Step(question.step, question.asks, answers, named))
    return found


def deciders(policy: Policy) -> tuple[str, ...]:
    """Who decides what is referred in this place, those named most often first."""
    named = [rule.decider for rule in policy.rules if rule.effect == "refer"]
    return tuple(sorted(set(named), key=lambda who: (-named.count(who), who)))


def limits(policy: Policy) -> tuple[Rule, ...]:
    """The rules that say how soon it is decided, the soonest first."""
    within = [rule for rule in policy.rules if rule.step == "decide"]
    return tuple(sorted(within, key=lambda rule: rule.hours))
