"""Words as they are found again: the same for what is written and for what is sought, on every database.

A word is a run of letters, digits and marks. It is folded (case, accents, forms of one letter), and an English
plural counts as its singular, so that "bruises" finds "a bruise" and "cafe" finds "Café". What comes out holds
letters, digits and marks only: nothing of it means anything to a search engine.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Collection, Iterator

MOST = 12  # words sought at once
LONGEST = 64  # characters of a word that tell it from another


def stems(text: str) -> list[str]:
    """The words of a text as they are found again, each once, in the order in which they first stand."""
    return list(dict.fromkeys(_each(text)))


def sought(text: str) -> list[str]:
    """What somebody seeks: the first words of what they typed, as they are found again."""
    return stems(text)[:MOST]


def marked(text: str, wanted: Collection[str]) -> list[tuple[str, bool]]:
    """A text in pieces that join to it again, each with whether it is one of the words that are ``wanted``."""
    found: list[tuple[str, bool]] = []
    for written, run in itertools.groupby(text, _is_written):
        piece = "".join(run)
        hit = written and any(stem in wanted for stem in _each(piece))
        if found and found[-1][1] == hit:
            found[-1] = (found[-1][0] + piece, hit)
        else:
            found.append((piece, hit))
    return found


def _each(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(each for each in folded if not unicodedata.combining(each))
    for written, run in itertools.groupby(bare, _is_written):
        if written:
            yield _singular("".join(run))[:LONGEST]


def _is_written(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _singular(word: str) -> str:
    """Fold an English plural: the three endings of D. Harman, How effective is suffixing?, JASIS 42 (1991)."""
    if len(word) > 4 and word.endswith("ies") and not word.endswith(("eies", "aies")):
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word
