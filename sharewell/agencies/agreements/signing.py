"""What the packs say of signing: which findings have to be mended first, and what each kind is called."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from sharewell.core.checking import Finding
from sharewell.packs.shapes import shaped


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    source: str
    status: str
    verified_on: date | None = None


class Kind(_Row, frozen=True):
    """A kind of finding; ``stands`` says whether it may stand with a reason that both signers give."""

    label: str
    hint: str
    stands: bool


class _Limit(_Row, frozen=True):
    means: str
    days: int


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``signing.yaml``."""

    findings: tuple[Kind, ...]
    limits: tuple[_Limit, ...]


def kinds() -> dict[str, Kind]:
    """The kinds of findings by id, those first that have to be mended."""
    return {row.id: row for row in _pack().findings}


def limit(name: str) -> timedelta:
    """A length of time by its id."""
    return next(timedelta(days=row.days) for row in _pack().limits if row.id == name)


def to_mend(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that no reason lets stand."""
    return tuple(each for each in found if not kinds()[each.kind].stands)


def may_stand(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that may stand with a reason."""
    return tuple(each for each in found if kinds()[each.kind].stands)


@functools.cache
def _pack() -> Pack:
    return shaped("signing.yaml", Pack)
