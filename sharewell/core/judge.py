"""The order of judgement: nine steps, and the first that answers stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sharewell.core.policy import Era
from sharewell.core.rules import JUDGING, Rule
from sharewell.core.standing import matching

STEPS = "012345678"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Which step answered, with what, by which rules.

    ``effect`` is never, permit, hold, refer or seek; ``rules`` are those that decided; ``gateways`` the
    provisions' rows that let a United States sender through; ``asks`` the facts to find out;
    ``set_aside`` that a person's answer stands before the rules'.
    """

    step: str
    effect: str
    rules: tuple[Rule, ...]
    gateways: tuple[Rule, ...] = ()
    asks: tuple[str, ...] = ()
    set_aside: bool = False

    @property
    def relies(self) -> bool:
        """Whether the answer rests on the person's agreement."""
        return any(rule.relies for rule in self.rules)


def judge(bits: int, era: Era, regimes: tuple[str, ...]) -> Judgement:
    """The first step that answers, and there never before permit before hold, refer and seek.

    ``regimes`` are the special regimes that the sender is under. With no answer the effect is refer
    and no rule is named.
    """
    for step in STEPS:
        found = _strongest(bits, era.steps[step])
        if found:
            effect = found[0].effect
            asks = tuple(dict.fromkeys(ask for rule in found for ask in rule.asks))
            if effect == "permit":
                return _through_gateway(bits, era, regimes, step, found)
            return Judgement(step, effect, found, asks=asks)
    return Judgement("8", "refer", ())


def set_aside(
    found: Judgement, effects: Collection[str], bits: int, era: Era, regimes: tuple[str, ...]
) -> Judgement:
    """The judgement where a person's answer stands before these effects: hold, seek, refer.

    A never stays whatever is named, and so does an effect that is not. What is let through so goes
    through the gateways like any permit, unless ``refer`` is among the effects.
    """
    if found.effect not in effects or found.effect not in ("hold", "seek", "refer"):
        return found
    rules = tuple(replace(rule, effect="permit", overrides=True) for rule in found.rules)
    if found.effect != "refer":
        through = _through_gateway(bits, era, regimes, found.step, rules)
        if through.effect == "refer" and "refer" not in effects:
            return through
        found = replace(found, gateways=through.gateways)
    return replace(found, effect="permit", rules=rules, set_aside=True)


def _strongest(bits: int, rules: Iterable[tuple[int, Rule]]) -> tuple[Rule, ...]:
    """The matching rules of the effect that goes first; the order of the rows does not matter."""
    found = [rule for _, rule in matching(bits, rules)]
    if not found:
        return ()
    first = min(found, key=lambda rule: JUDGING.index(rule.effect)).effect
    return tuple(sorted((r for r in found if r.effect == first), key=lambda r: r.id))


def _through_gateway(
    bits: int, era: Era, regimes: tuple[str, ...], step: str, found: tuple[Rule, ...]
) -> Judgement:
    """Keep a permit only where each regime of the sender has a provision for this recipient.

    In immediate danger the provisions are named, and nothing waits for one.
    """
    rows = [rule for _, rule in matching(bits, era.steps["gateway"])]
    if not era.steps["gateway"]:
        return Judgement(step, "permit", found)
    open_: list[Rule] = []
    for regime in regimes or ("",):
        allow = [row for row in rows if row.regime == regime and row.effect == "allow"]
        if not allow and step != "0":
            closed = tuple(row for row in rows if row.effect == "refer")
            return Judgement(step, "refer", closed)
        open_ += allow
    return Judgement(step, "permit", found, gateways=tuple(open_))
