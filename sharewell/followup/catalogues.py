"""Data of the followup room: the kinds of meeting and what each needs, and raising a worry in confidence. Read once from the packs."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date

import msgspec

from sharewell import packs
from sharewell.core import whistleblowing as core
from sharewell.packs.shapes import shaped


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every row says of itself: where it comes from and how far it can be trusted."""

    id: str
    source: str
    status: str
    verified_on: date | None = None


class Seat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody without whom a meeting is not whole: recipient ``roles``, or roles held by our ``own`` people."""

    id: str
    label: str
    roles: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


class MeetingKind(Row, frozen=True):
    """One kind of meeting; ``purposes`` (what agencies are asked for), ``clocks`` and ``begins`` go by who the person is.

    ``begins`` are events of packs/clocks.yaml that such a meeting may have been, each of which starts clocks.
    """

    label: str
    hint: str
    purposes: Mapping[str, str]
    required: tuple[Seat, ...] = ()
    clocks: Mapping[str, tuple[str, ...]] = {}
    begins: Mapping[str, tuple[str, ...]] = {}


class Choice(Row, frozen=True):
    """One of a list that is offered."""

    label: str


class Section(Row, frozen=True):
    """One part of a preparation, and the fields of the catalogue whose words it may begin from."""

    label: str
    hint: str
    fields: tuple[str, ...] = ()


class Presence(Row, frozen=True):
    """Whether somebody was ``there``; ``why`` says that a sentence goes with it."""

    label: str
    there: bool = False
    why: bool = False


class RecordClock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many further days may end before the record is due; 0 is the day of the meeting."""

    days: int
    source: str
    status: str


class Meetings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that meetings go by."""

    kinds: tuple[MeetingKind, ...]
    ways: tuple[Choice, ...]
    preparation: tuple[Section, ...]
    presences: tuple[Presence, ...]
    record: RecordClock

    def kind(self, id_: str) -> MeetingKind | None:
        """A kind by its id; None where the pack does not hold it any more."""
        return next((each for each in self.kinds if each.id == id_), None)

    def presence(self, id_: str) -> Presence | None:
        """A presence by its id; None where the pack does not hold it any more."""
        return next((each for each in self.presences if each.id == id_), None)


@functools.cache
def whistleblowing() -> core.Whistleblowing:
    """Whom one may turn to outside, and when it is asked whether anything was held against somebody."""
    return core.whistleblowing(core.FILE, packs.read()[core.FILE], packs.vocabulary())


@functools.cache
def meetings() -> Meetings:
    """The kinds of meeting with what each needs, and the lists that their record chooses from."""
    return shaped("meetings.yaml", Meetings)
