"""By when a disclosure is to be acknowledged."""

from __future__ import annotations

from datetime import datetime, timedelta

from sharewell import packs
from sharewell.agencies import queries as agencies
from sharewell.core import agreement as agreements
from sharewell.core import deadlines
from sharewell.disclosures import catalogues
from sharewell.disclosures.question import Question, unless_lost

AT_ONCE = timedelta(minutes=10)  # an emergency whose packs cannot be read


def acknowledge_by(known: Question) -> datetime:
    """The agreement's clock for this urgency, or that of the packs where none is in force; UTC.

    Working clocks run on the receiving partnership's calendar and time zone: those of the agreement,
    else those of the recipient's agency and nation.
    """
    return unless_lost(
        known.disclosure, lambda: _acknowledge_by(known), lambda: known.now + AT_ONCE
    )


def _acknowledge_by(known: Question) -> datetime:
    disclosure, now = known.disclosure, known.now
    if disclosure.route == "emergency":
        return now + catalogues.limit("emergency_acknowledged")
    agreement = known.agreement
    clock = agreement and agreements.clock(agreement, "acknowledge", disclosure.urgency)
    if agreement is not None and clock:
        calendar, zone = agreement.calendar, agreement.time_zone
    else:
        clock = packs.clocks()[f"ack.{disclosure.urgency}"].within
        agency = disclosure.recipient.agency if disclosure.recipient else disclosure.agency
        calendar, zone = agencies.policy_for(agency).calendar, agency.time_zone
    return deadlines.due(clock, now, packs.calendars()[calendar], zone)
