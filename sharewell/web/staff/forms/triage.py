"""The form for what a manager says after reading a concern."""

from __future__ import annotations

from typing import Any

from sharewell.cases import levels
from sharewell.cases.queries import Told
from sharewell.web.fields import Choice, Form, Select, Words
from sharewell.web.staff.forms.concern_parts import account_words
from sharewell.web.staff.forms.level import ladders_for, level_fields, level_of
from sharewell.web.staff.forms.marks import mark_fields, marks_of, marks_typed


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

    def __init__(self, *arguments: Any, told: Told, **options: Any) -> None:
        """Offer colleagues as owners, and what the concern counts as for each of its people, as it stands."""
        initial = {"owner": str(told.on_cases[0].case.owner_id)}
        self.owners = told.owners
        self.cases = {str(n): each.case for n, each in enumerate(told.on_cases, 1)}
        asked: dict[str, Any] = {}
        for of, case in self.cases.items():
            about = f", for {case.person.name}" if len(self.cases) > 1 else ""
            label = f"Is it one of these{about}?"
            asked |= mark_fields(of=of, label=label)
            asked |= level_fields(case, of=of, about=about)
            kept = [each for each in told.counted if each.case_id == case.pk]
            initial |= marks_typed(kept, of=of)
        super().__init__(*arguments, initial=initial, **options)
        self.fields |= asked
        self.ladders, self.advice = ladders_for(list(self.cases.values())), levels.advice()
        field: Any = self.fields["owner"]
        field.choices = [("", "Choose"), *((str(a.pk), account_words(a)) for a in self.owners)]

    def clean(self) -> dict[str, Any]:
        """Ask which level is meant where only a reason for one was written."""
        given = super().clean() or {}
        for of in self.cases:
            if given.get(f"level_{of}_why") and not given.get(f"level_{of}"):
                self.add_error(f"level_{of}", "Choose the level that you give this reason for.")
        return given

    def answer(self) -> dict[str, Any]:
        """The triage as keywords of the operation."""
        given = self.cleaned_data
        owner = next(a for a in self.owners if str(a.pk) == given["owner"])
        counted = {
            case.pk: marks_of(given, of=of)
            for of, case in self.cases.items()
            if f"marks{of}" in self.fields
        }
        chosen = {case.pk: level_of(given, of=of) for of, case in self.cases.items()}
        said = {name: given[name] for name in ("harm", "note")}
        return {
            **said,
            "owner": owner,
            "counted": counted,
            "given": {case: level for case, level in chosen.items() if level},
        }

    @property
    def counted(self) -> list[Any]:
        """The questions what it counts as, one for each person; none where their pack is lost."""
        return [self[f"marks{of}"] for of in self.cases if f"marks{of}" in self.fields]

    @property
    def levels(self) -> list[tuple[Any, Any]]:
        """The questions for a level and its reason, one pair for each person; none where no ladder is offered."""
        return [
            (self[f"level_{of}"], self[f"level_{of}_why"])
            for of in self.cases
            if f"level_{of}" in self.fields
        ]
