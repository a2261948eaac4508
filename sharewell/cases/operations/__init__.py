"""Writes of the cases room, one module for each noun; every function leaves one evidence entry."""

from sharewell.cases.operations.access import access_digest
from sharewell.cases.operations.case import (
    facts_record,
    field_record,
    flags_record,
    safe_contact_record,
)
from sharewell.cases.operations.chronology import Part, chronology_add, chronology_correct
from sharewell.cases.operations.circle import circle_join
from sharewell.cases.operations.concern import concern_raise
from sharewell.cases.operations.task import task_defer, task_done, task_open
from sharewell.cases.operations.triage import concern_triage

__all__ = [
    "Part",
    "access_digest",
    "chronology_add",
    "chronology_correct",
    "circle_join",
    "concern_raise",
    "concern_triage",
    "facts_record",
    "field_record",
    "flags_record",
    "safe_contact_record",
    "task_defer",
    "task_done",
    "task_open",
]
