"""Whether two records may be about one person: names, dates of birth, numbers and homes, compared.

It only suggests; a person decides. Comparing stays inside one agency: see :func:`may_compare`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from sharewell.core.people import Likeness

POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b")
SAME_HOME = 90  # of 100, for homes without a postcode
LETTER = re.compile(r"[^\w ]+")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What of a record tells who it is about; ``numbers`` by scheme, ``names`` with all that are used."""

    names: Sequence[str]
    born: date | None = None
    numbers: Mapping[str, Collection[str]] | None = None
    home: str = ""


def may_compare(ours: str, theirs: str) -> bool:
    """Whether records of two agencies (their ids) may be compared at all: only those of one and the same.

    There is no index of people across agencies. A victim-services agency (VAWA) may not even tell that it
    knows somebody, so where partners later compare by agreement, it stays out: this is the one gate.
    """
    return ours == theirs


def likeness(one: Sketch, other: Sketch, rules: Iterable[Likeness]) -> Likeness | None:
    """The first of the rules by which the two may be one person; None where none fits."""
    ours, theirs = one.numbers or {}, other.numbers or {}
    shared = [scheme for scheme in ours if scheme in theirs]
    same = any(set(ours[scheme]) & set(theirs[scheme]) for scheme in shared)
    two = not same and bool(shared)  # two numbers of one kind speak for two people
    alike = _alike(one.names, other.names)
    births = _births(one.born, other.born)
    home = _same_home(one.home, other.home)
    for rule in rules:
        if rule.number and not same:
            continue
        if not rule.number and two:
            continue
        if alike < rule.name or (rule.birth and rule.birth != births) or (rule.home and not home):
            continue
        return rule
    return None


def _alike(ours: Sequence[str], theirs: Sequence[str]) -> float:
    pairs = ((_plain(one), _plain(other)) for one in ours for other in theirs)
    return max((fuzz.token_sort_ratio(*pair) for pair in pairs if all(pair)), default=0.0)


def _plain(name: str) -> str:
    """A name without case, accents and marks, so that ``O'Brien`` is near ``Obrien``."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(each for each in letters if not unicodedata.combining(each))
    return " ".join(LETTER.sub("", bare).split())


def _births(one: date | None, other: date | None) -> str:
    if one is None or other is None:
        return "not_known"
    if one == other:
        return "same"
    swapped = one.year == other.year and (one.month, one.day) == (other.day, other.month)
    pairs = zip(one.isoformat(), other.isoformat(), strict=True)
    return "near" if swapped or sum(a != b for a, b in pairs) == 1 else "other"


def _same_home(one: str, other: str) -> bool:
    if not one.strip() or not other.strip():
        return False
    ours, theirs = _codes(one), _codes(other)
    if ours and theirs:
        return bool(ours & theirs)
    return fuzz.token_sort_ratio(_plain(one), _plain(other)) >= SAME_HOME


def _codes(home: str) -> set[str]:
    """The postcodes in an address; only those of the United Kingdom stand for a few doors."""
    upper = home.upper()
    return {"".join(found) for found in POSTCODE.findall(upper)}
