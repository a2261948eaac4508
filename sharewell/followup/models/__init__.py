"""Tables of the followup room: patterns with their reviews, and meetings."""

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
