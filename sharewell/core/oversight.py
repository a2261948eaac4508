"""Who takes a matter when those who would take it first have a conflict of interest: the lists of a pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

STEPS = (
    "duty.manager_on_duty",
    "duty.on_call_manager",
    "role.safeguarding_lead",
    "role.governance_lead",
    "role.manager",
)
SUBJECTS = ("adult", "child")


@dataclass(frozen=True, slots=True)
class Listed:
    """Who is tried for one purpose, in order; each step is ``duty.<duty>`` or ``role.<role>``."""

    id: str
    means: str
    steps: tuple[str, ...]
    source: str
    status: str
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class Beyond:
    """Who takes it outside the agency: recipient roles in order, and whom to ring where none is known."""

    id: str
    places: tuple[str, ...]
    subject_kind: str
    roles: tuple[str, ...]
    name: str
    phone: str
    do: str
    source: str
    status: str
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists by purpose, and where each of them ends by jurisdiction and kind of person."""

    inside: Mapping[str, Listed]
    outside: Mapping[tuple[str, str], Beyond]


def lists(file: str, text: bytes, vocabulary: Vocabulary) -> Lists:
    """The lists of a pack. Raises PackError naming the row and the key, or the place without an end."""
    head = Row(opened(file, text), failing(file, ""))
    inside = rows_of(file, head.need("lists"), "lists")
    outside = rows_of(file, head.need("outside"), "outside")
    head.done()
    ends = [_beyond(file, raw, vocabulary) for raw in outside]
    found: dict[tuple[str, str], Beyond] = {}
    for end in ends:
        for place in end.places:
            if (place, end.subject_kind) in found:
                failing(file, end.id)("places", f"`{place}` has an end for this already")
            found[place, end.subject_kind] = end
    for place, kind in product(vocabulary.jurisdictions, SUBJECTS):
        if (place, kind) not in found:
            failing(file, "")("outside", f"has no row for {place}, {kind}; every list ends outside")
    return Lists({row.id: row for row in (_listed(file, raw) for raw in inside)}, found)


def _listed(file: str, raw: Mapping[str, object]) -> Listed:
    row = Row(raw, failing(file, str(raw["id"])))
    status, verified_on = vouched(row)
    found = Listed(
        id=row.text("id"),
        means=row.text("means"),
        steps=row.choices("steps", STEPS, need=True),
        source=row.text("source"),
        status=status,
        verified_on=verified_on,
    )
    row.done()
    return found


def _beyond(file: str, raw: Mapping[str, object], vocabulary: Vocabulary) -> Beyond:
    row = Row(raw, failing(file, str(raw["id"])))
    status, verified_on = vouched(row)
    found = Beyond(
        id=row.text("id"),
        places=row.choices("places", vocabulary.jurisdictions, need=True),
        subject_kind=row.choice("subject_kind", SUBJECTS),
        roles=row.choices("roles", vocabulary.recipient_roles, need=True),
        name=row.text("name"),
        phone=row.text("phone"),
        do=row.text("do"),
        source=row.text("source"),
        status=status,
        verified_on=verified_on,
    )
    row.done()
    return found
