"""The pages of sharing, by noun: what was shared of a case, the path to a disclosure, decisions, the record."""

from __future__ import annotations

from sharewell.web.staff.disclosure import (
    approve,
    ask,
    correct,
    decide,
    preview,
    recall,
    record,
    sharing,
)

urls = [
    *sharing.urls,
    *ask.urls,
    *preview.urls,
    *decide.urls,
    *approve.urls,
    *record.urls,
    *recall.urls,
    *correct.urls,
]
