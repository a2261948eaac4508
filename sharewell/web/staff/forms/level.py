"""The questions for a level on a ladder of need or risk: on a page of its own, and on reading a concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from sharewell.cases import levels
from sharewell.cases.levels import Chosen
from sharewell.cases.models import Case
from sharewell.core.ladders import Ladder
from sharewell.web.fields import Choice, KeyedForm, Select, Words
from sharewell.web.glossary import level_words

WHY = "What you saw, heard or know that makes it this level, and what would change it."


class LevelForm(KeyedForm):
    """A ladder, the level on it, the number where the ladder asks for one, and why."""

    ladder = Choice(label="Which ladder do you use?", choices=())
    why = Words(label="Why this level?", max_length=levels.WHY, rows=4, help_text=WHY)

    def __init__(self, *arguments: Any, case: Case, **options: Any) -> None:
        """Offer the ladders for this person, each with its levels."""
        self.ladders = levels.offered(case)
        super().__init__(*arguments, **options)
        ladder: Any = self.fields["ladder"]
        ladder.choices = [(each.id, each.label) for each in self.ladders]
        ladder.hints = {each.id: _note(each) for each in self.ladders if each.note or each.points}
        ladder.reveals = {each.id: self._ask(each) for each in self.ladders}
        if len(self.ladders) == 1:
            ladder.initial = self.ladders[0].id
        self.order_fields(["form_key", "ladder", "why"])

    def _ask(self, ladder: Ladder) -> tuple[str, ...]:
        names = []
        if ladder.asks:
            names.append(f"number_{ladder.id}")
            self.fields[names[-1]] = forms.IntegerField(
                label=ladder.asks.label,
                required=False,
                min_value=0,
                max_value=ladder.asks.most,
                help_text="The number points to a level. You may give another, and say why.",
            )
        names.append(f"level_{ladder.id}")
        self.fields[names[-1]] = Choice(
            label="Which level?",
            choices=[(each.id, _label(each.label, each.starts_at)) for each in ladder.levels],
            hints={each.id: level_words(each) for each in ladder.levels},
            required=False,
        )
        return tuple(names)

    def clean(self) -> dict[str, Any]:
        """Ask for a level on the ladder that was chosen."""
        given = super().clean() or {}
        ladder = given.get("ladder")
        if ladder and not given.get(f"level_{ladder}"):
            self.add_error(f"level_{ladder}", "Choose a level.")
        return given

    def refused(self, refusal: Any) -> None:
        """Show what the operation refused beside the questions of the ladder that was chosen."""
        errors = getattr(refusal, "errors", None) or {}
        for name in ("level", "number"):
            if name in errors:
                errors[f"{name}_{self.cleaned_data['ladder']}"] = errors.pop(name)
        super().refused(refusal)

    def answer(self) -> dict[str, Any]:
        """The level as keywords of the operation."""
        given = self.cleaned_data
        ladder = given["ladder"]
        chosen = Chosen(
            ladder=ladder,
            level=given[f"level_{ladder}"],
            why=given["why"],
            number=given.get(f"number_{ladder}"),
        )
        return {"chosen": chosen, "form_key": given["form_key"]}


def level_fields(case: Case, *, of: str, about: str = "") -> dict[str, forms.Field]:
    """The questions for a level beside others, as ``level_<of>``; none where no ladder can be offered."""
    ladders = levels.offered(case)
    if not ladders:
        return {}
    choices = [
        (f"{ladder.id}/{each.id}", f"{ladder.label}: {each.label}")
        for ladder in ladders
        for each in ladder.levels
    ]
    return {
        f"level_{of}": Select(
            label=f"Which level, if you give one now{about}?", choices=choices, required=False
        ),
        f"level_{of}_why": Words(
            label="Why this level?", max_length=levels.WHY, rows=3, required=False, help_text=WHY
        ),
    }


def level_of(given: Mapping[str, Any], *, of: str) -> Chosen | None:
    """The level that was chosen among :func:`level_fields`; None where none was."""
    ladder, _, level = given.get(f"level_{of}", "").partition("/")
    return Chosen(ladder=ladder, level=level, why=given[f"level_{of}_why"]) if level else None


def ladders_for(cases: Sequence[Case]) -> list[Ladder]:
    """The ladders that are offered for any of these people, each once."""
    found = {each.id: each for case in cases for each in levels.offered(case)}
    return list(found.values())


def _note(ladder: Ladder) -> str:
    return " ".join([ladder.note, *ladder.points]).strip()


def _label(label: str, starts_at: int | None) -> str:
    return label if starts_at is None else f"{label} (from {starts_at})"
