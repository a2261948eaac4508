"""Which rows of policy matter to a question, and which no longer do once an answer is sure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from sharewell.core.bits import numbers
from sharewell.core.era import AFTER, Era
from sharewell.core.policy import Policy
from sharewell.core.rules import JUDGED, JUDGING, Rule

PERMIT = JUDGING.index("permit")
UNANSWERED = ("8", JUDGING.index("refer"))
OUTCOMES = {
    "never": ("refuse",),
    "permit": ("share", "complete_first", "refuse", "refer"),  # nothing left to send; no gateway
    "hold": ("hold",),
    "refer": ("refer",),
    "seek": ("seek_agreement",),
}
BY_PERMIT = ("fields", "basis", "provisions", "inform", "handling", "tiers")


class Judged(NamedTuple):
    """What rows that judge leave: the rows that may still matter; whether gateways do; the answer if sure."""

    keeps: int
    waits: bool
    answer: tuple[int, int] | None


class Lens:
    """The rows of an era that matter to a question: those that judge, and those of ``parts``.

    ``collapse`` puts together, as soon as the answer is sure, the rows that answer alike: ``dataset`` those that
    shape the fields alike, ``basis`` those that name the same provisions, ``travels`` those that override alike;
    ``rules`` tells every rule apart. But for ``basis`` it matters of the gateways only whether they let through. A mask has a bit for each row and, above them, bits for what is not a row.
    """

    def __init__(self, policy: Policy, era: Era, parts: Iterable[str], collapse: str = "") -> None:
        self.policy, self.era, self.collapse = policy, era, collapse
        self.parts = frozenset(parts)
        self.top = era.every.bit_length()
        self.above = -1 << self.top
        self.judging = sum(era.steps[step] for step in JUDGED)
        self.rows = self.judging | era.steps["agreement"] | era.steps["gateway"]
        for part in self.parts:
            self.rows |= self.part(part)
        self.letting = sum(self.gates.values())
        self.regimes = sum(self.regime_bits.values())
        self.read = 1 << self.top + len(self.gates)
        self.kinds: dict[object, int] = {}
        self.answered = 0
        self.known: dict[tuple[int, int], Judged] = {}
        self.after: dict[frozenset[tuple[str, int]], int] = {}

    def part(self, name: str) -> int:
        """The rows of a step, ``tiers`` those that move a field, ``provisions`` those that are cited.

        ``then special`` are the rows of that step that name a regime or a flag, ``then common`` the others.
        """
        if name == "tiers":
            return self.era.tiers
        if name == "provisions":
            return sum(self.era.citable.values())
        step, _, kind = name.partition(" ")
        special = [n for n in numbers(self.era.steps[step]) if self._special(n)]
        some = sum(1 << n for n in special)
        return self.era.steps[step] & {"": -1, "special": some, "common": ~some}[kind]

    def _special(self, number: int) -> bool:
        return any(name.startswith(("regime_", "flag_")) for name in self.era.rules[number].when)

    @cached_property
    def named(self) -> dict[int, frozenset[str]]:
        """The attributes that each row names and that are known before the answer is."""
        found = {n: rule.when for n, rule in self.era.rules.items()}
        found |= {n: when for n, (_, when, _) in enumerate(self.policy.tier_rows)}
        found |= {
            row.bit_length() - 1: self.policy.provisions[id_].when
            for id_, row in self.era.citable.items()
        }
        return {n: frozenset(when) - frozenset(AFTER) for n, when in found.items()}

    @cached_property
    def ranks(self) -> list[tuple[str, int, int, int]]:
        """Step, effect, their rows, and the rows that come after these, from the first to the last."""
        groups: dict[tuple[str, int], int] = {}
        for number in numbers(self.judging):
            rule = self.era.rules[number]
            key = rule.step, JUDGING.index(rule.effect)
            groups[key] = groups.get(key, 0) | 1 << number
        found, after = [], 0
        for (step, effect), rows in sorted(groups.items(), reverse=True):
            found.append((step, effect, rows, after))
            after |= rows
        return found[::-1]

    @cached_property
    def permits(self) -> int:
        return sum(rows for _, effect, rows, _ in self.ranks if effect == PERMIT)

    @cached_property
    def gates(self) -> dict[str, int]:
        """The rows that let a sender of each regime through; ``""`` where it is under none."""
        found = dict.fromkeys(("", *self.era.sets["regime_"]), 0)
        for number in numbers(self.era.steps["gateway"]):
            rule = self.era.rules[number]
            if rule.effect == "allow":
                found[rule.regime] |= 1 << number
        return found

    @cached_property
    def regime_bits(self) -> dict[str, int]:
        """A bit for each regime that a sender may be under, and for none, where there are gateways."""
        if not self.letting:
            return {}
        return {name: 1 << self.top + n for n, name in enumerate(self.gates)}

    def settled(self, folded: frozenset[str]) -> int:
        """The rows all of whose attributes are known, and a bit where the regimes are."""
        rows = sum(1 << n for n, names in self.named.items() if names <= folded)
        return rows | (self.read if f"regime_{self.era.sets['regime_'][0]}" in folded else 0)

    def bit(self, kind: object) -> int:
        """A bit that stands for this kind and for nothing else."""
        first = self.top + len(self.gates) + 1
        return self.kinds.setdefault(kind, 1 << first + len(self.kinds))

    def pruned(self, mask: int, settled: int) -> int:
        """The mask without the rows that can no longer matter, whatever the rest turns out to be."""
        if mask & self.answered:
            return self._through(mask, settled)
        key = mask & self.judging, settled
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._judged(*key)
        mask &= found.keeps
        if found.waits:
            mask = self._through(mask, settled)
        if not found.answer:
            return mask
        bit, keeps = found.answer
        return mask & keeps | bit

    def _judged(self, judging: int, settled: int) -> Judged:
        """What these rows that judge leave of all rows, of those ``settled`` as far as they are known."""
        answer, keeps = None, -1
        for step, effect, rows, after in self.ranks:
            if judging & settled & rows:
                keeps, answer = ~after, (step, effect)
                break
        if answer is None and not self.judging & ~settled:
            answer = UNANSWERED
        judging &= keeps
        may = frozenset((s, e) for s, e, rows, _ in self.ranks if judging & rows)
        keeps &= self._possible(may if answer in may else may | {UNANSWERED})
        waits = any(effect == PERMIT for _, effect in may)
        if not waits:
            keeps &= ~self._by_permit
        elif answer and answer[0] == "0" and self.collapse != "basis":
            waits = False  # in danger nothing waits for a gateway
            keeps &= ~(self.era.steps["gateway"] | self.regimes)
        if answer and self.collapse and not judging & ~settled:
            return Judged(keeps, waits, self._answer(judging, *answer))
        return Judged(keeps, waits, None)

    @cached_property
    def _by_permit(self) -> int:
        rows = self.era.steps["gateway"] | self.regimes
        for part in BY_PERMIT:
            if part in self.parts:
                rows |= self.part(part)
        return rows

    def _possible(self, may: frozenset[tuple[str, int]]) -> int:
        """Every row but those that hold only after an answer that is not possible any more."""
        if may not in self.after:
            steps = outcomes = 0
            for step, effect in may:
                steps |= self.era.tables["step"][step]
                for outcome in OUTCOMES[JUDGING[effect]]:
                    outcomes |= self.era.tables["outcome"][outcome]
            self.after[may] = steps & outcomes | self.above
        return self.after[may]

    def _answer(self, judging: int, step: str, effect: int) -> tuple[int, int]:
        """One bit for all rows that answer alike, and the rows that hold after such an answer."""
        rules = self.era.rows(judging)
        relies = any(rule.relies for rule in rules)
        of = step if self.collapse != "dataset" or step in ("0", "4") else ""
        bit = self.bit((of, effect, relies, self._kind(rules)))
        self.answered |= bit
        tables = self.era.tables
        keeps = tables["step"][step] & tables["relied"]["true" if relies else "false"]
        return bit, (keeps | self.above) & ~self.judging

    def _kind(self, rules: list[Rule]) -> object:
        """What these rules give to the question."""
        if self.collapse == "dataset":
            cells = frozenset(rule.uses_cell for rule in rules)
            return cells, frozenset(flag for rule in rules for flag in rule.keeps_tier)
        if self.collapse == "travels":
            return any(rule.overrides for rule in rules)
        if self.collapse == "basis":
            return frozenset(basis for rule in rules for basis in rule.basis)
        return frozenset(rule.id for rule in rules)

    def _through(self, mask: int, settled: int) -> int:
        """The mask without the gateways that let through, or shut, whatever else turns out to be."""
        if not mask & self.regimes or self.collapse == "basis":
            return mask
        for regime, bit in self.regime_bits.items():
            if mask & bit:
                rows = mask & self.gates[regime]
                if rows & settled:
                    mask &= ~(rows | bit)
                elif not rows and settled & self.read:
                    return mask & ~(self.regimes | self.letting) | self.bit("closed")
        return mask if mask & self.regimes else mask & ~self.era.steps["gateway"]
