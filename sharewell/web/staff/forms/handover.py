"""The form by which one shift hands cases to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sharewell.agencies.models import Account
from sharewell.cases.models import Case
from sharewell.web.fields import Form, Select, Several, Words
from sharewell.web.moments import Moment
from sharewell.web.staff.forms.concern_parts import account_words


class HandoverForm(Form):
    """Which cases go to whom until when; what to watch in each."""

    to = Select(label="To whom?", choices=())
    until = Moment(
        label="When does their shift end?", help_text="What they were let into by this ends then."
    )
    cases = Several(label="Which cases?", choices=(), required=False)
    words = Words(
        label="Anything else, not about one case",
        max_length=1000,
        rows=2,
        required=False,
        help_text="No names here.",
    )

    def __init__(
        self, *arguments: Any, to: Sequence[Account], rows: Sequence[Case], **options: Any
    ) -> None:
        """Offer these colleagues and these cases."""
        super().__init__(*arguments, **options)
        self.colleagues = {str(each.pk): each for each in to}
        self.rows = list(rows)
        field: Any = self.fields["to"]
        words = [(key, account_words(each)) for key, each in self.colleagues.items()]
        field.choices = [("", "Choose"), *words]
        named = [(str(each.pk), f"{each.person.name}, {each.reference}") for each in rows]
        some: Any = self.fields["cases"]
        some.choices = named
        some.reveals = {key: [f"watch_{key}"] for key, _ in named}
        for key, _ in named:
            self.fields[f"watch_{key}"] = Words(
                label="What to watch or to do", max_length=1000, rows=2, required=False
            )

    def answer(self) -> dict[str, Any]:
        """The handover as keywords of the operation."""
        given = self.cleaned_data
        chosen = [case for case in self.rows if str(case.pk) in given["cases"]]
        return {
            "to": self.colleagues[given["to"]],
            "until": given["until"],
            "watch": {case.pk: given[f"watch_{case.pk}"] for case in chosen},
            "words": given["words"],
        }
