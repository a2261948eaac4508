"""Tables of the followup room: patterns that were found, and what came of each review."""

from sharewell.followup.models.pattern import Pattern, PatternEntry, PatternReview, PatternRun

__all__ = ["Pattern", "PatternEntry", "PatternReview", "PatternRun"]
