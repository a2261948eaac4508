"""By when a disclosure is to be acknowledged, and its recipient says what they will do."""

from __future__ import annotations

from datetime import datetime, timedelta

from sharewell import packs
from sharewell.agencies import agreements as agreements_kept
from sharewell.agencies.reckoning import Reckoning, reckoning
from sharewell.core import agreement as agreements
from sharewell.core.agreement import Agreement
from sharewell.core.deadlines import Clock
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
        clock, by = action_clock(disclosure, now)
        return by.due(clock, now)
    except catalogues.UNREADABLE:
        return now + catalogues.IF_LOST


def action_clock(disclosure: Disclosure, at: datetime) -> tuple[Clock, Reckoning]:
    """The clock of the first action that holds at a moment, and how it is counted."""
    urgency = "immediate" if disclosure.route == "emergency" else disclosure.urgency
    named = "act.standard" if urgency == "standard" else "act.urgent"
    return _clock(disclosure, _agreement(disclosure, at), ("first_action", urgency), named, at)


def acknowledgement_clock(disclosure: Disclosure, at: datetime) -> tuple[Clock, Reckoning]:
    """The clock of the acknowledgement that holds at a moment, outside emergencies, and how it is counted."""
    event = ("acknowledge", disclosure.urgency)
    return _clock(disclosure, _agreement(disclosure, at), event, f"ack.{disclosure.urgency}", at)


def _acknowledge_by(known: Question) -> datetime:
    disclosure, now = known.disclosure, known.now
    if disclosure.route == "emergency":
        return now + catalogues.limit("emergency_acknowledged")
    event = ("acknowledge", disclosure.urgency)
    clock, by = _clock(disclosure, known.agreement, event, f"ack.{disclosure.urgency}", now)
    return by.due(clock, now)


def _agreement(disclosure: Disclosure, at: datetime) -> Agreement | None:
    function = disclosure.recipient
    found = function and agreements_kept.agreement_between(
        agency=disclosure.agency, function=function, now=at
    )
    return found[1] if found else None


def _clock(
    disclosure: Disclosure,
    agreement: Agreement | None,
    event: tuple[str, str],
    named: str,
    start: datetime,
) -> tuple[Clock, Reckoning]:
    """The agreement's clock for an event, or else the one of the packs with this name."""
    agency = disclosure.recipient.agency if disclosure.recipient else disclosure.agency
    clock = agreement and agreements.clock(agreement, *event)
    if agreement is not None and clock:
        by = reckoning(agency, start, calendar=agreement.calendar, zone=agreement.time_zone)
        return clock, by
    return packs.clocks()[named].within, reckoning(agency, start)
