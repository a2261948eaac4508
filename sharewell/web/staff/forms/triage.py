"""The form for what a manager says after reading a concern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sharewell.agencies.models import Account
from sharewell.web.fields import Choice, Form, Select, Words
from sharewell.web.staff.forms.concern_parts import account_words


class TriageForm(Form):
    """What the manager says after reading a concern."""

    harm = Choice(
        label="How serious is it, as far as you can tell now?",
        choices=(
            ("immediate", "Danger to life or limb now"),
            ("serious", "Serious harm"),
            ("concern", "A concern, below serious harm"),
            ("none", "No harm that you can see"),
            ("unknown", "Not known yet"),
        ),
        hints={"immediate": "You go on to the emergency steps."},
    )
    owner = Select(label="Who owns the case from now on?", choices=())
    note = Words(
        label="What comes next, and why?",
        max_length=2000,
        help_text="It becomes a line of the chronology.",
    )

    def __init__(self, *arguments: Any, owners: Sequence[Account] = (), **options: Any) -> None:
        """Offer these colleagues as owners."""
        super().__init__(*arguments, **options)
        field: Any = self.fields["owner"]
        field.choices = [("", "Choose"), *((str(a.pk), account_words(a)) for a in owners)]
        self.owners = owners

    def answer(self) -> dict[str, Any]:
        """The triage as keywords of the operation."""
        owner = next(a for a in self.owners if str(a.pk) == self.cleaned_data["owner"])
        return {**self.cleaned_data, "owner": owner}
