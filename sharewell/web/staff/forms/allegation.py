"""Forms of an allegation about staff: facts, evidence, what the named was told, outcome, walls, witnesses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sharewell import packs
from sharewell.agencies.models import Account, Team
from sharewell.cases.models import AllegationFacts
from sharewell.core.allegations import Word
from sharewell.web.fields import Choice, Form, Line, Select, Words
from sharewell.web.moments import Moment
from sharewell.web.staff.forms.case import Seen

YES, NO = "true", "false"


def _choices(words: Mapping[str, Word]) -> list[tuple[str, str]]:
    return [(each.id, each.label) for each in words.values()]


def _people(people: Sequence[Account]) -> list[tuple[str, str]]:
    return [(str(each.pk), f"{each.name}, {each.job_title}".strip(", ")) for each in people]


class FactsForm(Form):
    """The facts of an allegation, and nothing but facts."""

    seen = Seen()
    capacity = Select(
        label="In which capacity does the person named work?", choices=[], required=False
    )
    alleged = Words(
        label="What is alleged?",
        max_length=8000,
        rows=6,
        help_text="As it was told, in the words used. No opinion, no rumour, no name that is not needed.",
    )
    happened_when = Line(label="When?", required=False)
    place = Line(label="Where?", max_length=300, required=False)
    reported_by = Line(
        label="Who reported it?", max_length=300, required=False, help_text="Name and role."
    )
    safety_action = Words(
        label="What was done at once so that everybody is safe?",
        rows=3,
        required=False,
        help_text="For example, who else looks after the person now.",
    )
    account_for_safety = Words(
        label="What was the person asked, and what did they answer?",
        rows=3,
        required=False,
        help_text="Only what safety needed. The enquiry asks the rest.",
    )

    def __init__(self, *arguments: Any, newest: AllegationFacts | None, **options: Any) -> None:
        """Start from the facts that stand."""
        initial: dict[str, Any] = {"seen": newest.id if newest else 0}
        if newest:
            names = [name for name in self.base_fields if name != "seen"]
            initial |= {name: getattr(newest, name) for name in names}
        super().__init__(*arguments, initial=initial, **options)
        field: Any = self.fields["capacity"]
        field.choices = [("", "Not known"), *_choices(packs.allegations().capacities)]

    def answer(self) -> dict[str, Any]:
        """The facts as keywords of the operation."""
        given = dict(self.cleaned_data)
        seen = given.pop("seen")
        return {"facts": given, "seen": seen}


class EvidenceForm(Form):
    """One thing that was secured, or could not be."""

    kind = Choice(label="What kind of thing?", choices=[])
    what = Line(label="What exactly?", max_length=500)
    secured = Choice(
        label="Was it secured?",
        choices=((YES, "Yes"), (NO, "No, it was lost or could not be")),
    )
    secured_by = Line(label="Who did it, or tried?")
    secured_at = Moment(label="When?", help_text="For example, 20 11 2026 at 14:05")
    held_where = Line(
        label="Where is it held, and who has the key?", max_length=300, required=False
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer what the pack lists."""
        super().__init__(*arguments, **options)
        field: Any = self.fields["kind"]
        field.choices = _choices(packs.allegations().evidence)
        field.hints = {each.id: each.hint for each in packs.allegations().evidence.values()}

    def answer(self) -> dict[str, Any]:
        """The thing as keywords of the operation."""
        given = dict(self.cleaned_data)
        return given | {"secured": given["secured"] == YES}


class ToldForm(Form):
    """What the named person was told, after somebody outside agreed to it."""

    steered_by = Choice(label="Who agreed that they be told?", choices=[])
    steer_name = Line(label="Their name and role")
    steered_at = Moment(label="When did they agree?", help_text="For example, 20 11 2026 at 14:05")
    words = Words(
        label="What was the person told?", rows=4, help_text="Exactly; nothing else was said."
    )
    told_by = Line(label="Who told them?")
    told_at = Moment(label="When were they told?")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer those who may agree."""
        super().__init__(*arguments, **options)
        field: Any = self.fields["steered_by"]
        field.choices = _choices(packs.allegations().steers)

    def answer(self) -> dict[str, Any]:
        """The words as keywords of the operation."""
        return dict(self.cleaned_data)


class OutcomeForm(Form):
    """How an allegation was found."""

    outcome = Choice(label="How was it found?", choices=[])
    reason = Words(label="On what does that rest?", rows=4)
    found_by = Line(
        label="Who found it so?", help_text="For example, the strategy meeting of 2 December."
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the outcomes, each with what it means."""
        super().__init__(*arguments, **options)
        field: Any = self.fields["outcome"]
        field.choices = _choices(packs.allegations().outcomes)
        field.hints = {each.id: each.hint for each in packs.allegations().outcomes.values()}

    def answer(self) -> dict[str, Any]:
        """The outcome as keywords of the operation."""
        return dict(self.cleaned_data)


