"""The safe-contact plan as the gate reads it: ways, times, prohibitions and who must not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

PERSON, HOUSEHOLD, CARER, PROFESSIONAL = "person", "household", "carer", "professional"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS, EVERY_DAY = frozenset(range(5)), frozenset(range(7))
NO_TIMES = "the safe times are not known"


@dataclass(frozen=True, slots=True)
class Way:
    """One way of reaching the person; ``safe`` is true, false or unknown, ``address`` a number or address."""

    channel: str
    address: str = ""
    safe: str = "unknown"

    @property
    def key(self) -> str:
        """The address as it is compared: without spaces, signs and capitals."""
        return "".join(letter for letter in self.address.casefold() if letter.isalnum())


@dataclass(frozen=True, slots=True)
class Window:
    """Days (0 is Monday) and hours in which contact is safe, from ``starts`` until just before ``ends``."""

    days: frozenset[int]
    starts: time
    ends: time

    def holds(self, at: datetime) -> bool:
        """Whether a moment, told in the time zone of the agency, lies in it."""
        return at.weekday() in self.days and self.starts <= at.time() < self.ends

    def words(self) -> str:
        """The window in words: ``Tuesdays and Thursdays 10:00 to 12:00``."""
        return f"{_days(self.days)} {self.starts:%H:%M} to {self.ends:%H:%M}"


@dataclass(frozen=True, slots=True)
class Hidden:
    """One who must not know; a name, a relation (an id of packs/contact.yaml), or both."""

    name: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a person may be reached; ``when`` is any, listed (the windows) or unknown.

    ``never`` are channels that the plan or the person's own boundaries rule out altogether.
    """

    ways: tuple[Way, ...] = ()
    when: str = "unknown"
    windows: tuple[Window, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    never: frozenset[str] = frozenset()
    leave_message: bool = False
    meeting_place: str = ""
    code_word: bool = False
    minds: tuple[str, ...] = ()  # what else must never be done, in words

    def when_words(self) -> str:
        """The safe times in words."""
        if self.when == "any":
            return "at any time"
        listed = [window.words() for window in self.windows] if self.when == "listed" else []
        return "; ".join(listed) or NO_TIMES

    def in_time(self, at: datetime | None) -> bool:
        """Whether a moment, told in the time zone of the agency, is one of the safe ones; None: whether any is."""
        if self.when == "listed":
            return any(at is None or window.holds(at) for window in self.windows)
        return self.when == "any"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a word is for; ``knows`` where somebody of the household, or a carer, is known to know of the case."""

    kind: str = PERSON
    name: str = ""
    relation: str = ""
    knows: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """A word as it arrives: ``shown`` can be seen without opening it (subject, envelope), ``inside`` cannot."""

    shown: str = ""
    inside: str = ""


def handling(
    plan: Plan | None, relations: dict[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What goes to every professional beside a message: whom not to tell, which channels not to use.

    Needs no pack: a relation without words in ``relations`` stands for itself.
    """
    if plan is None:
        return (), ()
    unsafe = [w.channel for w in plan.ways if w.safe == "false"]
    tell = tuple(dict.fromkeys(hidden_words(each, relations) for each in plan.hidden))
    return tell, tuple(dict.fromkeys([*sorted(plan.never), *unsafe]))


def hidden_words(who: Hidden, relations: dict[str, str]) -> str:
    """One who must not know, in words: ``Ray Quill (husband or partner)``."""
    relation = relations.get(who.relation, who.relation)
    return f"{who.name} ({relation})" if who.name and relation else who.name or relation


def _days(days: frozenset[int]) -> str:
    if days == EVERY_DAY:
        return "every day"
    if days == WEEKDAYS:
        return "weekdays"
    listed = sorted(days)
    run = len(listed) > 2 and all(b - a == 1 for a, b in pairwise(listed))
    if run:
        return f"{DAYS[listed[0]]} to {DAYS[listed[-1]]}"
    return joined([f"{DAYS[day]}s" for day in listed])


def joined(words: Sequence[str], last: str = "and") -> str:
    """Words as a list in a sentence: ``a, b and c``."""
    return (
        f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
    )
