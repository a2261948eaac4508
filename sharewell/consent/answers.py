"""The answers of a consent form, cleaned: one value with a default for each, whoever sends them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

LINE = {
    "discussed_with": 300,
    "language": 100,
    "interpreter": 200,
    "giver_name": 200,
    "giver_authority": 300,
    "copy_note": 300,
}
TEXT = 2000  # characters, for everything that is written in sentences
NAMES = 10  # boundaries of one kind
NAME = 100
INVISIBLE = {"Cc", "Cs", "Co", "Cn"}
DIRECTION = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff"
)


@dataclass(slots=True)
class Answers:
    """What was answered; names are those of the Conversation's columns."""

    held_at: datetime | None = None
    discussed_with: str = ""
    explained: list[str] = field(default_factory=list)
    language: str = ""
    interpreter: str = ""
    material: list[str] = field(default_factory=list)
    understanding_checked: bool = False
    understanding_how: str = ""
    wants_to_happen: str = ""
    position: str = ""
    reason: str = ""
    reason_words: str = ""
    given_by: str = ""
    giver_name: str = ""
    giver_authority: str = ""
    giver_is_source: str = "unknown"
    parents_differ: str = ""
    child_competence: str = ""
    capacity: str = "unknown"
    capacity_note: str = ""
    safe_to_ask: str = "unknown"
    safe_to_inform: str = "unknown"
    safe_to_inform_child: str = "unknown"
    safe_to_tell_partners: str = "unknown"
    covers_recipients: list[str] = field(default_factory=list)
    covers_purposes: list[str] = field(default_factory=list)
    covers_tier: int | None = None
    covers_labels: list[str] = field(default_factory=list)
    boundaries: list[dict[str, str]] = field(default_factory=list)
    must_not_know: list[str] = field(default_factory=list)
    written: bool = False
    signed_on: date | None = None
    copy_given: bool = False
    copy_note: str = ""
    expires_at: datetime | None = None
    revisit_at: datetime | None = None
    revisit_when: list[str] = field(default_factory=list)


NAMES_OF_ANSWERS = tuple(each.name for each in fields(Answers))


def read(given: Mapping[str, Any]) -> Answers:
    """Clean what was given into Answers; an answer left out has its default.

    Text is in composed form (NFC) without control, direction or unassigned characters, so that a name
    reads the same to a person, a printer and the evidence log. Raises TypeError for an unknown name.
    """
    answers = Answers(**{name: _clean(value) for name, value in given.items()})
    if answers.safe_to_ask == "false" and not answers.position:
        answers.position = "not_sought"
    answers.must_not_know = list(dict.fromkeys(filter(None, answers.must_not_know)))
    return answers


def tidy(text: str) -> str:
    """The same text, composed, with one kind of line end and nothing invisible in it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c in "\n\t" or _visible(c))
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def too_long(answers: Answers) -> dict[str, list[str]]:
    """Each answer that is longer than it may be, with by how much."""
    errors: dict[str, list[str]] = {}
    for each in NAMES_OF_ANSWERS:
        value = getattr(answers, each)
        if isinstance(value, str) and len(value) > (limit := LINE.get(each, TEXT)):
            errors[each] = [f"Shorten this to {limit} characters; it has {len(value)}."]
    names = [*answers.must_not_know, *(v for row in answers.boundaries for v in row.values())]
    if any(len(name) > NAME for name in names):
        errors["boundaries"] = [f"Shorten each name to {NAME} characters."]
    if len(answers.boundaries) > 3 * NAMES or len(answers.must_not_know) > NAMES:
        errors["boundaries"] = [f"Name at most {NAMES} of each kind; group the rest in one line."]
    return errors


def _visible(character: str) -> bool:
    return unicodedata.category(character) not in INVISIBLE and character not in DIRECTION


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, Mapping):
        return {key: _clean(each) for key, each in value.items()}
    if isinstance(value, Iterable):
        return [_clean(each) for each in value]
    return value
