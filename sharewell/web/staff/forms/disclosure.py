"""Forms of the path to a disclosure: purpose, recipient, what is known, the words that go with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from sharewell.cases.catalogues import Fact
from sharewell.consent.words import PURPOSES, ROLES
from sharewell.disclosures.drafts import TEXTS
from sharewell.disclosures.judging import NOTHING_LEFT
from sharewell.web.fields import Choice, Form, Key, Line, Select, Several, Words
from sharewell.web.moments import Moment

OUTSIDE = "outside"
YES_NO = (("true", "Yes"), ("false", "No"), ("unknown", "I do not know"))
PURPOSE_HINTS = {
    "immediate_safety": "Somebody may come to harm within hours. In danger now, ring first.",
    "exploitation_concern": "Somebody may be using them for money, sex, crime or work.",
    "housing_stability": "Rent, repairs, neighbours, a place that is safe to live in.",
    "clinical_coordination": "Treatment and care that several services give.",
    "safeguarding_enquiry": "A referral to those who look into abuse or neglect, or a part of it.",
    "protection_planning": "Safe contact, who does what, how they are kept safe.",
    "early_help": "Support early on, below the threshold of harm.",
    "child_protection": "A child suffers significant harm, or is likely to.",
    "staff_allegation": "Somebody who works with people at risk may have caused harm.",
    "person_posing_risk": "How a person who may harm others is managed.",
    "cumulative_review": "Several smaller concerns read as one picture.",
    "assurance": "Figures, inspection and learning: no more than that needs.",
}


def sentence(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[:1].upper() + words[1:]


def typed_with(data: Any, **values: str) -> QueryDict:
    """What was typed, with these values in place of those of the same name."""
    copied: QueryDict = data.copy()
    for name, value in values.items():
        copied[name] = value
    return copied


class VersionForm(Form):
    """A form about a draft that two people may have open: it knows which version was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def read_again(self, version: int) -> None:
        """Take note that the page now shows this version: sent again, it is meant as against that one."""
        self.data = typed_with(self.data, version=str(version))


class PurposeForm(Form):
    """What the sharing is for."""

    purpose = Choice(
        label="What is it for?",
        choices=[(value, sentence(words)) for value, words in PURPOSES.items()],
        hints=PURPOSE_HINTS,
        error_messages={"required": "Choose what it is for"},
    )


class PurposeAgainForm(PurposeForm, VersionForm):
    """Another purpose for a draft that stands."""


