"""Where a case leads next: the pages of other nouns, by name, as far as they exist."""

from __future__ import annotations

from uuid import UUID

from django.urls import NoReverseMatch, reverse


def url_or_none(name: str, **keywords: object) -> str:
    """The address of a page by its URL name; empty where there is no such page."""
    try:
        return reverse(name, kwargs=keywords)
    except NoReverseMatch:
        return ""


def emergency_url(case_ids: list[UUID] | None = None) -> str:
    """The first screen of the emergency steps, for a case where there is just one."""
    known = case_ids[0] if case_ids and len(case_ids) == 1 else None
    found = url_or_none("emergency_start", case_id=known) if known else ""
    return found or url_or_none("emergency_start") or reverse("numbers")


def next_steps(case_id: UUID) -> dict[str, str]:
    """What may be done next about a case: share, record consent, the emergency steps."""
    return {
        "share": url_or_none("disclosure_start", case_id=case_id),
        "consent": url_or_none("consent_record", case_id=case_id),
        "emergency": emergency_url([case_id]),
    }
