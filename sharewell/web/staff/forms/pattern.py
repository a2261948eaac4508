"""Forms for the review of a pattern: closing it, and joining the circle of one of its cases."""

from __future__ import annotations

from typing import Any

from django import forms

from sharewell import packs
from sharewell.web.fields import Choice, Form, Line, Words


class CloseForm(Form):
    """What comes of a review, and why; ``seen`` is how many entries the writer saw."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    outcome = Choice(label="What comes of it?", choices=[])
    reason = Words(
        label="Why, and what is done?",
        help_text="Who does it, and by when. It is kept with the review.",
        max_length=2000,
        rows=3,
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the outcomes of the pack."""
        super().__init__(*arguments, **options)
        field: Any = self.fields["outcome"]
        offered = packs.patterns().outcomes.values()
        field.choices = [(each.id, each.label) for each in offered]
        field.hints = {each.id: each.hint for each in offered}


class JoinForm(Form):
    """Why the reviewer needs to read a whole case; says for how long, as any other joining."""

    reason = Line(label="Why do you need to read the whole case?", max_length=300)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Say what the pack says of how long."""
        super().__init__(*arguments, **options)
        terms = packs.circle_terms()["ordinary"]
        self.fields["reason"].help_text = (
            f"Those in its circle see that you joined, and why. You can read it for {terms.default_days} days; "
            f"after {terms.review_days} its owner is asked whether you still need to."
        )