class RecipientForm(VersionForm):
    """To whom: a function of the directory, or somebody outside it."""

    recipient = forms.ChoiceField(
        label="Who is it for?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose who it is for",
            "invalid_choice": "Choose one of the list",
        },
    )
    recipient_role = Select(
        label="What they are",
        choices=[(value, sentence(words)) for value, words in ROLES.items()],
        required=False,
    )
    recipient_name = Line(label="Their name, or the name of their service", required=False)
    recipient_contact = Line(
        label="How to reach them",
        help_text="A telephone number that you have checked yourself",
        required=False,
    )
    off_route_reason = Words(
        label="Why them, and not the usual way?",
        help_text="Only where you chose somebody who is not the usual way",
        rows=3,
        required=False,
    )
    alleged_source = Choice(
        label="Is the recipient the person who may be causing the harm?",
        choices=YES_NO[:2],
        inline=True,
        error_messages={"required": "Say whether the recipient may be causing the harm"},
    )
    connected_to_source = Choice(
        label="Is the recipient connected to that person?",
        help_text="A relative, a friend, somebody who works with them or for them",
        choices=YES_NO,
        error_messages={"required": "Say whether the recipient is connected to them"},
    )

    def __init__(
        self, *arguments: Any, usual: Collection[str], others: Collection[str], **options: Any
    ) -> None:
        """Offer these function ids, those of the usual way apart."""
        super().__init__(*arguments, **options)
        self.usual = set(usual)
        values = [*usual, *others, OUTSIDE]
        self.fields["recipient"].choices = [(value, value) for value in values]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what an unusual recipient needs."""
        given = super().clean() or {}
        chosen = given.get("recipient")
        if chosen == OUTSIDE:
            if not given.get("recipient_role"):
                self.add_error("recipient_role", "Choose what they are")
            if not given.get("recipient_name"):
                self.add_error("recipient_name", "Give their name, or the name of their service")
        unusual = chosen and chosen not in self.usual
        if unusual and not given.get("off_route_reason") and "off_route_reason" not in self.errors:
            self.add_error("off_route_reason", "Say why it goes to them and not the usual way")
        return given

    def answers(self) -> dict[str, Any]:
        """What is saved: a function brings its own role, name and number."""
        given = {name: self.cleaned_data[name] for name in self.fields if name != "version"}
        if given["recipient"] != OUTSIDE:
            for name in ("recipient_role", "recipient_name", "recipient_contact"):
                del given[name]
            given["recipient"] = UUID(given["recipient"])
        else:
            given["recipient"] = None
        return given


class FactsForm(VersionForm):
    """What is known that the decision turns on; each may stay unknown."""

    def __init__(
        self,
        *arguments: Any,
        facts: Sequence[Fact],
        known: Mapping[str, str],
        asked: Collection[str],
        **options: Any,
    ) -> None:
        """Ask all ``facts``; ``asked`` are those the decision waits for."""
        super().__init__(*arguments, **options)
        self.asked_facts = [fact for fact in facts if fact.id in asked]
        self.other_facts = [fact for fact in facts if fact.id not in asked]
        for fact in facts:
            answers = [(answer.id, answer.label) for answer in fact.answers]
            self.fields[f"fact_{fact.id}"] = Choice(
                label=fact.asks,
                help_text=fact.hint,
                choices=[*answers, ("unknown", "Not known")],
                required=False,
                initial=known.get(fact.id),
            )

    @property
    def asked(self) -> list[forms.BoundField]:
        """The questions that the decision waits for."""
        return [self[f"fact_{fact.id}"] for fact in self.asked_facts]

    @property
    def others(self) -> list[forms.BoundField]:
        """The other questions."""
        return [self[f"fact_{fact.id}"] for fact in self.other_facts]

    def answers(self) -> dict[str, str]:
        """The facts as judged on this page; a question left open is not among them."""
        given = {name.removeprefix("fact_"): value for name, value in self.cleaned_data.items()}
        return {name: value for name, value in given.items() if name != "version" and value}


class PreviewForm(VersionForm):
    """The words that go with a disclosure, or that stay with its record, and the key that sends it once."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    send_key = Key(required=False)
    ask = Words(
        label="What do you ask them to do?",
        help_text="One thing, as somebody who was not there would read it",
        max_length=TEXTS["ask"],
        rows=3,
        required=False,
    )
    ask_by = Moment(label="By when?", required=False)
    urgency = Choice(
        label="How soon do they have to see it?",
        choices=[("standard", "In the usual time"), ("urgent", "Today"), ("immediate", "Now")],
        inline=True,
        required=False,
    )
    outcome_intended = Words(
        label="What do you want to come of this?",
        max_length=TEXTS["outcome_intended"],
        rows=3,
        required=False,
    )
    rationale = Words(
        label="Why does this recipient need it?",
        max_length=TEXTS["rationale"],
        rows=4,
        required=False,
    )
    proportionality = Words(
        label="Why is this the least that will do?",
        max_length=TEXTS["proportionality"],
        rows=4,
        required=False,
    )
    consent_reason = Words(
        label="Why is it shared without the person’s agreement?",
        help_text="In a sentence. It is kept with the record.",
        max_length=TEXTS["consent_reason"],
        rows=3,
        required=False,
    )
    no_agreement_reason = Words(
        label="Why now, though no agreement with this recipient is in force?",
        max_length=TEXTS["no_agreement_reason"],
        rows=3,
        required=False,
    )
    off_route_reason = Words(
        label="Why them, and not the usual way?",
        max_length=TEXTS["off_route_reason"],
        rows=3,
        required=False,
    )
    retaliation_steps = Words(
        label="What was done so that nobody is harmed for this having been shared?",
        help_text="Safe contact, timing, who must not know; or why there is no such risk",
        max_length=TEXTS["retaliation_steps"],
        rows=3,
        required=False,
    )
    inform_plan = Words(
        label="How and when will the person be told?",
        max_length=TEXTS["inform_plan"],
        rows=3,
        required=False,
    )
    left_out = Several(
        label="Leave out of this message",
        help_text="What they do not need this time. Nothing is deleted from the case.",
        choices=[],
        required=False,
    )

    extra_fields = Several(
        label="Add to this message",
        help_text="This recipient may have these too. Add one only where they need it this time.",
        choices=[],
        required=False,
    )

    knows_of = Several(
        label="Which of the others may they know of?",
        help_text="Whom you choose is named in this message as asked as well. Otherwise they are told of nobody.",
        choices=[],
        required=False,
    )

    def __init__(
        self,
        *arguments: Any,
        shown: Collection[str],
        may_leave_out: Sequence[tuple[str, str]] = (),
        may_add: Sequence[tuple[str, str]] = (),
        may_know: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> None:
        """Show only the fields named, and offer these parts to leave out of the message or to add."""
        super().__init__(*arguments, **options)
        hidden = {"version", "seen", "send_key"}
        for name in list(self.fields):
            if name not in hidden and name not in shown:
                del self.fields[name]
        if "left_out" in self.fields:
            self.fields["left_out"].choices = list(may_leave_out)  # type: ignore[attr-defined]
        if "extra_fields" in self.fields:
            self.fields["extra_fields"].choices = list(may_add)  # type: ignore[attr-defined]
        if "knows_of" in self.fields:
            self.fields["knows_of"].choices = list(may_know)  # type: ignore[attr-defined]

    def clean_extra_fields(self) -> list[str]:
        """What is added here, beside what was asked for elsewhere, which stays."""
        offered = {each for each, _ in self.fields["extra_fields"].choices}  # type: ignore[attr-defined]
        elsewhere = [each for each in self.initial.get("extra_fields", []) if each not in offered]
        return [*elsewhere, *self.cleaned_data["extra_fields"]]

    def clean_left_out(self) -> list[str]:
        """Refuse to leave out everything: that would be a decision not to share."""
        left = list(self.cleaned_data["left_out"])
        if left and len(left) == len(self.fields["left_out"].choices):  # type: ignore[attr-defined]
            raise forms.ValidationError(NOTHING_LEFT)
        return left

    def taken_over(self, before: PreviewForm) -> None:
        """Show the faults that were found in the same words before."""
        self._errors = before.errors
        self.status = before.status

    def answers(self) -> dict[str, Any]:
        """The words as typed, by the names that the draft gives them."""
        apart = {"version", "seen", "send_key"}
        given = {name: value for name, value in self.cleaned_data.items() if name not in apart}
        if not given.get("urgency"):
            given.pop("urgency", None)
        return given
