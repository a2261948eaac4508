"""Forms of a packet: which form it starts from, its words, a partner, another person, what we do, and sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms

from sharewell.consent.words import PURPOSES
from sharewell.core.catalogue import Field
from sharewell.core.packets import Asked
from sharewell.disclosures.drafts import TEXTS
from sharewell.disclosures.extract import FIELD as EXTRACT
from sharewell.disclosures.operations.packet import WHAT
from sharewell.web.fields import Choice, Form, Key, KeyedForm, Line, Select, Several, Words
from sharewell.web.moments import Moment
from sharewell.web.staff.forms.disclosure import YES_NO, VersionForm, sentence

NO_PURPOSE = "Choose what it is for: the form does not say it for this partner"


class TemplateForm(KeyedForm):
    """Which form a packet starts from."""

    template = Choice(
        label="Which form do you start from?",
        choices=[],
        error_messages={"required": "Choose the form to start from"},
    )

    def __init__(
        self, *arguments: Any, templates: Sequence[tuple[str, str, str]], **options: Any
    ) -> None:
        """Offer these forms: id, name and hint."""
        super().__init__(*arguments, **options)
        field: Any = self.fields["template"]
        field.choices = [(id_, label) for id_, label, _ in templates]
        field.hints = {id_: hint for id_, _, hint in templates}


class PartForm(VersionForm):
    """The words about one person, on which each partner's copy draws."""

    outcome_intended = Words(
        label="What do you want to come of this?",
        help_text="Kept with the record of each copy. It is no part of a message.",
        max_length=TEXTS["outcome_intended"],
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

    def __init__(
        self,
        *arguments: Any,
        asks: Sequence[Asked],
        catalogue: Mapping[str, Field],
        known: Mapping[str, str],
        lines: Sequence[tuple[str, str, str]] = (),
        **options: Any,
    ) -> None:
        """Ask these questions; ``known`` is what the case says already, by field.

        ``lines`` are those of the chronology: number, words, and why it cannot be chosen (empty: it can).
        """
        super().__init__(*arguments, **options)
        self.asks, self.known = {f"answer_{n}": ask.id for n, ask in enumerate(asks, 1)}, known
        for name, ask in zip(self.asks, asks, strict=True):
            most = catalogue[ask.id].max_chars
            self.fields[name] = Words(
                label=ask.label,
                help_text=ask.hint,
                max_length=most,
                rows=2 if most <= 300 else 4,
                required=False,
            )
            self.initial.setdefault(name, known.get(ask.id, ""))
        self.kept_lines = [(words, why) for _, words, why in lines if why]
        self.choosable = {number: words for number, words, why in lines if not why}
        if EXTRACT in known and self.choosable:
            self._offer(catalogue[EXTRACT])

    def _offer(self, extract: Field) -> None:
        """Offer lines of the chronology; those chosen before are ticked, and leave the box of typed words."""
        self.most, self.longest = extract.max_items, extract.max_chars
        numbers = {words: number for number, words in self.choosable.items()}
        said = self.initial[self.extract].split("\n")
        self.initial[self.extract] = "\n".join(each for each in said if each not in numbers)
        self.initial["lines"] = [numbers[each] for each in said if each in numbers]
        self.fields["lines"] = Several(
            label="Which lines of the chronology go with it?",
            help_text=f"Each as it stands there. A message carries at most {self.most}, with those typed above.",
            choices=list(self.choosable.items()),
            required=False,
        )

    @property
    def extract(self) -> str:
        """The name of the question for the short chronology; empty where this form does not ask it."""
        return next((name for name, field in self.asks.items() if field == EXTRACT), "")

    def clean(self) -> dict[str, Any]:
        """Refuse more lines than a message carries."""
        given = super().clean() or {}
        said = self._happened(given) if "lines" in self.fields and "lines" in given else []
        if len(said) > self.most:
            self.add_error("lines", f"Choose at most {self.most} lines, with those typed above.")
        elif len("\n".join(said)) > self.longest:
            self.add_error(
                "lines", f"Together they are too long: at most {self.longest} characters."
            )
        return given

    def _happened(self, given: Mapping[str, Any]) -> list[str]:
        """The lines chosen, the earliest first, and those typed."""
        chosen = [words for number, words in self.choosable.items() if number in given["lines"]]
        typed = [each.strip() for each in given.get(self.extract, "").split("\n")]
        return [*chosen, *(each for each in typed if each and each not in chosen)]

    def said(self) -> list[tuple[str, str]]:
        """What is written, by question, for somebody who wrote at the same time."""
        rows = [(str(each.label), str(each.value() or "")) for each in self.questions]
        if "lines" in self.fields:
            chosen = [self.choosable[each] for each in self["lines"].value() or ()]
            rows.append((str(self["lines"].label), "\n".join(chosen)))
        return rows

    @property
    def questions(self) -> list[forms.BoundField]:
        """The questions of the form, in its order."""
        return [self[name] for name in self.asks]

    def answers(self) -> dict[str, str]:
        """What was answered otherwise than the case says, by field."""
        given = {field: self.cleaned_data[name] for name, field in self.asks.items()}
        if "lines" in self.fields:
            said, known = self._happened(self.cleaned_data), self.known.get(EXTRACT, "")
            same = sorted(said) == sorted(filter(None, known.split("\n")))
            given[EXTRACT] = known if same else "\n".join(said)
        return {field: text for field, text in given.items() if text != self.known.get(field, "")}


class PartnerForm(Form):
    """One partner: who, for what, and what is asked of them by when."""

    recipient = forms.ChoiceField(
        label="Which partner?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the partner",
            "invalid_choice": "Choose one of the list",
        },
    )
    purpose = Select(
        label="What is it for?",
        help_text="Left as it is, what the form begins with for this partner",
        choices=[(value, sentence(words)) for value, words in PURPOSES.items()],
        required=False,
    )
    ask = Words(
        label="What do you ask them to do?",
        help_text="One thing, as somebody who was not there would read it",
        max_length=TEXTS["ask"],
        rows=3,
        required=False,
    )
    ask_by = Moment(label="By when?", required=False)
    rationale = Words(
        label="Why does this partner need it?",
        help_text="This and the next stay with the record",
        max_length=TEXTS["rationale"],
        rows=3,
        required=False,
    )
    proportionality = Words(
        label="Why is this the least that will do?",
        max_length=TEXTS["proportionality"],
        rows=3,
        required=False,
    )
    off_route_reason = Words(
        label="Why them, and not the usual way?",
        help_text="Only where you chose somebody who is not the usual way",
        max_length=TEXTS["off_route_reason"],
        rows=2,
        required=False,
    )
    alleged_source = Choice(
        label="Is this partner the one who may be causing the harm?",
        choices=YES_NO[:2],
        inline=True,
        error_messages={"required": "Say whether this partner may be causing the harm"},
    )
    connected_to_source = Choice(
        label="Is this partner connected to them?",
        help_text="A relative, a friend, somebody who works with them or for them",
        choices=YES_NO,
        error_messages={"required": "Say whether this partner is connected to them"},
    )
    case_ids = Several(
        label="About whom?",
        choices=[],
        error_messages={"required": "Choose about whom"},
    )

    def __init__(
        self,
        *arguments: Any,
        roles: Mapping[str, str],
        usual: Sequence[str],
        purposes: Mapping[str, str],
        people: Sequence[tuple[str, str]],
        **options: Any,
    ) -> None:
        """Offer functions by id with their role; ``purposes`` are what each role begins with."""
        super().__init__(*arguments, **options)
        self.roles, self.usual, self.purposes = roles, set(usual), purposes
        self.fields["recipient"].choices = [(each, each) for each in roles]  # type: ignore[attr-defined]
        self.fields["case_ids"].choices = list(people)  # type: ignore[attr-defined]
        self.initial.setdefault("case_ids", [case for case, _ in people])

    def clean(self) -> dict[str, Any]:
        """Ask for what an unusual partner needs."""
        given = super().clean() or {}
        chosen = given.get("recipient")
        if chosen and not given.get("purpose"):
            given["purpose"] = self.purposes.get(self.roles[chosen], "")
            if not given["purpose"]:
                self.add_error("purpose", NO_PURPOSE)
        if chosen and chosen not in self.usual and not given.get("off_route_reason"):
            self.add_error("off_route_reason", "Say why it goes to them and not the usual way")
        return given

    def answers(self) -> dict[str, Any]:
        """What is saved of the partner."""
        given = dict(self.cleaned_data)
        given["recipient"] = UUID(given["recipient"])
        given["case_ids"] = [UUID(each) for each in given["case_ids"]]
        return given


