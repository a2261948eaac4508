"""Forms for how a person is reached: the safe contact plan, and leave to make contact without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any, ClassVar

from django import forms

from sharewell import packs
from sharewell.agencies.access import Invalid, Refusal
from sharewell.cases.models import SafeContact
from sharewell.cases.safety import ContactPlan
from sharewell.core.contacting import Addressee, Wording
from sharewell.core.contacting.plan import DAYS
from sharewell.web.fields import Choice, Form, KeyedForm, Line, Select, Several, Tick, Words
from sharewell.web.moments import Day, Moment, read_time
from sharewell.web.staff.forms.case import Seen

SAFE = (("true", "It is safe"), ("false", "Not safe: never use it"), ("unknown", "Not known"))
WHEN = (
    ("listed", "Only at some times"),
    ("any", "At any time"),
    ("unknown", "Not known: ask before any contact"),
)
LEAST = {"way": 4, "window": 3, "hidden": 4}  # rows offered; two more than are filled in
WORDS = (
    "how",
    "times",
    "code_word",
    "never",
    "cover",
    "interpreter",
    "meeting_place",
    "agreed_by",
)
TICKS = ("no_letters", "no_visits", "leave_message")
SHOWN_AT = {"ways": "way_0_channel", "windows": "window_0_days", "must_not_know": "hidden_0_name"}


class SafeContactForm(Form):
    """How the person may be reached safely, and what must never be done."""

    seen = Seen()
    no_letters = Tick(label="No letters", required=False)
    no_visits = Tick(label="Do not visit their home", required=False)
    never = Words(
        label="What else must never be done?",
        max_length=600,
        rows=2,
        required=False,
        help_text="In words, for example: never speak of it while the radio is off.",
    )
    how = Line(
        label="Anything else about how they can be reached",
        max_length=300,
        required=False,
        help_text="For example, at the day centre, or through her sister.",
    )
    meeting_place = Line(label="Where can they be met safely?", max_length=300, required=False)
    when = Choice(
        label="When is it safe?",
        choices=WHEN,
        required=False,
        help_text="Days and hours are those of your agency’s time zone. Nobody is to be reached at other times, unless they ring.",
    )
    times = Line(label="Anything else about the times", required=False)
    code_word = Line(label="A word that shows who you are", max_length=100, required=False)
    leave_message = Tick(label="A message may be left", required=False)
    cover = Line(
        label="What to say if somebody else answers",
        max_length=300,
        required=False,
        help_text="An ordinary reason to ring or call, agreed with them.",
    )
    interpreter = Line(
        label="Interpreter, independent of the family",
        required=False,
        help_text="The language, and who. Never a relative or a neighbour.",
    )
    agreed_by = Line(label="Who agreed this plan with the person?", required=False)
    agreed_on = Day(label="When was it agreed with them?", required=False)
    review_on = Day(
        label="When is it looked at again?",
        required=False,
        help_text="Leave it empty for four weeks from today.",
    )

    def __init__(self, *arguments: Any, newest: SafeContact | None, **options: Any) -> None:
        """Start from the plan that stands."""
        initial: dict[str, Any] = {"seen": newest.id if newest else 0, "when": "listed"}
        if newest:
            initial |= {
                name: getattr(newest, name) for name in (*WORDS, *TICKS, "when", "agreed_on")
            }
            initial |= dict(_initial_rows(newest))
        super().__init__(*arguments, initial=initial, **options)
        rules = packs.contact()
        self.channels = [(row.id, row.phrase) for row in rules.channels.values()]
        self.relations = list(rules.relation_words.items())
        filled = {
            "way": len(newest.ways) if newest else 0,
            "window": len(newest.windows) if newest else 0,
            "hidden": len(newest.must_not_know) if newest else 0,
        }
        self.counts = {name: max(least, filled[name] + 2) for name, least in LEAST.items()}
        for number in range(self.counts["way"]):
            self._way(number)
        for number in range(self.counts["window"]):
            self._window(number)
        for number in range(self.counts["hidden"]):
            self._hidden(number)

    def _way(self, number: int) -> None:
        name = f"way_{number}"
        self.fields[f"{name}_channel"] = Select(label="How", choices=self.channels, required=False)
        self.fields[f"{name}_address"] = Line(
            label="Number or address", max_length=200, required=False
        )
        self.fields[f"{name}_safe"] = Select(label="Is it safe?", choices=SAFE, required=False)

    def _window(self, number: int) -> None:
        name = f"window_{number}"
        days = [(str(day), words) for day, words in enumerate(DAYS)]
        self.fields[f"{name}_days"] = Several(label="Days", choices=days, required=False)
        self.fields[f"{name}_from"] = Line(label="From", max_length=20, width=5, required=False)
        self.fields[f"{name}_to"] = Line(label="Until", max_length=20, width=5, required=False)

    def _hidden(self, number: int) -> None:
        name = f"hidden_{number}"
        self.fields[f"{name}_name"] = Line(label="Name", required=False)
        self.fields[f"{name}_relation"] = Select(
            label="Who they are", choices=self.relations, required=False
        )

    def clean(self) -> dict[str, Any]:
        """Check that the rows are whole, and that the plan says something."""
        given = super().clean() or {}
        self.ways = list(self._ways(given))
        self.windows = list(self._windows(given))
        self.hidden = list(self._hiddens(given))
        given["when"] = given.get("when") or "unknown"
        if self.windows:
            given["when"] = "listed"
        elif given["when"] == "listed" and not self.errors:
            given["when"] = "unknown"
        says = (*TICKS[:2], "never", "how", "meeting_place", "times")
        if not self.errors and not (self.ways or self.hidden or any(given.get(n) for n in says)):
            self.add_error(
                "way_0_channel", "Say how they can be reached, or what must never be done."
            )
        return given

    def _ways(self, given: Mapping[str, Any]) -> Iterator[dict[str, str]]:
        for number in range(self.counts["way"]):
            parts = {
                part: given.get(f"way_{number}_{part}") or ""
                for part in ("channel", "address", "safe")
            }
            if parts["address"] and not parts["channel"]:
                self.add_error(
                    f"way_{number}_channel", "Choose how this number or address is used."
                )
            elif parts["channel"]:
                if not parts["safe"]:
                    self.add_error(
                        f"way_{number}_safe", "Say whether it is safe, or that it is not known."
                    )
                yield parts

    def _windows(self, given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for number in range(self.counts["window"]):
            name = f"window_{number}"
            days = [int(day) for day in given.get(f"{name}_days") or ()]
            texts = [given.get(f"{name}_{part}") or "" for part in ("from", "to")]
            if not days and not any(texts):
                continue
            if not days:
                self.add_error(f"{name}_days", "Choose the days on which it is safe.")
            starts, ends = self._time(f"{name}_from", texts[0]), self._time(f"{name}_to", texts[1])
            if starts and ends and starts >= ends:
                self.add_error(
                    f"{name}_to", "Give an end after the start; for a night, give two rows."
                )
            if days and starts and ends and starts < ends:
                yield {"days": days, "from": f"{starts:%H:%M}", "to": f"{ends:%H:%M}"}

    def _time(self, name: str, text: str) -> time | None:
        try:
            return read_time(text)
        except forms.ValidationError as error:
            self.add_error(name, error)
            return None

    def _hiddens(self, given: Mapping[str, Any]) -> Iterator[dict[str, str]]:
        for number in range(self.counts["hidden"]):
            name, relation = (
                given.get(f"hidden_{number}_{part}") or "" for part in ("name", "relation")
            )
            if name or relation:
                yield {"name": name, "relation": relation}

    def refused(self, refusal: Refusal) -> None:
        """Show what the operation found wrong of a group at its first row."""
        if isinstance(refusal, Invalid):
            refusal.errors = {
                SHOWN_AT.get(name, name): texts for name, texts in refusal.errors.items()
            }
        super().refused(refusal)

    def answer(self) -> dict[str, Any]:
        """The plan as keywords of the operation."""
        given = self.cleaned_data
        names = (*WORDS, *TICKS, "when", "agreed_on", "review_on")
        plan = ContactPlan(
            ways=self.ways,
            windows=self.windows,
            must_not_know=self.hidden,
            **{name: given[name] for name in names},
        )
        return {"plan": plan, "seen": given["seen"]}

    def rows(self, kind: str, *parts: str) -> list[list[Any]]:
        """The rows of a group, each its bound fields."""
        return [[self[f"{kind}_{n}_{part}"] for part in parts] for n in range(self.counts[kind])]

    def way_rows(self) -> list[list[Any]]:
        """The rows of ways."""
        return self.rows("way", "channel", "address", "safe")

    def window_rows(self) -> list[list[Any]]:
        """The rows of days and hours."""
        return self.rows("window", "days", "from", "to")

    def hidden_rows(self) -> list[list[Any]]:
        """The rows of those who must not know."""
        return self.rows("hidden", "name", "relation")


def _initial_rows(plan: SafeContact) -> Iterator[tuple[str, Any]]:
    for number, way in enumerate(plan.ways):
        for part in ("channel", "address", "safe"):
            yield f"way_{number}_{part}", way.get(part, "")
    for number, window in enumerate(plan.windows):
        yield f"window_{number}_days", [str(day) for day in window["days"]]
        yield f"window_{number}_from", window["from"]
        yield f"window_{number}_to", window["to"]
    for number, who in enumerate(plan.must_not_know):
        yield f"hidden_{number}_name", who.get("name", "")
        yield f"hidden_{number}_relation", who.get("relation", "")


class AcceptForm(Form):
    """Why contact is made although no plan is recorded."""

    LIMIT: ClassVar = 1000
    reason = Words(
        label="Why can contact not wait for a plan, and how is it made safe?",
        max_length=LIMIT,
        rows=4,
        help_text="It opens only asking by phone or away from home, for some hours; nothing in writing.",
    )


class WordForm(KeyedForm):
    """A word to the person, the household or a carer, as it would arrive."""

    TO: ClassVar = (
        ("person", "The person"),
        ("household", "Somebody of their household"),
        ("carer", "A carer or relative elsewhere"),
    )
    to_kind = Choice(
        label="For whom is it?",
        choices=TO,
        reveals={
            "household": ("to_name", "to_relation", "to_knows"),
            "carer": ("carer_name", "carer_relation", "carer_knows"),
        },
    )
    to_name = Line(label="Their name", required=False)
    to_relation = Select(label="Who they are", choices=[], required=False)
    to_knows = Tick(label="They already know that there is a case", required=False)
    carer_name = Line(label="The name of the carer", required=False)
    carer_relation = Select(label="Who the carer is", choices=[], required=False)
    carer_knows = Tick(label="The carer already knows that there is a case", required=False)
    channel = Select(label="How?", choices=[])
    at = Moment(label="When would it arrive?")
    rang_first = Tick(label="They rang, and this answers them", required=False)
    shown = Line(
        label="What can be seen without opening it",
        required=False,
        help_text="Subject, envelope, or what a locked screen shows. Neutral words only.",
    )
    inside = Words(label="What it says", max_length=4000, rows=6, required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer the channels and relations of the pack."""
        super().__init__(*arguments, **options)
        rules = packs.contact()
        fields: Any = self.fields
        fields["channel"].choices = [
            ("", "Choose"),
            *((row.id, row.phrase) for row in rules.channels.values()),
        ]
        for name in ("to_relation", "carer_relation"):
            fields[name].choices = [("", "Choose"), *rules.relation_words.items()]

    def answer(self) -> dict[str, Any]:
        """The word as keywords of the operation."""
        given = self.cleaned_data
        who = {"household": "to", "carer": "carer"}.get(given["to_kind"])
        parts = (given[f"{who}_{part}"] for part in ("name", "relation", "knows")) if who else ()
        return {
            "to": Addressee(given["to_kind"], *parts),
            "wording": Wording(given["shown"], given["inside"]),
            **{name: given[name] for name in ("form_key", "channel", "at", "rang_first")},
        }
