"""Every address of Sharewell, in one table: its methods, who may come in, and what it is about.

Add a row with each new address, or the suite fails. ``access`` says who may come in, and so who is refused:

everyone   no sign-in is asked
allauth    django-allauth decides; our own tests look at what it may do
signed_in  anybody with an account
reads      those who may read the agreements of their agency
governs    governance leads
agreement  those who may read the version; to anybody else nothing is there
casework   practitioners, managers and safeguarding leads
circle     those in the circle of the case it is about; to anybody else nothing is there
leads      safeguarding and governance leads
desk       the staff of the function it was sent to; to anybody else nothing is there
takes_in   those of them who may write in cases of their own; to anybody outside the function nothing is there
asked      the one who was asked (in the circle by that); to anybody else nothing is there
witness    the one who was asked what they saw; to anybody else nothing is there until it is signed
code       those who opened a link with its code, in this browser
administers  administrators
system     systems of partners that show a token (sharewell/web/api/tests)
keeps      those who keep the calendar: administrators and governance leads
takes      those who may take down a request to us: casework and governance leads
oversees   managers, safeguarding and governance leads, administrators
records_absence  managers, safeguarding leads and administrators
hands_over  managers and safeguarding leads
asked_past  whoever went past their manager, and to whom; to anybody else, the manager too, nothing is there
confided   the whistleblowing lead; to anybody else nothing is there
reviews    the one who has the review of a pattern; to anybody else nothing is there
demo       only in demo mode
"""

from __future__ import annotations

from dataclasses import dataclass

