"""The form with which a recipient answers a message: in the inbox, by link, or written down by the sender."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.forms.utils import ErrorDict

from sharewell.consent import words as consent_words
from sharewell.disclosures import catalogues
from sharewell.disclosures.models import PartnerAction
from sharewell.disclosures.operations.answer import Answered, Promised
from sharewell.disclosures.postponing import Later
from sharewell.web.fields import Choice, KeyedForm, Line, Select, Several, Words
from sharewell.web.moments import Day

ROWS = 3  # actions shown at first
ADD = "add_action"
REVEALS = {
    "ask_more": ("fields_asked", "purpose"),
    "redirect": ("to_whom",),
    "decline": ("reason",),
}


class AnswerForm(KeyedForm):
    """How a message is answered, with actions that have an owner and a date."""

    kind = Choice(label="What do you answer?", choices=[], reveals=REVEALS)
    fields_asked = Several(
        label="What do you need to know?",
        choices=[],
        required=False,
        help_text="Only what you need to act. The sender decides whether each may go.",
    )
    purpose = Select(label="What do you need it for?", choices=[], required=False)
    to_whom = Line(
        label="With whom does it belong?",
        required=False,
        help_text="The agency and team. The sender shares it with them, not you.",
    )
    reason = Choice(label="Why can you not take it on?", choices=[], required=False)
    words = Words(
        label="In your words",
        max_length=2000,
        rows=4,
        required=False,
        help_text="What you have done, why you ask, or what has changed.",
    )
    done = Several(label="Which of your actions are done?", choices=[], required=False)
    later = Select(label="Does one of them need longer?", choices=[], required=False)
    later_by = Day(label="Its new last day", required=False)
    quality = Several(label="How was the message?", choices=[], required=False)

    def __init__(
        self,
        *arguments: Any,
        askable: Iterable[tuple[str, str]],
        actions: Iterable[PartnerAction],
        **options: Any,
    ) -> None:
        """Offer what the packs hold, the fields that this recipient may ask for, and their open actions."""
        super().__init__(*arguments, **options)
        self.adding = ADD in self.data
        shown = self.data.get("action_rows", "")
        count = int(shown) if shown.isascii() and shown.isdigit() else ROWS
        most = catalogues.answers().actions_at_most
        self.count = min(max(count, ROWS) + self.adding, most)
        self.may_add = self.count < most
        for number in range(1, self.count + 1):
            self._row(number)
        for name in ("fields_asked", "to_whom", "reason", "done", "action_1", "quality"):
            self.fields[name].asked = True  # type: ignore[attr-defined]
        pack, fields = catalogues.answers(), self.fields
        _offer(fields["kind"], [(row.id, row.label) for row in pack.kinds.values()])
        fields["kind"].hints = {row.id: row.hint for row in pack.kinds.values()}  # type: ignore[attr-defined]
        _offer(fields["fields_asked"], askable)
        purposes = [(each, consent_words.purpose(each)) for each in consent_words.PURPOSES]
        _offer(fields["purpose"], [("", "What the message is for"), *purposes])
        _offer(fields["reason"], [(row.id, row.label) for row in pack.declines.values()])
        _offer(fields["quality"], [(row.id, row.label) for row in pack.qualities.values()])
        own = [(str(each.pk), each.what) for each in actions]
        _offer(fields["done"], own)
        _offer(fields["later"], [("", "None"), *own])

    def _row(self, number: int) -> None:
        """One more action: what, who, by when."""
        what = "What will you do?" if number == 1 else "What else?"
        name = f"action_{number}"
        self.fields[name] = Line(label=what, max_length=400, required=False)
        self.fields[f"{name}_owner"] = Line(label="Who does it?", required=False)
        self.fields[f"{name}_by"] = Day(label="By what day?", required=False)

    def is_valid(self) -> bool:
        """Whether it may be sent; asked for another action it is shown again, with nothing said to be wrong."""
        return not self.adding and super().is_valid()

    def full_clean(self) -> None:
        """Check what was typed, save where only another action was asked for."""
        super().full_clean()
        if self.adding:
            self._errors = ErrorDict()

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The boxes of each action: what, who, by when."""
        return [
            (self[f"action_{n}"], self[f"action_{n}_owner"], self[f"action_{n}_by"])
            for n in range(1, self.count + 1)
        ]

    def refused(self, refusal: Any) -> None:
        """Show what the operation refused; its name for the fields asked for is another than the box's."""
        errors = getattr(refusal, "errors", None)
        if errors and "fields" in errors:
            errors["fields_asked"] = errors.pop("fields")
        super().refused(refusal)

    def answer(self) -> dict[str, Any]:
        """The answer as keywords of the operation."""
        return {"answered": self._answered(), "form_key": self.cleaned_data["form_key"]}

    def _answered(self) -> Answered:
        given = self.cleaned_data
        actions = [
            Promised(
                what=given[f"action_{n}"],
                owner=given[f"action_{n}_owner"],
                due_on=given[f"action_{n}_by"],
            )
            for n in range(1, self.count + 1)
            if any(given[f"action_{n}{part}"] for part in ("", "_owner", "_by"))
        ]
        return Answered(
            kind=given["kind"],
            words=given["words"],
            reason=given["reason"],
            to_whom=given["to_whom"],
            fields=given["fields_asked"],
            purpose=given["purpose"],
            quality=given["quality"],
            actions=actions,
            done=[UUID(each) for each in given["done"]],
            later=Later(action_id=UUID(given["later"]), due_on=given["later_by"])
            if given["later"]
            else None,
        )


def typed(form: AnswerForm) -> str:
    """Everything that was typed into the form, line by line, to be copied; nothing of the message."""
    names = [name for name, field in form.fields.items() if isinstance(field, Words)]
    texts = (str(form.data.get(name, "")).strip() for name in names)
    return "\n".join(text for text in texts if text)


def _offer(field: Any, choices: Any) -> None:
    field.choices = list(choices)
