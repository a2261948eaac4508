"""Forms of meetings: the calling, who is asked, who was there, what was decided, who does what, and the closing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sharewell import packs
from sharewell.agencies.models import Account, Function
from sharewell.followup import catalogues
from sharewell.followup.models import Invited, MeetingDecision
from sharewell.followup.operations.meeting import Guest, Plan
from sharewell.followup.operations.minutes import Agreed, Attended
from sharewell.followup.operations.minutes_close import Closing
from sharewell.web.fields import Choice, Form, KeyedForm, Line, Select, Several, Tick, Words
from sharewell.web.moments import Day, Moment

LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240)
WHO = (
    ("function", "An agency"),
    ("account", "A colleague"),
    ("lay", "The person, their household or a carer"),
)
LAY = (
    ("person", "The person themself"),
    ("household", "Somebody of the household or family"),
    ("carer", "A carer"),
)
REVEALS = {
    "function": ("function",),
    "account": ("account",),
    "lay": ("whom", "name", "relation", "knows", "channel"),
}
OURS = "ours:"


class PlanForm(KeyedForm):
    """A meeting as it is called, or as it is from now on."""

    kind = Choice(label="What kind of meeting is it?", choices=[])
    purpose = Words(
        label="What is it to decide?",
        max_length=1000,
        rows=3,
        help_text="For our own people: it stands in no invitation.",
    )
    starts_at = Moment(label="When does it begin?")
    minutes = Select(
        label="How long does it take?", choices=[(str(each), f"{each} minutes") for each in LENGTHS]
    )
    way = Choice(label="How do people come together?", choices=[])
    place = Line(
        label="Where is it, or how is it joined?",
        help_text="It stands in the invitation, so name nobody, no service and no matter.",
    )
    chair = Select(label="Who chairs it?", choices=[])
    note_taker = Select(label="Who writes the record?", choices=[])
    why = Words(label="Why is it changed?", max_length=300, rows=2)

    def __init__(
        self, *arguments: Any, colleagues: Sequence[Account], moved: bool = False, **options: Any
    ) -> None:
        """Offer the kinds and ways of the pack, and the colleagues who may take part."""
        super().__init__(*arguments, **options)
        self.people = {str(each.pk): each for each in colleagues}
        pack = catalogues.meetings()
        offer(self, "kind", [(row.id, row.label) for row in pack.kinds])
        self.fields["kind"].hints = {row.id: row.hint for row in pack.kinds}  # type: ignore[attr-defined]
        offer(self, "way", [(row.id, row.label) for row in pack.ways])
        people = [(key, each.name) for key, each in self.people.items()]
        for name in ("chair", "note_taker"):
            offer(self, name, [("", "Choose"), *people])
        if not moved:
            del self.fields["why"]

    def plan(self) -> Plan:
        """The meeting as the operation takes it."""
        given = self.cleaned_data
        names = ("kind", "purpose", "starts_at", "way", "place")
        return Plan(
            **{name: given[name] for name in names},
            minutes=int(given["minutes"]),
            chair=self.people[given["chair"]],
            note_taker=self.people[given["note_taker"]],
        )


class GuestForm(Form):
    """Who is asked to a meeting, and why."""

    to_kind = Choice(label="Who is asked?", choices=WHO, reveals=REVEALS)
    function = Select(
        label="Which desk?",
        choices=[],
        required=False,
        help_text="Those that may receive for what this meeting is for.",
    )
    account = Select(
        label="Which colleague?",
        choices=[],
        required=False,
        help_text="Those who may read this case.",
    )
    whom = Select(label="Who of them?", choices=LAY, required=False)
    name = Line(label="What is their name, if it is not the person?", required=False)
    relation = Select(label="What are they to the person?", choices=[], required=False)
    knows = Tick(label="They are known to know of this", required=False)
    channel = Select(
        label="By what way are they asked?",
        choices=[],
        required=False,
        help_text="Nothing goes to them by itself. The safe contact plan decides whether this way is safe.",
    )
    reason = Words(label="Why are they needed there?", max_length=300, rows=2)

    def __init__(
        self,
        *arguments: Any,
        functions: Sequence[Function],
        colleagues: Sequence[Account],
        **options: Any,
    ) -> None:
        """Offer the functions and colleagues that may be asked."""
        super().__init__(*arguments, **options)
        self.people = {str(each.pk): each for each in colleagues}
        for name in ("function", "account", "whom", "name", "relation", "channel"):
            self.fields[name].asked = True  # type: ignore[attr-defined]
        offer(self, "function", [("", "Choose"), *((str(f.pk), f.name) for f in functions)])
        people = [(key, each.name) for key, each in self.people.items()]
        offer(self, "account", [("", "Choose"), *people])
        rules = packs.contact()
        offer(self, "relation", [("", "Choose"), *rules.relation_words.items()])
        ways = [(row.id, row.label) for row in rules.channels.values()]
        offer(self, "channel", [("", "Choose"), *ways])

    def guest(self) -> Guest:
        """The guest as the operation takes it."""
        given = self.cleaned_data
        if given["to_kind"] == "function":
            chosen = UUID(given["function"]) if given["function"] else UUID(int=0)
            return Guest(reason=given["reason"], function_id=chosen)
        if given["to_kind"] == "account" and given["account"]:
            return Guest(reason=given["reason"], account=self.people[given["account"]])
        names = ("name", "relation", "channel", "knows", "reason")
        told = {name: given[name] for name in names} if given["to_kind"] == "lay" else {}
        return Guest(**{"to_kind": given["whom"], "reason": given["reason"], **told})

    def refused(self, refusal: Any) -> None:
        """Show what the operation refused; its name for who they are is another than the box's."""
        errors = getattr(refusal, "errors", {})
        if "to_kind" in errors:
            errors["whom"] = errors.pop("to_kind")
        super().refused(refusal)


