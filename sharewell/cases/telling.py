"""What somebody tells in a concern, before it is kept: people, circumstances and statements.

Plain values without a database, so that each person's case gets only what was said about that person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import rfc8785

from sharewell.agencies.models import Account
from sharewell.cases import marks
from sharewell.cases.marks import Mark

MOST_PEOPLE = 12
LONGEST_TEXT = 8000

LABEL_OF_PART: Mapping[str, str] = {
    "statement": "",
    "present": "Who was present",
    "privacy_barriers": "Barriers to privacy",
    "presentation_changes": "Changes in how the person seemed",
    "actions_done": "What was done",
    "reason": "Why there is concern",
    "risk_immediate": "What might happen next",
    "risk_others": "Others at risk",
    "ask": "What is asked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTold:
    """One person a concern is about; ``key`` is how statements name them.

    ``person_id`` chooses somebody the viewer already knows; otherwise ``name`` and ``subject_kind``
    (``adult``, ``child`` or ``unborn``) make a new person. ``not_same`` are ids of cases of people that the
    writer looked at and found to be somebody else. ``categories`` and ``indicators`` are ids of
    packs/indicators.yaml, the latter as ``category/indicator``; ``marks`` say what it counts as.
    """

    key: str = "1"
    person_id: UUID | None = None
    name: str = ""
    subject_kind: str = ""
    birth_date: date | None = None
    age: int | None = None
    expected_on: date | None = None
    not_same: Sequence[str] = ()
    categories: Sequence[str] = ()
    indicators: Sequence[str] = ()
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One statement of a concern; ``about`` is a person's key, or None when it concerns everyone."""

    text: str
    part: str = "statement"
    kind: str = "observed"
    verbatim: bool = False
    source_role: str = ""
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """When and where it happened and who tells it; ``happened_when`` is in words where no time is known."""

    happened_at: datetime | None = None
    happened_when: str = ""
    place: str = ""
    for_name: str = ""
    for_role: str = ""
    about_staff_named: str = ""


NOT_SAID = Circumstances()


@dataclass(frozen=True, slots=True)
class Telling:
    """A whole concern as it was told."""

    immediate_danger: bool
    people: Sequence[PersonTold]
    statements: Sequence[Said]
    circumstances: Circumstances
    about_staff: Collection[Account]

    def digest(self) -> bytes:
        """What tells one telling from another under the same key (SHA-256)."""
        told: list[Any] = [
            self.immediate_danger,
            [as_json(person) for person in self.people],
            [as_json(said) for said in self.statements],
            as_json(self.circumstances),
            sorted(account.pk.hex for account in self.about_staff),
        ]
        return hashlib.sha256(rfc8785.dumps(told)).digest()


def mistakes(people: Sequence[PersonTold], statements: Sequence[Said]) -> dict[str, list[str]]:
    """What is wrong with a telling, by ``people``, ``marks`` and ``statements``; empty when nothing is."""
    keys = [person.key for person in people]
    new = [person for person in people if person.person_id is None]
    wrong = {
        "Say who the concern is about.": not people,
        f"A concern is about at most {MOST_PEOPLE} people, each once.": (
            len(people) > MOST_PEOPLE or len(set(keys)) < len(keys)
        ),
        "Give each person a name, or words that tell who is meant.": any(
            not person.name.strip() for person in new
        ),
        "Say for each person whether they are an adult, a child or not born yet.": any(
            person.subject_kind not in {"adult", "child", "unborn"} for person in new
        ),
        "A child who is not born yet has an expected date, and no date of birth or age.": any(
            person.subject_kind == "unborn" and (person.birth_date or person.age is not None)
            for person in new
        ),
    }
    unclear = {
        "Write what was seen, heard or said.": not any(said.text.strip() for said in statements),
        f"A statement has at most {LONGEST_TEXT} characters.": any(
            len(said.text) > LONGEST_TEXT for said in statements
        ),
        "Say of each statement whom it is about.": any(
            said.about not in {None, *keys} for said in statements
        ),
    }
    found = {
        "people": [sentence for sentence, true in wrong.items() if true],
        "marks": [sentence for person in people for sentence in marks.mistakes(person.marks)][:1],
        "statements": [sentence for sentence, true in unclear.items() if true],
    }
    return {name: sentences for name, sentences in found.items() if sentences}


def said_about(statements: Sequence[Said], key: str) -> list[Said]:
    """The statements that concern one person: theirs, and those marked for everyone."""
    return [said for said in statements if said.about in {None, key}]


def as_json(value: PersonTold | Said | Circumstances) -> dict[str, Any]:
    """A told value as what evidence commits to."""
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, Mark):
        return value.as_json()
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return value
