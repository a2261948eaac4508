"""Data of requests to us: their kinds, how identity is checked, and the words that everybody gets."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import timedelta

import msgspec

from sharewell.disclosures.catalogues import Row
from sharewell.packs.shapes import shaped


class Kind(Row, frozen=True):
    """Who asks; ``demand`` is the fact of their power where they name it, ``hours`` how soon we answer."""

    label: str
    role: str
    demand: str
    hours: int
    decider: str
    written: bool = False


class Check(Row, frozen=True):
    """A way to check identity; ``called`` where a number is rung."""

    label: str
    called: bool = False


class Said(Row, frozen=True):
    """Words for whoever asks."""

    text: str


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``packs/requests.yaml``."""

    kinds: tuple[Kind, ...]
    checks: tuple[Check, ...]
    words: tuple[Said, ...]
    silent: tuple[str, ...]
    keep_days: int


def kinds() -> Mapping[str, Kind]:
    """Who may ask, by id, in the order of the pack."""
    return {row.id: row for row in pack().kinds}


def checks() -> Mapping[str, Check]:
    """How identity may be checked, by id."""
    return {row.id: row for row in pack().checks}


def words(name: str) -> str:
    """What whoever asks is told, by its id; the same for everybody."""
    return next(row.text for row in pack().words if row.id == name)


def kept_for() -> timedelta:
    """How long a request about nobody whom we know is kept after it was answered."""
    return timedelta(days=pack().keep_days)


@functools.cache
def pack() -> Pack:
    """The pack as read."""
    return shaped("requests.yaml", Pack)
