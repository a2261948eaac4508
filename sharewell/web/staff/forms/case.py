"""Forms for what is known of a case: one field, the facts for decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from sharewell.cases.catalogues import facts_for, flags
from sharewell.cases.models import Case, ChronologyEntry, FieldEntry, RiskFacts
from sharewell.cases.queries import FieldRow
from sharewell.cases.records import Known
from sharewell.web.fields import Choice, Form, Line, Select, Several, Words
from sharewell.web.moments import Moment
from sharewell.web.staff.forms.concern_parts import KINDS, THEIR_WORDS
from sharewell.web.staff.words import UNKNOWN, line_words

KNOWN = "known"


class Seen(forms.IntegerField):
    """The id of the version that the writer saw, hidden in the form; 0 when there was none."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        """Start with none."""
        super().__init__(min_value=0, initial=0)


class FieldForm(Form):
    """What is known of one field of the catalogue; ``known`` or one of the reasons why it is not."""

    seen = Seen()
    state = Choice(
        label="Is it known?",
        choices=((KNOWN, "Yes"), *UNKNOWN.items()),
        reveals={KNOWN: ["text", "kind", "source_role", "event_at"]},
    )
    text = Words(label="What is known", max_length=8000, required=False)
    kind = Select(
        label="How do you know this?",
        choices=[choice for choice in KINDS if choice[0] != THEIR_WORDS],
        required=False,
    )
    source_role = Line(
        label="Who told you", required=False, help_text="Their role, for example neighbour."
    )
    event_at = Moment(label="As it was on", required=False)

    def __init__(
        self,
        *arguments: Any,
        row: FieldRow,
        newest: FieldEntry | None,
        lines: Sequence[ChronologyEntry] = (),
        **options: Any,
    ) -> None:
        """Ask about this field, starting from what was recorded last; offer ``lines`` to choose from."""
        self.row = row
        initial: dict[str, Any] = {"seen": newest.id if newest else 0}
        if newest:
            initial |= {
                "state": newest.unknown or KNOWN,
                "text": newest.text or "\n".join(newest.items),
                "kind": newest.kind,
                "source_role": newest.source_role,
                "event_at": newest.event_at,
            }
        super().__init__(*arguments, initial=initial, **options)
        text: Any = self.fields["text"]
        text.label = row.field.label
        text.help_text = row.hint
        self.choosable = [line_words(line) for line in lines]
        if self.choosable:
            self._offer(row.field.max_items, newest)

    def _offer(self, most: int, newest: FieldEntry | None) -> None:
        chosen = newest.items if newest else []
        self.most = most
        self.fields["lines"] = Several(
            label="Which lines of the chronology matter?",
            help_text=f"Only what the recipient needs; at most {most}.",
            choices=[(str(number), words) for number, words in enumerate(self.choosable)],
            required=False,
        )
        numbers = [str(n) for n, words in enumerate(self.choosable) if words in chosen]
        self.initial["lines"] = numbers
        field: Any = self.fields["state"]
        field.reveals = {KNOWN: ("lines",)}

    def clean(self) -> dict[str, Any]:
        """Check that what is said to be known is written, with how it is known."""
        given = super().clean() or {}
        if "lines" in self.fields:
            chosen = given.get("lines", [])
            if given.get("state") == KNOWN and not 0 < len(chosen) <= self.most:
                self.add_error("lines", f"Choose from 1 to {self.most} lines.")
        elif given.get("state") == KNOWN:
            if not given.get("text") and "text" not in self.errors:
                self.add_error("text", "Write what is known, or say above why it is not known.")
            if not given.get("kind"):
                self.add_error("kind", "Say how you know this.")
        return given

    def known(self) -> Known:
        """The entry as the operation takes it; lines of a list become its items."""
        given = self.cleaned_data
        if given["state"] != KNOWN:
            return Known(field=self.row.id, unknown=given["state"])
        if "lines" in self.fields:
            chosen = {int(number) for number in given["lines"]}
            words = [each for number, each in enumerate(self.choosable) if number in chosen]
            return Known(field=self.row.id, items=words)
        lines = [line.strip() for line in given["text"].splitlines() if line.strip()]
        return Known(
            field=self.row.id,
            text="" if self.row.is_list else given["text"],
            items=lines if self.row.is_list else (),
            kind=given["kind"],
            source_role=given["source_role"],
            event_at=given["event_at"],
        )


class FactsForm(Form):
    """The facts that decisions turn on, for an adult or a child."""

    seen = Seen()

    def __init__(
        self, *arguments: Any, case: Case, newest: RiskFacts | None, **options: Any
    ) -> None:
        """Ask each fact that applies, starting from the newest judgement."""
        self.facts = facts_for(case.person.subject_kind)
        judged = newest.facts if newest else {}
        initial: dict[str, Any] = {"seen": newest.id if newest else 0}
        initial |= {fact.id: judged.get(fact.id, "unknown") for fact in self.facts}
        super().__init__(*arguments, initial=initial, **options)
        for fact in self.facts:
            answers = [(answer.id, answer.label) for answer in fact.answers]
            self.fields[fact.id] = Choice(
                label=fact.asks,
                help_text=fact.hint,
                choices=[*answers, ("unknown", "Not known")],
                error_messages={
                    "required": f"Answer this, or say that it is not known: {fact.asks}"
                },
            )

    def answer(self) -> dict[str, Any]:
        """The judgement as keywords of the operation."""
        given = self.cleaned_data
        return {"facts": {fact.id: given[fact.id] for fact in self.facts}, "seen": given["seen"]}

    def questions(self) -> list[Any]:
        """The questions in order."""
        return [self[fact.id] for fact in self.facts]


class FlagsForm(Form):
    """What special handling a case needs; ``seen`` are the answers that the writer found."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    flags = Several(
        label="Does any of these hold?",
        choices=[],
        required=False,
    )

    def __init__(self, *arguments: Any, case: Case, **options: Any) -> None:
        """Start from what holds now."""
        initial = {"seen": " ".join(case.flags), "flags": case.flags}
        super().__init__(*arguments, initial=initial, **options)
        field: Any = self.fields[
            "flags"
        ]  # asked for here: a pack that is lost stops this page alone
        field.choices = [(flag.id, flag.label) for flag in flags()]
        field.hints = {flag.id: flag.hint for flag in flags()}

    def answer(self) -> dict[str, Any]:
        """The answers as keywords of the operation."""
        given = self.cleaned_data
        return {"flags": given["flags"], "seen": given["seen"].split()}
