"""By when a disclosure is to be acknowledged."""

from __future__ import annotations

from datetime import datetime, timedelta

from sharewell.core import agreement as agreements
from sharewell.core import deadlines
from sharewell.core.deadlines import Calendar
from sharewell.disclosures import catalogues
from sharewell.disclosures.question import Question, unless_lost

AT_ONCE = timedelta(minutes=10)  # an emergency whose packs cannot be read
# Without the holidays of a place a working clock runs out earlier, never later.
WEEKDAYS = Calendar(id="weekdays", weekdays=frozenset(range(5)), holidays={})


def acknowledge_by(known: Question) -> datetime:
    """The agreement's clock for this urgency, or that of the packs where none is in force; UTC."""
    return unless_lost(
        known.disclosure, lambda: _acknowledge_by(known), lambda: known.now + AT_ONCE
    )


def _acknowledge_by(known: Question) -> datetime:
    disclosure, now = known.disclosure, known.now
    if disclosure.route == "emergency":
        return now + catalogues.limit("emergency_acknowledged")
    if known.agreement is not None:
        clock = agreements.clock(known.agreement, "acknowledge", disclosure.urgency)
        if clock is not None:
            return deadlines.due(clock, now, WEEKDAYS, known.agreement.time_zone)
    return now + catalogues.limit(f"acknowledge_{disclosure.urgency}")
