"""Words in which the staff pages speak of kinds, categories and other closed sets of values."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from sharewell.cases.catalogues import category_labels, indicator_labels
from sharewell.cases.models import ChronologyEntry, ConcernCase

KINDS = {
    "observed": "Observed",
    "reported": "Reported",
    "third_party": "Third party",
    "opinion": "Opinion",
}
UNKNOWN = {
    "unknown": "Not known",
    "not_asked": "Not asked",
    "refused": "They did not want to say",
    "not_safe_to_ask": "Not safe to ask",
}
SECTIONS = {
    "concern": "Concern",
    "contact": "Contact",
    "action": "Action",
    "consent": "Consent",
    "decision": "Decision",
    "disclosure": "Sharing",
    "answer": "Answer",
    "meeting": "Meeting",
    "received": "Told by another agency",
    "note": "Note",
}
RELATIONS = {
    "owner": "owner",
    "manager": "manager",
    "safeguarding_lead": "safeguarding lead",
    "raised_it": "raised a concern",
    "approver": "approver",
    "decider": "decides a question",
    "invited": "invited",
    "oversight": "oversight",
    "break_glass": "opened it in an emergency",
}


def kind_words(kind: str, *, verbatim: bool = False) -> str:
    """How a statement is known."""
    return "Their own words" if verbatim else KINDS.get(kind, "")


def line_words(entry: ChronologyEntry) -> str:
    """A line of the timeline as a message carries it: when, how it is known, what happened."""
    local = timezone.localtime(entry.event_at)
    known = kind_words(entry.kind, verbatim=entry.verbatim).lower()
    told = f"{known}, {entry.source_role}" if entry.source_role else known
    return f"{local.day} {local:%B %Y, %H:%M} ({told}): {entry.text}"


def category_words(on_case: ConcernCase) -> list[dict[str, Any]]:
    """The categories of a concern about one person, each with the signs that were ticked."""
    rows = []
    for category in on_case.categories:
        signs = [each for each in on_case.indicators if each.startswith(f"{category}/")]
        label = category_labels([category])[0]
        rows.append({"label": label, "signs": indicator_labels(signs)})
    return rows
