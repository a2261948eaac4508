"""Writes of the disclosures room, one module for each noun; every function leaves one evidence entry."""

from sharewell.disclosures.operations.approve import (
    attachment_add,
    attachment_approve,
    attachment_refuse,
    attachment_remove,
    item_approve,
    item_ask,
    item_refuse,
)
from sharewell.disclosures.operations.decide import (
    disclosure_not_shared,
    disclosure_overrule,
    disclosure_reopen,
    disclosure_review,
    threshold_reached,
)
from sharewell.disclosures.operations.emergency import (
    emergency_call_log,
    emergency_page,
    emergency_send,
    emergency_start,
)
from sharewell.disclosures.operations.inform import inform_defer, inform_done
from sharewell.disclosures.operations.refer import (
    disclosure_refer,
    referral_decide,
    referral_pass_on,
)
from sharewell.disclosures.operations.send import disclosure_send
from sharewell.disclosures.operations.withdraw import consent_withdraw

__all__ = [
    "attachment_add",
    "attachment_approve",
    "attachment_refuse",
    "attachment_remove",
    "consent_withdraw",
    "disclosure_not_shared",
    "disclosure_overrule",
    "disclosure_refer",
    "disclosure_reopen",
    "disclosure_review",
    "disclosure_send",
    "emergency_call_log",
    "emergency_page",
    "emergency_send",
    "emergency_start",
    "inform_defer",
    "inform_done",
    "item_approve",
    "item_ask",
    "item_refuse",
    "referral_decide",
    "referral_pass_on",
    "threshold_reached",
]
