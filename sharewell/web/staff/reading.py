"""What was read of a case, and as whom, in words."""

from __future__ import annotations

from sharewell.web.staff.words import RELATIONS

# What a line of the access table says was read; what is not here stands for itself.
READ = {
    "page": "The case",
    "field": "One field of what is known",
    "fields": "What is known",
    "facts": "The facts for decisions",
    "flags": "Special handling",
    "safe_contact": "The safe contact plan",
    "chronology": "The chronology",
    "consent": "Consent",
    "sharing": "Sharing",
    "share": "A new disclosure",
    "link": "The link of a disclosure",
    "attachment": "A file",
    "emergency": "The emergency steps",
    "concern": "A concern",
    "triage": "A concern, to say what comes of it",
    "task": "A task",
    "disclosure": "A disclosure",
    "disclosure record": "The record of a disclosure",
    "disclosure copy": "The exact copy of a disclosure",
    "break-glass essentials": "The essentials, by break-glass",
    "break-glass whole": "Why the essentials are not enough",
    "break-glass review": "The review of a break-glass",
    "access": "Who looked",
    "access export": "Who looked, as a table",
}


# What let somebody in who did not stand in the circle.
OTHERWISE = {
    "received_it": "received the concern",
    "reviews_it": "reviews a break-glass",
    "": "no standing in the circle",
}


def relation_words(relation: str) -> str:
    """How somebody stood to the case, in words."""
    return OTHERWISE.get(relation) or RELATIONS.get(relation, relation)


def read_words(what: str) -> str:
    """What was read, in words."""
    return READ.get(what, what[:1].upper() + what[1:].replace("_", " "))
