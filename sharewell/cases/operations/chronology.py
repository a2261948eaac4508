"""The timeline of a case: lines are added, and corrected by newer ones; none is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sharewell.agencies.access import Invalid, NotFound
from sharewell.agencies.evidence import operation
from sharewell.agencies.models import Account
from sharewell.cases import marks, records
from sharewell.cases.marks import Mark
from sharewell.cases.models import KINDS, Case, ChronologyEntry
from sharewell.cases.operations._writing import leave, may_write

CLOCKS_DIFFER = timedelta(minutes=10)  # more ahead than this is a mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of what is told of an event, which becomes a line of its own.

    ``kind`` is one of ``models.KINDS``; ``verbatim`` marks somebody's own words; ``name`` is what a refusal
    calls the part.
    """

    text: str
    section: str
    kind: str = "observed"
    source_role: str = ""
    verbatim: bool = False
    name: str = "text"


@operation("chronology.added")
def chronology_add(
    *,
    account: Account,
    case: Case,
    now: datetime,
    event_at: datetime,
    parts: Sequence[Part],
    counted: Sequence[Mark] = (),
) -> list[ChronologyEntry]:
    """Add what was seen, said, done and thought of one event; each part is a line of its own.

    ``counted`` is what the event counts as (packs/events.yaml), kept with its first line. Raises ``Invalid``
    (nothing told, a moment in the future), ``NotFound`` and ``NotAllowed``.
    """
    may_write(account, case, now)
    _check(parts, event_at, now, counted)
    lines = [_add(account, case, now, event_at, part) for part in parts]
    _count(lines[0], counted)
    leave(account, case, now, {"lines": [_as_json(line) for line in lines], **_said(counted)})
    return lines


@operation("chronology.corrected")
def chronology_correct(
    *,
    account: Account,
    case: Case,
    now: datetime,
    event_at: datetime,
    part: Part,
    corrects: UUID,
    counted: Sequence[Mark] = (),
) -> ChronologyEntry:
    """Correct a line by a new one that names it; the old one stays readable and counts as nothing any more.

    Raises ``Invalid`` (a moment in the future, a line already corrected), ``NotFound`` and ``NotAllowed``.
    """
    may_write(account, case, now)
    _check([part], event_at, now, counted)
    line = _add(account, case, now, event_at, part, _to_correct(case, corrects))
    _count(line, counted)
    leave(account, case, now, {"line": _as_json(line), **_said(counted)})
    return line


def _count(line: ChronologyEntry, counted: Sequence[Mark]) -> None:
    marks.keep(
        counted,
        case=line.case,
        line=line,
        event_at=min(line.event_at, line.recorded_at),
        now=line.recorded_at,
        by=line.recorded_by,
    )


def _said(counted: Sequence[Mark]) -> dict[str, object]:
    return {"counted": [mark.as_json() for mark in counted]} if counted else {}


def _add(
    account: Account,
    case: Case,
    now: datetime,
    event_at: datetime,
    part: Part,
    corrects: ChronologyEntry | None = None,
) -> ChronologyEntry:
    return records.add_chronology(
        case=case,
        now=now,
        by=account,
        section=part.section,
        text=part.text,
        event_at=event_at,
        kind=part.kind,
        source_role=part.source_role,
        verbatim=part.verbatim,
        about_id=corrects.about_id if corrects else None,
        corrects=corrects,
    )


def _as_json(line: ChronologyEntry) -> Mapping[str, object]:
    return {
        "id": line.id.hex,
        "section": line.section,
        "kind": line.kind,
        "source_role": line.source_role,
        "verbatim": line.verbatim,
        "event_at": line.event_at.isoformat(),
        "text": line.text,
        "corrects": line.corrects_id.hex if line.corrects_id else None,
    }


def _check(
    parts: Sequence[Part], event_at: datetime, now: datetime, counted: Sequence[Mark]
) -> None:
    errors: dict[str, list[str]] = {}
    if wrong := marks.mistakes(counted):
        errors["marks"] = wrong
    if not parts:
        errors["happened"] = ["Write what was seen or heard, said, done or thought."]
    if event_at > now + CLOCKS_DIFFER:
        errors["event_at"] = ["This moment has not come yet. Give the time when it happened."]
    for part in parts:
        if not part.text.strip():
            errors[part.name] = ["Write what happened."]
        if part.section not in ChronologyEntry.SECTIONS:
            errors["section"] = ["Choose one of the sections."]
        if part.kind not in KINDS:
            errors["kind"] = [
                "Say whether it was observed, reported, an opinion or from a third party."
            ]
    if errors:
        raise Invalid(errors)


def _to_correct(case: Case, entry_id: UUID) -> ChronologyEntry:
    records.lock(case)
    old = ChronologyEntry.objects.filter(case=case, pk=entry_id).first()
    if old is None:
        raise NotFound
    if old.corrected_by.exists():
        sentence = "This line was already corrected. Correct the newer line instead."
        raise Invalid({"text": [sentence]})
    return old
