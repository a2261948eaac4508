"""What is known that a message could carry, field by field, from the case, the consent and the draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sharewell.cases import catalogues
from sharewell.cases import queries as cases
from sharewell.cases.models import FieldEntry
from sharewell.consent import words as consent_words
from sharewell.consent.models import Conversation
from sharewell.core.minimise import Value
from sharewell.disclosures.models import Attachment, Disclosure

LEVELS = {"none": "None seen", "concern": "Concern", "serious": "Serious", "immediate": "Immediate"}
OTHERS = {
    "none": "Nobody else is known to be at risk",
    "adults": "Other adults are at risk",
    "children": "Children are at risk",
    "both": "Other adults and children are at risk",
}
CAPACITY = {
    "has": "Can make this decision",
    "lacks": "Cannot make this decision now",
    "fluctuating": "Comes and goes",
    "not_assessed": "Not assessed",
}


def record_for(
    disclosure: Disclosure,
    *,
    facts: Mapping[str, str],
    conversation: Conversation | None,
    consent_reason: str,
    attachments: Iterable[Attachment] = (),
    now: datetime,
) -> dict[str, Value]:
    """Each field that has a value, or a stated reason why it has none; the rest is unknown.

    What somebody recorded for a field stands before what follows from facts, consent and the draft;
    the draft's own words (what is asked, what is told to the person) stand before both.
    """
    case = disclosure.case
    known = _from_facts(facts)
    known |= _from_consent(conversation, consent_reason, now, case.agency.time_zone)
    known |= _from_history(disclosure)
    written = {field: _entry(entry) for field, entry in cases.known_fields(case).items()}
    known |= {field: _chosen(field, value, known.get(field)) for field, value in written.items()}
    if "subject.name" not in known and case.person.name:
        known["subject.name"] = Value(text=case.person.name)
    if "subject.birth_date" not in known and case.person.birth_date:
        born = case.person.birth_date
        known["subject.birth_date"] = Value(text=f"{born.day} {born:%B %Y}")
    if disclosure.ask:
        known["ask"] = Value(text=disclosure.ask)
    asked = known.get("ask")
    if asked and asked.text:
        known["ask"] = replace(asked, text=f"{asked.text}{_by(disclosure)}")
    if disclosure.inform_plan:
        known["inform.plan"] = Value(text=disclosure.inform_plan)
    files = tuple(_file(each) for each in attachments)
    if files:
        known["attachment"] = Value(items=files)
    return known


def _entry(entry: FieldEntry) -> Value:
    return Value(
        text=entry.text or None,
        items=tuple(entry.items),
        unknown=entry.unknown or None,
        kind=entry.kind or None,
        source_role=entry.source_role,
        at=entry.event_at,
    )


def _chosen(field: str, value: Value, follows: Value | None) -> Value:
    """What was written, with the words of a closed list that say the same, where there are such."""
    if field == "concern.categories":
        listed = {each.label for each in catalogues.categories().values()}
        return replace(value, choices=[item for item in value.items if item in listed])
    return replace(value, choices=follows.choices if follows else ())


def _from_facts(facts: Mapping[str, str]) -> dict[str, Value]:
    """What the judged facts say in words; an unknown fact says nothing."""
    words = {
        "risk.level": LEVELS.get(facts.get("harm", "")),
        "risk.others": OTHERS.get(facts.get("others_at_risk", "")),
        "capacity.conclusion": CAPACITY.get(facts.get("capacity", "")),
    }
    if facts.get("harm") == "immediate":
        words["risk.immediate"] = "Danger to life or limb now"
    return {field: Value(text=text, choices=[text]) for field, text in words.items() if text}


def _from_consent(
    conversation: Conversation | None, consent_reason: str, now: datetime, zone: str
) -> dict[str, Value]:
    position = consent_words.POSITIONS[conversation.position if conversation else "unknown"]
    outward = consent_words.outward(conversation, now=now, zone=zone)
    known = {"consent.position": Value(text=outward, choices=[position])}
    if consent_reason:
        known["consent.reason"] = Value(text=consent_reason)
    if conversation is None:
        return known
    if conversation.wants_to_happen:
        known["views.short"] = Value(text=conversation.wants_to_happen, kind="reported")
    if conversation.giver_name:
        text = ", ".join(w for w in (conversation.giver_name, conversation.giver_authority) if w)
        known["decision_maker"] = Value(text=text)
    spoken = [conversation.language, conversation.interpreter]
    if any(spoken):
        known["subject.communication"] = Value(text="; ".join(w for w in spoken if w))
    return known


def _from_history(disclosure: Disclosure) -> dict[str, Value]:
    """Who knows already, with the day on which they were last told, and the newest emergency call."""
    case = disclosure.case
    known: dict[str, Value] = {}
    sent = case.disclosures.filter(state="sent").exclude(pk=disclosure.pk).order_by("sent_at")
    zone = case.agency.time_zone
    told = {consent_words.role(each.recipient_role): each.sent_at for each in sent}
    if told:
        items = [f"{role}, {consent_words.day(at, zone)}" for role, at in told.items() if at]
        known["disclosure.history"] = Value(items=items)
    call = case.emergency_calls.order_by("-called_at").first()
    if call is not None:
        local = call.called_at.astimezone(ZoneInfo(zone))
        text = f"{call.number} was rung on {local.day} {local:%B at %H:%M}"
        if call.incident_reference:
            text = f"{text}, reference {call.incident_reference}"
        known["actions.emergency"] = Value(text=text, at=call.called_at)
        if call.incident_reference:
            known["incident.reference"] = Value(text=call.incident_reference)
    return known


def _by(disclosure: Disclosure) -> str:
    """By when it is asked, as a sentence to add; empty where no time was given."""
    if disclosure.ask_by is None:
        return ""
    local = disclosure.ask_by.astimezone(ZoneInfo(disclosure.case.agency.time_zone))
    return f" By {local.day} {local:%B %Y, %H:%M}."


def _file(attachment: Attachment) -> str:
    pages = f", pages {attachment.pages}" if attachment.pages else ""
    return f"{attachment.name}{pages}"
