"""The field catalogue and the matrix of roles and purposes, read from their packs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

When = Mapping[str, tuple[str, ...]]
FORM_CODES = {"N": "notification", "D": "deidentified", "L": "log_extract"}
HOLDS = ("prose", "choice", "log")
# What the fields of a form may hold: a notification is a line, figures hold nothing that was typed.
MAY_HOLD = {
    "notification": HOLDS,
    "deidentified": ("choice",),
    "log_extract": ("choice", "log"),
}
VOUCHES = ("source", "status", "verified_on")
STATUSES = ("verified", "reported", "from_knowledge", "proposal")


@dataclass(frozen=True, slots=True)
class Field:
    """One field that a message can carry: its tier, who may hold it, and how long it may be."""

    id: str
    tier: int
    section: str
    label: str
    hint: str
    only: frozenset[str]  # empty: any role
    never: frozenset[str]
    flags: Mapping[str, int]
    tier_for: tuple[tuple[When, int], ...]
    restricted: str
    identifies: bool
    confirms_client: bool
    max_chars: int
    max_items: int
    about: frozenset[str] = frozenset()  # the kinds of person that it is about; empty: any
    holds: str = "prose"  # choice: words of a closed list; log: references, times and who was told
    hides: str = ""  # a pattern of what is never carried, whatever was written


@dataclass(frozen=True, slots=True)
class Cell:
    """What one role may receive for one purpose.

    ``tier`` caps it; ``named`` are fields of tier 2 that a cap of 1 lets through; ``usual`` those of tier 2
    that go where none is named, of a cap of 2; ``items`` the fields of tier 3 that may be asked for one
    by one; ``only`` and ``without`` narrow it. ``forms`` other than message name their own lists.
    ``differs`` says why it is not what its source says; ``local`` that a partnership put it there.
    """

    tier: int
    forms: tuple[str, ...] = ("message",)
    named: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    usual: frozenset[str] = frozenset()
    source: str = ""
    status: str = ""
    verified_on: date | None = None
    differs: str = ""
    local: bool = False


@dataclass(frozen=True, slots=True)
class Matrix:
    """Cells by role and purpose, the purposes in which a role can act, and the lists of the forms.

    ``lengths`` are the characters that a text may have in a form that names a limit of its own; ``fixed``
    the purposes whose cells no partnership may change.
    """

    cells: Mapping[tuple[str, str], Cell]
    can_act: Mapping[str, frozenset[str]]
    forms: Mapping[str, frozenset[str]]
    lengths: Mapping[str, int] = field(default_factory=dict)
    fixed: tuple[str, ...] = ()

    def roles_for(self, purpose: str) -> tuple[str, ...]:
        """The roles that have a cell for this purpose."""
        return tuple(role for role, named in self.cells if named == purpose)


def field_ids(file: str, text: bytes) -> tuple[str, ...]:
    """The ids of the catalogue, in order."""
    return tuple(raw["id"] for raw in rows_of(file, opened(file, text).get("fields"), "fields"))


def fields(
    file: str, text: bytes, vocabulary: Vocabulary, allowed: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, Field], dict[str, str]]:
    """The catalogue by id, in order, and the sections by id.

    ``allowed`` are the attributes that ``tier_for`` may name. Raises PackError.
    """
    pack = opened(file, text)
    head = _head(file, pack)
    sections = head.need("sections")
    caps = head.need("max_chars")
    found = {}
    for raw in rows_of(file, pack["fields"], "fields"):
        row = Row(raw, failing(file, raw["id"]))
        built = _field(row, vocabulary, allowed, sections, caps)
        row.done()
        found[built.id] = built
    head.take("fields")
    head.done()
    return found, dict(sections)


def _field(
    row: Row,
    vocabulary: Vocabulary,
    allowed: Mapping[str, tuple[str, ...]],
    sections: Mapping[str, str],
    caps: Mapping[int, int],
) -> Field:
    tier = row.number("tier", 1, 3) or row.refuse("tier", "is missing")
    flags = row.inner("flags")
    raised = {flag: flags.number(flag, 1, 3) or tier for flag in vocabulary.flags}
    flags.done()
    return Field(
        id=row.text("id"),
        tier=tier,
        section=row.choice("section", tuple(sections)),
        label=row.text("label"),
        hint=row.text("hint", ""),
        only=frozenset(row.choices("only", vocabulary.recipient_roles)),
        never=frozenset(row.choices("never", vocabulary.recipient_roles)),
        flags={flag: to for flag, to in raised.items() if to > tier},
        tier_for=tuple(_tier_for(row, allowed)),
        restricted=row.choice("restricted", ("", *vocabulary.consent_labels), ""),
        identifies=row.flag("identifies") is True,
        confirms_client=row.flag("confirms_client") is True,
        max_chars=row.number("max_chars", 1, 100_000, caps[tier]) or caps[tier],
        max_items=row.number("max_items", 1, 1000, 200) or 200,
        about=frozenset(row.choices("about", vocabulary.facts["subject_kind"])),
        holds=row.choice("holds", HOLDS, "prose"),
        hides=_pattern(row, "hides"),
    )


def _pattern(row: Row, key: str) -> str:
    text = row.text(key, "")
    try:
        re.compile(text)
    except re.error as wrong:
        row.refuse(key, f"is not a pattern ({wrong})")
    return text


def _tier_for(row: Row, allowed: Mapping[str, tuple[str, ...]]) -> list[tuple[When, int]]:
    found: list[tuple[When, int]] = []
    for raw in row.take("tier_for", []):
        inner = row.inner("tier_for", raw)
        conditions = when(inner.inner("when"), allowed)
        found.append((conditions, inner.number("tier", 1, 3) or 3))
        inner.done()
    return found


def when(row: Row, allowed: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The conditions of a rule: attribute by attribute, the values that match. Raises PackError."""
    found = {}
    for name in row.keys():  # noqa: SIM118 - a method of Row
        values = allowed.get(name)
        if values is not None:
            found[name] = row.choices(name, values, need=True)
    row.done()
    return found


