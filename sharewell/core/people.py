"""The closed lists of people and households, and when two records may be about one person; from their pack."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.identifiers import SCHEMES
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

FILE = "people.yaml"
LISTS = ("names", "identifiers", "needs", "deciders", "relations", "alleged", "handling")
KINDS = ("adult", "child")
BIRTHS = ("same", "near", "not_known")


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of a list: its words, and for whom and where it is offered (empty: for all).

    ``flag`` and ``fact`` are what it sets on a case; ``field`` is what of the field catalogue a relation says.
    """

    id: str
    label: str
    hint: str
    about: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    flag: str
    fact: str
    field: str
    source: str
    status: str
    verified_on: date | None

    def offered(self, jurisdiction: str, subject_kind: str) -> bool:
        """Whether it is offered there, for a person of this kind."""
        return (not self.jurisdictions or jurisdiction in self.jurisdictions) and (
            not self.about or subject_kind in self.about
        )


@dataclass(frozen=True, slots=True)
class Likeness:
    """One way in which two records may be about one person; empty or 0 where it does not matter."""

    id: str
    says: str
    name: int
    birth: str
    number: str
    home: str
    source: str
    status: str
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class PeopleLists:
    """The lists by name, each with its rows by id, and the likenesses in their order."""

    lists: Mapping[str, Mapping[str, Choice]]
    duplicates: tuple[Likeness, ...]

    def label(self, name: str, id_: str) -> str:
        """The words of a row; an id that is no longer in the pack stands for itself."""
        row = self.lists[name].get(id_)
        return row.label if row else id_

    def offered(self, name: str, jurisdiction: str, subject_kind: str) -> list[Choice]:
        """The rows of a list that are offered there, for a person of this kind."""
        rows = self.lists[name].values()
        return [row for row in rows if row.offered(jurisdiction, subject_kind)]


def people(file: str, text: bytes, vocabulary: Vocabulary) -> PeopleLists:
    """The lists of a pack. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    head.text("source", "")
    raw = {name: rows_of(file, head.need(name), name) for name in LISTS}
    likenesses = rows_of(file, head.need("duplicates"), "duplicates")
    head.done()
    return PeopleLists(
        lists={
            name: {str(row["id"]): _choice(file, name, row, vocabulary) for row in rows}
            for name, rows in raw.items()
        },
        duplicates=tuple(_likeness(file, row) for row in likenesses),
    )


def _choice(file: str, name: str, raw: Mapping[str, Any], vocabulary: Vocabulary) -> Choice:
    row = Row(raw, failing(file, str(raw["id"])))
    ids: Collection[str] = SCHEMES if name == "identifiers" else (str(raw["id"]),)
    sets = name == "handling"
    status, day = vouched(row)
    flag, fact = row.take("flag", ""), row.take("fact", "")
    if flag and (not sets or flag not in vocabulary.flags):
        row.refuse("flag", "is not a flag of a request, or not of a row that sets one")
    if fact and (not sets or fact not in vocabulary.facts):
        row.refuse("fact", "is not a fact of a request, or not of a row that sets one")
    if sets and bool(flag) == bool(fact):
        row.refuse("flag", "sets one thing: a flag or a fact")
    field = row.take("field", "")
    if field and (name != "relations" or field not in vocabulary.fields):
        row.refuse("field", "is not a field of the catalogue, or not of a relation")
    choice = Choice(
        id=row.choice("id", ids),
        label=row.text("label"),
        hint=row.text("hint", ""),
        about=row.choices("about", KINDS),
        jurisdictions=row.choices("jurisdictions", vocabulary.jurisdictions),
        flag=flag,
        fact=fact,
        field=field,
        source=row.text("source"),
        status=status,
        verified_on=day,
    )
    row.done()
    return choice


def _likeness(file: str, raw: Mapping[str, Any]) -> Likeness:
    row = Row(raw, failing(file, str(raw["id"])))
    status, day = vouched(row)
    same = ("same", "")
    likeness = Likeness(
        id=row.text("id"),
        says=row.text("says"),
        name=row.number("name", 0, 100, 0) or 0,
        birth=row.choice("birth", (*BIRTHS, ""), ""),
        number=row.choice("number", same, ""),
        home=row.choice("home", same, ""),
        source=row.text("source"),
        status=status,
        verified_on=day,
    )
    row.done()
    if not (likeness.name or likeness.number):
        row.refuse("name", "is missing; a date or a home alone says nothing of who somebody is")
    return likeness