class WhyForm(Form):
    """Why something is taken back or called off."""

    why = Words(label="Why?", max_length=1000, rows=3)

    def __init__(self, *arguments: Any, label: str, **options: Any) -> None:
        """Ask it in these words."""
        super().__init__(*arguments, **options)
        self.fields["why"].label = label


class PreparationForm(Form):
    """What is prepared: chosen lines of the chronology, and each part in words."""

    lines = Several(
        label="Which lines of the chronology?",
        choices=[],
        required=False,
        help_text="A short chronology: what those who come must know.",
    )

    def __init__(
        self,
        *arguments: Any,
        lines: Iterable[tuple[str, str]],
        texts: Mapping[str, str],
        **options: Any,
    ) -> None:
        """Offer lines, and each part with what it may begin from."""
        super().__init__(*arguments, **options)
        offer(self, "lines", lines)
        for row in catalogues.meetings().preparation:
            self.fields[row.id] = Words(
                label=row.label,
                help_text=row.hint,
                rows=4,
                required=False,
                initial=texts.get(row.id, ""),
            )

    def answer(self) -> dict[str, Any]:
        """The preparation as keywords of the operation."""
        given = dict(self.cleaned_data)
        return {"lines": [int(each) for each in given.pop("lines")], "texts": given}


class AttendanceForm(Form):
    """Who was there, for each who was invited."""

    def __init__(self, *arguments: Any, invited: Sequence[Invited], **options: Any) -> None:
        """Ask three things of each: whether they were there, who came, and why not for all of it."""
        super().__init__(*arguments, **options)
        self.invited = invited
        choices = [(row.id, row.label) for row in catalogues.meetings().presences]
        for each in invited:
            key, who = each.pk.hex, each.who
            self.fields[f"presence_{key}"] = Select(
                label=f"{who}: were they there?", choices=choices, initial=each.presence
            )
            self.fields[f"people_{key}"] = Line(
                label=f"{who}: who came for them?",
                max_length=300,
                required=False,
                initial=each.people,
            )
            self.fields[f"why_{key}"] = Line(
                label=f"{who}: came late, or left: when, and why?",
                max_length=500,
                required=False,
                initial=each.presence_why,
            )

    @property
    def rows(self) -> list[tuple[Invited, list[Any]]]:
        """Each who was invited, with the boxes about them."""
        parts = ("presence", "people", "why")
        return [(each, [self[f"{part}_{each.pk.hex}"] for part in parts]) for each in self.invited]

    def refused(self, refusal: Any) -> None:
        """Show what the operation refused beside the one it is about."""
        errors = getattr(refusal, "errors", {})
        for key in [each for each in errors if f"why_{each}" in self.fields]:
            errors[f"why_{key}"] = errors.pop(key)
        super().refused(refusal)

    def attended(self) -> list[Attended]:
        """What was said of each."""
        given = self.cleaned_data
        return [
            Attended(
                invited_id=each.pk,
                presence=given[f"presence_{each.pk.hex}"],
                people=given[f"people_{each.pk.hex}"],
                why=given[f"why_{each.pk.hex}"],
            )
            for each in self.invited
        ]