def matrix(
    file: str, text: bytes, vocabulary: Vocabulary, catalogue: Mapping[str, Field]
) -> Matrix:
    """The matrix of roles and purposes. Raises PackError for a role left out or a field unknown."""
    pack = opened(file, text)
    head = Row(pack, failing(file, ""))
    for anchor in [key for key in pack if str(key).startswith("x-")]:
        head.take(anchor)
    shared = {key: head.take(key) for key in VOUCHES}
    sets = head.inner("sets")
    items = {name: frozenset(sets.choices(name, catalogue)) for name in sets.keys()}  # noqa: SIM118
    forms, lengths = _forms(head, catalogue)
    fixed = head.choices("fixed", vocabulary.purposes)
    roles = head.inner("roles")
    cells: dict[tuple[str, str], Cell] = {}
    can_act = {}
    for role in vocabulary.recipient_roles:
        row = Row(roles.need(role), failing(file, role))
        can_act[role] = frozenset(row.choices("can_act", vocabulary.purposes))
        of_role = {key: row.take(key, shared[key]) for key in VOUCHES}
        inner = row.inner("cells", row.need("cells"))
        for purpose in vocabulary.purposes:
            raw = inner.take(purpose)
            if raw is not None:
                cells[role, purpose] = _cell(inner, purpose, raw, of_role, items, catalogue)
        inner.done()
        row.done()
    for left in (sets, roles, head):
        left.done()
    return Matrix(cells, can_act, forms, lengths, fixed)


def _cell(
    row: Row,
    purpose: str,
    raw: Any,
    shared: Mapping[str, Any],
    sets: Mapping[str, frozenset[str]],
    catalogue: Mapping[str, Field],
) -> Cell:
    """One cell: a tier or a form alone, or a mapping; what it does not say of itself its role or file says."""
    if raw in ("1", "2"):
        raw = {"tier": int(raw)}
    elif isinstance(raw, str) and raw in FORM_CODES:
        raw = {"forms": [raw]}
    elif not isinstance(raw, Mapping):
        row.refuse(purpose, f"is not 1, 2, {', '.join(FORM_CODES)} or a mapping")
    inner = row.inner(purpose, {**shared, **raw})
    status, verified_on = vouched(inner)
    built = Cell(
        tier=0,
        forms=tuple(FORM_CODES[code] for code in inner.choices("forms", tuple(FORM_CODES))),
        source=inner.text("source"),
        status=status,
        verified_on=verified_on,
        differs=inner.text("differs", ""),
        local=inner.flag("local") is True,
    )
    if not built.forms:
        built = replace(built, forms=("message",), **_gives(inner, sets, catalogue))
    inner.done()
    return built


def _gives(
    row: Row, sets: Mapping[str, frozenset[str]], catalogue: Mapping[str, Field]
) -> dict[str, Any]:
    """How far a cell goes, where what goes is a message."""
    tier = row.number("tier", 1, 3) or row.refuse("tier", "is missing")
    only, without = row.choices("only", catalogue), row.choices("without", catalogue)
    if row.flag("pseudonymous"):
        without += tuple(each.id for each in catalogue.values() if each.identifies)
    return {
        "tier": tier,
        "named": frozenset(row.choices("named", catalogue)) | frozenset(only),
        "items": sets[row.choice("items", tuple(sets))] if tier == 3 else frozenset(),
        "only": frozenset(only) if only else None,
        "without": frozenset(without),
        "usual": frozenset(row.choices("usual", catalogue) if tier == 2 else ()),
    }


def _forms(
    head: Row, catalogue: Mapping[str, Field]
) -> tuple[dict[str, frozenset[str]], dict[str, int]]:
    """The fields of each form, and the characters that a text of it may have.

    No form but a message names anyone, and each holds only what its kind of field may tell.
    """
    lists: dict[str, frozenset[str]] = {}
    lengths: dict[str, int] = {}
    every = head.inner("forms")
    for name in FORM_CODES.values():
        form = every.inner(name, every.need(name))
        listed = form.choices("fields", catalogue, need=True)
        for each in [catalogue[id_] for id_ in listed]:
            if each.identifies or each.tier == 3 or each.holds not in MAY_HOLD[name]:
                form.refuse("fields", f"`{each.id}` is not for this form")
        lists[name] = frozenset(listed)
        length = form.number("max_chars", 1, 100_000)
        lengths |= {name: length} if length else {}
        form.done()
    every.done()
    return lists, lengths


def _head(file: str, pack: Mapping[str, Any]) -> Row:
    head = Row(pack, failing(file, ""))
    head.text("source")
    vouched(head)
    return head


def vouched(row: Row) -> tuple[str, date | None]:
    """How far a row can be trusted, and the day on which its source was last read, if that is known.

    A row that calls itself verified must give the day.
    """
    status, day = row.choice("status", STATUSES), row.day("verified_on")
    if status == "verified" and day is None:
        row.refuse("verified_on", "is missing; what is verified says on which day")
    return status, day
