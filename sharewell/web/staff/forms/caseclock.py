"""Forms for the clocks of a case: started, done, paused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sharewell.agencies.models import Account
from sharewell.web.fields import Choice, Form, KeyedForm, Line, Select, Words
from sharewell.web.moments import Moment
from sharewell.web.staff.forms.concern_parts import account_words


class ClockStartForm(KeyedForm):
    """What happened, when, and who sees to what follows."""

    event = Select(label="What happened?", choices=())
    at = Moment(label="When did it happen?")
    owner = Select(label="Who sees to it?", choices=())
    note = Line(label="Anything to add", max_length=500, required=False)

    def __init__(
        self,
        *arguments: Any,
        events: Iterable[tuple[str, str]],
        readers: Iterable[Account],
        **options: Any,
    ) -> None:
        """Offer the events of the place, and those who may read the case."""
        super().__init__(*arguments, **options)
        event: Any = self.fields["event"]
        event.choices = [("", "Choose"), *events]
        self.readers = {str(each.pk): each for each in readers}
        owner: Any = self.fields["owner"]
        owner.choices = [(key, account_words(each)) for key, each in self.readers.items()]

    def answer(self) -> dict[str, Any]:
        """The event as keywords of the operation."""
        given = self.cleaned_data
        return {
            "event": given["event"],
            "at": given["at"],
            "owner": self.readers[given["owner"]],
            "note": given["note"],
            "form_key": given["form_key"],
        }


class ClockDoneForm(Form):
    """What was done about a clock."""

    outcome = Words(
        label="What was done, and when?",
        max_length=2000,
        rows=3,
        help_text="Or why it does not apply any more.",
    )


class PauseForm(KeyedForm):
    """Why a clock is paused, and until when."""

    reason = Choice(label="Why is it paused?", choices=())
    words = Words(label="What exactly is waited for?", max_length=500, rows=2)
    until = Moment(label="Until when?")

    def __init__(self, *arguments: Any, reasons: Mapping[str, str], **options: Any) -> None:
        """Offer the reasons of the pack."""
        super().__init__(*arguments, **options)
        reason: Any = self.fields["reason"]
        reason.choices = list(reasons.items())