class PersonForm(Form):
    """Another person whom a packet concerns."""

    case = forms.ChoiceField(
        label="Who else does it concern?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the person",
            "invalid_choice": "Choose one of the list",
        },
    )

    def __init__(self, *arguments: Any, people: Sequence[tuple[str, str]], **options: Any) -> None:
        """Offer the persons of these cases."""
        super().__init__(*arguments, **options)
        self.fields["case"] = Choice(
            label="Who else does it concern?",
            choices=people,
            error_messages={"required": "Choose the person"},
        )


class ActionForm(KeyedForm):
    """What one of us does."""

    what = Line(label="What will be done?", max_length=WHAT)
    owner_id = Select(
        label="Who does it?", choices=[], error_messages={"required": "Choose who does it"}
    )
    due_at = Moment(label="By when?", error_messages={"required": "Say by when"})
    told = Several(
        label="Which partners are told of it?",
        help_text="It stands in their message. What has been sent is not changed.",
        choices=[],
        required=False,
    )

    def __init__(
        self,
        *arguments: Any,
        people: Sequence[tuple[str, str]],
        copies: Sequence[tuple[str, str]],
        **options: Any,
    ) -> None:
        """Offer who may do it, and the copies that may tell of it."""
        super().__init__(*arguments, **options)
        self.fields["owner_id"].choices = [("", "Choose"), *people]  # type: ignore[attr-defined]
        if copies:
            self.fields["told"].choices = list(copies)  # type: ignore[attr-defined]
        else:
            del self.fields["told"]

    def answers(self) -> dict[str, Any]:
        """What is recorded."""
        given = dict(self.cleaned_data)
        given["owner_id"] = UUID(given["owner_id"])
        given["told"] = [UUID(each) for each in given.get("told", [])]
        return given


class SendForm(Form):
    """The copies to send, as they were read."""

    send_key = Key()
    send = Several(
        label="Send these now",
        choices=[],
        error_messages={"required": "Choose at least one to send"},
    )

    def __init__(self, *arguments: Any, ready: Sequence[tuple[str, str]], **options: Any) -> None:
        """Offer the copies that are ready, all of them chosen."""
        super().__init__(*arguments, **options)
        self.fields["send"].choices = list(ready)  # type: ignore[attr-defined]
        self.initial.setdefault("send", [each for each, _ in ready])
