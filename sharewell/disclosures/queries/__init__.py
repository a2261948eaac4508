"""Reads of the disclosures room: for a viewer in the case's circle, or for those it was sent to."""

from sharewell.disclosures.queries.essentials import Essentials, essentials
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
from sharewell.disclosures.queries.pages import Line, Page, approvers, disclosure, for_case
from sharewell.disclosures.queries.parts import (
    attachment,
    calls,
    emergency,
    file_held,
    if_shared,
    items_seen,
    kept_back,
    openings,
    referral,
    threshold,
    thresholds,
)
from sharewell.disclosures.queries.records import Record, exact_copy, record
from sharewell.disclosures.queries.waits import Waiting, waiting

__all__ = [
    "AcknowledgementState",
    "Essentials",
    "Inbox",
    "InboxLine",
    "Line",
    "LinkState",
    "Page",
    "Record",
    "Waiting",
    "acknowledgement_state",
    "approvers",
    "attachment",
    "calls",
    "disclosure",
    "emergency",
    "essentials",
    "exact_copy",
    "file_held",
    "for_case",
    "if_shared",
    "inbox_list",
    "inbox_waiting",
    "items_seen",
    "kept_back",
    "link_state",
    "link_usable",
    "openings",
    "portal_message",
    "record",
    "referral",
    "state_of",
    "threshold",
    "thresholds",
    "waiting",
]
