"""Writes of the disclosures room, one module for each noun; every function leaves one evidence entry."""

from sharewell.disclosures.operations.acknowledge import (
    acknowledgement_record,
    attachment_open,
    disclosure_acknowledge,
    disclosure_open_by_link,
    disclosure_open_by_partner,
    disclosure_open_by_system,
)
from sharewell.disclosures.operations.answer import answer_record, disclosure_answer
from sharewell.disclosures.operations.approve import (
    attachment_add,
    attachment_approve,
    attachment_refuse,
    attachment_remove,
    item_approve,
    item_ask,
    item_refuse,
)
from sharewell.disclosures.operations.confirm import confirmation_record
from sharewell.disclosures.operations.correct import disclosure_correct
from sharewell.disclosures.operations.decide import (
    disclosure_not_shared,
    disclosure_overrule,
    disclosure_reopen,
    disclosure_review,
    threshold_reached,
)
from sharewell.disclosures.operations.deliver import delivery_attempt, delivery_settle
from sharewell.disclosures.operations.emergency import (
    emergency_call_log,
    emergency_complete,
    emergency_page,
    emergency_send,
    emergency_start,
)
from sharewell.disclosures.operations.inform import inform_defer, inform_done
from sharewell.disclosures.operations.links import (
    link_close,
    link_code_check,
    link_code_make,
    link_make,
    link_renew,
)
from sharewell.disclosures.operations.packet import packet_action_add
from sharewell.disclosures.operations.recall import (
    breach_assess,
    breach_tell,
    disclosure_recall,
    recall_judge,
)
from sharewell.disclosures.operations.received import received_record, received_take
from sharewell.disclosures.operations.refer import (
    disclosure_refer,
    referral_decide,
    referral_pass_on,
)
from sharewell.disclosures.operations.requests import (
    request_answer,
    request_check,
    request_forget,
    request_link,
    request_receive,
    request_refuse,
)
from sharewell.disclosures.operations.send import disclosure_send
from sharewell.disclosures.operations.withdraw import consent_withdraw, conversation_record

__all__ = [
    "acknowledgement_record",
    "answer_record",
    "attachment_add",
    "attachment_approve",
    "attachment_open",
    "attachment_refuse",
    "attachment_remove",
    "breach_assess",
    "breach_tell",
    "confirmation_record",
    "consent_withdraw",
    "conversation_record",
    "delivery_attempt",
    "delivery_settle",
    "disclosure_acknowledge",
    "disclosure_answer",
    "disclosure_correct",
    "disclosure_not_shared",
    "disclosure_open_by_link",
    "disclosure_open_by_partner",
    "disclosure_open_by_system",
    "disclosure_overrule",
    "disclosure_recall",
    "disclosure_refer",
    "disclosure_reopen",
    "disclosure_review",
    "disclosure_send",
    "emergency_call_log",
    "emergency_complete",
    "emergency_page",
    "emergency_send",
    "emergency_start",
    "inform_defer",
    "inform_done",
    "item_approve",
    "item_ask",
    "item_refuse",
    "link_close",
    "link_code_check",
    "link_code_make",
    "link_make",
    "link_renew",
    "packet_action_add",
    "recall_judge",
    "received_record",
    "received_take",
    "referral_decide",
    "referral_pass_on",
    "request_answer",
    "request_check",
    "request_forget",
    "request_link",
    "request_receive",
    "request_refuse",
    "threshold_reached",
]
