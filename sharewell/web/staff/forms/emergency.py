"""Forms of the emergency route: everything may be left out, nothing typed is lost."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms

from sharewell.cases.models import Case
from sharewell.consent.words import ROLES
from sharewell.disclosures.operations.emergency import ESSENTIALS
from sharewell.web.fields import Choice, Key, KeyedForm, Line, Select, Words, clean_text
from sharewell.web.moments import Moment
from sharewell.web.staff.forms.disclosure import OUTSIDE, sentence

# Who can act on immediate danger, in the order in which they are offered.
CAN_ACT = (
    "emergency_services",
    "police",
    "hospital",
    "adult_social_care",
    "childrens_social_care",
)
# What is asked of a recipient outside the directory.
OUTSIDE_ASKS = ("recipient_role", "recipient_name", "recipient_contact", "alleged_source")
NOT_THROUGH = "Could not get through."
UNREAD_TIME = "The time typed, “{}”, could not be read; it was logged with the time of writing."
LONGEST = 2000
# The words of the message as the page asks for them; labels where the catalogue's are not questions.
ASKS = {
    "subject.name": "Name",
    "subject.birth_date": "Date of birth, or age",
    "subject.current_location": "Where they are now, and how to get in",
    "risk.immediate": "What is happening now",
    "source.identity": "Who the danger comes from",
    "source.access": "Where that person is now",
    "risk.others": "Who else is at risk",
    "household.children": "Children there",
    "risk.unsafe_actions": "What would make it worse",
    "subject.safe_contact": "How to reach them safely",
    "subject.communication": "Language and communication needs",
    "concern.reason": "Why you are worried, in a sentence",
    "concern.observed": "What was seen or heard",
    "concern.injuries": "Injuries",
    "capacity.conclusion": "Whether they can decide for themselves now",
    "clinical.safety_bundle": "Allergies, medicines, infection or oxygen",
    "ask": "What you ask them to do",
}
FIRST = (
    "risk.immediate",
    "subject.current_location",
    "subject.name",
    "source.identity",
    "risk.unsafe_actions",
    "ask",
)


class Typed(Words):
    """Words of any length: the message takes what it can carry, and the case keeps the rest."""

    def to_python(self, value: Any) -> str:
        """Return the cleaned text, whole."""
        return clean_text(str(value)) if value not in self.empty_values else ""


class TypedLine(Line):
    """The same on one line."""

    def to_python(self, value: Any) -> str:
        """Return the cleaned text, whole, with its white space joined."""
        text = clean_text(str(value)) if value not in self.empty_values else ""
        return " ".join(text.split())


class AnyMoment(Moment):
    """A moment, or None where what was typed is none."""

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment, or None where it cannot be read."""
        try:
            return super().to_python(value)
        except forms.ValidationError:
            return None


class AnyKey(Key):
    """The key of a form; one that cannot be read gives way to a new one."""

    def clean(self, value: Any) -> Any:
        """Return the key, or a new one."""
        try:
            return super().clean(value)
        except forms.ValidationError:
            return uuid.uuid4()


class EmergencyForm(KeyedForm):
    """A form that nothing typed can stop."""

    form_key = AnyKey()


class EmergencyStartForm(EmergencyForm):
    """Who is in danger, where, from what: a case known already, or somebody nobody has recorded."""

    case = Select(label="Somebody whose case you know", choices=[], required=False)
    name = TypedLine(label="Their name, if you know it", required=False)
    subject_kind = Choice(
        label="Are they an adult or a child?",
        choices=[("adult", "Adult"), ("child", "Child or young person")],
        initial="adult",
        inline=True,
        required=False,
    )
    what = Typed(label="What is happening?", rows=3, max_length=LONGEST, required=False)
    place = TypedLine(label="Where?", max_length=300, required=False)

    def __init__(self, *arguments: Any, known: Sequence[Case], **options: Any) -> None:
        """Offer these cases."""
        super().__init__(*arguments, **options)
        choices = [(str(each.pk), f"{each.person.name}, case {each.reference}") for each in known]
        self.fields["case"].choices = [("", "Somebody else"), *choices]  # type: ignore[attr-defined]