class LeadForm(Form):
    """Who leads the enquiry inside."""

    lead = Select(label="Who leads the enquiry inside?", choices=[])
    reason = Line(label="Why this person?", max_length=250)

    def __init__(self, *arguments: Any, people: Sequence[Account], **options: Any) -> None:
        """Offer colleagues without a conflict."""
        super().__init__(*arguments, **options)
        self.people = {str(each.pk): each for each in people}
        field: Any = self.fields["lead"]
        field.choices = [("", "Choose"), *_people(people)]

    def answer(self) -> dict[str, Any]:
        """The lead as keywords of the operation."""
        given = self.cleaned_data
        return {"lead": self.people[given["lead"]], "reason": given["reason"]}


class WallForm(Form):
    """Whom to keep out: one colleague, or a team with all who work in it."""

    who = Select(label="Whom must this be kept from?", choices=[])
    reason = Line(label="Why?", max_length=300, help_text="For example, a friend or a relative.")

    def __init__(
        self, *arguments: Any, people: Sequence[Account], teams: Sequence[Team], **options: Any
    ) -> None:
        """Offer colleagues and teams."""
        super().__init__(*arguments, **options)
        self.people = {f"colleague:{each.pk}": each for each in people}
        self.teams = {f"team:{each.pk}": each for each in teams}
        listed = [(key, each.name) for key, each in self.people.items()]
        listed += [(key, f"Team: {each.name}") for key, each in self.teams.items()]
        field: Any = self.fields["who"]
        field.choices = [("", "Choose"), *listed]

    def answer(self) -> dict[str, Any]:
        """The wall as keywords of the operation."""
        who = self.cleaned_data["who"]
        return {
            "colleague": self.people.get(who),
            "team": self.teams.get(who),
            "reason": self.cleaned_data["reason"],
        }


class LiftForm(Form):
    """Why a wall is lifted."""

    reason = Line(label="Why is it lifted?", max_length=300)

    def answer(self) -> dict[str, Any]:
        """The reason as keywords of the operation."""
        return dict(self.cleaned_data)


class AskForm(Form):
    """Which witness is asked what."""

    OTHER: ClassVar = "other"

    witness = Select(label="Who may have seen or heard something?", choices=[])
    witness_name = Line(
        label="Their name, if they have no account here",
        required=False,
        help_text="You take down what they say.",
    )
    witness_role = Line(
        label="Their role", required=False, help_text="For example visitor, or resident."
    )
    question = Words(
        label="What do you ask them?",
        max_length=500,
        rows=3,
        help_text="An open question, with day and place. Name nobody, and say nothing of what is alleged.",
    )

    def __init__(self, *arguments: Any, people: Sequence[Account], **options: Any) -> None:
        """Offer all colleagues but those named."""
        super().__init__(*arguments, **options)
        self.people = {str(each.pk): each for each in people}
        field: Any = self.fields["witness"]
        other = (self.OTHER, "Somebody without an account")
        field.choices = [("", "Choose"), other, *_people(people)]

    def clean(self) -> dict[str, Any]:
        """Check that somebody without an account has a name."""
        given = super().clean() or {}
        if given.get("witness") == self.OTHER and not given.get("witness_name"):
            self.add_error("witness_name", "Write the name of the witness.")
        return given

    def answer(self) -> dict[str, Any]:
        """The question as keywords of the operation."""
        given = dict(self.cleaned_data)
        chosen = self.people.get(given["witness"])
        named = {} if chosen else {k: given[k] for k in ("witness_name", "witness_role")}
        return {"witness": chosen, "question": given["question"], **named}


class AccountForm(Form):
    """What a witness saw and heard, signed."""

    text = Words(
        label="What did you see and hear?",
        max_length=20_000,
        rows=12,
        help_text="In your own words: times, places, what was said. Leave out what others told you.",
    )
    signed_as = Line(label="Your name, as your signature")

    def answer(self) -> dict[str, Any]:
        """The account as keywords of the operation."""
        return dict(self.cleaned_data)
