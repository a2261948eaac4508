"""Forms for the timeline of a case: adding to it, correcting a line, narrowing what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone

from sharewell.agencies.models import Team
from sharewell.cases.models import ChronologyEntry
from sharewell.cases.operations import Part
from sharewell.cases.queries import Narrowed
from sharewell.web.fields import Choice, Form, Line, Select, Words
from sharewell.web.moments import Day, Moment
from sharewell.web.staff.forms.concern_parts import KINDS, THEIR_WORDS
from sharewell.web.staff.forms.marks import mark_fields, marks_of, marks_typed
from sharewell.web.staff.words import KINDS as KIND_WORDS
from sharewell.web.staff.words import SECTIONS, kind_words

WRITTEN = ("contact", "concern", "meeting", "action", "note")  # kinds of event that people write


class EventForm(Form):
    """What somebody tells of one event, fact apart from words and from opinion."""

    # Each box with its kind and whether it is somebody's own words; what was done is an action.
    BOXES: ClassVar = ("happened", "said", "done", "opinion")

    event_at = Moment(label="When did it happen?", help_text="For example, 20 11 2026 at 14:05")
    section = Choice(
        label="What kind of event?", choices=[(name, SECTIONS[name]) for name in WRITTEN]
    )
    happened = Words(
        label="What was seen or heard?",
        help_text="Facts only: who, where, what. What you think of it has a box of its own.",
        required=False,
        guided="kind",
    )
    kind = Choice(
        label="How do you know this?",
        choices=[each for each in KINDS if each[0] not in {THEIR_WORDS, "opinion"}],
        initial="observed",
        required=False,
    )
    said = Words(
        label="What was said, in their own words?",
        help_text="Word for word, as they said it.",
        rows=3,
        required=False,
    )
    source_role = Line(
        label="Who said it, or told you?",
        required=False,
        help_text="Their role, for example the person, neighbour, GP.",
    )
    done = Words(
        label="What was done, and by whom?",
        help_text="Whom you told, what was agreed, what comes next.",
        rows=3,
        required=False,
        guided="observed",
    )
    opinion = Words(
        label="What do you think it means?",
        help_text="Your professional opinion, and why. It is kept apart from the facts.",
        rows=3,
        required=False,
        guided="opinion",
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Let none of the boxes be called optional: one of them is needed."""
        super().__init__(*arguments, **options)
        self.fields |= mark_fields()
        for name in (*self.BOXES, "kind"):
            field: Any = self.fields[name]
            field.asked = True

    def clean(self) -> dict[str, Any]:
        """Check that something is told, and how what was seen is known."""
        given = super().clean() or {}
        if not any(given.get(name) or name in self.errors for name in self.BOXES):
            self.add_error("happened", "Write what was seen or heard, said, done or thought.")
        if given.get("happened") and not given.get("kind") and "kind" not in self.errors:
            self.add_error("kind", "Say how you know this.")
        return given

    def answer(self) -> dict[str, Any]:
        """The event as keywords of the operation: each box that is filled is a part."""
        given = self.cleaned_data
        section, source = given["section"], given["source_role"]
        parts = [
            Part(
                name="happened",
                text=given["happened"],
                section=section,
                kind=given["kind"] or "observed",
                source_role=source,
            ),
            Part(
                name="said",
                text=given["said"],
                section=section,
                kind="reported",
                source_role=source,
                verbatim=True,
            ),
            Part(name="done", text=given["done"], section="action"),
            Part(name="opinion", text=given["opinion"], section=section, kind="opinion"),
        ]
        return {
            "event_at": given["event_at"],
            "parts": [part for part in parts if part.text],
            "counted": marks_of(given),
        }

    @property
    def counted(self) -> Any:
        """The question what the event counts as, or None where its pack is lost."""
        return self["marks"] if "marks" in self.fields else None


