"""Whether a recipient is open now, in its own time, and whom to reach there when it is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sharewell.agencies import agreements
from sharewell.agencies.openings import openings
from sharewell.agencies.reckoning import reckoning
from sharewell.core import agreement as core
from sharewell.disclosures import catalogues
from sharewell.disclosures.models import Disclosure


@dataclass(frozen=True, slots=True)
class Reaching:
    """How a recipient is reached at a moment: by ``phone``; closed, by whoever answers out of hours.

    ``opens_at`` is when it opens next where it is closed. ``when`` says in the agreement's words when the number
    out of hours is answered; empty where the directory alone has it. ``zone`` is the recipient's.
    """

    open_now: bool
    name: str
    phone: str
    when: str
    opens_at: datetime | None
    zone: str


def reaching(disclosure: Disclosure, now: datetime) -> Reaching | None:
    """How the recipient of a disclosure is reached now; None for one outside the directory, or where packs are lost.

    Hours are those that the directory has of it by the week, else those of its agency: the calendar of the agreement
    in force, else of its nation, with its own days.
    """
    function = disclosure.recipient
    if function is None:
        return None
    try:
        found = agreements.agreement_between(agency=disclosure.agency, function=function, now=now)
        read = found[1] if found else None
        by = reckoning(
            function.agency,
            now,
            calendar=read.calendar if read else "",
            zone=read.time_zone if read else "",
        )
        hours, zone = openings(function, by), function.agency.time_zone
        if hours.open_at(now, zone) if hours else by.open_at(now):
            return Reaching(
                open_now=True,
                name=function.name,
                phone=function.phone,
                when="",
                opens_at=None,
                zone=by.zone,
            )
        way = read and core.route(read, disclosure.agency.slug, function.role, disclosure.purpose)
        night = way.out_of_hours if way else None
        own = function.out_of_hours_phone or function.agency.out_of_hours_phone
        return Reaching(
            open_now=False,
            name=night.name if night else function.name,
            phone=night.phone if night else own,
            when=night.when if night else "",
            opens_at=hours.opens_next(now, zone) if hours else by.opens_next(now),
            zone=by.zone,
        )
    except catalogues.UNREADABLE:
        return None
