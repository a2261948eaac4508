"""Numbers that tell who a person is: what was typed, checked by the number's own check digit.

A number that fails is never stored; the sentence says what is wrong with it in words, without repeating it.
Source: NHS Data Dictionary and DfE guides as collected in the domain reference (6.4); the ranges and the
letter of the UPN are from knowledge.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # without I, O and S
BETWEEN = re.compile(r"[\s\-‐-―./]+")
CENTURIES = (1900, 2000)
# The first nine figures of what each scheme gives out (from knowledge; domain reference 6.4).
NHS_RANGES = ((400_000_000, 499_999_999), (600_000_000, 799_999_999))
HCN_RANGE = (320_000_001, 399_999_999)
TEST_PREFIX = "999"


class IdentifierError(ValueError):
    """What was typed is not such a number; ``code`` is what is wrong, the text says it for a person."""

    def __init__(self, code: str, sentence: str) -> None:
        """Keep the code and the sentence."""
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that stands: ``value`` as it is stored, and what a person should look at again."""

    scheme: str
    value: str
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The number as it is written, e.g. ``943 476 5919``."""
        return written(self.scheme, self.value)


def check(scheme: str, typed: str, *, born: date | None = None) -> Identifier:
    """Return the number that was typed; ``scheme`` is one of :data:`SCHEMES`, ``born`` when the person was.

    Raises :class:`IdentifierError` with the reason in words, and KeyError for no such scheme.
    """
    reader = SCHEMES[scheme]
    value = BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).upper()
    if not value:
        raise IdentifierError("empty", "Enter the number.")
    return Identifier(scheme, value, reader(value, born))


def written(scheme: str, value: str) -> str:
    """A stored number as people write it: three, three and four figures; a UPN in one piece."""
    if scheme == "upn":
        return value
    return f"{value[:3]} {value[3:6]} {value[6:]}"


def _nhs(value: str, born: date | None) -> tuple[str, ...]:
    del born
    nine = _ten(value, "an NHS number")
    notes = []
    if value.startswith(TEST_PREFIX):
        notes.append("Numbers that begin with 999 are given out for tests, not to people.")
    elif _within(nine, HCN_RANGE):
        notes.append("This lies where Northern Ireland gives out Health and Care numbers.")
    elif _begins_with_a_date(value):
        notes.append("This begins like a Scottish CHI number: day, month and year of birth.")
    elif not any(_within(nine, each) for each in NHS_RANGES):
        notes.append("NHS numbers given out now begin with 4, 6 or 7; this one does not.")
    return tuple(notes)


def _chi(value: str, born: date | None) -> tuple[str, ...]:
    _ten(value, "a CHI number")
    if value.startswith(TEST_PREFIX):
        return ("Numbers that begin with 999 are given out for tests, not to people.",)
    if not _begins_with_a_date(value):
        return ("A CHI number begins with day, month and year of birth; this one does not.",)
    if born is not None and value[:6] != f"{born:%d%m%y}":
        return ("It begins with another date than the date of birth that is recorded.",)
    return ()


def _hcn(value: str, born: date | None) -> tuple[str, ...]:
    del born
    nine = _ten(value, "a Health and Care number")
    if value.startswith(TEST_PREFIX):
        return ("Numbers that begin with 999 are given out for tests, not to people.",)
    if not _within(nine, HCN_RANGE):
        return (
            "Health and Care numbers lie between 320 000 001 and 399 999 999, with one figure more.",
        )
    return ()


def _upn(value: str, born: date | None) -> tuple[str, ...]:
    del born
    if len(value) != 13:
        sentence = f"A UPN has a letter and 12 figures; this has {_count(len(value))} in all."
        raise IdentifierError("length", sentence)
    head, body, tail = value[0], value[1:12], value[12]
    if not _figures(body) or not (_figures(tail) or tail in UPN_LETTERS):
        sentence = (
            "A UPN is a letter and then 12 figures; only the last may be a letter, for a while."
        )
        raise IdentifierError("characters", sentence)
    if head not in UPN_LETTERS:
        sentence = "A UPN begins with a letter, and never with I, O or S."
        raise IdentifierError("characters", sentence)
    last = int(tail) if _figures(tail) else UPN_LETTERS.index(tail)
    total = sum(weight * each for weight, each in enumerate([*map(int, body), last], start=2))
    if UPN_LETTERS[total % len(UPN_LETTERS)] != head:
        raise IdentifierError(
            "check",
            "The letter at the front does not fit the figures, so at least one is wrong or two have "
            "changed places. Compare it with where you read it.",
        )
    return () if _figures(tail) else ("This is a temporary UPN: it ends in a letter.",)


def _ten(value: str, what: str) -> int:
    """Check ten figures by modulus 11, weights 10 to 2; returns the first nine as a number."""
    if not _figures(value):
        capital = f"{what[0].upper()}{what[1:]}"
        sentence = f"{capital} has figures only; this has something else in it."
        raise IdentifierError("characters", sentence)
    if len(value) != 10:
        raise IdentifierError("length", f"This has {_count(len(value))}; {what} has 10.")
    total = sum(weight * int(each) for weight, each in zip(range(10, 1, -1), value, strict=False))
    digit = (11 - total % 11) % 11
    if digit != int(value[9]):  # a digit of 10 is never given out, and no figure equals it
        raise IdentifierError(
            "check",
            "The last figure does not fit the others, so at least one is wrong or two have changed "
            "places. Compare it with where you read it.",
        )
    if not int(value):
        raise IdentifierError("check", f"This is nothing but noughts, which is not {what}.")
    return int(value[:9])


def _figures(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _count(number: int) -> str:
    return f"{number} figure{'' if number == 1 else 's'}"


def _within(nine: int, limits: tuple[int, int]) -> bool:
    return limits[0] <= nine <= limits[1]


def _begins_with_a_date(value: str) -> bool:
    day, month, year = int(value[:2]), int(value[2:4]), int(value[4:6])
    for century in CENTURIES:  # 29 February is in some years only
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


SCHEMES: Mapping[str, Callable[[str, date | None], tuple[str, ...]]] = {
    "nhs": _nhs,
    "chi": _chi,
    "hcn": _hcn,
    "upn": _upn,
}
