"""By when a disclosure is to be acknowledged, and its recipient says what they will do."""

from __future__ import annotations

from datetime import datetime, timedelta

from sharewell import packs
from sharewell.agencies import agreements as agreements_kept
from sharewell.agencies.reckoning import reckoning
from sharewell.core import agreement as agreements
from sharewell.core.agreement import Agreement
from sharewell.disclosures import catalogues
from sharewell.disclosures.models import Disclosure
from sharewell.disclosures.question import Question, unless_lost

AT_ONCE = timedelta(minutes=10)  # an emergency whose packs cannot be read


def acknowledge_by(known: Question) -> datetime:
    """The agreement's clock for this urgency, or that of the packs where none is in force; UTC.

    Working clocks run on the receiving partnership's calendar and time zone: those of the agreement,
    else those of the recipient's agency and nation; with the closing days and hours of that agency.
    """
    return unless_lost(
        known.disclosure, lambda: _acknowledge_by(known), lambda: known.now + AT_ONCE
    )


def act_by(disclosure: Disclosure, now: datetime) -> datetime:
    """By when a recipient who has it says their first action, with who and when; UTC.

    The clock of the agreement in force at ``now``, else that of the packs; on the recipient's calendar.
    """
    try:
        function = disclosure.recipient
        found = function and agreements_kept.agreement_between(
            agency=disclosure.agency, function=function, now=now
        )
        agreement = found[1] if found else None
        urgency = "immediate" if disclosure.route == "emergency" else disclosure.urgency
        named = "act.standard" if urgency == "standard" else "act.urgent"
        return _runs_out(disclosure, agreement, ("first_action", urgency), named, now)
    except catalogues.UNREADABLE:
        return now + catalogues.IF_LOST


def _acknowledge_by(known: Question) -> datetime:
    disclosure, now = known.disclosure, known.now
    if disclosure.route == "emergency":
        return now + catalogues.limit("emergency_acknowledged")
    event = ("acknowledge", disclosure.urgency)
    return _runs_out(disclosure, known.agreement, event, f"ack.{disclosure.urgency}", now)


def _runs_out(
    disclosure: Disclosure,
    agreement: Agreement | None,
    event: tuple[str, str],
    named: str,
    start: datetime,
) -> datetime:
    """When the agreement's clock for an event runs out, or else the one of the packs with this name."""
    agency = disclosure.recipient.agency if disclosure.recipient else disclosure.agency
    clock = agreement and agreements.clock(agreement, *event)
    if agreement is not None and clock:
        by = reckoning(agency, start, calendar=agreement.calendar, zone=agreement.time_zone)
        return by.due(clock, start)
    return reckoning(agency, start).due(packs.clocks()[named].within, start)
