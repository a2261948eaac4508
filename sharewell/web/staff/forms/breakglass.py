"""Forms of break-glass: whom one seeks and why, why the whole record, and what a review says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sharewell.core.breakglass import Choice as Row
from sharewell.web.fields import Choice, Form, KeyedForm, Line, Several, Words
from sharewell.web.moments import Day

MOST = 2000


class SeekForm(KeyedForm):
    """Who is in danger, and why it cannot wait."""

    name = Line(
        label="Their first name and last name",
        help_text="As you know it; the spelling may differ a little.",
        error_messages={"required": "Give first name and last name, as you know them."},
    )
    birth_date = Day(
        label="Their date of birth",
        help_text="For example, 23 11 1950",
        error_messages={"required": "Give their date of birth. Without it nobody can be found."},
    )
    reason = Choice(label="Why can it not wait?", choices=())
    words = Words(
        label="What is happening?",
        max_length=MOST,
        rows=4,
        help_text="Facts, in a sentence or two. Whoever reviews this reads it.",
    )

    def __init__(self, *arguments: Any, reasons: Sequence[Row], **options: Any) -> None:
        """Offer these reasons."""
        super().__init__(*arguments, **options)
        offer(self, "reason", reasons)


class WholeForm(Form):
    """Why the essentials are not enough."""

    reason = Choice(label="Why are the essentials not enough?", choices=())
    words = Words(label="What do you need to find?", max_length=MOST, rows=3)

    def __init__(self, *arguments: Any, reasons: Sequence[Row], **options: Any) -> None:
        """Offer these reasons."""
        super().__init__(*arguments, **options)
        offer(self, "reason", reasons)


class ReviewForm(Form):
    """What a review of a break-glass says."""

    finding = Choice(label="Was it justified?", choices=())
    follows = Several(label="What follows?", choices=())
    words = Words(
        label="How did you come to this?",
        max_length=MOST,
        rows=4,
        help_text="Whom you spoke to, and what they said.",
    )

    def __init__(
        self, *arguments: Any, findings: Sequence[Row], follows: Sequence[Row], **options: Any
    ) -> None:
        """Offer these answers."""
        super().__init__(*arguments, **options)
        offer(self, "finding", findings)
        offer(self, "follows", follows)


def offer(form: Form, name: str, rows: Sequence[Row]) -> None:
    """Offer the rows of a pack as the answers of a field, each with its hint."""
    field: Any = form.fields[name]
    field.choices = [(row.id, row.label) for row in rows]
    field.hints = {row.id: row.hint for row in rows if row.hint}
