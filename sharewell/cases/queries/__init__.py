"""Reads of the cases room, always for a viewer: what is outside their circle does not exist for them."""

from sharewell.cases.queries.cases import (
    CasesPage,
    Line,
    Timeline,
    case,
    cases_mine,
    chronology,
    chronology_line,
    circle,
    facts,
    known_fields,
    people_known,
    safe_contact,
    stands_in,
)
from sharewell.cases.queries.concerns import (
    ConcernSheet,
    Told,
    concern,
    concern_sheet,
    may_triage,
    possible_owners,
)
from sharewell.cases.queries.drafts import (
    draft,
    drafts,
)
from sharewell.cases.queries.tasks import (
    Waiting,
    case_tasks,
    task,
    waiting,
)

__all__ = [
    "CasesPage",
    "ConcernSheet",
    "Line",
    "Timeline",
    "Told",
    "Waiting",
    "case",
    "case_tasks",
    "cases_mine",
    "chronology",
    "chronology_line",
    "circle",
    "concern",
    "concern_sheet",
    "draft",
    "drafts",
    "facts",
    "known_fields",
    "may_triage",
    "people_known",
    "possible_owners",
    "safe_contact",
    "stands_in",
    "task",
    "waiting",
]
