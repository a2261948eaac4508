"""Who may know a case, as data: terms of circles, how cases end, why they are restricted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sharewell.core.catalogue import vouched
from sharewell.core.faults import failing, opened, rows_of
from sharewell.core.reading import Row
from sharewell.core.vocabulary import Vocabulary

T = TypeVar("T")
TERMS = ("ordinary", "restricted")
INVITERS = ("owner", "manager", "safeguarding_lead", "governance_lead")
ONWARD = ("ask", "label")
LONGEST = 3660  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A row with where it comes from and how far it can be trusted."""

    id: str
    source: str
    status: str
    verified_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(Vouched):
    """Who lets somebody into a case, for how many days, and after how many it is asked whether still needed."""

    invites: tuple[str, ...]
    default_days: int
    longest_days: int
    review_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending(Vouched):
    """One way in which a case ends."""

    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction(Vouched):
    """One reason to restrict a case, and what in its record suggests to ask.

    Each of ``flags``, ``facts``, ``categories`` and ``about_staff`` is enough by itself, unless ``needs_all``.
    """

    label: str
    hint: str
    flags: frozenset[str]
    facts: Mapping[str, frozenset[str]]
    categories: frozenset[str]
    about_staff: bool
    needs_all: bool

    def suggested(
        self,
        *,
        flags: Collection[str],
        facts: Mapping[str, str],
        categories: Collection[str],
        about_staff: bool,
    ) -> bool:
        """Whether what is recorded calls for the question."""
        met = []
        if self.flags:
            met.append(not self.flags.isdisjoint(flags))
        if self.categories:
            met.append(not self.categories.isdisjoint(categories))
        if self.about_staff:
            met.append(about_staff)
        met += [facts.get(name) in values for name, values in self.facts.items()]
        return bool(met) and (all(met) if self.needs_all else any(met))


def terms(file: str, text: bytes) -> dict[str, Terms]:
    """The terms of an ordinary and of a restricted case. Raises PackError naming row and key."""
    found = _rows(file, text, "terms", _terms, beside=("closings",))
    for id_ in TERMS:
        if id_ not in found:
            failing(file, id_)("id", "is missing")
    return found


def closings(file: str, text: bytes) -> dict[str, Ending]:
    """How a case may end, by id. Raises PackError naming row and key."""
    return _rows(
        file,
        text,
        "closings",
        lambda row: Ending(label=row.text("label"), **vouched_as(row)),
        beside=("terms",),
    )


def restrictions(file: str, text: bytes, vocabulary: Vocabulary) -> dict[str, Restriction]:
    """Why a case may be restricted, by id. Raises PackError naming row and key."""
    return _rows(file, text, "restrictions", lambda row: _restriction(row, vocabulary))


def _rows(
    file: str,
    text: bytes,
    name: str,
    build: Callable[[Row], T],
    beside: Collection[str] = (),
) -> dict[str, T]:
    """The rows of one list of a pack, each read to its last key; ``beside`` are its other lists."""
    pack = opened(file, text)
    for key in pack:
        if key != name and key not in beside:
            failing(file, "")(str(key), "is not a key that is known here")
    found = {}
    for raw in rows_of(file, pack.get(name), name):
        row = Row(raw, failing(file, raw["id"]))
        found[raw["id"]] = build(row)
        row.done()
    return found


def vouched_as(row: Row) -> dict[str, Any]:
    """What every row says of itself, as keywords of :class:`Vouched`."""
    status, verified_on = vouched(row)
    return {
        "id": row.text("id"),
        "source": row.text("source"),
        "status": status,
        "verified_on": verified_on,
    }


def _terms(row: Row) -> Terms:
    days: dict[str, Any] = {
        name: row.number(name, 1, LONGEST) or row.need(name)
        for name in ("default_days", "longest_days", "review_days")
    }
    if days["default_days"] > days["longest_days"]:
        row.refuse("default_days", "is more than longest_days")
    if days["review_days"] > days["default_days"]:
        row.refuse("review_days", "is more than default_days")
    return Terms(invites=row.choices("invites", INVITERS, need=True), **days, **vouched_as(row))


def _restriction(row: Row, vocabulary: Vocabulary) -> Restriction:
    by = row.inner("suggested_by")
    facts = by.inner("facts")
    judged = {
        name: frozenset(facts.choices(name, vocabulary.facts.get(name, ()), need=True))
        for name in facts.keys()  # noqa: SIM118 - a row, not a dict
    }
    facts.done()
    categories = by.take("categories", [])
    if not isinstance(categories, list) or not all(isinstance(each, str) for each in categories):
        by.refuse("categories", "is not a list of texts")
    built = Restriction(
        label=row.text("label"),
        hint=row.text("hint"),
        flags=frozenset(by.choices("flags", vocabulary.flags)),
        facts=judged,
        categories=frozenset(categories),
        about_staff=bool(by.flag("about_staff", default=False)),
        needs_all=bool(by.flag("all", default=False)),
        **vouched_as(row),
    )
    by.done()
    return built


@dataclass(frozen=True, slots=True, kw_only=True)
class CaveatKind(Vouched):
    """What an originator says of passing something on.

    ``onward`` is ``ask`` (withheld until they agree) or ``label`` (it goes, with ``says``). ``never`` are the
    recipient roles that do not get it before the originator agrees, though others do.
    """

    label: str
    onward: str
    says: str
    ask_whom: str
    never: frozenset[str]


def caveats(file: str, text: bytes, vocabulary: Vocabulary) -> dict[str, CaveatKind]:
    """The kinds of caveat by id. Raises PackError naming row and key."""
    return _rows(file, text, "caveats", lambda row: _caveat(row, vocabulary))


def _caveat(row: Row, vocabulary: Vocabulary) -> CaveatKind:
    return CaveatKind(
        never=frozenset(row.choices("never", vocabulary.recipient_roles)),
        label=row.text("label"),
        onward=row.choice("onward", ONWARD),
        says=row.text("says"),
        ask_whom=row.text("ask_whom"),
        **vouched_as(row),
    )
