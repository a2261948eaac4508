"""Writes of the cases room, one module for each noun; every function leaves one evidence entry."""

from sharewell.cases.operations.access import access_digest
from sharewell.cases.operations.allegation import (
    allegation_find,
    allegation_lead,
    allegation_record,
    allegation_take_up,
    evidence_secure,
    named_tell,
)
from sharewell.cases.operations.alleged import alleged_add
from sharewell.cases.operations.breakglass import (
    break_glass_alert,
    break_glass_end,
    break_glass_open,
    break_glass_review,
    break_glass_take_up,
    break_glass_watch,
    break_glass_whole,
)
from sharewell.cases.operations.case import (
    facts_record,
    field_record,
    flags_record,
)
from sharewell.cases.operations.caveat import caveat_agree, caveat_lift, caveat_set
from sharewell.cases.operations.chronology import Part, chronology_add, chronology_correct
from sharewell.cases.operations.circle import circle_invite, circle_leave, circle_renew
from sharewell.cases.operations.closing import (
    case_close,
    case_hand_over,
    case_reopen,
    case_restrict,
)
from sharewell.cases.operations.concern import concern_raise
from sharewell.cases.operations.contact import contact_accept, safe_contact_record
from sharewell.cases.operations.handover import AlreadyTaken, handover_give, handover_take
from sharewell.cases.operations.household import household_add, household_open
from sharewell.cases.operations.level import level_give
from sharewell.cases.operations.merge import case_merge, case_unmerge, duplicate_dismiss
from sharewell.cases.operations.notice import NoticeAttempt, notice_attempt, notice_settle
from sharewell.cases.operations.people import (
    birth_expect,
    birth_record,
    decider_add,
    identifier_add,
    name_add,
    need_add,
    relation_add,
    row_end,
)
from sharewell.cases.operations.private import (
    private_attempt_record,
    private_plan_end,
    private_plan_make,
)
from sharewell.cases.operations.task import task_defer, task_done, task_open
from sharewell.cases.operations.triage import concern_triage
from sharewell.cases.operations.wall import wall_lift, wall_raise
from sharewell.cases.operations.witness import witness_add, witness_ask, witness_sign

__all__ = [
    "AlreadyTaken",
    "NoticeAttempt",
    "Part",
    "access_digest",
    "allegation_find",
    "allegation_lead",
    "allegation_record",
    "allegation_take_up",
    "alleged_add",
    "birth_expect",
    "birth_record",
    "break_glass_alert",
    "break_glass_end",
    "break_glass_open",
    "break_glass_review",
    "break_glass_take_up",
    "break_glass_watch",
    "break_glass_whole",
    "case_close",
    "case_hand_over",
    "case_merge",
    "case_reopen",
    "case_restrict",
    "case_unmerge",
    "caveat_agree",
    "caveat_lift",
    "caveat_set",
    "chronology_add",
    "chronology_correct",
    "circle_invite",
    "circle_leave",
    "circle_renew",
    "concern_raise",
    "concern_triage",
    "contact_accept",
    "decider_add",
    "duplicate_dismiss",
    "evidence_secure",
    "facts_record",
    "field_record",
    "flags_record",
    "handover_give",
    "handover_take",
    "household_add",
    "household_open",
    "identifier_add",
    "level_give",
    "name_add",
    "named_tell",
    "need_add",
    "notice_attempt",
    "notice_settle",
    "private_attempt_record",
    "private_plan_end",
    "private_plan_make",
    "relation_add",
    "row_end",
    "safe_contact_record",
    "task_defer",
    "task_done",
    "task_open",
    "wall_lift",
    "wall_raise",
    "witness_add",
    "witness_ask",
    "witness_sign",
]
