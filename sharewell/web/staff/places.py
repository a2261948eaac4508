"""Where a case or a task leads next: the pages of other nouns, by name."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from sharewell.cases.models import Task

# Where that is done which a task asks for: the words of the way there, and the page.
OF_DISCLOSURE = {
    "emergency_record": ("Write down what was skipped", "emergency_complete"),
    "inform_person": ("Record that they were told, or why not yet", "disclosure_inform"),
    "inform_family": ("Record that they were told, or why not yet", "disclosure_inform"),
    "inform_child": ("Record that they were told, or why not yet", "disclosure_inform"),
    "disclosure_review": ("Record what came of it", "disclosure_review"),
    "not_shared_review": ("Read the decision, and decide again", "disclosure_record"),
    "decision_reopened": ("Decide again", "disclosure_record"),
    "tell_safeguarding_lead": ("Read the decision", "disclosure_record"),
    "emergency_unacknowledged": ("See what was sent, and to whom", "disclosure_record"),
    "acknowledgement_chase": ("See what was sent, and to whom", "disclosure_record"),
    "more_asked": ("Decide what goes", "disclosure_preview"),
    "answer_redirected": ("Prepare it for whom they name", "disclosure_preview"),
    "answer_declined": ("Read their answer", "disclosure_record"),
    "answer_outcome": ("Read it, and record what came of it", "disclosure_review"),
    "first_action_chase": ("See what was sent, and to whom", "disclosure_record"),
    "partner_action_late": ("See what they said they will do", "disclosure_record"),
    "delivery_failed": ("See what was sent, and to whom", "disclosure_record"),
    "delivery_by_hand": ("Record who took it", "acknowledgement_record"),
    "confirm_in_writing": ("Print it, and record who it went to", "confirmation_record"),
    "link_locked": ("See the link and its code", "link_code"),
    "recall_judge": ("Say whether it puts anybody in danger", "recall_detail"),
    "recall_danger": ("See who has what", "recall_detail"),
    "recall_read": ("See who has what", "recall_detail"),
    "breach_assess": ("Assess the breach", "breach_assess"),
    "breach_tell_authority": ("Write down that they were told", "breach_tell"),
    "breach_tell_person": ("Write down that they were told", "breach_tell"),
    "withdrawal_tell_partners": ("See what was sent, and to whom", "disclosure_record"),
}
OF_STANDING = {
    "circle_review": ("Keep them, or end it", "circle_renew"),
}
# Tasks of other things, about which the page is.
OF_OTHER = {
    "directory_verify": ("See the entry, and say that it is still right", "directory_verify"),
    "staff_check_renew": ("See what runs out, and record the new one", "staff_check_renew"),
    "handover_take": ("Read the handover", "handover_detail"),
    "packet_action": ("See the plan", "packet_plan"),
    "escalation_step": ("See where it stands, and what to say", "escalation_detail"),
    "manager_passed": ("Read what it is", "passed_detail"),
    "escalation_danger": ("See where it stands, and what to say", "escalation_detail"),
    "meeting_record": ("Write the record", "meeting_detail"),
    "meeting_confirm": ("Read the record, and confirm it", "meeting_detail"),
    "meeting_review": ("See what was decided", "meeting_detail"),
    "meeting_tell": ("See the meeting", "meeting_detail"),
    "meeting_invitation_failed": ("See who was invited", "meeting_detail"),
    "meeting_action": ("Say what came of it", "meeting_action_settle"),
    "meeting_action_late": ("Say what came of it", "meeting_action_settle"),
}
# The page says itself who may read it, so the way there needs no standing in the case.
OF_ITS_OWN = {
    "request_decide": ("Read the request, and decide", "request_detail"),
    "break_glass_review": ("Read what was opened, and say what it was", "break_glass_review"),
    "break_glass_late": ("Read what was opened, and say what it was", "break_glass_review"),
    "break_glass_told": ("Read what was opened, and why", "break_glass_review"),
}
OF_CASE = {
    "merge_check": ("See the case as it stands", "case_people"),
    "merge_undone": ("See the two records", "case_people"),
    "case_handed_over": ("Open the case", "case_detail"),
    "consent_ask": ("Hold the conversation", "consent_record"),
    "consent_revisit": ("Hold the conversation", "consent_record"),
    "consent_copy": ("Print the release", "consent_release"),
    "safe_contact_check": ("Look at the plan", "safe_contact_record"),
    "private_attempt_next": ("Open the plan", "private_plan"),
    "private_attempts_failed": ("Read the attempts", "private_plan"),
    "received_ended": ("See what it is", "chronology_list"),
    "field_complete": ("See what is known", "case_fields"),
    "allegation_take_up": ("Open the allegation", "allegation_detail"),
}
WITNESS = "witness_account"  # leads to its own page, for one who may know of no case


def emergency_url(case_ids: Sequence[UUID] = ()) -> str:
    """The first screen of the emergency steps, for a case where there is just one."""
    if len(case_ids) == 1:
        return reverse("emergency_start", kwargs={"case_id": case_ids[0]})
    return reverse("emergency_start")


def next_steps(case_id: UUID) -> dict[str, str]:
    """What may be done next about a case: share, record consent, the emergency steps."""
    return {
        "share": reverse("disclosure_start", kwargs={"case_id": case_id}),
        "consent": reverse("consent_record", kwargs={"case_id": case_id}),
        "emergency": emergency_url([case_id]),
    }


def act(task: Task) -> dict[str, str] | None:
    """The way to where a task is done, as ``label`` and ``url``; None where it is done in the world."""
    if task.kind in OF_ITS_OWN and task.about_id:
        (label, name), about = OF_ITS_OWN[task.kind], task.about_id
    elif task.kind in OF_DISCLOSURE and task.about_id:
        (label, name), about = OF_DISCLOSURE[task.kind], task.about_id
    elif task.kind in OF_STANDING and task.case_id and task.about_id:
        label, name = OF_STANDING[task.kind]
        return {"label": label, "url": reverse(name, args=[task.case_id, task.about_id])}
    elif task.kind in OF_OTHER and task.about_id:
        (label, name), about = OF_OTHER[task.kind], task.about_id
    elif task.kind in OF_CASE and task.case_id:
        (label, name), about = OF_CASE[task.kind], task.case_id
    elif task.kind == WITNESS and task.about_id:
        label, name, about = "Write it down", "witness_account", task.about_id
    else:
        return None
    return {"label": label, "url": reverse(name, args=[about])}
