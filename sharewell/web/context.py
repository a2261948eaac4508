"""What the frame of every page shows: numbers to ring, who I am, where I may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from sharewell.agencies import localdays, staffchecks
from sharewell.agencies.acting import acting
from sharewell.agencies.queries import CASEWORK, receives, roles
from sharewell.followup.queries import OVERSEERS
from sharewell.web.numbers import duty_numbers, numbers_for
from sharewell.web.views import moment

ROLE_NAMES = {
    "practitioner": "Practitioner",
    "manager": "Manager",
    "safeguarding_lead": "Safeguarding lead",
    "governance_lead": "Governance lead",
    "hr": "Human resources",
    "partner": "Partner",
    "inspector": "Inspector",
    "administrator": "Administrator",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the service navigation."""

    section: str
    label: str
    url: str


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the frame of a page what it needs; cheap, and safe for a page of an error."""
    user = getattr(request, "user", None)
    viewer = user if user is not None and user.is_authenticated else None
    agency = viewer.agency if viewer else None
    held = roles(viewer=viewer, now=moment()) if viewer else frozenset()
    return {
        "viewer": viewer,
        "viewer_roles": [name for role, name in ROLE_NAMES.items() if role in held],
        "works": not held.isdisjoint(CASEWORK),
        "places": _places(held, receives=receives(viewer=viewer)) if viewer else [],
        "numbers": numbers_for(agency.jurisdiction if agency else "england"),
        "duty_numbers": duty_numbers(agency),
        "demo": settings.DEMO,
    }


def _places(held: frozenset[str], *, receives: bool) -> list[Place]:
    """The places that these roles may go to; a page that does not exist is left out."""
    works = not held.isdisjoint(CASEWORK)
    wanted = [
        ("home", "Home", "home", True),
        ("concern", "Raise a concern", "concern_raise", works),
        ("cases", "Cases", "case_list", works),
        ("actions", "Actions", "action_list", works),
        ("inbox", "Inbox", "inbox_list", receives or "partner" in held),
        (
            "requests",
            "Requests",
            "request_list",
            not held.isdisjoint({"safeguarding_lead", "governance_lead"}),
        ),
        ("directory", "Directory", "directory_list", works),
        ("patterns", "Patterns", "pattern_list", not held.isdisjoint(OVERSEERS)),
        ("agreements", "Agreements", "agreement_list", "governance_lead" in held),
        ("calendar", "Calendar", "local_days_list", not held.isdisjoint(acting(localdays.KEEP))),
        (
            "leaving",
            "Away and leaving",
            "leaving_list",
            not held.isdisjoint({"manager", "safeguarding_lead", "administrator"}),
        ),
        (
            "staff_checks",
            "Training and vetting",
            "staff_check_list",
            not held.isdisjoint(acting(staffchecks.KEEP)),
        ),
        ("sites", "Sites", "site_list", "administrator" in held),
        ("systems", "Partner systems", "system_list", "administrator" in held),
    ]
    places = []
    for section, label, name, open_to in wanted:
        try:
            if open_to:
                places.append(Place(section, label, reverse(name)))
        except NoReverseMatch:
            continue
    return places
