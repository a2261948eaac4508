"""What single pages about a case read at once, each for a viewer and with a line in the access table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from sharewell.agencies.access import NotFound
from sharewell.agencies.kept import kept
from sharewell.agencies.models import Account
from sharewell.agencies.queries import CASEWORK, may, policy_for
from sharewell.cases.catalogues import FOLLOWING
from sharewell.cases.models import (
    Case,
    ChronologyEntry,
    CircleMember,
    ConcernCase,
    FieldEntry,
    GlassBreak,
    RiskFacts,
)
from sharewell.cases.queries import cases as reads
from sharewell.cases.queries.breakglass import Broken, broken_into, open_glass, sees_broken
from sharewell.cases.queries.changed import Changed, changed
from sharewell.cases.queries.chronology import Timeline, newest
from sharewell.cases.queries.tasks import Waiting, tasks_of
from sharewell.core.catalogue import Field

# Fields that hold several items, one on each line.
EXTRACT = "chronology.extract"
LISTS = frozenset({"concern.categories", EXTRACT})
MOST_LINES = 60  # of the timeline, offered to choose an extract from


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as its page opens: who, what waits, what happened.

    ``glass`` is by which break-glass the viewer reads it, None for the circle; ``broken`` are those of others,
    for the owner and the leads.
    """

    case: Case
    known: Mapping[str, FieldEntry]
    facts: Mapping[str, str]
    concerns: Sequence[ConcernCase]
    tasks: Sequence[Waiting]
    timeline: Timeline
    circle: Sequence[CircleMember]
    writes: bool
    changed: Changed | None
    glass: GlassBreak | None
    broken: Sequence[Broken]
    looks: bool  # whether the viewer may see who looked


def case_page(*, viewer: Account, case_id: UUID, now: datetime) -> CasePage:
    """All that the page of a case shows; raises ``NotFound`` outside the circle."""
    case = reads.case(viewer=viewer, case_id=case_id, now=now, what="page")
    glass, looks = open_glass(case), sees_broken(case, viewer)
    return CasePage(
        case=case,
        known=reads.known_fields(case),
        facts=reads.facts(case),
        concerns=_concerns(case=case.pk),
        tasks=tasks_of(case, now),
        timeline=newest(case),
        circle=reads.members_of(case, now),
        changed=changed(viewer=viewer, case=case, now=now),
        writes=not glass and case.state == "open" and may(viewer=viewer, now=now, any_of=CASEWORK),
        glass=glass,
        broken=broken_into(case) if looks else [],
        looks=looks,
    )


@kept
def _concerns(*, case: UUID) -> QuerySet[ConcernCase]:
    rows = ConcernCase.objects.filter(case=case).select_related("concern")
    return rows.order_by("-concern__raised_at")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of the catalogue, by its number in the catalogue's order, with the newest entry of a case."""

    number: int
    id: str
    field: Field
    section: str
    entry: FieldEntry | None

    @property
    def hint(self) -> str:
        """What to write, and where it matters how much of it a message carries."""
        cut = f"A message carries at most {self.field.max_chars} characters of it."
        one = "One on each line." if self.is_list else ""
        return " ".join(each for each in (self.field.hint, one, cut) if each)

    @property
    def is_list(self) -> bool:
        """Whether the field holds items rather than one text."""
        return self.id in LISTS


def field_rows(case: Case) -> list[FieldRow]:
    """Every field that people fill in, with what is known of it in a case fetched with its viewer.

    A field about another kind of person (an adult has no school) only where something is written in it.
    """
    known = reads.known_fields(case)
    policy = policy_for(case.agency)
    return [
        FieldRow(number, field_id, field, policy.sections[field.section], known.get(field_id))
        for number, (field_id, field) in enumerate(policy.fields.items(), 1)
        if field_id not in FOLLOWING
        and (not field.about or case.person.subject_kind in field.about or field_id in known)
    ]


@dataclass(frozen=True, slots=True)
class FieldPage:
    """One field of a case, with all that was ever recorded of it, newest first.

    ``lines`` are those of the timeline, for the field that carries some of them.
    """

    case: Case
    row: FieldRow
    history: Sequence[FieldEntry]
    lines: Sequence[ChronologyEntry]

    @property
    def newest(self) -> FieldEntry | None:
        """The entry that stands."""
        return self.history[0] if self.history else None


def field_page(*, viewer: Account, case_id: UUID, number: int, now: datetime) -> FieldPage:
    """A field of a case by its number in the catalogue; raises ``NotFound``."""
    case = reads.case(viewer=viewer, case_id=case_id, now=now, what="field")
    for row in field_rows(case):
        if row.number == number:
            entries = FieldEntry.objects.filter(case=case, field=row.id).order_by("-id")
            lines = extract_lines(case) if row.id == EXTRACT else []
            return FieldPage(case, row, list(entries.select_related("recorded_by")), lines)
    raise NotFound


def extract_lines(case: Case) -> list[ChronologyEntry]:
    """The newest lines of a case fetched with its viewer that stand, to choose an extract from."""
    standing = ChronologyEntry.objects.filter(case=case, corrected_by=None)
    return list(standing.order_by("-event_at", "-line")[:MOST_LINES])


def newest_facts(case: Case) -> RiskFacts | None:
    """The newest judgement of the facts, of a case that was fetched with its viewer."""
    found = RiskFacts.objects.filter(case=case).select_related("recorded_by")
    return found.order_by("-id").first()
