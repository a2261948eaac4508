"""Pathways: what to do for a need, step by step, as those who keep the directory of an agency write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sharewell import packs
from sharewell.agencies import directory
from sharewell.agencies.access import Invalid
from sharewell.agencies.evidence import operation, record, unchanged
from sharewell.agencies.models import Account, Function, Pathway, PathwayStep
from sharewell.core.policy import PackError
from sharewell.followup.entries import close_asked, held_as_read, mark_verified

STEPS_AT_MOST = 8
TEXTS = ("title", "need", "criteria", "ladder", "level", "link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A pathway as it is told; each step has its words and the id of the function to turn to, or None.

    ``need`` is an id of packs/directory.yaml, ``ladder`` and ``level`` of packs/ladders.yaml where one is named.
    """

    title: str
    need: str
    criteria: str = ""
    ladder: str = ""
    level: str = ""
    link: str = ""
    steps: Sequence[tuple[str, UUID | None]] = ()


@operation("pathway.added")
def pathway_add(
    *, account: Account, agency_id: UUID, way: Way, form_key: UUID, now: datetime
) -> Pathway:
    """Write down what to do for a need, for an agency; the same form once.

    Raises ``NotFound``, ``NotAllowed``, and ``Invalid`` by field.
    """
    agency = directory.agency_near(viewer=account, agency_id=agency_id)
    directory.require_keeps(viewer=account, agency=agency, now=now)
    before = Pathway.objects.filter(form_key=form_key, agency=agency).first()
    if before is not None:
        return unchanged(before)
    functions = _checked(account, way)
    made = Pathway(agency=agency, form_key=form_key)
    made.verified_on, made.verified_by = directory.local_day(agency, now), account
    return _keep(made, way, functions, account, now)


@operation("pathway.changed")
def pathway_change(
    *, account: Account, pathway_id: UUID, way: Way, seen: int, now: datetime
) -> Pathway:
    """Change a pathway; found right by that. ``seen`` is the revision that the writer read.

    Raises ``NotFound``, ``NotAllowed``, ``EntryChanged``, and ``Invalid`` by field.
    """
    found, _, _ = directory.pathway(viewer=account, pathway_id=pathway_id, now=now)
    directory.require_keeps(viewer=account, agency=found.agency, now=now)
    pathway: Pathway = held_as_read(found, seen)
    functions = _checked(account, way)
    mark_verified(pathway, account, now)
    return _keep(pathway, way, functions, account, now)


@operation("pathway.ended")
def pathway_end(*, account: Account, pathway_id: UUID, now: datetime) -> Pathway:
    """Take a pathway out of the directory. Raises ``NotFound`` and ``NotAllowed``."""
    found, _, _ = directory.pathway(viewer=account, pathway_id=pathway_id, now=now)
    directory.require_keeps(viewer=account, agency=found.agency, now=now)
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    close_asked(found, account, now)
    things = {"pathway": {"id": found.pk.hex, "ended": True}}
    record(at=now, agency=found.agency, actor=account, things=things)
    return found


def _checked(account: Account, way: Way) -> dict[UUID, Function]:
    """The functions that the steps name, by id; raises ``Invalid`` and ``NotFound``."""
    errors: dict[str, list[str]] = {}
    if way.need not in packs.directory().offers:
        errors["need"] = ["Choose one of those offered."]
    if way.ladder and not _has_level(way):
        errors["level"] = ["Choose one of those offered."]
    if not way.steps or not all(words for words, _ in way.steps):
        errors["step_1"] = ["Write at least one step, and words for each."]
    elif len(way.steps) > STEPS_AT_MOST:
        errors["step_1"] = [f"Write {STEPS_AT_MOST} steps at most."]
    if errors:
        raise Invalid(errors)
    named = {each for _, each in way.steps if each is not None}
    return {each: directory.listed(viewer=account, function_id=each) for each in named}


def _has_level(way: Way) -> bool:
    try:
        ladder = packs.ladders().ladders.get(way.ladder)
    except PackError:
        return False
    return ladder is not None and ladder.level(way.level) is not None


def _keep(
    pathway: Pathway,
    way: Way,
    functions: dict[UUID, Function],
    account: Account,
    now: datetime,
) -> Pathway:
    said: dict[str, Any] = {name: getattr(way, name) for name in TEXTS}
    for name, value in said.items():
        setattr(pathway, name, value)
    pathway.save()
    PathwayStep.objects.filter(pathway=pathway).delete()
    PathwayStep.objects.bulk_create(
        PathwayStep(
            pathway=pathway,
            place=place,
            words=words,
            function=functions[of] if of is not None else None,
        )
        for place, (words, of) in enumerate(way.steps, 1)
    )
    said["steps"] = [[words, of.hex if of else None] for words, of in way.steps]
    things = {"pathway": {"id": pathway.pk.hex, **said}}
    record(at=now, agency=pathway.agency, actor=account, things=things)
    return pathway
