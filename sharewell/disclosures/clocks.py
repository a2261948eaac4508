"""By when a disclosure is to be acknowledged."""

from __future__ import annotations

from datetime import datetime

from sharewell.disclosures.question import Question


def acknowledge_by(known: Question, now: datetime) -> datetime:
    """The agreement's clock for this purpose and urgency, or that of the packs where none is in force."""
    raise NotImplementedError
