"""Where a case leads next: the pages of other nouns, by name."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse


def emergency_url(case_ids: Sequence[UUID] = ()) -> str:
    """The first screen of the emergency steps, for a case where there is just one."""
    if len(case_ids) == 1:
        return reverse("emergency_start", kwargs={"case_id": case_ids[0]})
    return reverse("emergency_start")


def next_steps(case_id: UUID) -> dict[str, str]:
    """What may be done next about a case: share, record consent, the emergency steps."""
    return {
        "share": reverse("disclosure_start", kwargs={"case_id": case_id}),
        "consent": reverse("consent_record", kwargs={"case_id": case_id}),
        "emergency": emergency_url([case_id]),
    }
