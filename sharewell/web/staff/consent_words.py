"""Consent as its pages say it: rows, warnings, timeline and release, made from one conversation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sharewell.cases.models import Case, SafeContact
from sharewell.consent import positions, script, words
from sharewell.consent.models import Conversation

SOON = timedelta(minutes=5)  # a record this soon after the talk is of the same moment
HEADINGS = {
    "adult": "With the person",
    "child": "With the child",
    "parent": "With a parent or carer",
    "decision_maker": "With somebody who may decide for them",
}
SAFE = {"true": "Yes", "false": "No, not safe", "unknown": "Not known"}
COLOURS = {"obtained": "green", "refused": "red", "withdrawn": "red", "unknown": "grey"}
# What may be shared, as somebody who signs for it can judge it.
ACTED_ON = "who I am, how to reach me safely, what is happening, what is unsafe, and what help is asked for"
SHEET = {
    1: ACTED_ON,
    2: f"{ACTED_ON}; also how I manage, what makes it worse, the support I have and what was tried",
    3: f"{ACTED_ON}; also how I manage and what was tried; and detailed records that are named to me one by one",
}
TAGS = {
    "obtained": "Agreed",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
    "not_sought": "Not asked",
    "not_possible": "Not possible",
    "unknown": "Not asked yet",
}


def talks(case: Case, explained: Collection[str]) -> list[dict[str, Any]]:
    """The script for everybody this may be talked over with, the usual one first and open."""
    kind = case.person.subject_kind
    whom = ["child", "parent", "decision_maker"] if kind == "child" else ["adult", "decision_maker"]
    return [
        {
            "audience": each,
            "heading": HEADINGS[each],
            "lines": [
                {"line": line, "ticked": line.id in explained}
                for line in script.lines(case.agency, each)
                if line.kind == "explain" or each != kind
            ],
        }
        for each in whom
    ]


def asks(case: Case) -> dict[str, script.Line]:
    """What is asked and checked, beside its questions, by the id of the line."""
    found = script.lines(case.agency, case.person.subject_kind)
    return {line.id: line for line in found if line.kind != "explain"}


def rows(conversation: Conversation, case: Case) -> list[dict[str, Any]]:
    """What is recorded of a conversation, in rows; what was not asked is left out."""
    child = case.person.subject_kind == "child"
    safe = {"Safe to ask": conversation.safe_to_ask}
    safe["Safe to tell the parents or carers" if child else "Safe to tell them"] = (
        conversation.safe_to_inform
    )
    if child:
        safe["Safe to tell the child"] = conversation.safe_to_inform_child
    who = words.GIVERS.get(conversation.given_by, "")
    named = ", ".join(filter(None, (conversation.giver_name, conversation.giver_authority)))
    agreed = conversation.position == "obtained"
    told = {line.id: line.title for line in script.lines(case.agency, case.person.subject_kind)}
    pairs = {
        "Covers": capital(words.covers(conversation)) if agreed else "",
        "Signed": _signed(conversation) if agreed else "",
        "Reason": capital(words.REASONS.get(conversation.reason, "")),
        "In words": conversation.reason_words,
        "Talked with": conversation.discussed_with,
        "Language": ", ".join(filter(None, (conversation.language, conversation.interpreter))),
        "Explained": ", ".join(told.get(point, point) for point in conversation.explained),
        "Understanding": conversation.understanding_how
        or ("Checked" if conversation.understanding_checked else ""),
        "Ability to decide this": "" if child else capital(words.CAPACITY[conversation.capacity]),
        "What was seen": conversation.capacity_note,
        "The child’s understanding": conversation.child_competence,
        "Who answered": f"{capital(who)}{f': {named}' if named else ''}" if who else "",
        "Where parents differ": conversation.parents_differ,
        "What they want": conversation.wants_to_happen,
        **{key: SAFE[value] for key, value in safe.items()},
    }
    return [{"key": key, "value": value} for key, value in pairs.items() if value]


def revisit_when(conversation: Conversation) -> str:
    """The changes that bring the next conversation forward, in words."""
    labels = {row.id: row.label for row in script.rules().changes}
    named = [labels[each] for each in conversation.revisit_when if each in labels]
    return ", or ".join(named)


def capital(text: str) -> str:
    """The same words with a capital first."""
    return text[:1].upper() + text[1:]


def _signed(conversation: Conversation) -> str:
    if not conversation.written:
        return "Not signed"
    on = f" on {conversation.signed_on:%-d %B %Y}" if conversation.signed_on else ""
    copy = "; a copy was given" if conversation.copy_given else "; no copy was given"
    return f"Signed{on}{copy}"


def warnings(conversation: Conversation, case: Case, now: datetime) -> list[str]:
    """What a colleague must know before relying on this conversation."""
    agreed = conversation.position == "obtained"
    found = []
    if positions.expired(conversation, now):
        found.append("The agreement has ended. Ask again before you rely on it.")
    if agreed and not conversation.understanding_checked:
        found.append("Nobody recorded how their understanding was checked.")
    if conversation.parents_differ:
        found.append("Those with parental responsibility differ. Ask your safeguarding lead first.")
    if conversation.capacity == "fluctuating":
        found.append("Their ability to decide comes and goes. Check it again before each sharing.")
    if agreed and conversation.giver_is_source == "unknown" and conversation.given_by != "person":
        found.append("It is not known whether the one who agreed could be causing the harm.")
    if agreed and not conversation.written and _must_sign(case):
        found.append("The law asks for a signature here. Print the release and have it signed.")
    return found


def _must_sign(case: Case) -> bool:
    return any(row.signature == "required" for row in script.release(case.agency, case.flags))


def line(conversation: Conversation, zone: str) -> dict[str, Any]:
    """One conversation as a line of the history, as it stood when it was recorded."""
    then = conversation.recorded_at
    return {
        "title": TAGS[conversation.position],
        "colour": COLOURS.get(conversation.position, "purple"),
        "at": conversation.held_at,
        "by": conversation.recorded_by.name,
        "recorded_at": then if then - conversation.held_at > SOON else None,
        "text": words.sentence(conversation, now=then, zone=zone),
        "words": conversation.reason_words,
        "rows": rows(conversation, conversation.case),
        "boundaries": [words.boundary(row) for row in positions.boundaries(conversation)],
        "stands": not hasattr(conversation, "followed_by"),
    }


def copy_warning(conversation: Conversation, plan: SafeContact | None) -> str:
    """Why a copy should not be handed out without thought; empty where nothing speaks against it."""
    if "false" in (conversation.safe_to_inform, conversation.safe_to_inform_child):
        return "It is recorded that telling them is not safe. Do not leave a copy with them."
    if plan is not None and (plan.must_not_know or plan.never or plan.no_letters):
        return "The safe-contact plan says that somebody must not know, or forbids paper. Keep the copy for them here."
    if conversation.must_not_know:
        return "Somebody must not know about this. Keep the copy for them here unless it is safe."
    if conversation.safe_to_inform == "unknown":
        return "It is not known whether it is safe for them to have a copy. Ask them first."
    return ""


def release(conversation: Conversation, case: Case) -> dict[str, Any]:
    """The sheet to sign: who, what, to whom, for what, until when, and what the law has it say."""
    found = script.release(case.agency, case.flags)
    labels = [row.label for row in script.rules().labels if row.id in conversation.covers_labels]
    return {
        "required": any(row.signature == "required" for row in found),
        "sources": [row.source for row in found],
        "statements": list(dict.fromkeys(text for row in found for text in row.statements)),
        "person": case.person,
        "agency": case.agency,
        "recipients": words.listed(map(words.role, conversation.covers_recipients)),
        "purposes": words.listed(map(words.purpose, conversation.covers_purposes)),
        "much": SHEET.get(conversation.covers_tier or 0, ""),
        "labels": words.listed(labels) if labels else "",
        "not_with": words.listed(
            words.role(row["deny_role"]) for row in conversation.boundaries if "deny_role" in row
        ),
        "expires_at": conversation.expires_at,
        "giver": conversation.giver_name if conversation.given_by != "person" else "",
        "authority": conversation.giver_authority,
        "signed_on": conversation.signed_on,
    }
