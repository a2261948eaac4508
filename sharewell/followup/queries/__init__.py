"""Reads of the followup room: what clocks have run out on, and patterns for those who review them."""

from sharewell.followup.queries.clocks import (
    CHASE,
    GONE_UP,
    LATE,
    PAGED,
    late_tasks,
    overdue_referrals,
    reviews_reached,
    unacknowledged,
    unacknowledged_emergencies,
    unheld_allegations,
)
from sharewell.followup.queries.patterns import (
    OVERSEERS,
    PatternPage,
    Reviewed,
    Shown,
    line_patterns,
    pattern,
    pattern_hold,
    patterns,
    runs,
)

__all__ = [
    "CHASE",
    "GONE_UP",
    "LATE",
    "OVERSEERS",
    "PAGED",
    "PatternPage",
    "Reviewed",
    "Shown",
    "late_tasks",
    "line_patterns",
    "overdue_referrals",
    "pattern",
    "pattern_hold",
    "patterns",
    "reviews_reached",
    "runs",
    "unacknowledged",
    "unacknowledged_emergencies",
    "unheld_allegations",
]
