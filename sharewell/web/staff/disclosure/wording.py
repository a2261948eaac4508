"""What ids of the rules say to a person: reasons for withholding, what is missing, obligations, channels."""

from __future__ import annotations

# Why a field stays here, and whether (and how) it may be asked for: by an approver, or by another road.
WITHHELD = {
    "not_in_dataset": "Not part of what this recipient gets for this purpose",
    "above_tier": "More than this recipient gets for this purpose",
    "above_consent": "The person did not agree to this much",
    "barred_role": "This recipient may never receive it",
    "special_regime": "A special law protects it",
    "boundary": "The person set this boundary",
    "lacks_approver": "Waits for its approver",
    "lacks_authority": "Needs the authority it rests on",
    "lacks_rationale": "Needs its own reason",
    "lacks_attachment_reason": "Needs its own reason",
    "left_out": "You left it out",
    "caveat": "Whoever gave it has not agreed that this recipient gets it",
}
ASKABLE = {
    "not_in_dataset",
    "above_tier",
    "lacks_approver",
    "lacks_authority",
    "lacks_rationale",
}
BY_CONVERSATION = {"above_consent", "boundary"}

# What ``missing`` names: the sentence, and the part of the page that puts it right.
MISSING = {
    "rationale": ("Why this recipient needs it", "rationale"),
    "proportionality": ("Why this is the least that will do", "proportionality"),
    "consent_reason": ("Why it is shared without the person’s agreement", "consent_reason"),
    "no_agreement_override_reason": (
        "Why it is shared though no agreement is in force",
        "no_agreement_reason",
    ),
    "approver": ("An approver’s answer to what you asked for", "asked"),
    "tier3_rationale": ("The reason for each high-scrutiny part", "withheld"),
    "tier3_authority": ("The authority for each high-scrutiny part", "withheld"),
    "attachment_reason": ("The reason for the attachment", "attachments"),
}
CHANGED = {
    "outcome": "What the rules say",
    "recipient": "The recipient",
    "inform": "Whether the person is told",
    "withheld": "What is withheld",
    "attachments": "The attachments",
    "heading": "The heading of the message",
    "message": "The message",
    "form": "The form of the message",
}
INFORM = {
    "yes": "Tell {whom} what is shared, with whom and why.",
    "deferred": "Do not tell {whom} yet: it may not be safe. It is looked at again.",
    "no": "Do not tell {whom} now.",
}
# What the page asks of telling the person, where they are not told at once.
INFORM_ASKS = {
    "deferred": "Why are they not told yet, and when is that looked at again?",
    "no": "Why are they not told, and when is that looked at again?",
}
DECIDERS = {
    "safeguarding_lead": "the safeguarding lead",
    "on_call_manager": "the on-call manager",
    "privacy_officer": "the privacy officer",
    "data_protection_officer": "the data protection officer",
    "caldicott_guardian": "the Caldicott guardian",
}
CHANNELS = {
    "inbox": "Their inbox in Sharewell",
    "portal_link": "A link by e-mail",
    "code_email": "The code, by e-mail to a second address",
    "email_notice": "A notice by e-mail, without content",
    "webhook": "Their own system, signed",
    "webhook_recall": "Their own system, told to delete its copy",
    "phone": "By telephone, by you",
    "print": "On paper, by you",
}
DELIVERY = {
    "waiting": ("On its way", "yellow"),
    "done": ("Delivered", "green"),
    "failed": ("Failed", "red"),
    "stopped": ("Stopped", "grey"),
}
# How a message stands by what its recipient answered last.
ANSWERED = {
    "accept": ("Taken on", "green"),
    "redirect": ("They say it belongs elsewhere", "orange"),
    "ask_more": ("They ask for more", "orange"),
    "decline": ("Not taken on", "red"),
    "update": ("Taken on, with news", "green"),
    "outcome": ("They say what came of it", "green"),
}
FORMS = {
    "notification": "A notification: that something happened, without its detail",
    "deidentified": "Without anything that identifies the person",
    "log_extract": "An extract of the record of disclosures",
}
OUTCOMES = {
    "share": "it may be sent",
    "complete_first": "it may be sent once what is missing is there",
    "seek_agreement": "ask the person first",
    "hold": "hold for now",
    "refuse": "it must not be sent to this recipient",
    "refer": "somebody else decides first",
}
