"""Policy: what the packs say for one place, checked and compiled so that it can be asked quickly."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sharewell.core import bits, catalogue, contested
from sharewell.core import rules as rulebook
from sharewell.core import vocabulary as words
from sharewell.core.bits import Keeping
from sharewell.core.catalogue import Cell, Field, Matrix, When
from sharewell.core.contested import Point
from sharewell.core.era import Era, compiled
from sharewell.core.faults import PackError, failing, opened
from sharewell.core.reading import Row
from sharewell.core.rules import Provision, Rule
from sharewell.core.vocabulary import Vocabulary

__all__ = ["PackError", "Policy", "load", "states_held", "vocabulary_of"]

OTHER = "other"  # in jurisdictions.yaml: what is read where the state named is not held, or none is

Attributes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Policy:
    """Everything the rules say for one jurisdiction (and state), for all times.

    ``id`` reads ``england@2026-09-30#1f0c9a2b``: place, version of the law, digest of the packs.
    ``points`` are the contested points of the place, and ``aside`` the rules of positions that are not taken.
    ``fault`` says why the packs could not be used; only the essentials in danger may then go.
    ``kept`` is what functions of the engine made of this policy and a cell of it.
    """

    id: str
    jurisdiction: str
    state: str | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    matrix: Matrix = field(default_factory=lambda: Matrix({}, {}, {}))
    rules: tuple[Rule, ...] = ()
    aside: tuple[Rule, ...] = ()
    points: tuple[Point, ...] = ()
    provisions: Mapping[str, Provision] = field(default_factory=dict)
    public_authority: Mapping[str, bool] = field(default_factory=dict)
    time_zone: str = "UTC"
    calendar: str = ""
    fault: PackError | None = None
    vocabulary: Vocabulary | None = field(default=None, repr=False)
    attributes: Attributes = field(default_factory=dict, repr=False)
    tier_rows: tuple[tuple[str, When, int], ...] = field(default=(), repr=False)
    _days: tuple[int, ...] = field(default=(), repr=False)
    _eras: dict[int, Era] = field(default_factory=dict, repr=False)
    kept: Keeping = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin with nothing kept."""
        object.__setattr__(self, "kept", Keeping(self))

    def cell(self, role: str, purpose: str) -> Cell | None:
        """What this role may receive for this purpose; None where that is nothing."""
        return self.matrix.cells.get((role, purpose))

    def era(self, at: datetime) -> tuple[int, Era]:
        """The rules in force at a UTC time; a rule begins at the start of its day in UTC."""
        place = bisect_right(self._days, at.toordinal())
        found = self._eras.get(place)
        if found is None:
            day = date.fromordinal(self._days[place - 1]) if place else date.min
            found = self._eras[place] = self._compiled(day)
        return place, found

    def _compiled(self, day: date) -> Era:
        if self.vocabulary is None:
            raise ValueError("a policy without its vocabulary has no rules")
        tiers = [when for _, when, _ in self.tier_rows]
        words = self.vocabulary
        return compiled(
            self.rules, self.provisions, tiers, self.attributes, words, day, self.aside, self.points
        )


def load(files: Mapping[str, bytes], jurisdiction: str, state: str | None = None) -> Policy:
    """Check and compile the packs for one place; ``files`` are their bytes by name.

    Raises PackError, naming file, row and field, for anything outside the schema.
    """
    words_of = vocabulary_of(files)
    if state is not None and state not in words_of.states:
        raise PackError("vocabulary.yaml", state, "states", "is not a state that is known here")
    place = _place(files, jurisdiction, state)
    attributes = bits.attributes(words_of)
    names = [name for name in place["files"] if isinstance(name, str)]
    provisions = _provisions(files, names, attributes)
    every = _rules(files, names, words_of, attributes)
    points = contested.points(contested.FILE, _bytes(files, contested.FILE))
    rules, aside, points = contested.parted(every, points)
    fields, sections = catalogue.fields(
        "fields.yaml", _bytes(files, "fields.yaml"), words_of, attributes
    )
    used = ["vocabulary.yaml", "jurisdictions.yaml", "senders.yaml", "fields.yaml", "matrix.yaml"]
    used.append(contested.FILE)
    return Policy(
        id=f"{state or jurisdiction}@{place['version']}#{_digest(files, used + names)}",
        jurisdiction=jurisdiction,
        state=state,
        fields=fields,
        sections=sections,
        matrix=catalogue.matrix("matrix.yaml", _bytes(files, "matrix.yaml"), words_of, fields),
        rules=tuple(rules),
        aside=tuple(aside),
        points=points,
        provisions=provisions,
        public_authority=_senders(files, words_of),
        time_zone=str(place["time_zone"]),
        calendar=str(place["calendar"]),
        vocabulary=words_of,
        attributes=attributes,
        tier_rows=tuple(
            (id_, conditions, tier)
            for id_, each in fields.items()
            for conditions, tier in each.tier_for
        ),
        _days=_days([*every, *provisions.values()]),
    )