class CorrectForm(Form):
    """How one line should read."""

    event_at = Moment(label="When did it happen?", help_text="For example, 20 11 2026 at 14:05")
    section = Choice(label="What kind of event?", choices=[])
    kind = Choice(label="How do you know this?", choices=KINDS)
    source_role = Line(
        label="Who said it, or told you?",
        required=False,
        help_text="Their role, for example the person, neighbour, GP.",
    )
    text = Words(
        label="What happened?", rows=6, help_text="Facts, with names and times.", guided="kind"
    )

    def __init__(self, *arguments: Any, old: ChronologyEntry, **options: Any) -> None:
        """Start from the line as it reads; its own kind of event is offered too."""
        self.old = old
        initial = {
            "section": old.section,
            "kind": THEIR_WORDS if old.verbatim else old.kind,
            "source_role": old.source_role,
            "event_at": old.event_at,
            "text": old.text,
            **marks_typed(old.markings.filter(ended_at=None)),
        }
        super().__init__(*arguments, initial=initial, **options)
        self.fields |= mark_fields()
        field: Any = self.fields["section"]
        names = [name for name in SECTIONS if name in {*WRITTEN, old.section}]
        field.choices = [(name, SECTIONS[name]) for name in names]

    def answer(self) -> dict[str, Any]:
        """The correction as keywords of the operation."""
        given = self.cleaned_data
        verbatim = given["kind"] == THEIR_WORDS
        part = Part(
            text=given["text"],
            section=given["section"],
            kind="reported" if verbatim else given["kind"],
            source_role=given["source_role"],
            verbatim=verbatim,
        )
        return {
            "event_at": given["event_at"],
            "part": part,
            "corrects": self.old.pk,
            "counted": marks_of(given),
        }

    @property
    def counted(self) -> Any:
        """The question what the line counts as, or None where its pack is lost."""
        return self["marks"] if "marks" in self.fields else None


class NarrowForm(Form):
    """What of a timeline is shown; carried by the address, so it holds no word of the case."""

    section = Select(label="Kind of event", choices=SECTIONS.items(), required=False)
    kind = Select(
        label="How it is known",
        choices=[*KIND_WORDS.items(), (THEIR_WORDS, kind_words("", verbatim=True))],
        required=False,
    )
    source = Select(label="Source", choices=[], required=False)
    team = Select(label="Team of the writer", choices=[], required=False)
    since = Day(label="From", required=False)
    until = Day(label="To", required=False)

    def __init__(
        self,
        *arguments: Any,
        sources: Sequence[tuple[int, str]],
        teams: Sequence[Team],
        **options: Any,
    ) -> None:
        """Offer the sources and teams that stand in the timeline."""
        super().__init__(*arguments, **options)
        offered = {
            "source": [(str(number), role) for number, role in sources],
            "team": [(str(team.pk), team.name) for team in teams],
        }
        for name, choices in offered.items():
            field: Any = self.fields[name]
            field.choices = [("", "Choose"), *choices]
        for every in self.fields.values():
            field = every
            field.asked = True

    def clean(self) -> dict[str, Any]:
        """Check that the days are in order."""
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", "Give a day that is not before the first.")
        return given

    def narrowed(self) -> Narrowed:
        """What is asked for; an answer that is not understood does not narrow."""
        if not self.is_bound:
            return Narrowed()
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if "source" in given:
            given["source"] = int(given["source"])
        if "team" in given:
            given["team"] = UUID(given["team"])
        if "since" in given:
            given["since"] = midnight(given["since"])
        if "until" in given:
            given["until"] = midnight(given["until"] + timedelta(days=1))
        return Narrowed(**given)

    def query(self) -> dict[str, str]:
        """What was asked for, as an address carries it."""
        return {name: value for name, value in self.data.items() if value and name in self.names()}

    def names(self) -> set[str]:
        """The names of the parts of this form in an address."""
        days = {
            f"{name}_{part}" for name in ("since", "until") for part in ("day", "month", "year")
        }
        return {"section", "kind", "source", "team", *days}


def midnight(day: Any) -> datetime:
    """The moment at which a day begins where the agency is."""
    local = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
    return local.astimezone(UTC)
