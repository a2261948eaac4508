"""The words that partners use and newcomers do not know, read from their pack, and found where they are used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

FILE = "glossary.yaml"


@dataclass(frozen=True, slots=True)
class Term:
    """One word with what it means; ``also`` are other ways to write it, ``places`` where it is used (empty: everywhere)."""

    id: str
    term: str
    also: tuple[str, ...]
    means: str
    places: tuple[str, ...]
    source: str
    status: str
    verified_on: date | None
    finds: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Glossary:
    """The terms, in the order of the alphabet."""

    terms: tuple[Term, ...]

    def of(self, place: str) -> list[Term]:
        """The terms that are used in a place."""
        return [each for each in self.terms if not each.places or place in each.places]

    def used_in(self, texts: Iterable[str], *, place: str) -> list[Term]:
        """The terms of a place that stand in one of these texts, as whole words."""
        whole = "\n".join(texts)
        return [each for each in self.of(place) if each.finds.search(whole)]


def glossary(file: str, text: bytes, *, vocabulary: Vocabulary) -> Glossary:
    """The terms of a pack. Raises PackError naming the row and the key."""
    head = Row(opened(file, text), failing(file, ""))
    listed = rows_of(file, head.need("terms"), "terms")
    for anchor in (each for each in opened(file, text) if each.startswith("x-")):
        head.take(anchor)
    head.done()
    found = [_term(file, raw, vocabulary) for raw in listed]
    return Glossary(tuple(sorted(found, key=lambda each: each.term.lower())))


def _term(file: str, raw: Mapping[str, Any], vocabulary: Vocabulary) -> Term:
    row = Row(raw, failing(file, raw["id"]))
    status, verified_on = vouched(row)
    term, also = row.text("term"), row.take("also", [])
    if not isinstance(also, list) or not all(isinstance(each, str) and each for each in also):
        row.refuse("also", "is not a list of texts")
    built = Term(
        id=row.text("id"),
        term=term,
        also=tuple(also),
        means=row.text("means"),
        places=row.choices("places", vocabulary.jurisdictions),
        source=row.text("source"),
        status=status,
        verified_on=verified_on,
        finds=re.compile("|".join(_written(each) for each in (term, *also))),
    )
    row.done()
    return built


def _written(word: str) -> str:
    """A word as it may be written: short forms in capitals as they stand, others in any case."""
    exact = re.escape(word)
    return rf"\b{exact}\b" if word.isupper() else rf"(?i:\b{exact}\b)"
