"""Reads of the disclosures room, always for a viewer who stands in the case's circle."""

from sharewell.disclosures.queries.pages import (
    Page,
    Record,
    Waiting,
    approvers,
    disclosure,
    for_case,
    record,
    waiting,
)

__all__ = [
    "Page",
    "Record",
    "Waiting",
    "approvers",
    "disclosure",
    "for_case",
    "record",
    "waiting",
]