READ, WRITE, BOTH = "GET", "POST", "GET POST"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address; ``about`` names its parameters, each as the stage knows it (``case_id``, ``sent:disclosure_id``)."""

    name: str
    methods: str
    access: str
    about: str = ""
    allowed: str = "alice"  # one of the cast who may come in
    works: int = 200  # what a GET by that person answers on the stage as it stands

    @property
    def parameters(self) -> dict[str, str]:
        """The name of each parameter, and under which name the stage holds its value."""
        pairs = (word.rpartition(":") for word in self.about.split())
        return {parameter: f"{of}:{parameter}" if of else parameter for of, _, parameter in pairs}


SIGN_IN = (
    Endpoint("account_login", BOTH, "allauth"),
    Endpoint("account_logout", BOTH, "allauth"),
    Endpoint("account_inactive", READ, "allauth"),
    Endpoint("account_reauthenticate", BOTH, "allauth"),
    Endpoint("account_change_password", BOTH, "allauth"),
    Endpoint("account_set_password", BOTH, "signed_in", works=403),
    Endpoint("account_reset_password", BOTH, "allauth"),
    Endpoint("account_reset_password_done", READ, "allauth"),
    Endpoint("account_reset_password_from_key", BOTH, "allauth", "uidb36 key"),
    Endpoint("account_reset_password_from_key_done", READ, "allauth"),
)
BEFORE_SIGN_IN = (
    Endpoint("landing", READ, "everyone", works=302),
    Endpoint("numbers", READ, "everyone"),
    Endpoint("concern_paper", READ, "everyone"),
    Endpoint("webhook_keys", READ, "everyone"),
    Endpoint("demo_sign_in", WRITE, "demo"),
)
CASES = (
    Endpoint("home", READ, "signed_in"),
    Endpoint("concern_raise", BOTH, "casework"),
    Endpoint("concern_detail", READ, "circle", "concern_id"),
    Endpoint("concern_triage", WRITE, "circle", "concern_id", "bea"),
    Endpoint("case_list", READ, "signed_in"),
    Endpoint("case_search", WRITE, "signed_in"),
    Endpoint("case_detail", READ, "circle", "case_id"),
    Endpoint("case_fields", READ, "circle", "case_id"),
    Endpoint("field_record", BOTH, "circle", "case_id number"),
    Endpoint("level_give", BOTH, "circle", "case_id"),
    Endpoint("facts_record", BOTH, "circle", "case_id"),
    Endpoint("flags_record", BOTH, "circle", "case_id"),
    Endpoint("safe_contact_record", BOTH, "circle", "case_id"),
    Endpoint("chronology_list", READ, "circle", "case_id"),
    Endpoint("chronology_search", WRITE, "signed_in"),
    Endpoint("chronology_search", WRITE, "circle", "case_id"),
    Endpoint("chronology_short", READ, "circle", "case_id"),
    Endpoint("chronology_pdf", READ, "circle", "case_id"),
    Endpoint("chronology_csv", READ, "circle", "case_id"),
    Endpoint("contact_card", READ, "circle", "case_id"),
    Endpoint("contact_reach", BOTH, "circle", "case_id"),
    Endpoint("contact_word", READ, "circle", "word_id"),
    Endpoint("contact_accept", BOTH, "circle", "case_id", "bea"),
    Endpoint("private_plan", READ, "circle", "case_id"),
    Endpoint("private_plan_make", BOTH, "circle", "case_id"),
    Endpoint("private_attempt_record", BOTH, "circle", "plan_id"),
    Endpoint("private_plan_end", BOTH, "circle", "plan_id"),
    Endpoint("chronology_add", BOTH, "circle", "case_id"),
    Endpoint("chronology_correct", BOTH, "circle", "case_id entry_id"),
    Endpoint("received_record", BOTH, "circle", "case_id"),
    Endpoint("caveat_list", READ, "circle", "case_id"),
    Endpoint("caveat_set", BOTH, "circle", "case_id entry_id"),
    Endpoint("caveat_set", BOTH, "circle", "case_id number"),
    Endpoint("caveat_agree", BOTH, "circle", "caveat_id"),
    Endpoint("caveat_lift", BOTH, "circle", "caveat_id"),
    Endpoint("circle_list", READ, "circle", "case_id"),
    Endpoint("circle_invite", BOTH, "circle", "case_id"),
    Endpoint("circle_renew", BOTH, "circle", "case_id member_id"),
    Endpoint("circle_leave", BOTH, "circle", "case_id member_id"),
    Endpoint("case_restrict", BOTH, "circle", "case_id"),
    Endpoint("case_hand_over", BOTH, "circle", "case_id"),
    Endpoint("case_close", BOTH, "circle", "case_id"),
    Endpoint("case_reopen", BOTH, "circle", "case_id", works=409),
    Endpoint("standing_list", READ, "leads", allowed="sam"),
    Endpoint("case_people", READ, "circle", "case_id"),
    Endpoint("name_add", BOTH, "circle", "case_id"),
    Endpoint("identifier_add", BOTH, "circle", "case_id"),
    Endpoint("need_add", BOTH, "circle", "case_id"),
    Endpoint("decider_add", BOTH, "circle", "case_id"),
    Endpoint("relation_add", BOTH, "circle", "case_id"),
    Endpoint("household_add", BOTH, "circle", "case_id"),
    Endpoint("household_open", WRITE, "circle", "case_id household:row_id"),
    Endpoint("alleged_add", BOTH, "circle", "case_id"),
    Endpoint("row_end", BOTH, "circle", "case_id noun row_id"),
    Endpoint("birth_record", BOTH, "circle", "unborn:case_id"),
    Endpoint("birth_expect", BOTH, "circle", "unborn:case_id"),
    Endpoint("duplicate_decide", BOTH, "circle", "case_id other_id"),
    Endpoint("case_unmerge", BOTH, "circle", "case_id merge_id"),
    Endpoint("task_detail", READ, "circle", "task_id"),
    Endpoint("task_done", WRITE, "circle", "task_id"),
    Endpoint("task_defer", WRITE, "circle", "task_id"),
    Endpoint("action_list", READ, "casework"),
    Endpoint("digest_choose", BOTH, "signed_in"),
    Endpoint("handover_sheet", BOTH, "casework"),
    Endpoint("handover_detail", READ, "asked", "handover_id", "bea"),
    Endpoint("handover_take", WRITE, "asked", "handover_id", "bea"),
    Endpoint("framework", READ, "signed_in"),
    Endpoint("glossary_list", READ, "signed_in"),
    Endpoint("framework", READ, "signed_in", "place"),
    Endpoint("source_list", READ, "signed_in"),
    Endpoint("source_list", READ, "signed_in", "place"),
    Endpoint("recording_guide", WRITE, "signed_in"),
    Endpoint("draft_save", WRITE, "signed_in", "form"),
    Endpoint("draft_save", WRITE, "signed_in", "form about"),
)
BREAK_GLASS = (
    Endpoint("access_list", READ, "circle", "case_id"),
    Endpoint("access_csv", READ, "circle", "case_id", "sam"),
    Endpoint("break_glass_open", BOTH, "casework"),
    Endpoint("break_glass_show", READ, "asked", "access_id"),
    Endpoint("break_glass_whole", BOTH, "asked", "access_id"),
    Endpoint("break_glass_end", WRITE, "asked", "access_id"),
    Endpoint("break_glass_review", BOTH, "asked", "access_id", "sam"),
)
CONSENT = (
    Endpoint("case_consent", READ, "circle", "case_id"),
    Endpoint("consent_record", BOTH, "circle", "case_id"),
    Endpoint("consent_withdraw", BOTH, "circle", "case_id"),
    Endpoint("consent_release", BOTH, "circle", "case_id"),
    Endpoint("consent_leaflet", READ, "signed_in", "audience"),
    Endpoint("consent_card", READ, "signed_in", "language"),
)
SHARING = (
    Endpoint("case_sharing", READ, "circle", "case_id"),
    Endpoint("disclosure_start", BOTH, "circle", "case_id"),
    Endpoint("packet_start", BOTH, "circle", "case_id"),
    Endpoint("packet_show", READ, "circle", "packet_id"),
    Endpoint("packet_fill", BOTH, "circle", "packet_id case_id"),
    Endpoint("packet_partner", BOTH, "circle", "packet_id"),
    Endpoint("packet_person", BOTH, "circle", "packet_id"),
    Endpoint("packet_send", WRITE, "circle", "packet_id"),
    Endpoint("packet_plan", READ, "circle", "packet_id"),
    Endpoint("packet_action_add", BOTH, "circle", "packet_id case_id"),
    Endpoint("disclosure_purpose", BOTH, "circle", "disclosure_id"),
    Endpoint("disclosure_recipient", BOTH, "circle", "disclosure_id"),
    Endpoint("disclosure_facts", BOTH, "circle", "disclosure_id"),
    Endpoint("disclosure_preview", READ, "circle", "disclosure_id"),
    Endpoint("disclosure_update", WRITE, "circle", "disclosure_id"),
    Endpoint("disclosure_send", WRITE, "circle", "disclosure_id"),
    Endpoint("disclosure_restore", WRITE, "circle", "disclosure_id"),
    Endpoint("disclosure_close", WRITE, "circle", "disclosure_id"),
    Endpoint("disclosure_not_shared", BOTH, "circle", "disclosure_id"),
    Endpoint("disclosure_refer", BOTH, "circle", "disclosure_id"),
    Endpoint("disclosure_overrule", BOTH, "circle", "disclosure_id", "sam"),
    Endpoint("disclosure_reopen", BOTH, "circle", "disclosure_id"),
    Endpoint("referral_decide", BOTH, "circle", "referral_id", "sam"),
    Endpoint("threshold_reached", BOTH, "circle", "threshold_id"),
    Endpoint("item_ask", BOTH, "circle", "disclosure_id number"),
    Endpoint("attachment_add", BOTH, "circle", "disclosure_id"),
    Endpoint("attachment_remove", WRITE, "circle", "attachment_id"),
    Endpoint("attachment_view", READ, "circle", "attachment_id"),
    Endpoint("disclosure_approve", BOTH, "circle", "disclosure_id", "bea"),
    Endpoint("disclosure_record", READ, "circle", "sent:disclosure_id"),
    Endpoint("disclosure_copy", READ, "circle", "sent:disclosure_id"),
    Endpoint("disclosure_pdf", READ, "circle", "sent:disclosure_id"),
    Endpoint("confirmation_record", BOTH, "circle", "sent:disclosure_id"),
    Endpoint("disclosure_review", BOTH, "circle", "sent:disclosure_id"),
    Endpoint("disclosure_inform", BOTH, "circle", "sent:disclosure_id"),
    Endpoint("disclosure_correct", BOTH, "circle", "sent:disclosure_id"),
    Endpoint("disclosure_recall", BOTH, "circle", "sent:disclosure_id"),
    Endpoint("recall_detail", BOTH, "circle", "recalled:disclosure_id"),
    Endpoint("breach_assess", BOTH, "circle", "recalled:disclosure_id"),
    Endpoint("breach_tell", BOTH, "circle", "recalled:disclosure_id"),
)
MEETINGS = (
    Endpoint("meeting_list", READ, "circle", "case_id"),
    Endpoint("outcome_list", READ, "circle", "case_id"),
    Endpoint("outcome_record", BOTH, "circle", "case_id"),
    Endpoint("meeting_call", BOTH, "circle", "case_id"),
    Endpoint("meeting_detail", READ, "circle", "meeting_id"),
    Endpoint("meeting_reschedule", BOTH, "circle", "coming:meeting_id"),
    Endpoint("meeting_cancel", BOTH, "circle", "coming:meeting_id"),
    Endpoint("meeting_invite", BOTH, "circle", "coming:meeting_id"),
    Endpoint("meeting_uninvite", BOTH, "circle", "invited_id"),
    Endpoint("meeting_ics", READ, "circle", "invited_id"),
    Endpoint("meeting_draft", WRITE, "circle", "invited_id what"),
    Endpoint("meeting_prepare", BOTH, "circle", "coming:meeting_id"),
    Endpoint("meeting_preparation", READ, "circle", "coming:meeting_id"),
    Endpoint("meeting_preparation_pdf", READ, "circle", "coming:meeting_id"),
    Endpoint("meeting_attendance_record", BOTH, "circle", "coming:meeting_id"),
    Endpoint("meeting_decision_add", BOTH, "circle", "coming:meeting_id"),
    Endpoint("meeting_action_add", BOTH, "circle", "coming:meeting_id"),
    Endpoint("meeting_action_settle", BOTH, "circle", "action_id"),
    Endpoint("meeting_close", BOTH, "circle", "meeting_id"),
    Endpoint("meeting_confirm", WRITE, "circle", "meeting_id", "bea"),
)
REQUESTS = (
    Endpoint("request_list", READ, "leads", allowed="sam"),
    Endpoint("request_receive", BOTH, "takes"),
    Endpoint("request_receive", BOTH, "circle", "case_id"),
    Endpoint("request_detail", READ, "circle", "request_id"),
    Endpoint("request_check", BOTH, "circle", "request_id"),
    Endpoint("request_link", BOTH, "circle", "request_id"),
    Endpoint("request_refuse", BOTH, "circle", "request_id"),
    Endpoint("request_answer", WRITE, "circle", "request_id", "sam"),
)
PATTERNS = (
    Endpoint("pattern_list", READ, "oversees", allowed="sam"),
    Endpoint("pattern_review", READ, "reviews", "pattern_id", "sam"),
    Endpoint("pattern_close", WRITE, "reviews", "pattern_id", "sam"),
    Endpoint("pattern_join", WRITE, "reviews", "pattern_id pattern:number", "sam"),
)
SITES = (
    Endpoint("case_clock_list", READ, "circle", "case_id"),
    Endpoint("case_clock_start", BOTH, "circle", "case_id"),
    Endpoint("case_clock_done", BOTH, "circle", "clock_id"),
    Endpoint("clock_pause", BOTH, "circle", "clock_kind timed_id", "bea"),
    Endpoint("clock_resume", BOTH, "circle", "pause_id", "bea"),
    Endpoint("clock_list", READ, "signed_in"),
    Endpoint("local_days_list", READ, "keeps", allowed="ada"),
    Endpoint("local_days_add", BOTH, "keeps", allowed="ada"),
    Endpoint("local_days_withdraw", BOTH, "keeps", "local_id", "gita"),
    Endpoint("staff_check_list", READ, "signed_in"),
    Endpoint("staff_check_record", BOTH, "records_absence", "colleague:account_id", "bea"),
    Endpoint("staff_check_renew", BOTH, "records_absence", "check_id", "bea"),
    Endpoint("staff_check_withdraw", BOTH, "records_absence", "check_id", "bea"),
    Endpoint("directory_list", READ, "signed_in"),
    Endpoint("directory_function", READ, "signed_in", "function_id"),
    Endpoint("directory_agency", READ, "signed_in", "agency_id"),
    Endpoint("function_describe", BOTH, "records_absence", "function_id", "ada"),
    Endpoint("function_day_set", BOTH, "records_absence", "function_id", "ada"),
    Endpoint("function_day_take_out", WRITE, "records_absence", "function_id", "ada"),
    Endpoint("named_contact_add", BOTH, "records_absence", "function_id", "ada"),
    Endpoint("named_contact_add", BOTH, "records_absence", "agency_id", "ada"),
    Endpoint("named_contact_change", BOTH, "records_absence", "contact_id", "ada"),
    Endpoint("named_contact_end", WRITE, "records_absence", "contact_id", "ada"),
    Endpoint("pathway_list", READ, "signed_in"),
    Endpoint("pathway_detail", READ, "signed_in", "pathway_id"),
    Endpoint("pathway_add", BOTH, "records_absence", "agency_id", "ada"),
    Endpoint("pathway_change", BOTH, "records_absence", "pathway_id", "ada"),
    Endpoint("pathway_end", WRITE, "records_absence", "pathway_id", "ada"),
    Endpoint("directory_verify", BOTH, "records_absence", "listed:entry_id", "ada", works=302),
    Endpoint("site_list", READ, "administers", allowed="ada"),
    Endpoint("site_edit", BOTH, "administers", allowed="ada"),
    Endpoint("site_edit", BOTH, "administers", "site_id", "ada"),
    Endpoint("site_lead", BOTH, "administers", allowed="ada"),
    Endpoint("site_lead_end", BOTH, "administers", "lead_id", "ada"),
    Endpoint("system_list", READ, "administers", allowed="ada"),
    Endpoint("function_webhook_set", BOTH, "administers", "system:function_id", "ada"),
    Endpoint("system_let_in", BOTH, "administers", "system:function_id", "ada"),
    Endpoint("system_end", BOTH, "administers", "system_id", "ada"),
)
ESCALATION = (
    Endpoint("escalation_detail", READ, "circle", "escalation_id"),
    Endpoint("escalation_attempt", BOTH, "circle", "escalation_id"),
    Endpoint("escalation_judge", BOTH, "circle", "escalation_id"),
    Endpoint("escalation_early", BOTH, "circle", "escalation_id"),
    Endpoint("escalation_position", BOTH, "circle", "escalation_id"),
    Endpoint("escalation_end", BOTH, "circle", "escalation_id"),
    Endpoint("escalation_start", BOTH, "circle", "disputed:disclosure_id"),
)
LEAVING = (
    Endpoint("leaving_list", READ, "records_absence", allowed="bea"),
    Endpoint("absence_record", BOTH, "records_absence", "colleague:account_id", "bea"),
    Endpoint("work_hand_over", BOTH, "hands_over", "colleague:account_id", "bea"),
    Endpoint("account_end", BOTH, "administers", "colleague:account_id", "ada"),
)
PAST = (
    Endpoint("manager_pass", BOTH, "circle", "case_id"),
    Endpoint("passed_detail", READ, "asked_past", "passed_id", "sam"),
)
IN_CONFIDENCE = (
    Endpoint("whistle_list", READ, "signed_in"),
    Endpoint("whistle_raise", BOTH, "signed_in"),
    Endpoint("whistle_detail", BOTH, "confided", "whistle_id", "gita"),
    Endpoint("whistle_identity", BOTH, "confided", "whistle_id", "gita"),
    Endpoint("whistle_close", BOTH, "confided", "whistle_id", "gita"),
    Endpoint("whistle_lead_list", BOTH, "administers", allowed="ada"),
    Endpoint("whistle_lead_end", WRITE, "administers", "whistle:lead_id", "ada"),
)
EMERGENCY = (
    Endpoint("emergency_start", BOTH, "signed_in"),  # the words to read aloud are for everybody
    Endpoint("emergency_start", BOTH, "circle", "case_id"),
    Endpoint("emergency_call_log", BOTH, "circle", "case_id"),
    Endpoint("emergency_send", BOTH, "circle", "case_id"),
    Endpoint("emergency_complete", BOTH, "circle", "disclosure_id"),
)
PARTNERS = (
    Endpoint("inbox_list", READ, "signed_in", allowed="pat"),
    Endpoint("inbox_message", READ, "desk", "sent:disclosure_id", "pat"),
    Endpoint("inbox_acknowledge", WRITE, "desk", "sent:disclosure_id", "pat"),
    Endpoint("inbox_answer", BOTH, "desk", "sent:disclosure_id", "pat"),
    Endpoint("received_take", BOTH, "takes_in", "olu:disclosure_id", "olu"),
    Endpoint("inbox_attachment", READ, "desk", "sent:attachment_id", "pat"),
    Endpoint("link_code", BOTH, "circle", "linked:disclosure_id"),
    Endpoint("link_renew", WRITE, "circle", "linked:disclosure_id"),
    Endpoint("link_close", WRITE, "circle", "linked:disclosure_id"),
    Endpoint("acknowledgement_record", BOTH, "circle", "sent:disclosure_id"),
    Endpoint("answer_record", BOTH, "circle", "sent:disclosure_id"),
    Endpoint("portal_link", BOTH, "everyone", "token", works=404),
    Endpoint("portal_message", READ, "code"),
    Endpoint("portal_acknowledge", WRITE, "code"),
    Endpoint("portal_answer", BOTH, "code"),
    Endpoint("portal_leave", WRITE, "everyone"),
    Endpoint("portal_attachment", READ, "code", "sent:attachment_id"),
)
SYSTEMS = (
    Endpoint("api_message_list", READ, "system"),
    Endpoint("api_message_open", WRITE, "system", "sent:disclosure_id"),
    Endpoint("api_message_acknowledge", WRITE, "system", "sent:disclosure_id"),
    Endpoint("api_message_answer", WRITE, "system", "sent:disclosure_id"),
    Endpoint("api_file", READ, "system", "sent:attachment_id"),
)
AGREEMENTS = (
    Endpoint("agreement_list", READ, "reads"),
    Endpoint("agreement_start", BOTH, "governs", allowed="gita"),
    Endpoint("agreement_detail", READ, "agreement", "version_id", "gita"),
    Endpoint("agreement_check", READ, "agreement", "version_id", "gita"),
    Endpoint("agreement_compare", READ, "agreement", "version_id", "gita"),
    Endpoint("agreement_text", READ, "agreement", "version_id", "gita"),
    Endpoint("agreement_edit", BOTH, "agreement", "version_id", "gita"),
    Endpoint("agreement_part", BOTH, "agreement", "version_id part", "gita"),
    Endpoint("agreement_drop", WRITE, "agreement", "version_id", "gita"),
    Endpoint("agreement_sign", BOTH, "agreement", "version_id", "gita"),
    Endpoint("agreement_bring_into_force", BOTH, "agreement", "signed:version_id", "gita"),
    Endpoint("agreement_end", BOTH, "agreement", "signed:version_id", "gita"),
    Endpoint("agreement_next", WRITE, "agreement", "given_up:version_id", "gita"),
)
ALLEGATIONS = (
    Endpoint("allegation_detail", READ, "circle", "closed:case_id", "sam"),
    Endpoint("allegation_record", BOTH, "circle", "closed:case_id", "sam"),
    Endpoint("evidence_secure", BOTH, "circle", "closed:case_id", "sam"),
    Endpoint("named_tell", BOTH, "circle", "closed:case_id", "sam"),
    Endpoint("allegation_find", BOTH, "circle", "closed:case_id", "sam"),
    Endpoint("allegation_lead", BOTH, "circle", "closed:case_id", "sam"),
    Endpoint("wall_raise", BOTH, "circle", "closed:case_id", "sam"),
    Endpoint("wall_lift", BOTH, "circle", "closed:case_id wall_id", "sam"),
    Endpoint("witness_ask", BOTH, "circle", "closed:case_id", "sam"),
    Endpoint("witness_account", BOTH, "witness", "witness_id"),
)
ENDPOINTS = (
    *SIGN_IN,
    *BEFORE_SIGN_IN,
    *CASES,
    *BREAK_GLASS,
    *CONSENT,
    *SHARING,
    *REQUESTS,
    *MEETINGS,
    *PATTERNS,
    *SITES,
    *ESCALATION,
    *LEAVING,
    *PAST,
    *IN_CONFIDENCE,
    *EMERGENCY,
    *PARTNERS,
    *SYSTEMS,
    *AGREEMENTS,
    *ALLEGATIONS,
)
