"""Levels on ladders of need and risk, for use inside an operation of this room. A level changes nothing but the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.cases import records
from sharewell.cases.models import Case, Concern, LevelGiven
from sharewell.cases.records import Known
from sharewell.core.ladders import Ladder, Level
from sharewell.core.policy import PackError

FIELD = "risk.level"  # of the catalogue: what a message says of the level
WHY = 2000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A level as somebody chose it; ``ladder`` and ``level`` are ids of packs/ladders.yaml.

    ``number`` is what a ladder asks for (the questions answered yes), where it is known.
    """

    ladder: str
    level: str
    why: str
    number: int | None = None


def offered(case: Case) -> Sequence[Ladder]:
    """The ladders for a person where their agency is; none where their pack is lost."""
    try:
        return packs.ladders().offered(
            place=case.agency.jurisdiction, about=case.person.subject_kind
        )
    except PackError:
        return ()


def advice() -> str:
    """The sentence that stands wherever a level is chosen; empty where its pack is lost."""
    try:
        return packs.ladders().advice
    except PackError:
        return ""


def mistakes(chosen: Chosen, case: Case) -> dict[str, list[str]]:
    """What is wrong with a choice, by field."""
    errors: dict[str, list[str]] = {}
    ladder, level = _found(chosen, case)
    if ladder is None or level is None:
        errors["level"] = ["Choose one of the levels offered."]
    elif chosen.number is not None and (
        ladder.asks is None or not 0 <= chosen.number <= ladder.asks.most
    ):
        most = ladder.asks.most if ladder.asks else 0
        errors["number"] = [f"Give a number from 0 to {most}, or leave it empty."]
    if not chosen.why.strip():
        errors["why"] = ["Say why you give this level."]
    elif len(chosen.why) > WHY:
        errors["why"] = [f"Shorten this to {WHY} characters."]
    return errors


def give(
    chosen: Chosen,
    *,
    case: Case,
    by: Account,
    now: datetime,
    concern: Concern | None = None,
    form_key: UUID | None = None,
) -> LevelGiven:
    """Keep a level that was found right: as a row, as what a message says of it, and as a line of the timeline."""
    ladder, level = _found(chosen, case)
    if ladder is None or level is None:
        raise LookupError(chosen.level)
    pointed = ladder.pointed_to(chosen.number) if chosen.number is not None else None
    given = LevelGiven.objects.create(
        case=case,
        concern=concern,
        ladder=ladder.id,
        level=level.id,
        words=f"{level.label} ({ladder.label})",
        number=chosen.number,
        pointed_to=pointed.id if pointed else "",
        why=chosen.why,
        at=now,
        by=by,
        form_key=form_key,
    )
    known = Known(field=FIELD, text=given.words, kind="opinion", source_role=by.job_title)
    records.record_fields(case=case, entries=[known], now=now, by=by)
    records.add_chronology(
        case=case,
        now=now,
        by=by,
        section="decision",
        kind="opinion",
        source_role=by.job_title,
        text=_line(given, pointed),
        about_id=given.id,
    )
    return given


def as_json(given: LevelGiven) -> dict[str, object]:
    """A level as what evidence commits to."""
    names = ("ladder", "level", "number", "pointed_to", "why")
    return {"id": given.id.hex, **{name: getattr(given, name) for name in names}}


def _found(chosen: Chosen, case: Case) -> tuple[Ladder | None, Level | None]:
    ladder = next((each for each in offered(case) if each.id == chosen.ladder), None)
    return ladder, ladder.level(chosen.level) if ladder else None


def _line(given: LevelGiven, pointed: Level | None) -> str:
    number = ""
    if pointed is not None and pointed.id != given.level:
        number = f" The number was {given.number}, which points to: {pointed.label}; judgement went before it."
    elif pointed is not None:
        number = f" The number was {given.number}."
    return f"Level given: {given.words}.{number} {given.why}"
