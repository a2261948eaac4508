"""Forms about a request to us: taking it down, checking who asks, linking, refusing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sharewell.agencies.models import Function
from sharewell.consent import words as consent_words
from sharewell.disclosures import requests
from sharewell.disclosures.operations.requests import Asked
from sharewell.web.fields import Choice, Form, KeyedForm, Line, Select, Several, Tick, Words
from sharewell.web.moments import Moment


class RequestForm(KeyedForm):
    """A request as it came, in the words of whoever asks."""

    kind = Choice(label="Who asks?", choices=[])
    who = Line(label="Their name, job and office")
    function = Select(
        label="Their office in the directory",
        choices=[],
        required=False,
        help_text="The number to ring back is that of the directory.",
    )
    contact = Line(
        label="How they say that they can be reached",
        required=False,
        help_text="Written down only. They are never rung there to check who they are.",
    )
    about = Line(
        label="About whom do they ask?",
        help_text="As they said it. Nothing is looked up, and you do not say whether we know them.",
    )
    power = Line(
        label="Which law or order do they cite?",
        max_length=300,
        required=False,
        help_text="Leave this empty where they cite none: then it is an ordinary request, also of the police.",
    )
    asked = Words(label="What do they ask for, in their words?", max_length=2000, rows=3)
    fields_asked = Several(label="Which of these is that?", choices=[], required=False)
    purpose = Select(label="What do they need it for?", choices=[])
    received_at = Moment(label="When did it come?")
    needed_by = Moment(label="By when do they need it?", required=False)

    def __init__(
        self,
        *arguments: Any,
        functions: Iterable[Function],
        fields: Iterable[tuple[str, str]],
        **options: Any,
    ) -> None:
        """Offer what the packs and the directory hold."""
        super().__init__(*arguments, **options)
        boxes = self.fields
        _offer(boxes["kind"], [(row.id, row.label) for row in requests.kinds().values()])
        offices = [(str(each.pk), f"{each.name}, {each.agency.name}") for each in functions]
        _offer(boxes["function"], [("", "Not in the directory"), *offices])
        _offer(boxes["fields_asked"], fields)
        boxes["fields_asked"].asked = True  # type: ignore[attr-defined]
        purposes = [(each, consent_words.purpose(each)) for each in consent_words.PURPOSES]
        _offer(boxes["purpose"], [("", "Choose"), *purposes])

    def request(self) -> dict[str, Any]:
        """The request as keywords of the operation."""
        given = dict(self.cleaned_data)
        key = given.pop("form_key")
        given["fields"] = given.pop("fields_asked")
        given["function"] = UUID(given["function"]) if given["function"] else None
        return {"asked": Asked(**given), "form_key": key}


class CheckForm(Form):
    """How it was checked who asks."""

    how = Choice(label="How was it checked who they are?", choices=[])
    said = Line(
        label="Which number did you ring, or what did you see, and who confirmed it?",
        max_length=300,
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the checks of the pack."""
        super().__init__(*arguments, **options)
        _offer(self.fields["how"], [(row.id, row.label) for row in requests.checks().values()])


class LinkForm(Form):
    """Which case a request is about."""

    reference = Line(label="Reference of the case", width=20)


class RefuseForm(Form):
    """Why a request is refused, and in which words."""

    neither = Choice(
        label="What do they hear?",
        choices=[
            ("yes", "We neither confirm nor deny whether we know anybody"),
            ("no", "We refuse, with the reasons"),
        ],
    )
    reasons = Words(
        label="Why?", rows=4, help_text="Kept here. Where they hear the reasons, these."
    )
    written = Tick(label="They were given the reasons in writing", required=False)

    def refusal(self) -> dict[str, Any]:
        """The refusal as keywords of the operation."""
        given = self.cleaned_data
        return {**given, "neither": given["neither"] == "yes"}


def _offer(field: Any, choices: Any) -> None:
    field.choices = list(choices)
