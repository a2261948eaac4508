"""What a writer says that an entry counts as (packs/events.yaml): checked, kept with the entry, shown with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sharewell import packs
from sharewell.agencies.models import Account
from sharewell.cases.models import Case, ChronologyEntry, Concern, Marking
from sharewell.core.events import Event

LARGEST = Decimal(10_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One event that an entry counts as, by its id, with the number it asks for where it is known."""

    event: str
    number: Decimal | None = None

    def as_json(self) -> dict[str, str | None]:
        """What evidence commits to."""
        return {"event": self.event, "number": f"{self.number:f}" if self.number else None}


def offered(subject_kind: str = "both") -> list[Event]:
    """The events offered for an ``adult``, a ``child``, or where both may be meant; none if their pack is lost."""
    try:
        known = packs.events()
    except Exception:  # noqa: BLE001 - marking is optional; what is recorded never waits for it
        return []
    kinds = {"both", subject_kind}
    return [row for row in known.values() if subject_kind == "both" or row.offered_for in kinds]


def mistakes(marks: Sequence[Mark]) -> list[str]:
    """What is wrong with these marks, in sentences; empty when nothing is."""
    known = {event.id: event for event in offered()}
    if len({mark.event for mark in marks}) < len(marks) or any(
        mark.event not in known for mark in marks
    ):
        return ["Choose from those offered, each once."]
    numbers = [mark for mark in marks if mark.number is not None]
    if any(not known[mark.event].asks for mark in numbers):
        return ["A number goes only with what asks for one."]
    if any(not 0 <= (mark.number or 0) <= LARGEST for mark in numbers):
        return ["Give the number without a sign, e.g. 40 or 12.50."]
    return []


def keep(
    marks: Sequence[Mark],
    *,
    case: Case,
    event_at: datetime,
    now: datetime,
    by: Account | None,
    line: ChronologyEntry | None = None,
    concern: Concern | None = None,
) -> None:
    """Keep what a line, or a concern about this case's person, counts as; for use inside an operation."""
    Marking.objects.bulk_create(
        Marking(
            agency_id=case.agency_id,
            case=case,
            line=line,
            concern=concern,
            event=mark.event,
            number=mark.number,
            event_at=event_at,
            recorded_at=now,
            recorded_by=by,
            team_id=by.team_id if by else None,
        )
        for mark in marks
    )


def put_right(
    marks: Sequence[Mark], *, case: Case, concern: Concern, now: datetime, by: Account
) -> bool:
    """Let a concern about this case's person count as these and nothing else; says whether that is new.

    For use inside an operation. What no longer counts is ended and stays.
    """
    stand = list(Marking.objects.filter(case=case, concern=concern, ended_at=None))
    had = {Mark(event=each.event, number=each.number) for each in stand}
    wanted = set(marks)
    if had == wanted:
        return False
    gone = [each.pk for each in stand if Mark(event=each.event, number=each.number) not in wanted]
    Marking.objects.filter(pk__in=gone).update(ended_at=now, ended_by=by)
    happened = min(concern.happened_at or concern.raised_at, concern.raised_at)
    new = [mark for mark in marks if mark not in had]
    keep(new, case=case, concern=concern, event_at=happened, now=now, by=by)
    return True


def words(marking: Marking, money: str) -> str:
    """What an entry counts as, in words, with its number; ``money`` is the sign of the agency's money."""
    event = packs.events().get(marking.event)
    label = event.label if event else marking.event
    if marking.number is None or event is None:
        return label
    number = f"{marking.number:,.2f}".removesuffix(".00")
    return f"{label}: {money}{number}" if event.asks == "money" else f"{label}: {number} hours"


def money_sign(jurisdiction: str) -> str:
    """The sign of the money of a jurisdiction."""
    return "$" if jurisdiction == "us" else "£"
