"""The order of judgement: nine steps, and the first that answers stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from sharewell.core.answer import Reason
from sharewell.core.contested import Contest
from sharewell.core.era import KEPT, Era
from sharewell.core.rules import JUDGING, Rule

STEPS = "012345678"


@dataclass(frozen=True, eq=False)
class Judgement:
    """Which step answered, with what, by which rules.

    ``effect`` is never, permit, hold, refer or seek; ``rules`` are those that decided; ``gateways`` the
    provisions' rows that let a United States sender through; ``asks`` the facts to find out;
    ``set_aside`` that a person's answer stands before the rules'. One judgement answers many requests,
    so what follows from its rules is worked out once.
    """

    step: str
    effect: str
    rules: tuple[Rule, ...]
    gateways: tuple[Rule, ...] = ()
    asks: tuple[str, ...] = ()
    set_aside: bool = False

    @cached_property
    def relies(self) -> bool:
        """Whether the answer rests on the person's agreement."""
        return any(rule.relies for rule in self.rules)

    @cached_property
    def overrides(self) -> bool:
        """Whether it goes against what the person said."""
        return any(rule.overrides for rule in self.rules)

    @cached_property
    def accounted(self) -> bool:
        """Whether a health-privacy sender must account for this: no provision exempts it."""
        rows = [row for row in self.gateways if row.regime == "hipaa"]
        return bool(rows) and all(row.accounted for row in rows)

    @cached_property
    def uses_cell(self) -> str:
        """The purpose whose cell is used whatever purpose was named; empty where none is set."""
        return next((rule.uses_cell for rule in self.rules if rule.uses_cell), "")

    @cached_property
    def keeps_tier(self) -> frozenset[str]:
        """The flags that raise no tier here."""
        return frozenset(flag for rule in self.rules for flag in rule.keeps_tier)

    @cached_property
    def withholds(self) -> str:
        """The reason that the rules give for each field; empty where they give none."""
        return next((rule.withholds for rule in self.rules if rule.withholds), "")

    @cached_property
    def decider(self) -> str:
        """Who decides what is referred."""
        return next((rule.decider for rule in self.rules if rule.decider), "safeguarding_lead")

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """The rules and provisions in words."""
        return tuple(Reason.of(rule) for rule in (*self.rules, *self.gateways))


def judge(
    rows: int, era: Era, regimes: tuple[str, ...], *, steps: Mapping[str, int] | None = None
) -> Judgement:
    """The first step that answers, and there never before permit before hold, refer and seek.

    ``rows`` are those that match; ``regimes`` the special regimes that the sender is under. With no
    answer the effect is refer and no rule is named. ``steps`` are the rows of each step, by default those
    of the era.
    """
    steps = era.steps if steps is None else steps
    for step in STEPS:
        hits = rows & steps[step]
        if hits:
            return _judged(era, step, hits, rows & steps["gateway"], regimes)
    return UNANSWERED


UNANSWERED = Judgement("8", "refer", ())


def set_aside(
    found: Judgement, effects: Collection[str], rows: int, era: Era, regimes: tuple[str, ...]
) -> Judgement:
    """The judgement where a person's answer stands before these effects: hold, seek, refer.

    A never stays whatever is named, and so does an effect that is not. What is let through so goes
    through the gateways like any permit, unless ``refer`` is among the effects.
    """
    if found.effect not in effects or found.effect not in ("hold", "seek", "refer"):
        return found
    rules = tuple(replace(rule, effect="permit", overrides=True) for rule in found.rules)
    if found.effect != "refer":
        gates = rows & era.steps["gateway"]
        through = _through_gateway(era, gates, regimes, found.step, rules)
        if through.effect == "refer" and "refer" not in effects:
            return through
        found = replace(found, gateways=through.gateways)
    return replace(found, effect="permit", rules=rules, set_aside=True)


@lru_cache(maxsize=KEPT)
def _judged(era: Era, step: str, hits: int, gates: int, regimes: tuple[str, ...]) -> Judgement:
    """The matching rules of the effect that goes first; the order of the rows does not matter."""
    found = era.rows(hits)
    first = min(found, key=lambda rule: JUDGING.index(rule.effect)).effect
    rules = tuple(sorted((r for r in found if r.effect == first), key=lambda r: r.id))
    if first == "permit":
        return _through_gateway(era, gates, regimes, step, rules)
    asks = tuple(dict.fromkeys(ask for rule in rules for ask in rule.asks))
    return Judgement(step, first, rules, asks=asks)


def _through_gateway(
    era: Era, gates: int, regimes: tuple[str, ...], step: str, found: tuple[Rule, ...]
) -> Judgement:
    """Keep a permit only where each regime of the sender has a provision for this recipient.

    In immediate danger the provisions are named, and nothing waits for one.
    """
    if not era.steps["gateway"]:
        return Judgement(step, "permit", found)
    rows = era.rows(gates)
    open_: list[Rule] = []
    for regime in regimes or ("",):
        allow = [row for row in rows if row.regime == regime and row.effect == "allow"]
        if not allow and step != "0":
            closed = tuple(row for row in rows if row.effect == "refer")
            return Judgement(step, "refer", closed)
        open_ += allow
    return Judgement(step, "permit", found, gateways=tuple(open_))


def mattered(found: Judgement, rows: int, era: Era, regimes: tuple[str, ...]) -> tuple[str, ...]:
    """The points of which a rule decided, or would have decided under another position.

    ``rows`` are those that match the facts.
    """
    if not rows & era.contested:
        return ()
    return tuple(
        each.id
        for each in era.contests
        if rows & each.rows and _mattered(each, found, rows, era, regimes)
    )


def _mattered(
    each: Contest, found: Judgement, rows: int, era: Era, regimes: tuple[str, ...]
) -> bool:
    if _decided(found, each.here):
        return True
    return any(
        _decided(judge(rows, era, regimes, steps=steps), rules) for rules, steps in each.others
    )


def _decided(found: Judgement, rules: frozenset[str]) -> bool:
    return any(rule.id in rules for rule in (*found.rules, *found.gateways))
