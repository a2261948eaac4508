"""Rules and provisions as rows: what each may say at its step, and when it is in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sharewell.core.catalogue import When, vouched, when
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

JUDGING = ("never", "permit", "hold", "refer", "seek")
JUDGED = "012345678"
EXPLAINING = ("agreement", "standing")  # why an agreement on record is not relied on
# What a rule may do at each kind of step.
EFFECTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(JUDGED, JUDGING),
    "agreement": ("invalid",),
    "standing": ("explain",),
    "gateway": ("allow", "refer"),
    "fields": ("withhold",),
    "basis": ("cite",),
    "inform": ("tell",),
    "then": ("oblige",),
    "review": ("within",),
    "decide": ("within",),
    "handling": ("handle",),
}
# An address that a page may link to: no name and password in it, nothing that ends an attribute.
ADDRESS = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(/[^\s\"'<>]*)?")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of policy; ``docs/packs.md`` says what each key means at each step.

    ``link`` is the address of the official text; empty where it is not known for certain.
    """

    id: str
    step: str
    when: When
    effect: str
    says: str
    source: str
    status: str
    verified_on: date | None
    from_day: date | None
    until_day: date | None
    basis: tuple[str, ...]
    obliges: tuple[str, ...]
    requires: tuple[str, ...]
    decider: str
    withholds: str
    asks: tuple[str, ...]
    fields: tuple[str, ...]
    restricted: str
    confirms_client: bool
    gives: str
    about: str
    hours: int
    by_expiry: bool
    regime: str
    accounted: bool
    uses_cell: str
    keeps_tier: tuple[str, ...]
    relies: bool
    overrides: bool
    duty: bool
    link: str


@dataclass(frozen=True, slots=True)
class Provision:
    """A piece of law or guidance that a decision may cite, for whom and from when.

    ``consent`` marks those that say that the person agreed: cited only where that is relied on.
    ``link`` is the address of the official text; empty where it is not known for certain.
    """

    id: str
    title: str
    effect: str
    when: When
    consent: bool
    source: str
    status: str
    verified_on: date | None
    from_day: date | None
    until_day: date | None
    link: str


def rules(
    file: str,
    text: bytes,
    vocabulary: Vocabulary,
    allowed: Mapping[str, tuple[str, ...]],
) -> list[Rule]:
    """The rules of one file. Raises PackError naming the row and the key.

    A rule may cite a provision of another place: what a place does not know is left out when citing.
    """
    pack = opened(file, text)
    head = Row(pack, failing(file, ""))
    head.take("rules")
    shared = {key: head.take(key) for key in ("source", "status", "verified_on")}
    for anchor in [key for key in pack if str(key).startswith("x-")]:
        head.take(anchor)
    head.done()
    found = []
    for raw in rows_of(file, pack.get("rules"), "rules"):
        row = Row({**shared, **raw}, failing(file, raw["id"]))
        built = _rule(row, vocabulary, allowed)
        row.done()
        found.append(built)
    return found


def provisions(
    file: str, text: bytes, allowed: Mapping[str, tuple[str, ...]]
) -> dict[str, Provision]:
    """The provisions of one file, by id. Raises PackError naming the row and the key."""
    pack = opened(file, text)
    head = Row(pack, failing(file, ""))
    head.take("provisions")
    shared = {key: head.take(key) for key in ("status", "verified_on")}
    head.done()
    found = {}
    for raw in rows_of(file, pack.get("provisions"), "provisions"):
        row = Row({**shared, **raw}, failing(file, raw["id"]))
        status, verified_on = vouched(row)
        from_day, until_day = _in_force(row)
        found[raw["id"]] = Provision(
            id=row.text("id"),
            title=row.text("title"),
            effect=row.choice("effect", ("permits", "requires", "restricts", "frames")),
            when=when(row.inner("when"), allowed),
            consent=row.flag("consent") is True,
            source=row.text("source"),
            status=status,
            verified_on=verified_on,
            from_day=from_day,
            until_day=until_day,
            link=_link(row),
        )
        row.done()
    return found


def _rule(row: Row, vocabulary: Vocabulary, allowed: Mapping[str, tuple[str, ...]]) -> Rule:
    step = row.take("step")
    step = str(step) if not isinstance(step, bool) else "?"
    if step not in EFFECTS:
        row.refuse("step", f"is not one of: {', '.join(EFFECTS)}")
    effect = row.choice("effect", EFFECTS[step])
    status, verified_on = vouched(row)
    from_day, until_day = _in_force(row)
    decider = row.choice("decider", ("", *vocabulary.deciders), "")
    if effect == "refer" and not decider:
        row.refuse("decider", "is missing; a rule that refers names who decides")
    return Rule(
        id=row.text("id"),
        step=step,
        when=when(row.inner("when"), allowed),
        effect=effect,
        says=row.text("says"),
        source=row.text("source"),
        status=status,
        verified_on=verified_on,
        from_day=from_day,
        until_day=until_day,
        basis=_texts(row, "basis"),
        obliges=row.choices("obliges", vocabulary.obligations),
        requires=row.choices("requires", vocabulary.supplied),
        decider=decider,
        withholds=row.choice("withholds", ("", *vocabulary.withheld_reasons), ""),
        asks=row.choices("asks", tuple(vocabulary.facts)),
        link=_link(row),
        **_effects(row, vocabulary),
    )


def _effects(row: Row, vocabulary: Vocabulary) -> dict[str, Any]:
    """The keys that only some steps use."""
    return {
        "fields": row.choices("fields", vocabulary.fields),
        "restricted": row.choice("restricted", ("", *vocabulary.consent_labels), ""),
        "confirms_client": row.flag("confirms_client") is True,
        "gives": row.choice("gives", ("", *vocabulary.inform, *vocabulary.deciders), ""),
        "about": row.choice("about", ("person", "child"), "person"),
        "hours": row.number("hours", 0, 24 * 366, 0) or 0,
        "by_expiry": row.flag("by_expiry") is True,
        "regime": row.choice("regime", ("", *vocabulary.regimes), ""),
        "accounted": row.flag("accounted") is True,
        "uses_cell": row.choice("uses_cell", ("", *vocabulary.purposes), ""),
        "keeps_tier": row.choices("keeps_tier", vocabulary.flags),
        "relies": row.flag("relies") is True,
        "overrides": row.flag("overrides") is True,
        "duty": row.flag("duty") is True,
    }


def _in_force(row: Row) -> tuple[date | None, date | None]:
    inner = row.inner("in_force")
    from_day, until_day = inner.day("from"), inner.day("until")
    inner.done()
    if from_day and until_day and until_day <= from_day:
        row.refuse("in_force", "ends before it begins")
    return from_day, until_day


def _link(row: Row) -> str:
    link = row.text("link", "")
    if link and not ADDRESS.fullmatch(link):
        row.refuse("link", "is not an address that begins with https://")
    return link


def _texts(row: Row, key: str) -> tuple[str, ...]:
    value = row.take(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        row.refuse(key, "is not a list of texts")
    return tuple(value)
