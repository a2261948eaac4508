"""Tables of the followup room: patterns with their reviews, meetings, and what goes up a ladder."""

from sharewell.followup.models.escalation import (
    Escalation,
    EscalationAttempt,
    EscalationPosition,
    EscalationRisk,
    EscalationStep,
)
from sharewell.followup.models.meeting import (
    Invitation,
    Invited,
    Meeting,
    MeetingAction,
    MeetingDecision,
    MeetingDraft,
    MeetingPreparation,
    MeetingRecord,
    PreparedText,
)
from sharewell.followup.models.pattern import Pattern, PatternEntry, PatternReview, PatternRun

__all__ = [
    "Escalation",
    "EscalationAttempt",
    "EscalationPosition",
    "EscalationRisk",
    "EscalationStep",
    "Invitation",
    "Invited",
    "Meeting",
    "MeetingAction",
    "MeetingDecision",
    "MeetingDraft",
    "MeetingPreparation",
    "MeetingRecord",
    "Pattern",
    "PatternEntry",
    "PatternReview",
    "PatternRun",
    "PreparedText",
]
