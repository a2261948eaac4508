"""The ladder that is climbed when a partner does not answer, or professionals disagree, read from its pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Any

from sharewell.core import oversight
from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.timetables import NamedClock
from sharewell.core.vocabulary import Vocabulary

FILE = "escalation.yaml"
ABOUT = ("silence", "disagreement")
OURS = ("sender", "case.owner", "case.manager", *oversight.STEPS)
SLOTS = {"sender", "agency", "to_whom", "sent", "phone"}
LATER = ("waits", "ends")
URGENCIES = ("standard", "urgent", "immediate")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who takes it here, whom they ask for there, for how long, and what to do and say.

    ``titles`` are words in the job titles of those who may be asked for; none: the desk that it was sent to.
    """

    id: str
    label: str
    ours: tuple[str, ...]
    theirs: str
    clock: NamedClock
    do: str
    words: str
    source: str
    status: str
    verified_on: date | None
    titles: tuple[str, ...] = ()

    def told(self) -> Told:
        """The step in words alone."""
        clock = self.clock.within
        unit = clock.unit.replace("_", " ")
        within = f"{clock.amount} {unit.removesuffix('s') if clock.amount == 1 else unit}"
        source = self.clock.source
        return Told(self.id, self.label, self.theirs, self.do, self.words, within, source)


@dataclass(frozen=True, slots=True)
class Told:
    """What a step says to people, in words alone: kept with each step that was reached, whatever the pack becomes."""

    id: str
    label: str
    theirs: str = ""
    do: str = ""
    words: str = ""
    within: str = ""  # e.g. ``2 working days``
    source: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps for one thing in some places, the lowest first."""

    id: str
    means: str
    about: str
    places: tuple[str, ...]
    urgencies: tuple[str, ...]
    steps: tuple[Step, ...]

    def step(self, step_id: str) -> Step | None:
        """The step of this id, or None where the pack no longer has it."""
        return next((each for each in self.steps if each.id == step_id), None)

    def after(self, step_id: str) -> Step | None:
        """The step above one; the first where the pack no longer has it, None above the last."""
        ids = [each.id for each in self.steps]
        above = ids.index(step_id) + 1 if step_id in ids else 0
        return self.steps[above] if above < len(ids) else None


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that may be chosen; ``by_hand`` says that a person may choose it as an ending."""

    id: str
    label: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """The ladders in order, the step of immediate danger, and what may be chosen on the way, each by id."""

    ladders: Mapping[str, Ladder]
    danger: Step
    dangers: Mapping[str, Word]
    hows: Mapping[str, Word]
    results: Mapping[str, Word]
    endings: Mapping[str, Word]
    later_day: str  # waits or ends: where a partner gives a later day for what is late

    def ladder(self, *, about: str, place: str, urgency: str) -> Ladder:
        """The first ladder that fits; loading has made sure that there is one."""
        return next(
            each
            for each in self.ladders.values()
            if each.about == about and place in each.places and urgency in each.urgencies
        )


def rules(
    file: str, text: bytes, *, clocks: Mapping[str, NamedClock], vocabulary: Vocabulary
) -> Rules:
    """The ladders of a pack. Raises PackError naming the row and the key, or the place without a ladder."""
    head = Row(opened(file, text), failing(file, ""))
    ladders = [
        _ladder(file, raw, clocks, vocabulary)
        for raw in rows_of(file, head.need("ladders"), "ladders")
    ]
    danger = _step(head.inner("danger", head.need("danger")), clocks)
    words = {
        name: _words(file, head.need(name), name)
        for name in ("dangers", "hows", "results", "endings")
    }
    later = head.inner("later_day", head.need("later_day"))
    later.text("source")
    vouched(later)
    then = later.choice("then", LATER)
    later.done()
    head.done()
    built = Rules({each.id: each for each in ladders}, danger, **words, later_day=then)
    for place in vocabulary.jurisdictions:
        for about in ABOUT:
            for urgency in URGENCIES:
                try:
                    built.ladder(about=about, place=place, urgency=urgency)
                except StopIteration:
                    failing(file, "")("ladders", f"has none for {about}, {place}, {urgency}")
    return built


def _ladder(
    file: str, raw: Mapping[str, Any], clocks: Mapping[str, NamedClock], vocabulary: Vocabulary
) -> Ladder:
    row = Row(raw, failing(file, str(raw["id"])))
    steps = row.need("steps")
    if not isinstance(steps, list) or not steps:
        row.refuse("steps", "is not a list of steps")
    built = Ladder(
        id=row.text("id"),
        means=row.text("means"),
        about=row.choice("about", ABOUT),
        places=row.choices("places", vocabulary.jurisdictions, need=True),
        urgencies=row.choices("urgencies", URGENCIES, need=True),
        steps=tuple(_step(row.inner("steps", each), clocks) for each in steps),
    )
    row.done()
    if len({each.id for each in built.steps}) != len(built.steps):
        row.refuse("steps", "names a step twice")
    return built


def _step(row: Row, clocks: Mapping[str, NamedClock]) -> Step:
    status, verified_on = vouched(row)
    built = Step(
        id=row.text("id"),
        label=row.text("label"),
        ours=row.choices("ours", OURS, need=True),
        theirs=row.text("theirs"),
        clock=clocks[row.choice("clock", clocks)],
        do=row.text("do"),
        words=row.text("words"),
        source=row.text("source"),
        status=status,
        verified_on=verified_on,
        titles=_titles(row),
    )
    row.done()
    try:
        slots = {name for _, name, _, _ in Formatter().parse(built.words) if name is not None}
    except ValueError:
        row.refuse("words", "has a bracket that is not closed")
    if not slots <= SLOTS:
        row.refuse("words", f"has another slot than: {', '.join(sorted(SLOTS))}")
    return built


def _titles(row: Row) -> tuple[str, ...]:
    given = row.take("titles", [])
    if not isinstance(given, list) or not all(isinstance(each, str) and each for each in given):
        row.refuse("titles", "is not a list of texts")
    return tuple(given)


def _words(file: str, raw: Any, name: str) -> dict[str, Word]:
    found = {}
    for each in rows_of(file, raw, name):
        row = Row(each, failing(file, each["id"]))
        row.text("source")
        vouched(row)
        by_hand = bool(row.flag("by_hand", default=False))
        found[each["id"]] = Word(row.text("id"), row.text("label"), by_hand)
        row.done()
    return found
