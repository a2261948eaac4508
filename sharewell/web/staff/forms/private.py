"""Forms for seeing a person alone: the plan, an attempt at it, and the end of it."""

from __future__ import annotations

from typing import Any

from sharewell import packs
from sharewell.cases.operations.private import Tried
from sharewell.web.fields import Choice, Form, KeyedForm, Line, Select, Several, Words
from sharewell.web.moments import Moment

ALONE = (("true", "Yes"), ("false", "No"), ("unknown", "Not known"))
NEXT_HELP = "Another day and hour than before. Leave it empty, and it is due within two days."


class PlanForm(Form):
    """What seeing them alone is for, and by which ways it is sought."""

    aim = Words(
        label="What is seeing them alone for?",
        max_length=1000,
        rows=3,
        help_text="For example: to ask what is safe, and what they want to happen.",
    )
    ways = Several(label="How may a private moment come about?", choices=[])
    next_at = Moment(label="When is the first attempt planned?", required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the ways of the pack."""
        super().__init__(*arguments, **options)
        rows, ways = packs.contact().ways, self.fields["ways"]
        ways.choices = [(row.id, row.label) for row in rows]  # type: ignore[attr-defined]
        ways.hints = {row.id: row.hint for row in rows if row.hint}  # type: ignore[attr-defined]
        self.fields["next_at"].help_text = "Leave it empty, and it is due within two days."


class AttemptForm(KeyedForm):
    """One attempt: how, when, by whom, whether they were alone, and what came of it."""

    way = Select(label="How was it tried?", choices=[])
    at = Moment(label="When was it tried?")
    by = Line(label="Who tried, if it was not you?", required=False)
    alone = Choice(label="Were they alone?", choices=ALONE, inline=True)
    outcome = Choice(label="What came of it?", choices=[])
    words = Words(
        label="What happened?",
        max_length=2000,
        rows=4,
        required=False,
        help_text="Who else was there, and what was said in their own words.",
    )
    next_at = Moment(label="When is the next attempt planned?", required=False, help_text=NEXT_HELP)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the ways and outcomes of the pack."""
        super().__init__(*arguments, **options)
        rules, fields = packs.contact(), self.fields
        ways = [(row.id, row.label) for row in rules.ways]
        fields["way"].choices = [("", "Choose"), *ways]  # type: ignore[attr-defined]
        outcomes = [(row.id, row.label) for row in rules.outcomes]
        fields["outcome"].choices = outcomes  # type: ignore[attr-defined]

    def answer(self) -> dict[str, Any]:
        """The attempt as keywords of the operation."""
        given = self.cleaned_data
        names = ("way", "at", "alone", "outcome", "by", "words")
        tried = Tried(**{name: given[name] for name in names})
        return {"tried": tried, "form_key": given["form_key"], "next_at": given["next_at"]}


class EndForm(Form):
    """Why the plan ends."""

    why = Words(
        label="Why does it end, and what comes instead?",
        max_length=1000,
        rows=3,
        help_text="For example: they were seen alone and the safe contact plan is recorded.",
    )