class DecisionForm(KeyedForm):
    """A decision with its reasons, and who saw it otherwise."""

    corrects = Select(
        label="Does it correct another?",
        choices=[],
        required=False,
        help_text="The one before stays readable.",
    )
    what = Words(label="What was decided?", rows=3)
    reasons = Words(label="Why?", rows=3)
    dissent = Words(
        label="Who saw it otherwise, and why?",
        rows=2,
        required=False,
        help_text="Dissent is kept with the decision.",
    )
    correction = Words(label="What was wrong or missing in the record?", max_length=1000, rows=2)

    def __init__(
        self,
        *arguments: Any,
        closed: bool,
        decisions: Iterable[MeetingDecision],
        **options: Any,
    ) -> None:
        """Ask what was wrong only where the record is closed."""
        super().__init__(*arguments, **options)
        several = [(str(each.pk), each.what[:80]) for each in decisions]
        offer(self, "corrects", [("", "No, it is one more"), *several])
        if not several:
            del self.fields["corrects"]
        if not closed:
            del self.fields["correction"]

    def answer(self) -> dict[str, Any]:
        """The decision as keywords of the operation."""
        given = dict(self.cleaned_data)
        corrects = given.pop("corrects", "")
        return {**given, "corrects": UUID(corrects) if corrects else None}


class ActionForm(KeyedForm):
    """An action: what, who does it, by when."""

    what = Words(label="What will be done?", max_length=1000, rows=3)
    owner = Select(label="Who does it?", choices=[])
    partner_name = Line(
        label="Who there, if an agency does it?", required=False, help_text="A name or a job."
    )
    due_on = Day(label="By which day?")
    correction = Words(label="What was wrong or missing in the record?", max_length=1000, rows=2)

    def __init__(
        self,
        *arguments: Any,
        closed: bool,
        invited: Iterable[Invited],
        colleagues: Sequence[Account],
        **options: Any,
    ) -> None:
        """Offer our colleagues and the agencies that were invited."""
        super().__init__(*arguments, **options)
        self.people = {f"{OURS}{each.pk}": each for each in colleagues}
        ours = [(key, f"{each.name} (ours)") for key, each in self.people.items()]
        theirs = [(str(each.pk), each.who) for each in invited if each.to_kind == "function"]
        offer(self, "owner", [("", "Choose"), *theirs, *ours])
        if not closed:
            del self.fields["correction"]

    def answer(self) -> dict[str, Any]:
        """The action as keywords of the operation."""
        given = self.cleaned_data
        owner = self.people.get(given["owner"])
        agreed = Agreed(
            what=given["what"],
            due_on=given["due_on"],
            owner=owner,
            partner_id=None if owner else UUID(given["owner"]),
            partner_name="" if owner else given["partner_name"],
        )
        correction = given.get("correction", "")
        return {"agreed": agreed, "form_key": given["form_key"], "correction": correction}


class SettleForm(Form):
    """What came of an action."""

    outcome = Words(
        label="What came of it?",
        rows=4,
        help_text="What was done and what changed; or why it is not done, and what happens instead.",
    )


class ClosingForm(Form):
    """What a record is closed with."""

    no_actions_why = Words(
        label="If no action is needed: why?", max_length=1000, rows=2, required=False
    )
    missing_why = Words(
        label="Who had to be there and was not: why, and how are they reached now?",
        max_length=1000,
        rows=2,
        required=False,
    )
    review_on = Day(label="When is it looked at again?", required=False)
    escalation = Words(
        label="If the risk increases before that: who tells whom, and how?",
        max_length=2000,
        rows=3,
        required=False,
    )
    began = Several(
        label="Was this meeting one of these?",
        choices=[],
        required=False,
        help_text="Each starts the clocks that follow it, from when the meeting began. Leave it empty if it was none.",
    )
    correction = Words(label="What was wrong or missing in the record?", max_length=1000, rows=2)

    def __init__(
        self, *arguments: Any, closed: bool, begins: Mapping[str, str], **options: Any
    ) -> None:
        """Ask what was wrong only where the record is closed already; what is required the operation says."""
        super().__init__(*arguments, **options)
        for name in ("review_on", "escalation"):
            self.fields[name].asked = True  # type: ignore[attr-defined]
        offer(self, "began", begins.items())
        if not begins:
            del self.fields["began"]
        if not closed:
            del self.fields["correction"]

    def closing(self) -> Closing:
        """The closing as the operation takes it."""
        given = self.cleaned_data
        return Closing(**{**given, "began": tuple(given.get("began", ()))})


def offer(form: Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """Offer these choices in a field of a form."""
    form.fields[name].choices = list(choices)  # type: ignore[attr-defined]
