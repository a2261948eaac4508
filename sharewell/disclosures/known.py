"""What is known that a message could carry, field by field, from the case, the consent and the draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sharewell.cases import catalogues
from sharewell.cases import queries as cases
from sharewell.cases.models import FieldEntry
from sharewell.cases.queries.pages import LISTS
from sharewell.consent import words as consent_words
from sharewell.consent.models import Conversation
from sharewell.core.minimise import Value
from sharewell.disclosures import extract
from sharewell.disclosures.models import Attachment, Disclosure, PacketPart

WE_DO = "We do this: "
NOT_ASKED = ("closed", "not_shared", "stopped", "recalled")
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
    the words of the packet, and the draft's own (what is asked, what the person is told), stand before both.
    """
    case = disclosure.case
    known = _from_facts(facts)
    known |= _from_consent(conversation, consent_reason, now, case.agency.time_zone)
    known |= _from_history(disclosure)
    written = {field: _entry(entry) for field, entry in cases.known_fields(case).items()}
    if disclosure.packet_id is not None and extract.FIELD in written:
        lines = extract.passable(case, written[extract.FIELD].items)
        written[extract.FIELD] = replace(written[extract.FIELD], items=tuple(lines))
    written |= from_packet(disclosure)
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
    ours = _our_actions(disclosure)
    if ours:
        known["ask"] = replace(known.get("ask") or Value(), items=ours)
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


def from_packet(disclosure: Disclosure) -> dict[str, Value]:
    """The words of the packet about this person; ``answers`` holds only what differs from the case."""
    if disclosure.packet_id is None:
        return {}
    part = PacketPart.objects.filter(packet=disclosure.packet_id, case=disclosure.case_id).first()
    answers = part.answers if part else {}
    return {
        field: Value(items=text.split("\n")) if field in LISTS else Value(text=text)
        for field, text in answers.items()
    }


def _our_actions(disclosure: Disclosure) -> list[str]:
    """What this recipient is told that we do ourselves."""
    if disclosure.packet_id is None:
        return []
    zone = disclosure.case.agency.time_zone
    rows = disclosure.our_actions.filter(part__case=disclosure.case_id).select_related("task")
    return [f"{WE_DO}{each.what} (by {consent_words.day(each.task.due_at, zone)})" for each in rows]


def _told_before(disclosure: Disclosure) -> list[str]:
    """Who else knows: of a packet only whom the sender named to this recipient; else who was told, and when.

    What was sent in a packet is never told outside it by itself.
    """
    if disclosure.packet is not None:
        rows = disclosure.packet.copies.filter(case=disclosure.case_id, pk__in=disclosure.knows_of)
        others = rows.exclude(state__in=NOT_ASKED).order_by("opened_at", "recipient_role", "id")
        return [f"{consent_words.role(each.recipient_role)}, asked as well" for each in others]
    sent = disclosure.case.disclosures.filter(state="sent", packet=None).exclude(pk=disclosure.pk)
    zone = disclosure.case.agency.time_zone
    told = {consent_words.role(e.recipient_role): e.sent_at for e in sent.order_by("sent_at")}
    return [f"{role}, {consent_words.day(at, zone)}" for role, at in told.items() if at]


def _from_history(disclosure: Disclosure) -> dict[str, Value]:
    """Who knows already, and the newest emergency call."""
    case = disclosure.case
    known: dict[str, Value] = {}
    zone = case.agency.time_zone
    told = _told_before(disclosure)
    if told:
        known["disclosure.history"] = Value(items=told)
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
