"""The rows of policy in force between two days, compiled so that one AND a value matches them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from sharewell.core import bits
from sharewell.core.bits import Allowing, Keeping, Together
from sharewell.core.contested import Contest, Point, contests
from sharewell.core.request import Facts
from sharewell.core.rules import EFFECTS, JUDGED, JUDGING, Provision, Rule
from sharewell.core.vocabulary import Vocabulary

STEPS = tuple(EFFECTS)
FACTS = tuple(each.name for each in fields(Facts))
# What is matched together, in the order in which standing.py names the values. Three groups of facts
# are small enough for the rows of each combination to be kept, where all the facts at once are not.
TOGETHER: tuple[tuple[str, ...], ...] = (
    ("subject_kind", "capacity", "harm", "others_at_risk", "serious_crime"),
    (
        "undue_influence",
        "position_of_trust",
        "source_has_care_needs",
        "safe_to_ask",
        "safe_to_inform",
    ),
    (
        "safe_to_inform_child",
        "representative_is_source",
        "legal_demand",
        "reporting_duty",
        "more_detrimental_to_share",
    ),
)
SENDING = ("agreement", "sender_kind", "state", "public_authority")
RECEIVING = ("recipient_is_source", "recipient_connected", "can_act", "role")
POSITION = ("consent", "consent_reason", "given_by")
SHAPE = ("purpose", "form")
STANDING = ("standing", "answer", "release")
ANSWERING = ("step", "relied")
AFTER = (
    "step",
    "outcome",
    "relied",
    "overridden",
    "informed",
    "informed_child",
    "asked_tier3",
    "asked_attachment",
    "accounted",
)


@dataclass(frozen=True, slots=True, eq=False)
class Era:
    """The rules and provisions in force between two days; a set of rows is one integer.

    ``steps`` gives the rows of each step, ``judging`` those of all nine steps of judgement; ``rules`` the rule
    of each row, in the order of the steps, where they judge of their effects, and then of the packs;
    ``equals``, of each row, all of the same step and effect;
    ``citable`` the row of each provision; ``by_consent`` those cited only where agreement is relied on;
    ``tiers`` the rows that set the tier of a field, which come first and are the same in every era;
    ``ending`` those that say how soon it is looked at and decided, and how it is handled;
    ``contested`` the rows of every position of a contested point, those set aside too, which are of no step.
    ``kept`` is what functions of the engine made of this era and a set of its rows.
    """

    every: int
    rules: Mapping[int, Rule]
    steps: Mapping[str, int]
    judging: int
    equals: Mapping[int, int]
    citable: Mapping[str, int]
    by_consent: int
    tiers: int
    ending: int
    tables: Mapping[str, Allowing]
    facts: tuple[Together, ...]
    sending: Together
    receiving: Together
    position: Together
    shape: Together
    standing: Together
    answering: Together
    after: tuple[Allowing, ...]
    sets: Mapping[str, tuple[str, ...]]
    obligations: tuple[str, ...]
    contests: tuple[Contest, ...] = ()
    contested: int = 0
    kept: Keeping = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin with nothing kept."""
        object.__setattr__(self, "kept", Keeping(self))

    def rows(self, hits: int) -> list[Rule]:
        """The rules of a set of rows, in the order of the packs."""
        return [self.rules[number] for number in bits.numbers(hits)]


def compiled(
    rules: Iterable[Rule],
    provisions: Mapping[str, Provision],
    tiers: Iterable[Mapping[str, tuple[str, ...]]],
    attributes: Mapping[str, tuple[str, ...]],
    vocabulary: Vocabulary,
    day: date,
    aside: Iterable[Rule] = (),
    points: Iterable[Point] = (),
) -> Era:
    """What is in force on a day: ``from`` is the first day, ``until`` the first day no longer.

    ``aside`` are the rules of positions that are not taken: matched, and judging nothing.
    """
    whens = list(tiers)
    first = len(whens)
    in_force = sorted([r for r in rules if _in_force(r, day)], key=_order)
    cited = [row for row in provisions.values() if _in_force(row, day)]
    steps = dict.fromkeys(EFFECTS, 0)
    for number, rule in enumerate(in_force, first):
        steps[rule.step] |= 1 << number
    citable = {row.id: 1 << number for number, row in enumerate(cited, first + len(in_force))}
    whens += [rule.when for rule in in_force] + [row.when for row in cited]
    held = [rule for rule in aside if _in_force(rule, day)]
    numbered = dict(enumerate(in_force, first)) | dict(enumerate(held, len(whens)))
    whens += [rule.when for rule in held]
    contested = contests(points, numbered, steps)
    tables = bits.allowing(attributes, whens)
    return Era(
        every=(1 << len(whens)) - 1,
        rules=numbered,
        steps=steps,
        judging=sum(steps[step] for step in JUDGED),
        equals=_equals(in_force, first),
        citable=citable,
        by_consent=sum(citable[row.id] for row in cited if row.consent),
        tiers=(1 << first) - 1,
        ending=steps["review"] | steps["decide"] | steps["handling"],
        tables=tables,
        **_grouped(tables),
        sets={
            "regime_": vocabulary.regimes,
            "flag_": vocabulary.flags,
            "label_": vocabulary.consent_labels,
        },
        obligations=vocabulary.obligations,
        contests=contested,
        contested=reduce(or_, (each.rows for each in contested), 0),
    )


def _order(rule: Rule) -> tuple[int, int]:
    """Where a rule comes, so that the lowest row that matches is of the step and effect that answer."""
    judges = rule.step in JUDGED
    return STEPS.index(rule.step), JUDGING.index(rule.effect) if judges else 0


def _equals(in_force: list[Rule], first: int) -> dict[int, int]:
    """Of each row, numbered from the first, all that come in the same place."""
    rows: dict[tuple[int, int], int] = {}
    for number, rule in enumerate(in_force, first):
        rows[_order(rule)] = rows.get(_order(rule), 0) | 1 << number
    return {number: rows[_order(rule)] for number, rule in enumerate(in_force, first)}


def _grouped(tables: Mapping[str, Allowing]) -> dict[str, Any]:
    """The attributes in the groups in which they are matched."""

    def together(names: tuple[str, ...]) -> Together:
        return Together([tables[name] for name in names])

    return {
        "facts": tuple(map(together, TOGETHER)),
        "sending": together(SENDING),
        "receiving": together(RECEIVING),
        "position": together(POSITION),
        "shape": together(SHAPE),
        "standing": together(STANDING),
        "answering": together(ANSWERING),
        "after": tuple(tables[name] for name in AFTER),
    }


def naming(
    era: Era, flags: tuple[str, ...], labels: tuple[str, ...], regimes: tuple[str, ...]
) -> int:
    """The rows that allow exactly these flags, labels and regimes to be named."""
    rows = era.every
    for prefix, named in (("flag_", flags), ("label_", labels), ("regime_", regimes)):
        for name in era.sets[prefix]:
            rows &= era.tables[prefix + name]["true" if name in named else "false"]
    return rows


def _in_force(row: Rule | Provision, day: date) -> bool:
    begun = row.from_day is None or row.from_day <= day
    return begun and (row.until_day is None or day < row.until_day)
