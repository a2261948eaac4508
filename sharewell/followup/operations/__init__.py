"""Writes of the followup room, one module for each noun; every function leaves one evidence entry."""

from sharewell.followup.operations.actions import first_action_chase, partner_action_late
from sharewell.followup.operations.caseclock import (
    case_clock_begin,
    case_clock_done,
    case_clock_nudge,
    case_clock_start,
)
from sharewell.followup.operations.digest import (
    digest_attempt,
    digest_choose,
    digest_make,
    digest_settle,
)
from sharewell.followup.operations.directory import (
    directory_ask,
    directory_verify,
    function_day_set,
    function_day_take_out,
    function_describe,
    named_contact_add,
    named_contact_change,
    named_contact_end,
)
from sharewell.followup.operations.escalation import (
    escalation_attempt,
    escalation_early,
    escalation_end,
    escalation_judge,
    escalation_position,
    escalation_rise,
    escalation_settle,
    escalation_start,
)
from sharewell.followup.operations.invitation import invitation_attempt, invitation_settle
from sharewell.followup.operations.late import acknowledgement_chase, task_escalate
from sharewell.followup.operations.leaving import (
    absence_begin,
    absence_record,
    account_end,
    work_hand_over,
)
from sharewell.followup.operations.meeting import (
    meeting_call,
    meeting_cancel,
    meeting_invite,
    meeting_reschedule,
    meeting_uninvite,
)
from sharewell.followup.operations.meeting_clock import meeting_action_late
from sharewell.followup.operations.minutes import (
    meeting_action_add,
    meeting_action_settle,
    meeting_attendance_record,
    meeting_decision_add,
)
from sharewell.followup.operations.minutes_close import meeting_close, meeting_confirm
from sharewell.followup.operations.outcome import outcome_record
from sharewell.followup.operations.passed import manager_pass
from sharewell.followup.operations.pathway import (
    pathway_add,
    pathway_change,
    pathway_end,
)
from sharewell.followup.operations.pattern import (
    pattern_close,
    pattern_join,
    pattern_raise,
)
from sharewell.followup.operations.pause import clock_goes_on, clock_pause, clock_resume
from sharewell.followup.operations.preparation import meeting_prepare
from sharewell.followup.operations.staffcheck import (
    staff_check_ask,
    staff_check_record,
    staff_check_withdraw,
)
from sharewell.followup.operations.whistle import (
    whistle_answer,
    whistle_close,
    whistle_identity,
    whistle_lead_appoint,
    whistle_lead_end,
    whistle_raise,
)

__all__ = [
    "absence_begin",
    "absence_record",
    "account_end",
    "acknowledgement_chase",
    "case_clock_begin",
    "case_clock_done",
    "case_clock_nudge",
    "case_clock_start",
    "clock_goes_on",
    "clock_pause",
    "clock_resume",
    "digest_attempt",
    "digest_choose",
    "digest_make",
    "digest_settle",
    "directory_ask",
    "directory_verify",
    "escalation_attempt",
    "escalation_early",
    "escalation_end",
    "escalation_judge",
    "escalation_position",
    "escalation_rise",
    "escalation_settle",
    "escalation_start",
    "first_action_chase",
    "function_day_set",
    "function_day_take_out",
    "function_describe",
    "invitation_attempt",
    "invitation_settle",
    "manager_pass",
    "meeting_action_add",
    "meeting_action_late",
    "meeting_action_settle",
    "meeting_attendance_record",
    "meeting_call",
    "meeting_cancel",
    "meeting_close",
    "meeting_confirm",
    "meeting_decision_add",
    "meeting_invite",
    "meeting_prepare",
    "meeting_reschedule",
    "meeting_uninvite",
    "named_contact_add",
    "named_contact_change",
    "named_contact_end",
    "outcome_record",
    "partner_action_late",
    "pathway_add",
    "pathway_change",
    "pathway_end",
    "pattern_close",
    "pattern_join",
    "pattern_raise",
    "staff_check_ask",
    "staff_check_record",
    "staff_check_withdraw",
    "task_escalate",
    "whistle_answer",
    "whistle_close",
    "whistle_identity",
    "whistle_lead_appoint",
    "whistle_lead_end",
    "whistle_raise",
    "work_hand_over",
]
