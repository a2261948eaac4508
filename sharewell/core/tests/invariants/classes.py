"""Every class of facts that the rules tell apart, computed by set arithmetic, not sampled.

Two sets of facts are of one class where the same rows match both, of the rows that matter (``Lens``). The
attributes are folded one by one: of all that leaves the same rows, one is kept, as the witness of its class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from sharewell.core.era import AFTER
from sharewell.core.tests.invariants.lens import Lens
from sharewell.core.tests.requests import WORDS

Said = Mapping[str, str]
Given = Mapping[str, tuple[str, ...]]
PLACE = ("role", "purpose", "form", "can_act")
FIRST = (
    "recipient_is_source",
    "recipient_connected",
    "subject_kind",
    "capacity",
    "representative_is_source",
)
PERSON = (
    "harm",
    "undue_influence",
    "consent",
    "consent_reason",
    "given_by",
    "standing",
    "answer",
    "release",
)
RELEASES = ("spoken", "written", "timed")


class Path(NamedTuple):
    """What has been said, the last first."""

    said: Said
    before: Path | None

    def all(self) -> dict[str, str]:
        """Attribute by attribute."""
        found: dict[str, str] = {}
        path: Path | None = self
        while path is not None:
            found |= path.said
            path = path.before
        return found


class Choice(NamedTuple):
    """Values that go together, and the rows that allow them."""

    said: Said
    rows: int


Masks = tuple[int, ...]  # the rows left; beside them those left with agreement in full scope


class Fold:
    """Classes of facts, folded attribute by attribute.

    ``given`` names the values to be looked at, all of them where an attribute is left out. ``apart`` keeps
    recipients and purposes apart, also where no row is left that does. ``beside`` folds a second set of rows along: those left
    where the same facts come with agreement in full scope (its words under ``full``).
    """

    def __init__(
        self, lens: Lens, given: Given, *, beside: bool = False, apart: bool = False
    ) -> None:
        self.lens, self.policy, self.era = lens, lens.policy, lens.era
        self.given, self.beside, self.apart = given, beside, apart
        self.folded: frozenset[str] = frozenset()
        self.places: dict[int, list[Said]] = {}
        self.stands: dict[tuple[str, bool, bool], list[Choice]] = {}
        self.groups: dict[tuple[str, ...], list[Said]] = {}
        masks: Masks = (lens.rows | lens.regimes,)
        if beside:
            labels = {f"label_{each}": "true" for each in WORDS.consent_labels}
            masks += (masks[0] & self.rows(labels),)
        self.states: dict[Masks, Path] = {masks: Path({}, None)}

    def values(self, name: str) -> list[str]:
        """The values of an attribute that are looked at; that a flag is not set comes first."""
        allowed = self.given.get(name)
        found = [v for v in self.era.tables[name] if allowed is None or v in allowed]
        return sorted(found) if name.startswith(("flag_", "label_")) else found

    def rows(self, said: Said) -> int:
        """The rows that matter and allow these values."""
        rows = self.lens.rows
        for name, value in said.items():
            rows &= self.era.tables[name][value]
        return rows | self.lens.above

    def said(self, **values: str) -> Choice:
        """These values as a choice."""
        return Choice(values, self.rows(values))

    def by(self, names: Iterable[str], choices: Iterable[Choice], *, beside: bool = True) -> None:
        """Fold attributes that are set together; not ``beside``: the second set of rows stays as it is."""
        self.folded |= frozenset(names)
        pruned, settled = self.lens.pruned, self.lens.settled(self.folded)
        states: dict[Masks, Path] = {}
        ways: dict[int, Choice] = {}
        for choice in choices:
            ways.setdefault(choice.rows, choice)
        for masks, path in self.states.items():
            for choice in ways.values():
                left: Masks = (pruned(masks[0] & choice.rows, settled),)
                if self.beside:
                    left += (pruned(masks[1] & choice.rows if beside else masks[1], settled),)
                if left not in states:
                    states[left] = Path(choice.said, path)
        self.states = states

    def by_each(self, names: Iterable[str]) -> None:
        """Fold attributes that stand alone, one after another."""
        for name in names:
            told = [self.said(**{name: value}) for value in self.values(name)]
            self.by([name], told, beside=not name.startswith("label_"))

    def by_place(self) -> None:
        """Fold recipient and purpose, with what the matrix says of them."""
        matrix, choices = self.policy.matrix, []
        for role, purpose in product(self.values("role"), self.values("purpose")):
            cell = self.policy.cell(role, purpose)
            can_act = "true" if purpose in matrix.can_act.get(role, ()) else "false"
            for form in cell.forms if cell else ("none",):
                told = self.said(role=role, purpose=purpose, form=form, can_act=can_act)
                if form in self.values("form") and can_act in self.values("can_act"):
                    choices.append(told._replace(rows=told.rows | self._elsewhere(told.said)))
        for told in choices:
            self.places.setdefault(told.rows, []).append(told.said)
        if self.apart:
            choices = self._apart()
        self.by(PLACE, choices)

    def _apart(self) -> list[Choice]:
        """Each group of places that the rows do not tell apart, with a bit of its own in every mask."""
        bits = {rows: self.lens.bit(("place", number)) for number, rows in enumerate(self.places)}
        every = sum(bits.values())
        self.states = {tuple(m | every for m in masks): p for masks, p in self.states.items()}
        return [Choice(self.places[rows][0], rows & ~(every ^ bit)) for rows, bit in bits.items()]

    def _elsewhere(self, said: Said) -> int:
        """The rows of the dataset that would match under a purpose that a rule puts in place of this."""
        rows = 0
        for purpose in {rule.uses_cell for rule in self.policy.rules if rule.uses_cell}:
            cell = self.policy.cell(said["role"], purpose)
            for form in cell.forms if cell else ("none",):
                rows |= self.rows({**said, "purpose": purpose, "form": form}) & ~self.lens.above
        return rows & (self.era.tiers | self.era.steps["fields"])

    def alike(self, said: Said) -> list[Said]:
        """The places that are of one class with that of a witness."""
        if not self.groups:
            self.groups = {tuple(group[0].values()): group for group in self.places.values()}
        return self.groups[tuple(said[name] for name in PLACE)]

    def by_regimes(self) -> None:
        """Fold the special regimes that the sender is under, with the gateways of the others shut."""
        bits, choices = self.lens.regime_bits, []
        regimes = self.era.sets["regime_"]
        names = [f"regime_{name}" for name in regimes]
        for values in product(*map(self.values, names)):
            told = self.said(**dict(zip(names, values, strict=True)))
            under = [name for name in regimes if told.said[f"regime_{name}"] == "true"] or [""]
            if under == [""] or self.policy.jurisdiction == "us":
                others = [bits[name] | self.lens.gates[name] for name in bits if name not in under]
                choices.append(told._replace(rows=told.rows & ~sum(others)))
        self.by(names, choices)

    def by_person(self) -> None:
        """Fold what the person has said, how harmful it is, and where their agreement then stands."""
        invalid = self.era.steps["agreement"]
        self.folded |= frozenset(PERSON)
        settled = self.lens.settled(self.folded)
        if invalid & ~settled:
            raise AssertionError("a row of step agreement names what is folded later")
        states: dict[Masks, Path] = {}
        positions = self._positions()
        for masks, path in self.states.items():
            for told in positions:
                left = masks[0] & told.rows
                standings = self._standings(told.said, valid=not left & invalid)
                fulls = self._fulls(masks[1], told.said, settled) if self.beside else {(): {}}
                for stands, (full, words) in product(standings, fulls.items()):
                    mask = self.lens.pruned(left & stands.rows & ~invalid, settled)
                    if (mask, *full) not in states:
                        states[mask, *full] = Path({**told.said, **stands.said, **words}, path)
        self.states = states

    def _positions(self) -> list[Choice]:
        """Harm, pressure, position, its reason and who gave it: one for each set of rows."""
        found: dict[object, Choice] = {}
        asked = ("harm", "undue_influence", "consent", "given_by")
        for harm, undue, consent, giver in product(*map(self.values, asked)):
            for reason in self._reasons(harm, consent):
                told = self.said(
                    harm=harm, undue_influence=undue, consent=consent, consent_reason=reason,
                    given_by=giver,
                )  # fmt: skip
                rows = told.rows
                if consent != "obtained":  # nobody gave it, so nothing can be wrong with that
                    rows &= ~self.era.steps["agreement"]
                kind = consent if consent in ("obtained", "refused", "withdrawn") else ""
                key = rows, kind == "obtained", bool(kind), undue == "true"
                found.setdefault((*key, harm if self.beside else ""), Choice(told.said, rows))
        return list(found.values())

    def _reasons(self, harm: str, consent: str) -> Iterator[str]:
        """The reasons of a position; one that was not asked needs one, save in immediate danger."""
        needs = consent in ("not_sought", "not_possible") and harm != "immediate"
        reasons = WORDS.consent_reasons.get(consent, ())
        return (
            r for r in self.values("consent_reason") if r in reasons or (r == "none" and not needs)
        )

    def _standings(self, said: Said, *, valid: bool) -> list[Choice]:
        """Where an agreement may stand for this recipient and purpose; kept, as many positions ask."""
        key = said["consent"], said["undue_influence"] == "true", valid
        if key not in self.stands:
            self.stands[key] = self._standing(said, valid=valid)
        return self.stands[key]

    def _standing(self, said: Said, *, valid: bool) -> list[Choice]:
        stands = [("barred", "none")]
        if said["consent"] != "obtained":
            stands.append(("none", "none"))
        elif not valid:
            stands.append(("not_valid", "none"))
        else:
            stands += [("expired", "none"), ("not_covering", "none")]
            stands += [("relied", release) for release in RELEASES]
        found: dict[int, Choice] = {}
        for standing, release in stands:
            answer = _answer(said, standing)
            told = self.said(standing=standing, answer=answer, release=release)
            if all(told.said[name] in self.values(name) for name in told.said):
                found.setdefault(told.rows, told)
        return list(found.values())

    def _fulls(self, mask: int, said: Said, settled: int) -> dict[tuple[int, ...], dict[str, str]]:
        """What is left with agreement in full scope, by who gave it, under the same harm and pressure."""
        found: dict[tuple[int, ...], dict[str, str]] = {}
        for giver in self.values("given_by"):
            same = {name: said[name] for name in ("harm", "undue_influence")}
            full = {**same, "consent": "obtained", "consent_reason": "none", "given_by": giver}
            left = mask & self.rows(full)
            if not left & self.era.steps["agreement"]:
                timed = self._standings(full, valid=True)[-1]
                rows = self.lens.pruned(left & timed.rows & ~self.era.steps["agreement"], settled)
                found.setdefault((rows,), {})
        return found


def _answer(said: Said, standing: str) -> str:
    """What the person has said to this recipient: agreed, refused, agreed under pressure, nothing yet."""
    if said["consent"] in ("refused", "withdrawn") or standing == "barred":
        return "refused"
    if standing == "not_valid" and said["undue_influence"] == "true":
        return "coerced"
    return "agreed" if standing == "relied" else "not_asked"


def fold(lens: Lens, given: Given, *, beside: bool = False, apart: bool = False) -> Fold:
    """Fold every attribute of the request; those that the first steps ask about come first."""
    done = Fold(lens, given, beside=beside, apart=apart)
    done.by_place()
    done.by_each(FIRST)
    done.by_person()
    first = {name: _first(lens, name) for name in lens.policy.attributes}
    left = [name for name in first if name not in done.folded and name not in AFTER]
    regimes = [name for name in left if name.startswith("regime_")]
    done.by_regimes()
    alone = [name for name in left if name not in regimes]
    done.by_each(sorted(alone, key=lambda name: (name.startswith("flag_"), first[name], name)))
    return done


def _first(lens: Lens, name: str) -> str:
    """The first step whose rows name an attribute; of others than those that judge, the letter z."""
    steps = [rule.step for rule in lens.era.rules.values() if name in rule.when]
    return min((step for step in steps if step.isdigit()), default="z")


def witnesses(fold: Fold) -> Iterator[dict[str, str]]:
    """One set of facts for each class, attribute by attribute; what makes no difference is left out."""
    for path in fold.states.values():
        yield path.all()
