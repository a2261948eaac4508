"""The question what an entry counts as, with the numbers that go with it; shared by concerns and the chronology."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from sharewell.cases.marks import Mark, offered
from sharewell.cases.models import Marking
from sharewell.core.events import Event
from sharewell.web.fields import Line, Several

ASKED = {"money": "How much, if it is known?", "hours": "For how many hours, if it is known?"}


class Number(Line):
    """A number from nought, with a currency sign or commas if they were typed; empty where it is not known."""

    def __init__(self, **options: Any) -> None:
        """Take a short number."""
        super().__init__(max_length=14, width=10, required=False, **options)

    def to_python(self, value: Any) -> Any:
        """Return the number, or None; raises ValidationError for anything else."""
        text = super().to_python(value).replace(",", "").lstrip("£$ ")
        if not text:
            return None
        try:
            found = Decimal(text).quantize(Decimal("0.01"))
        except InvalidOperation:
            found = Decimal(-1)
        if not found.is_finite() or found < 0:
            message = "Enter a number, like 40 or 12.50. Leave it empty if it is not known."
            raise forms.ValidationError(message, code="invalid")
        return found


def mark_fields(
    subject_kind: str = "both", *, of: str = "", label: str = "Is it one of these?"
) -> dict[str, forms.Field]:
    """The fields: which events, and for those that ask for one its number; none where their pack is lost.

    ``of`` sets the names of one question apart from those of another on the same page.
    """
    events = offered(subject_kind)
    if not events:
        return {}
    asking = [event for event in events if event.asks]
    fields: dict[str, forms.Field] = {
        f"marks{of}": Several(
            label=label,
            help_text="If it is, tick it. Small things that several teams tick are seen together.",
            choices=[(event.id, event.label) for event in events],
            hints={event.id: event.hint for event in events if event.hint},
            reveals={event.id: (_name(event, of),) for event in asking},
            required=False,
        )
    }
    return fields | {_name(event, of): Number(label=ASKED[event.asks]) for event in asking}


def marks_of(given: Mapping[str, Any], *, of: str = "") -> list[Mark]:
    """The marks of a form that was found right."""
    return [
        Mark(event=event, number=given.get(f"mark{of}_{event}"))
        for event in given.get(f"marks{of}", ())
    ]


def marks_typed(kept: Iterable[Marking], *, of: str = "") -> dict[str, Any]:
    """What was marked before, as a form starts from it."""
    listed = list(kept)
    numbers = {f"mark{of}_{each.event}": each.number for each in listed if each.number is not None}
    return {f"marks{of}": [each.event for each in listed], **numbers}


def _name(event: Event, of: str) -> str:
    return f"mark{of}_{event.id}"
