"""What the entries of a pattern say, with source and kind, in a fixed number of queries; for its reviewer alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sharewell.cases import marks, people
from sharewell.cases.concern_fields import teller_role
from sharewell.cases.models import (
    Alleged,
    ChronologyEntry,
    Concern,
    HouseholdMember,
    Marking,
    Statement,
)
from sharewell.cases.telling import LABEL_OF_PART
from sharewell.disclosures.models import Disclosure
from sharewell.followup.models import PatternEntry


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement: how it is known, from whom, and what it says."""

    kind: str  # of the cases room, or empty
    verbatim: bool
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What one entry says: its pieces, and what it counts as."""

    pieces: Sequence[Piece]
    counted: Sequence[str]


def tell(entries: Sequence[PatternEntry]) -> dict[int, Told]:
    """What each entry says, by its id; call it only with entries that their reader may read."""
    pieces: dict[tuple[UUID, UUID], list[Piece]] = defaultdict(list)
    for what, read in _READERS.items():
        some = [entry for entry in entries if entry.what == what]
        if some:
            pieces |= read(some)
    counted = _counted(entries)
    return {
        entry.pk: Told(
            pieces[entry.about_id, entry.case_id], counted[entry.about_id, entry.case_id]
        )
        for entry in entries
    }


Pieces = dict[tuple[UUID, UUID], list[Piece]]


def _concerns(entries: Sequence[PatternEntry]) -> Pieces:
    concerns = {
        concern.pk: concern
        for concern in Concern.objects.filter(
            pk__in={entry.about_id for entry in entries}
        ).select_related("raised_by")
    }
    said: dict[UUID, list[Statement]] = defaultdict(list)
    for each in Statement.objects.filter(concern__in=concerns).order_by("position"):
        said[each.concern_id].append(each)
    return {
        (entry.about_id, entry.case_id): [
            Piece(
                kind=each.kind,
                verbatim=each.verbatim,
                source=each.source_role or teller_role(concerns[entry.about_id]),
                text=_labelled(each),
            )
            for each in said[entry.about_id]
            if each.case_id in {None, entry.case_id}
        ]
        for entry in entries
    }


def _labelled(said: Statement) -> str:
    label = LABEL_OF_PART[said.part]
    return f"{label}: {said.text}" if label else said.text


def _lines(entries: Sequence[PatternEntry]) -> Pieces:
    """The lines of the events that the entries stand for: what was seen, said, done and thought of each."""
    own = ChronologyEntry.objects.in_bulk([entry.about_id for entry in entries])
    moments = {(line.case_id, line.recorded_at, line.recorded_by_id) for line in own.values()}
    rows = ChronologyEntry.objects.filter(
        case_id__in={case for case, _, _ in moments},
        recorded_at__in={at for _, at, _ in moments},
        corrected_by=None,
    )
    told: dict[tuple[UUID, object, UUID | None], list[ChronologyEntry]] = defaultdict(list)
    for line in rows.order_by("line"):
        told[line.case_id, line.recorded_at, line.recorded_by_id].append(line)
    found: Pieces = {}
    for entry in entries:
        line = own[entry.about_id]
        event = told[line.case_id, line.recorded_at, line.recorded_by_id] or [line]
        found[entry.about_id, entry.case_id] = [
            Piece(each.kind, each.verbatim, each.source_role, each.text)
            for each in event
            if each.about_id == line.about_id
        ]
    return found


def _refusals(entries: Sequence[PatternEntry]) -> Pieces:
    words = "Refused that it is shared, and nothing else was agreed since."
    return {
        (e.about_id, e.case_id): [Piece("", verbatim=False, source="", text=words)] for e in entries
    }


def _disclosures(entries: Sequence[PatternEntry]) -> Pieces:
    sent = Disclosure.objects.filter(pk__in=[entry.about_id for entry in entries])
    whom = {each.pk: each.to_whom for each in sent.select_related("recipient")}
    return {
        (e.about_id, e.case_id): [
            Piece("", verbatim=False, source="", text=f"Sent to {whom[e.about_id]}; no answer yet.")
        ]
        for e in entries
    }


def _household(entries: Sequence[PatternEntry]) -> Pieces:
    rows = HouseholdMember.objects.in_bulk([entry.about_id for entry in entries])

    def said(row: HouseholdMember) -> Piece:
        text = f"Lives with the person: {'; '.join(people.pieces(row).values())}"
        return Piece("reported", verbatim=False, source=row.source_role, text=text)

    return {(e.about_id, e.case_id): [said(rows[e.about_id])] for e in entries}


def _alleged(entries: Sequence[PatternEntry]) -> Pieces:
    rows = Alleged.objects.in_bulk([entry.about_id for entry in entries])

    def said(row: Alleged) -> Piece:
        text = f"Alleged to cause harm: {'; '.join(people.pieces(row).values())}"
        return Piece("reported", verbatim=False, source=row.source_role, text=text)

    return {(e.about_id, e.case_id): [said(rows[e.about_id])] for e in entries}


_READERS = {
    "concern": _concerns,
    "line": _lines,
    "refusal": _refusals,
    "disclosure": _disclosures,
    "relation": _household,
    "alleged": _alleged,
}


def _counted(entries: Sequence[PatternEntry]) -> dict[tuple[UUID, UUID], list[str]]:
    """What the entries were marked as, in words."""
    found: dict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    if not entries:
        return found
    about = [entry.about_id for entry in entries]
    rows = Marking.objects.filter(concern__in=about) | Marking.objects.filter(line__in=about)
    for each in rows.filter(ended_at=None).select_related("agency").order_by("pk"):
        sign = marks.money_sign(each.agency.jurisdiction)
        id_ = each.line_id or each.concern_id
        if id_:
            found[id_, each.case_id].append(marks.words(each, sign))
    return found