def vocabulary_of(files: Mapping[str, bytes]) -> Vocabulary:
    """The closed sets that the packs name. Raises PackError."""
    file = "vocabulary.yaml"
    ids = catalogue.field_ids("fields.yaml", _bytes(files, "fields.yaml"))
    try:
        return words.vocabulary(opened(file, files.get(file)), ids)
    except (KeyError, TypeError, ValueError) as fault:
        raise PackError(file, "", "", f"does not name every set once ({fault})") from fault


def _place(files: Mapping[str, bytes], jurisdiction: str, state: str | None) -> Mapping[str, Any]:
    """What a jurisdiction names, and over it what its state does, or ``other`` for a state not held."""
    file = "jurisdictions.yaml"
    places = opened(file, files.get(file))
    if jurisdiction not in places:
        raise PackError(file, jurisdiction, "", "is not a jurisdiction that is known here")
    row = Row(places[jurisdiction], failing(file, jurisdiction))
    found = {key: row.need(key) for key in ("version", "time_zone", "calendar", "files")}
    states = row.take("states", {})
    row.done()
    held = state if state and state in states else OTHER
    if held in states:
        over = Row(states[held], failing(file, held))
        found |= {key: over.take(key, found[key]) for key in ("time_zone", "calendar")}
        found["files"] = [*found["files"], *over.need("files")]
        over.done()
    if not isinstance(found["files"], list):
        raise PackError(file, jurisdiction, "files", "is not a list")
    return found


def states_held(files: Mapping[str, bytes], jurisdiction: str) -> tuple[str, ...]:
    """The states of a jurisdiction whose law is held in packs of their own. Raises PackError."""
    file = "jurisdictions.yaml"
    place = opened(file, files.get(file)).get(jurisdiction) or {}
    return tuple(state for state in place.get("states") or {} if state != OTHER)


def _provisions(
    files: Mapping[str, bytes], names: list[str], attributes: Attributes
) -> dict[str, Provision]:
    found: dict[str, Provision] = {}
    for name in names:
        if name.startswith("provisions-"):
            for id_, row in rulebook.provisions(name, _bytes(files, name), attributes).items():
                if id_ in found:
                    raise PackError(name, id_, "id", "is given to two provisions")
                found[id_] = row
    return found


def _rules(
    files: Mapping[str, bytes],
    names: list[str],
    vocabulary: Vocabulary,
    attributes: Attributes,
) -> list[Rule]:
    found: dict[str, Rule] = {}
    for name in names:
        if name.startswith("rules-"):
            text = _bytes(files, name)
            for rule in rulebook.rules(name, text, vocabulary, attributes):
                if rule.id in found:
                    raise PackError(name, rule.id, "id", "is given to two rules")
                found[rule.id] = rule
    return list(found.values())


def _senders(files: Mapping[str, bytes], vocabulary: Vocabulary) -> dict[str, bool]:
    file = "senders.yaml"
    kinds = opened(file, files.get(file)).get("kinds")
    found = {}
    for kind in vocabulary.sender_kinds:
        row = Row((kinds or {}).get(kind), failing(file, kind))
        found[kind] = row.flag("public_authority") is True
        row.choice("status", catalogue.STATUSES)
        row.done()
    return found


def _days(rows: Iterable[Rule | Provision]) -> tuple[int, ...]:
    days = {day.toordinal() for row in rows for day in (row.from_day, row.until_day) if day}
    return tuple(sorted(days))


def _bytes(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise PackError(name, "", "", "is missing")
    return files[name]


def _digest(files: Mapping[str, bytes], names: Iterable[str]) -> str:
    """The first eight hex digits of a SHA-256 over the names and bytes of the packs used."""
    whole = hashlib.sha256()
    for name in sorted(names):
        whole.update(hashlib.sha256(name.encode()).digest())
        whole.update(hashlib.sha256(_bytes(files, name)).digest())
    return whole.hexdigest()[:8]
