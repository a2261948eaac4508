"""Forms of an escalation: an attempt, the danger, going up early, a view, the end, and the start of a disagreement."""

from __future__ import annotations

from typing import Any

from sharewell import packs
from sharewell.web.fields import Choice, KeyedForm, Line, Tick, Words
from sharewell.web.moments import Moment

CHANGED = "Has the danger changed since it was last looked at?"
IMMEDIATE = "The safeguarding lead is told at once, and the emergency steps open."
SIDES = (("ours", "Ours"), ("theirs", "Theirs"))


class DangerForm(KeyedForm):
    """Whether the danger has changed; every form of a step asks it."""

    danger = Choice(label=CHANGED, choices=[], hints={"immediate": IMMEDIATE})

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer what the pack holds."""
        super().__init__(*arguments, **options)
        rules = packs.escalation()
        for name, words in (
            ("danger", rules.dangers),
            ("how", rules.hows),
            ("result", rules.results),
            ("ending", {k: w for k, w in rules.endings.items() if w.by_hand}),
        ):
            if name in self.fields:
                self.fields[name].choices = [(each.id, each.label) for each in words.values()]  # type: ignore[attr-defined]

    def answer(self) -> dict[str, Any]:
        """What was answered as keywords of the operation."""
        return dict(self.cleaned_data)


class JudgeForm(DangerForm):
    """The danger on its own, with what it rests on."""

    said = Words(
        label="What does this rest on?",
        max_length=2000,
        rows=3,
        required=False,
        help_text="What you saw or heard since, and from whom.",
    )


class AttemptForm(DangerForm):
    """One attempt to settle it with the other side."""

    field_order = ("how", "whom", "tried_at", "said", "result", "danger")
    how = Choice(label="How did you try?", choices=[])
    whom = Line(label="Whom did you ask for?", help_text="Name and role.")
    tried_at = Moment(label="When?")
    said = Words(label="What was said?", max_length=2000, rows=4, required=False)
    result = Choice(label="What came of it?", choices=[])


class EarlyForm(DangerForm):
    """Going up before the clock runs out."""

    field_order = ("why", "danger")
    why = Words(label="Why can it not wait?", max_length=2000, rows=3)


class EndForm(DangerForm):
    """How it ends."""

    field_order = ("ending", "reason", "lessons", "danger")
    ending = Choice(label="How does it end?", choices=[])
    reason = Words(
        label="What was agreed, by whom, or why is it not needed any more?",
        max_length=2000,
        rows=4,
    )
    lessons = Tick(label="There is something to learn from this", required=False)

    def answer(self) -> dict[str, Any]:
        """The end as keywords of the operation, which ends once without a key."""
        return {name: given for name, given in self.cleaned_data.items() if name != "form_key"}


class PositionForm(KeyedForm):
    """What one side holds."""

    side = Choice(label="Whose view is it?", choices=SIDES, inline=True)
    said = Words(
        label="What do they hold, and on which facts does it rest?", max_length=2000, rows=4
    )

    def answer(self) -> dict[str, Any]:
        """The view as keywords of the operation."""
        return dict(self.cleaned_data)


class DisagreeForm(KeyedForm):
    """The start of a professional disagreement."""

    ours = Words(
        label="What do we hold, and on which facts does it rest?",
        max_length=2000,
        rows=4,
        help_text="What was seen, heard and recorded; what you think should happen, and why.",
    )
    theirs = Words(
        label="What do they hold, as they said it?",
        max_length=2000,
        rows=4,
        help_text="Fairly, as they would put it themselves. Both views stay.",
    )
