"""Tables of the followup room: patterns, meetings, clocks, ladders, and worries raised in confidence."""

from sharewell.followup.models.clock import CaseClock, ClockPause
from sharewell.followup.models.digest import Digest, DigestChoice
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
from sharewell.followup.models.outcome import Outcome
from sharewell.followup.models.passed import Passed
from sharewell.followup.models.pattern import Pattern, PatternEntry, PatternReview, PatternRun
from sharewell.followup.models.whistle import Whistle, WhistleLead, WhistleRead, WhistleWord

__all__ = [
    "CaseClock",
    "ClockPause",
    "Digest",
    "DigestChoice",
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
    "Outcome",
    "Passed",
    "Pattern",
    "PatternEntry",
    "PatternReview",
    "PatternRun",
    "PreparedText",
    "Whistle",
    "WhistleLead",
    "WhistleRead",
    "WhistleWord",
]
