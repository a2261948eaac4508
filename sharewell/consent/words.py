"""A conversation in plain sentences: the position now, what it covers, and why. English, dates as people say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sharewell.consent import script
from sharewell.consent.models import Conversation
from sharewell.consent.positions import expired

POSITIONS = {
    "obtained": "They agreed",
    "refused": "They said no",
    "withdrawn": "They have taken their agreement back",
    "not_sought": "They were not asked",
    "not_possible": "It was not possible to ask",
    "unknown": "They have not been asked yet",
}
REASONS = {
    "increases_risk": "asking could put them or somebody else at more risk",
    "delays_protection": "asking would delay keeping somebody safe",
    "prejudices_investigation": "asking could spoil an investigation",
    "not_practicable": "asking was not practicable",
    "lacks_capacity": "they could not make this decision",
    "unconscious": "they were unconscious",
    "cannot_be_reached": "they could not be reached",
    "no_one_with_authority": "nobody with authority to answer could be found",
    "fear_of_consequences": "they fear what would follow",
    "intimidation": "somebody frightens them",
    "dependency": "they depend on somebody involved",
    "misinformation": "they were told something that is not so",
    "wants_no_involvement": "they want nobody involved",
    "mistrust": "they do not trust who would be told",
    "other": "another reason",
}
TIERS = {
    1: "the essentials needed to act",
    2: "the essentials and the detail needed to work together",
    3: "high-scrutiny material, item by item",
}
CAPACITY = {
    "has": "able to make this decision",
    "lacks": "not able to make this decision now",
    "fluctuating": "ability to decide comes and goes",
    "not_assessed": "not assessed",
    "unknown": "not recorded",
}
GIVERS = {
    "person": "the person",
    "parent": "a parent or carer",
    "decision_maker": "a decision maker",
}
ROLES = {
    "adult_social_care": "adult social care",
    "childrens_social_care": "children's social care",
    "police": "the police",
    "primary_care": "the GP or clinic",
    "hospital": "the hospital",
    "mental_health": "mental health services",
    "emergency_services": "the ambulance and fire services",
    "housing": "housing",
    "school": "the school or college",
    "care_provider": "a care provider",
    "advocacy": "an advocate",
    "marac": "the MARAC",
    "lado": "the designated officer for allegations",
    "probation": "probation",
    "safeguarding_board": "the safeguarding board",
    "commissioner": "the commissioner",
    "regulator": "the regulator",
    "oversight_body": "the oversight body",
    "court": "the court",
    "safeguarding_lead": "our safeguarding lead",
    "hr": "our human resources",
    "family_carer": "family or a family carer",
    "person_themself": "the person themself",
}
PURPOSES = {
    "immediate_safety": "keeping somebody safe now",
    "exploitation_concern": "stopping exploitation",
    "housing_stability": "keeping or finding a safe home",
    "clinical_coordination": "coordinating treatment and care",
    "safeguarding_enquiry": "a safeguarding enquiry",
    "protection_planning": "a safety and protection plan",
    "early_help": "early help",
    "child_protection": "protecting a child",
    "staff_allegation": "an allegation about staff",
    "person_posing_risk": "managing somebody who may be a risk to others",
    "cumulative_review": "looking at several concerns together",
    "assurance": "inspection and learning",
}


def role(value: str) -> str:
    """A recipient role in words."""
    return ROLES.get(value, value)


def purpose(value: str) -> str:
    """A purpose in words."""
    return PURPOSES.get(value, value)


def listed(words: Iterable[str]) -> str:
    """Words as a list in a sentence: a, b and c."""
    *head, last = list(words) or [""]
    return f"{', '.join(head)} and {last}" if head else last


def day(moment: datetime, zone: str) -> str:
    """A moment as the day it falls on in a time zone, e.g. 3 May 2026."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y}"


def sentence(conversation: Conversation | None, *, now: datetime, zone: str) -> str:
    """The position in one plain sentence, for the top of the page and for the timeline."""
    if conversation is None:
        return "They have not been asked yet: no conversation is recorded."
    held = day(conversation.held_at, zone)
    if conversation.position == "obtained":
        return _agreement(conversation, held, now, zone)
    text = POSITIONS[conversation.position]
    reason = REASONS.get(conversation.reason)
    return f"{text} ({held}){f': {reason}' if reason else ''}."


def outward(conversation: Conversation | None, *, now: datetime, zone: str) -> str:
    """The position as a recipient may read it: without the reason, and without who else was agreed to."""
    if conversation is None:
        return "They have not been asked yet."
    on = f"{POSITIONS[conversation.position]} ({day(conversation.held_at, zone)})"
    if conversation.position != "obtained" or conversation.expires_at is None:
        return f"{on}."
    ended = "the agreement ended on" if expired(conversation, now) else "until"
    return f"{on}, {ended} {day(conversation.expires_at, zone)}."


def _agreement(conversation: Conversation, held: str, now: datetime, zone: str) -> str:
    ends = conversation.expires_at
    until = day(ends, zone) if ends else ""
    who = "They agreed"
    if conversation.given_by in ("parent", "decision_maker"):
        who = f"{conversation.giver_name} agreed for them"
    if expired(conversation, now):
        return (
            f"{who} on {held}, but the agreement ended on {until}: ask again before relying on it."
        )
    return f"{who} on {held} to share {covers(conversation)}, until {until}."


def covers(conversation: Conversation) -> str:
    """What an agreement covers: how much, with whom, for what."""
    much = TIERS.get(conversation.covers_tier or 0, "")
    people = listed(map(role, conversation.covers_recipients))
    why = listed(map(purpose, conversation.covers_purposes))
    also = [row.label for row in script.rules().labels if row.id in conversation.covers_labels]
    extra = f", including {listed(also)}" if also else ""
    return f"{much}{extra}, with {people}, for {why}"


def boundary(row: dict[str, str]) -> str:
    """One boundary as a rule a colleague can follow."""
    if "deny_role" in row:
        return f"No contact with {role(row['deny_role'])}"
    if "deny_channel" in row:
        channels = {each.id: each.label for each in script.rules().channels}
        return f"No {channels.get(row['deny_channel'], row['deny_channel'])}"
    return f"No contact with {row['deny_person']}"
