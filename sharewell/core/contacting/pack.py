"""The rules of contact, read from their pack: channels, relations, telling words, signs of danger, ways, the card."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

FILE = "contact.yaml"
ALONE = ("true", "false", "unknown")
SHOWS = ("nothing", "outside", "all")
PARTS = ("before", "with_them", "code_word", "others", "never", "after")
LIMITS = (
    "review_days",
    "accepted_hours",
    "failed_attempts",
    "same_hours",
    "same_ways",
)


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel: what others can see of it, what it falls with, and what it needs.

    ``label`` completes "the plan forbids ...", ``phrase`` "Not ...". ``home``: it arrives where others live.
    ``message``: it is left behind. ``answers``: the person may begin it. ``meets``: face to face.
    """

    id: str
    label: str
    phrase: str
    shows: str
    falls_with: tuple[str, ...]
    part_of: str
    home: bool
    message: bool
    answers: bool
    meets: bool
    without_plan: bool
    on_paper: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of danger: facts with these values, or flags of the case."""

    id: str
    says: str
    facts: Mapping[str, tuple[str, ...]]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that may be chosen, with a sentence that helps; ``alone`` is what fits it of being alone."""

    id: str
    label: str
    hint: str = ""
    failed: bool = False
    alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of the instruction card; ``needs`` names what the plan must hold for it to be printed."""

    id: str
    part: str
    says: str
    needs: str


@dataclass(frozen=True, slots=True)
class Rules:
    """All that the gate, the card and the private-contact plan go by."""

    channels: Mapping[str, Channel] = field(default_factory=dict)
    relations: Mapping[str, tuple[str, bool]] = field(default_factory=dict)  # words, lives there
    words: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()
    ways: tuple[Choice, ...] = ()
    outcomes: tuple[Choice, ...] = ()
    card: tuple[CardLine, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)

    @property
    def relation_words(self) -> dict[str, str]:
        """The words for each relation, by id."""
        return {id_: words for id_, (words, _) in self.relations.items()}

    def lives_there(self, relation: str) -> bool:
        """Whether somebody of this relation may live with the person; unless it is known, they may."""
        return self.relations.get(relation, ("", True))[1]

    def telling(self, text: str) -> tuple[str, ...]:
        """The words of a text that would give a case away, in the order of the pack."""
        plain = " ".join(re.findall(r"\w+", text.casefold()))
        return tuple(
            each
            for each in self.words
            if re.search(rf"\b{re.escape(each.casefold())}(?:e?s)?\b", plain)
        )

    def danger(self, facts: Mapping[str, str], flags: tuple[str, ...]) -> tuple[str, ...]:
        """The signs of danger among the facts and flags of a case, in words; a fact not judged is unknown."""
        return tuple(
            sign.says
            for sign in self.signs
            if any(facts.get(name, "unknown") in values for name, values in sign.facts.items())
            or not set(flags).isdisjoint(sign.flags)
        )


def rules(file: str, text: bytes, vocabulary: Vocabulary) -> Rules:
    """The rules of contact of a pack. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    listed = {name: rows_of(file, head.need(name), name) for name in LISTS}
    head.done()
    ids = [raw["id"] for raw in listed["channels"]]
    relations, words = {}, []
    for row in _rows(file, listed["relations"]):
        relations[row.text("id")] = (
            row.text("label"),
            row.flag("household", default=False) is True,
        )
        row.done()
    for row in _rows(file, listed["telling"]):
        row.text("id")
        words += _texts(row, "words")
        row.done()
    limits = {}
    for row in _rows(file, listed["limits"]):
        name = row.choice("id", LIMITS)
        row.text("means")
        limits[name] = row.number("value", 1, 10_000) or row.refuse("value", "is missing")
        row.done()
    for name in LIMITS:
        if name not in limits:
            failing(file, name)("id", "is missing")
    return Rules(
        channels={raw["id"]: _channel(file, raw, ids) for raw in listed["channels"]},
        relations=relations,
        words=tuple(dict.fromkeys(words)),
        signs=tuple(_sign(file, raw, vocabulary) for raw in listed["signs"]),
        ways=tuple(_choice(row) for row in _rows(file, listed["ways"])),
        outcomes=tuple(_choice(row, outcome=True) for row in _rows(file, listed["outcomes"])),
        card=tuple(_line(row) for row in _rows(file, listed["card"])),
        limits=limits,
    )


LISTS = ("channels", "relations", "telling", "signs", "ways", "outcomes", "card", "limits")
NEEDS = ("", "code_word", "cover", "interpreter", "meeting_place", "leave_message", "no_message")


def _rows(file: str, listed: list[Mapping[str, Any]]) -> list[Row]:
    found = []
    for raw in listed:
        row = Row(raw, failing(file, raw["id"]))
        row.text("source")
        vouched(row)
        found.append(row)
    return found


def _channel(file: str, raw: Mapping[str, Any], ids: list[str]) -> Channel:
    row = _rows(file, [raw])[0]
    flags = ("home", "message", "answers", "meets", "without_plan", "on_paper")
    built = Channel(
        id=row.text("id"),
        label=row.text("label"),
        phrase=row.text("phrase"),
        shows=row.choice("shows", SHOWS),
        falls_with=row.choices("falls_with", ids),
        part_of=row.choice("part_of", ["", *ids], ""),
        **{name: row.flag(name, default=False) is True for name in flags},
    )
    row.done()
    return built


def _sign(file: str, raw: Mapping[str, Any], vocabulary: Vocabulary) -> Sign:
    row = _rows(file, [raw])[0]
    inner = row.inner("facts")
    named, facts = inner.keys(), {}
    for name in named:
        if name not in vocabulary.facts:
            inner.refuse(name, "is not a fact that is known here")
        facts[name] = inner.choices(name, vocabulary.facts[name], need=True)
    inner.done()
    built = Sign(
        id=row.text("id"),
        says=row.text("says"),
        facts=facts,
        flags=row.choices("flags", vocabulary.flags),
    )
    row.done()
    if not built.facts and not built.flags:
        row.refuse("facts", "names no fact and no flag")
    return built


def _choice(row: Row, *, outcome: bool = False) -> Choice:
    built = Choice(
        id=row.text("id"),
        label=row.text("label"),
        hint=row.text("hint", ""),
        failed=row.flag("failed", default=False) is True,
        alone=row.choices("alone", ALONE, need=outcome),
    )
    row.done()
    return built


def _line(row: Row) -> CardLine:
    built = CardLine(
        id=row.text("id"),
        part=row.choice("part", PARTS),
        says=row.text("says"),
        needs=row.choice("needs", NEEDS, ""),
    )
    row.done()
    return built


def _texts(row: Row, key: str) -> list[str]:
    value = row.need(key)
    if not isinstance(value, list) or not value or not all(isinstance(v, str) and v for v in value):
        row.refuse(key, "is not a list of texts")
    return list(value)