class CallForm(EmergencyForm):
    """The call to 999 or 911, as far as it is known."""

    through = Choice(
        label="Did you get through?",
        choices=[("yes", "Yes"), ("no", "No, I could not get through")],
        inline=True,
        required=False,
    )
    number = TypedLine(label="Number you rang", max_length=40, width=10, required=False)
    called_at = AnyMoment(label="When?", required=False)
    call_taker = TypedLine(label="Name or number of the call taker", required=False)
    incident_reference = TypedLine(
        label="Incident reference", max_length=100, width=20, required=False
    )
    said = Typed(label="What they said they will do", rows=3, max_length=LONGEST, required=False)

    def call(self, now: datetime) -> dict[str, Any]:
        """The call as it is logged; without a time that can be read it was now, and the log says so."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "through"}
        said = [NOT_THROUGH] if self.cleaned_data["through"] == "no" else []
        typed = " ".join(part for part in self["called_at"].data or [] if part)
        if typed and given["called_at"] is None:
            said.append(UNREAD_TIME.format(clean_text(typed)))
        given["called_at"] = given["called_at"] or now
        given["said"] = " ".join([*said, given["said"]]).strip()
        return given


class EssentialsForm(EmergencyForm):
    """The written Tier 1 message: to whom, and each of its parts as far as it is known."""

    recipient = Choice(
        label="Who gets it?",
        choices=[],
        error_messages={
            "required": "Choose who gets it",
            "invalid_choice": "Choose one of the list",
        },
    )
    recipient_role = Select(
        label="What they are",
        choices=[(role, sentence(ROLES[role])) for role in CAN_ACT],
        required=False,
    )
    recipient_name = TypedLine(label="Their name, or the name of their service", required=False)
    recipient_contact = TypedLine(label="How to reach them", required=False)
    alleged_source = Choice(
        label="Is this the person who may be causing the harm?",
        choices=[("no", "No"), ("yes", "Yes")],
        initial="no",
        inline=True,
        required=False,
    )

    def __init__(
        self,
        *arguments: Any,
        recipients: Sequence[tuple[str, str]],
        hints: Mapping[str, str],
        known: Mapping[str, str],
        **options: Any,
    ) -> None:
        """Offer these recipients, and start with what is known."""
        super().__init__(*arguments, **options)
        field: Any = self.fields["recipient"]
        field.choices = [*recipients, (OUTSIDE, "Somebody else who can act now")]
        field.hints = dict(hints)
        field.reveals = {OUTSIDE: OUTSIDE_ASKS}
        for name in ESSENTIALS:
            self.fields[self.key(name)] = Typed(
                label=ASKS.get(name, name),
                rows=2,
                max_length=LONGEST,
                required=False,
                initial=known.get(name, ""),
            )

    @staticmethod
    def key(field: str) -> str:
        """The name of a field's box: without the dot, which templates read otherwise."""
        return field.replace(".", "_")

    @property
    def first(self) -> list[forms.BoundField]:
        """The parts that a responder needs before all others."""
        return [self[self.key(name)] for name in FIRST]

    @property
    def others(self) -> list[forms.BoundField]:
        """The other parts."""
        return [self[self.key(name)] for name in ESSENTIALS if name not in FIRST]

    @property
    def others_filled(self) -> bool:
        """Whether something is known, typed or at fault among the other parts."""
        return any(bound.value() or bound.errors for bound in self.others)

    def clean(self) -> dict[str, Any]:
        """Ask what an unlisted recipient is, so that it can be sent at all."""
        given = super().clean() or {}
        if given.get("recipient") == OUTSIDE and not given.get("recipient_role"):
            self.add_error("recipient_role", "Choose what they are")
        return given

    def essentials(self) -> dict[str, str]:
        """The parts of the message by field id; what was left empty does not go."""
        return {name: self.cleaned_data.get(self.key(name), "") for name in ESSENTIALS}


class CompleteForm(KeyedForm):
    """What was skipped in the hurry, written down afterwards."""

    rationale = Words(label="Why did this recipient need it?", rows=3, required=False)
    proportionality = Words(label="Why was this the least that would do?", rows=3, required=False)
    consent_reason = Words(
        label="Why was the person not asked, or what did they say?", rows=3, required=False
    )
    outcome_intended = Words(label="What was to come of it?", rows=3, required=False)
    inform_plan = Words(label="How and when is the person told?", rows=3, required=False)

    def __init__(self, *arguments: Any, written: Mapping[str, str], **options: Any) -> None:
        """Ask only for what is not written yet."""
        super().__init__(*arguments, **options)
        for name, text in written.items():
            if text:
                self.fields.pop(name, None)
