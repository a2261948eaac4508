"""Forms about a message that went to the wrong place: recalling it, the danger, the breach, who was told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from sharewell import packs
from sharewell.disclosures import recalls
from sharewell.disclosures.operations.recall import Assessed
from sharewell.web.fields import Choice, Form, KeyedForm, Select, Words
from sharewell.web.moments import Moment

YES_NO = [("yes", "Yes"), ("no", "No")]
WHOM = {"authority": "The authority", "person": "The person"}


class RecallForm(Form):
    """Why a message is taken back, and since when it was known."""

    reason = Words(
        label="What went wrong?",
        rows=3,
        help_text="One sentence is enough. The rest is asked afterwards.",
    )
    aware_at = Moment(
        label="When did anybody here first know?",
        help_text="The time to report a breach runs from then.",
    )


class DangerForm(Form):
    """Whether whoever has it endangers anybody now."""

    danger = Choice(
        label="Does whoever has it put anybody in danger now?",
        choices=[("true", "Yes"), ("unknown", "I do not know"), ("false", "No")],
        hints={"unknown": "The manager on call is told, as with yes."},
    )
    danger_words = Words(
        label="Who, and from whom? Or why nobody is?",
        rows=3,
        help_text="Think of the person, their children, whoever told us, and staff.",
    )


class Count(forms.IntegerField):
    """A whole number, typed into a narrow box."""

    width = 5
    asked = True

    def __init__(self, **options: Any) -> None:
        """Take a number as it is typed."""
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **options)


class BreachForm(KeyedForm):
    """What a breach is judged to be, and who is told of it."""

    facts = Words(label="What happened?", rows=4, help_text="When, who sent it, who received it.")
    which_data = Words(
        label="What data was it?",
        rows=3,
        help_text="The kinds, and what makes them sensitive: health, an address that is hidden.",
    )
    people = Count(
        label="How many people is it about?",
        error_messages={"invalid": "Enter a whole number."},
    )
    risk = Choice(label="How likely is harm?", choices=[])
    harm = Words(label="What harm, to whom, and why do you judge so?", rows=4)
    measures = Words(
        label="What was done?",
        rows=3,
        help_text="To end it, to limit it, and so that it does not happen again.",
    )
    tell_authority = Choice(label="Is the authority told?", choices=YES_NO, inline=True)
    authority_why = Words(label="Why, or why not?", rows=2)
    tell_person = Choice(label="Is the person told?", choices=YES_NO, inline=True)
    person_why = Words(
        label="Why, or why not?",
        rows=2,
        help_text="Not telling because it is not safe is a reason; say when that is looked at again.",
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the risks of the pack."""
        super().__init__(*arguments, **options)
        rows = [(row.id, row.label) for row in recalls.risks().values()]
        self.fields["risk"].choices = rows  # type: ignore[attr-defined]

    def assessment(self) -> dict[str, Any]:
        """The assessment as keywords of the operation."""
        given = dict(self.cleaned_data)
        key = given.pop("form_key")
        for name in ("tell_authority", "tell_person"):
            given[name] = given[name] == "yes"
        return {"assessed": Assessed(**given), "form_key": key}


class ToldForm(KeyedForm):
    """That somebody was told of a breach."""

    whom = Choice(label="Who was told?", choices=[], reveals={"person": ("how", "despite")})
    how = Select(label="How were they told?", choices=[], required=False)
    despite = Words(
        label="If the safe contact plan speaks against it, why was it done?",
        rows=2,
        required=False,
        help_text="And how they are kept safe now.",
    )
    said = Words(
        label="What were they told?",
        rows=4,
        help_text="To an authority: its reference too, and what is still to follow.",
    )
    at = Moment(label="When?")
    late_why = Words(
        label="If the time to report had run out: why is it late?", rows=2, required=False
    )

    def __init__(self, *arguments: Any, whom: Sequence[str], **options: Any) -> None:
        """Ask about these of :data:`WHOM`."""
        super().__init__(*arguments, **options)
        self.fields["whom"].choices = [(each, WHOM[each]) for each in whom]  # type: ignore[attr-defined]
        channels = [(row.id, row.phrase) for row in packs.contact().channels.values()]
        self.fields["how"].choices = [("", "Choose"), *channels]  # type: ignore[attr-defined]
