"""Reads of the disclosures room: for a viewer in the case's circle, or for those it was sent to."""

from sharewell.disclosures.queries.inbox import (
    AcknowledgementState,
    Inbox,
    InboxLine,
    LinkState,
    acknowledgement_state,
    inbox_list,
    inbox_waiting,
    link_state,
    link_usable,
    portal_message,
    state_of,
)
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
    "AcknowledgementState",
    "Inbox",
    "InboxLine",
    "LinkState",
    "Page",
    "Record",
    "Waiting",
    "acknowledgement_state",
    "approvers",
    "disclosure",
    "for_case",
    "inbox_list",
    "inbox_waiting",
    "link_state",
    "link_usable",
    "portal_message",
    "record",
    "state_of",
    "waiting",
]
