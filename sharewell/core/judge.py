"""The order of judgement: nine steps, and the first that answers stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from sharewell.core.answer import Reason
from sharewell.core.contested import Contest
from sharewell.core.era import Era
from sharewell.core.rules import JUDGED, JUDGING, Rule


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """Which step answered, with what, by which rules.

    ``effect`` is never, permit, hold, refer or seek; ``rules`` are those that decided; ``gateways`` the
    provisions' rows that let a United States sender through; ``asks`` the facts to find out;
    ``set_aside`` that a person's answer stands before the rules'. One judgement answers many requests,
    so what follows from its rules is worked out once:

    ``relies`` on the person's agreement; ``overrides`` what the person said; ``accounted``, no provision
    exempts a health-privacy sender from accounting for it; ``uses_cell``, the purpose whose cell is used
    whatever purpose was named, or empty; ``keeps_tier``, the flags that raise no tier; ``withholds``, the
    reason given for each field, or empty; ``decider`` of what is referred; the ``reasons`` in words.
    """

    step: str
    effect: str
    rules: tuple[Rule, ...]
    gateways: tuple[Rule, ...] = ()
    asks: tuple[str, ...] = ()
    set_aside: bool = False
    relies: bool = field(init=False)
    overrides: bool = field(init=False)
    accounted: bool = field(init=False)
    uses_cell: str = field(init=False)
    keeps_tier: frozenset[str] = field(init=False)
    withholds: str = field(init=False)
    decider: str = field(init=False)
    reasons: tuple[Reason, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Work out what follows from the rules."""
        health = [row for row in self.gateways if row.regime == "hipaa"]
        follows = {
            "relies": any(rule.relies for rule in (*self.rules, *self.gateways)),
            "overrides": any(rule.overrides for rule in self.rules),
            "accounted": bool(health) and all(row.accounted for row in health),
            "uses_cell": next((rule.uses_cell for rule in self.rules if rule.uses_cell), ""),
            "keeps_tier": frozenset(flag for rule in self.rules for flag in rule.keeps_tier),
            "withholds": next((rule.withholds for rule in self.rules if rule.withholds), ""),
            "decider": next((r.decider for r in self.rules if r.decider), "safeguarding_lead"),
            "reasons": tuple(Reason.of(rule) for rule in (*self.rules, *self.gateways)),
        }
        for name, value in follows.items():
            object.__setattr__(self, name, value)


def judge(
    rows: int, era: Era, regimes: tuple[str, ...], *, steps: Mapping[str, int] | None = None
) -> Judgement:
    """The first step that answers, and there never before permit before hold, refer and seek.

    ``rows`` are those that match; ``regimes`` the special regimes that the sender is under. With no
    answer the effect is refer and no rule is named. ``steps`` are the rows of each step, by default those
    of the era.
    """
    found: Judgement
    if steps is None:
        hits = rows & era.judging
        if not hits:
            return UNANSWERED
        first = (hits & -hits).bit_length() - 1
        gates = rows & era.steps["gateway"]
        found = era.kept[_judged][era.rules[first].step, hits & era.equals[first], gates, regimes]
        return found
    for step in JUDGED:
        hits = rows & steps[step]
        if hits:
            found = era.kept[_judged][step, hits, rows & steps["gateway"], regimes]
            return found
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

    In immediate danger the provisions are named, and nothing waits for one. Where no other provision lets a
    regime through than one that relies on the person's agreement, it goes within that agreement.
    """
    if not era.steps["gateway"]:
        return Judgement(step, "permit", found)
    rows = era.rows(gates)
    relies = any(rule.relies for rule in found)
    open_: list[Rule] = []
    for regime in regimes or ("",):
        allow = [row for row in rows if row.regime == regime and row.effect == "allow"]
        if not allow and step != "0":
            closed = tuple(row for row in rows if row.effect == "refer")
            return Judgement(step, "refer", closed)
        # A provision that asks for no agreement goes first, unless agreement is what it rests on anyway.
        firm = [row for row in allow if not row.relies]
        open_ += allow if relies or (not firm and step != "0") else firm
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
