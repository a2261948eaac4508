"""What is posted to the pages of a case, as a browser would."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from sharewell.cases.catalogues import facts_for
from sharewell.cases.models import Case
from sharewell.cases.queries import field_rows


def number_of(case: Case, field: str) -> int:
    return next(row.number for row in field_rows(case) if row.id == field)


LINE = {
    "event_at_day": "19",
    "event_at_month": "11",
    "event_at_year": "2026",
    "event_at_time": "14:05",
    "section": "contact",
    "kind": "observed",
    "happened": "She came to the door alone.",
}
CORRECTION = {
    **{name: value for name, value in LINE.items() if name != "happened"},
    "text": "She came to the door with her son.",
}
PLAN = {"seen": "0", "never": "No letters", "how": "At the day centre"}


def facts_data(case: Case, **changes: str) -> dict[str, str]:
    data = {fact.id: "unknown" for fact in facts_for(case.person.subject_kind)}
    newest = case.risk_facts.order_by("-id").first()
    return {**data, "seen": str(newest.id if newest else 0), **changes}


def pages_of(case: Case) -> list[tuple[str, dict[str, Any]]]:
    """Every page about one case, with what may be posted to it (nothing: it is only read)."""
    name = number_of(case, "needs.category")
    field = {"seen": "0", "state": "not_asked"}
    return [
        (reverse("case_detail", args=[case.id]), {}),
        (reverse("case_fields", args=[case.id]), {}),
        (reverse("field_record", args=[case.id, name]), field),
        (reverse("facts_record", args=[case.id]), facts_data(case)),
        (reverse("flags_record", args=[case.id]), {"seen": "", "flags": ["refuge"]}),
        (reverse("safe_contact_record", args=[case.id]), PLAN),
        (reverse("chronology_list", args=[case.id]), {}),
        (reverse("chronology_add", args=[case.id]), LINE),
        (reverse("chronology_correct", args=[case.id, case.chronology.get().id]), CORRECTION),
    ]
