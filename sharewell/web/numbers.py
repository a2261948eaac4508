"""The numbers to ring on every page, and the words to read aloud: from the packs, or without them.

A pack that cannot be read never takes the emergency number off a page.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources
from typing import Any

import structlog
import yaml

from sharewell.agencies.models import Agency

log = structlog.get_logger("sharewell.numbers")


@dataclass(frozen=True, slots=True)
class Number:
    """One number to ring: what it is for, as shown and as dialled."""

    name: str
    number: str

    @property
    def dial(self) -> str:
        """The digits for a telephone link."""
        return "".join(c for c in self.number if c.isdigit() or c == "+")


@dataclass(frozen=True, slots=True)
class Numbers:
    """The public numbers of one jurisdiction, and where its quick exit leads."""

    jurisdiction: str
    emergency: str
    place: str = ""
    who: str = "Police, ambulance, fire"
    silent: str = ""
    text: str = ""
    others: tuple[Number, ...] = ()
    exit: str = "https://www.bbc.co.uk/weather"


WITHOUT_PACK = {
    "us": Numbers("us", "911", exit="https://www.weather.gov/"),
    **{
        place: Numbers(place, "999")
        for place in ("england", "wales", "scotland", "northern_ireland")
    },
}
SCRIPT_WITHOUT_PACK = {
    "who_calls": "My name is ___. I am ___ (role) at ___. My number is ___.",
    "danger": "Someone is in danger now: ___.",
    "where": "They are at ___.",
    "who": "Their name is ___.",
    "unsafe": "What would make it worse: ___.",
    "reference": "Please give me your name and the incident number: ___.",
}


def numbers_for(jurisdiction: str) -> Numbers:
    """The public numbers of a jurisdiction; England's for one that is not known."""
    return all_numbers().get(jurisdiction) or WITHOUT_PACK["england"]


@functools.cache
def all_numbers() -> dict[str, Numbers]:
    """The public numbers of every jurisdiction, by its id, in the order of the pack."""
    try:
        rows = _pack()["numbers"]
        return {place: _numbers(place, row) for row in rows for place in row["covers"]}
    except Exception:
        log.exception("numbers_without_pack")
        return WITHOUT_PACK


def script() -> tuple[str, ...]:
    """The Tier 1 words to read aloud, line by line; ``___`` stands for what is filled in."""
    return tuple(script_lines().values())


@functools.cache
def script_lines() -> dict[str, str]:
    """The same by the id of each line, so that what is known can be filled in."""
    try:
        return {row["id"]: row["say"] for row in _pack()["script"]["lines"]}
    except Exception:
        log.exception("script_without_pack")
        return SCRIPT_WITHOUT_PACK


def duty_numbers(agency: Agency | None) -> tuple[Number, ...]:
    """The agency's own duty and out-of-hours numbers, where it has given them."""
    if agency is None:
        return ()
    pairs = (("On duty", agency.duty_phone), ("Out of hours", agency.out_of_hours_phone))
    return tuple(Number(name, number) for name, number in pairs if number)


def _numbers(place: str, row: dict[str, Any]) -> Numbers:
    return Numbers(
        jurisdiction=place,
        emergency=row["emergency"],
        place=row["place"],
        who=row["who"],
        silent=row["silent"],
        text=row["text"],
        others=tuple(Number(other["name"], other["number"]) for other in row["others"]),
        exit=row["exit"],
    )


def _pack() -> Any:
    text = resources.files("sharewell.packs").joinpath("emergency.yaml").read_text("utf-8")
    return yaml.safe_load(text)
