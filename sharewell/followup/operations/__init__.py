"""Writes of the followup room, one module for each noun; every function leaves one evidence entry."""

from sharewell.followup.operations.actions import first_action_chase, partner_action_late
from sharewell.followup.operations.late import acknowledgement_chase, task_escalate
from sharewell.followup.operations.pattern import (
    pattern_close,
    pattern_join,
    pattern_raise,
)

__all__ = [
    "acknowledgement_chase",
    "first_action_chase",
    "partner_action_late",
    "pattern_close",
    "pattern_join",
    "pattern_raise",
    "task_escalate",
]
