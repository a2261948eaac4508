"""The form of a pathway: for which need, when it is the right one, and its steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from sharewell import packs
from sharewell.agencies.models import Agency, Function, Pathway
from sharewell.core.ladders import Ladder
from sharewell.followup.operations.pathway import STEPS_AT_MOST, Way
from sharewell.web.fields import KeyedForm, Line, Select, Words


class PathwayForm(KeyedForm):
    """A pathway with its steps in order."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = Line(label="What is it called?")
    need = Select(label="For what?", choices=())
    criteria = Words(label="When is it the right one?", max_length=1000, rows=3, required=False)
    level = Select(label="From which level on?", choices=(), required=False)
    link = forms.URLField(
        label="Web page with more",
        required=False,
        assume_scheme="https",
        max_length=300,
        error_messages={"invalid": "Give a web address that begins with https://"},
    )

    def __init__(
        self,
        *arguments: Any,
        agency: Agency,
        ladders: Sequence[Ladder],
        functions: Sequence[Function],
        pathway: Pathway | None = None,
        **options: Any,
    ) -> None:
        """Start from how the pathway stands, or from nothing."""
        super().__init__(*arguments, initial=_standing(pathway), **options)
        need: Any = self.fields["need"]
        kinds = packs.directory().of(agency.jurisdiction)
        need.choices = [("", "Choose"), *((each.id, each.label) for each in kinds)]
        level: Any = self.fields["level"]
        level.choices = [
            ("", "None"),
            *(
                (f"{ladder.id}:{each.id}", f"{ladder.label}: {each.label}")
                for ladder in ladders
                for each in ladder.levels
            ),
        ]
        choices = [(str(each.pk), f"{each.name}, {each.agency.name}") for each in functions]
        choices += _no_longer_offered(pathway, {key for key, _ in choices})
        for number in range(1, STEPS_AT_MOST + 1):
            self.fields[f"step_{number}"] = Line(
                label=f"Step {number}", max_length=400, required=False
            )
            who = Select(label=f"Whom to turn to in step {number}", choices=(), required=False)
            who.choices = [("", "Nobody in the directory"), *choices]
            self.fields[f"who_{number}"] = who

    def clean(self) -> dict[str, Any]:
        """Ask for words beside somebody to turn to."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(1, STEPS_AT_MOST + 1):
            if given.get(f"who_{number}") and not given.get(f"step_{number}"):
                self.add_error(f"step_{number}", f"Say what is done in step {number}.")
        return given

    def way(self) -> Way:
        """What was typed, for the operation."""
        given = self.cleaned_data
        ladder, _, level = given["level"].partition(":")
        steps = [
            (given[f"step_{number}"], UUID(who) if (who := given[f"who_{number}"]) else None)
            for number in range(1, STEPS_AT_MOST + 1)
            if given[f"step_{number}"]
        ]
        texts = {name: given[name] for name in ("title", "need", "criteria", "link")}
        return Way(**texts, ladder=ladder, level=level, steps=steps)

    @property
    def steps(self) -> list[tuple[Any, Any]]:
        """The fields of each step."""
        return [
            (self[f"step_{number}"], self[f"who_{number}"])
            for number in range(1, STEPS_AT_MOST + 1)
        ]


def _no_longer_offered(pathway: Pathway | None, offered: set[str]) -> list[tuple[str, str]]:
    """The functions that steps name and that are not to be chosen anew: what stands is not lost."""
    found: dict[str, str] = {}
    for step in pathway.steps.all() if pathway else ():
        if step.function is not None and str(step.function_id) not in offered:
            found[str(step.function_id)] = f"{step.function.name}, {step.function.agency.name}"
    return list(found.items())


def _standing(pathway: Pathway | None) -> dict[str, Any]:
    if pathway is None:
        return {}
    steps = {f"step_{each.place}": each.words for each in pathway.steps.all()}
    who = {f"who_{each.place}": str(each.function_id or "") for each in pathway.steps.all()}
    return {
        "seen": pathway.revision,
        **{name: getattr(pathway, name) for name in ("title", "need", "criteria", "link")},
        "level": f"{pathway.ladder}:{pathway.level}" if pathway.ladder else "",
        **steps,
        **who,
    }
