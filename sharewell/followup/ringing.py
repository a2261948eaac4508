"""Whom to ring on a step of an escalation: the named contacts of the directory whose post fits the step."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from sharewell.agencies.models import NamedContact
from sharewell.disclosures.models import Disclosure

MOST = 5


def to_ring(
    disclosure: Disclosure, titles: Sequence[str], *, open_now: bool | None
) -> list[NamedContact]:
    """The contacts of the recipient, or of its agency, whose job title holds one of these words; the desk's first.

    Those who are only there at other times are left out. None fits, or no words: none, and the desk is rung.
    """
    desk = disclosure.recipient
    if desk is None or not titles:
        return []
    fits = Q()
    for word in titles:
        fits |= Q(job_title__icontains=word)
    rows = NamedContact.objects.filter(fits, ended_at=None).exclude(phone="", email="")
    rows = rows.filter(Q(function=desk) | Q(agency=desk.agency_id, function=None))
    if open_now is not None:
        rows = rows.exclude(when="out_of_hours" if open_now else "in_hours")
    found = sorted(rows, key=lambda each: (each.function_id is None, each.name))
    return found[:MOST]
