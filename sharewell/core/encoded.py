"""Requests as columns of small numbers, so that years of them can be kept and asked again at once.

What a number means is in the table of its column, by name, and the tables are kept with the numbers: so what
was encoded under one vocabulary can be read under another.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharewell.core import bits
from sharewell.core.classes import Words, chosen, words
from sharewell.core.era import FACTS
from sharewell.core.request import (
    Boundary,
    Consent,
    Covers,
    Facts,
    Recipient,
    Request,
    Sender,
    Wants,
)

VERSION = 1
UNDER = "under"  # the agreement between the agencies, by the name that its keeper gives it
COLUMNS = (
    "jurisdiction",
    "state",
    "purpose",
    "flags",
    "supplied",
    "wants.tier",
    "sender.kind",
    "sender.regimes",
    "sender.public_authority",
    "recipient.role",
    "recipient.agreement",
    "recipient.alleged_source",
    "recipient.connected_to_source",
    *(f"facts.{name}" for name in FACTS),
    "consent.position",
    "consent.reason",
    "consent.given_by",
    "consent.covers.recipients",
    "consent.covers.purposes",
    "consent.covers.tier",
    "consent.covers.labels",
    "consent.boundaries",
    "consent.written",
    "consent.understanding_checked",
)
TIMES = ("at", "consent.recorded_at", "consent.expires_at")
NEVER = np.iinfo(np.int64).min  # in place of a time that was not given
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
_values = attrgetter(*COLUMNS)
_times = attrgetter(*TIMES)


class EncodedError(ValueError):
    """Bytes that are not requests as this module writes them; the text says why."""

    code = "encoded_unreadable"


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Requests as columns, each a number for each request; ``tables`` give the values of the numbers.

    ``times`` are microseconds since 1970, UTC. ``wanted`` has a bit for each of ``fields``, 64 in a word;
    ``named`` says whether fields were asked for by name; ``orders`` gives the places of those of a request
    that named them in another order than the table, or twice.
    """

    columns: Mapping[str, NDArray[np.uint32]]
    tables: Mapping[str, tuple[Any, ...]]
    times: Mapping[str, NDArray[np.int64]]
    fields: tuple[str, ...]
    wanted: Words
    named: NDArray[np.bool_]
    orders: Mapping[int, tuple[int, ...]]

    def __len__(self) -> int:
        """How many requests these are."""
        return len(self.named)

    def column(self, name: str) -> tuple[NDArray[np.uint32], int]:
        """The numbers of one column, and a bound that they are all below."""
        return self.columns[name], len(self.tables[name])


def encode(
    requests: Iterable[Request],
    under: Iterable[str | None] | None = None,
    *,
    fields: Sequence[str] = (),
) -> Encoded:
    """Encode requests; ``under`` names for each the agreement between the agencies, or None.

    ``fields`` are those of the catalogue in order, which keeps the orders of most requests out of it.
    Raises TypeError for a time without a zone, ValueError where ``under`` is shorter or longer.
    """
    tables: dict[str, dict[Hashable, int]] = {name: {} for name in (*COLUMNS, UNDER)}
    places = {field: place for place, field in enumerate(fields)}
    orders: dict[int, tuple[int, ...]] = {}
    rows, times, wants = [], [], []
    numbering = tuple(tables.values())
    for number, (request, agreed) in enumerate(
        zip(requests, under if under is not None else repeat(None), strict=under is not None)
    ):
        values = (*_values(request), agreed)
        rows.append(
            [table.setdefault(v, len(table)) for table, v in zip(numbering, values, strict=True)]
        )
        times.append([microseconds(at, NEVER) for at in _times(request)])
        asked = request.wants.fields
        order = tuple(places.setdefault(field, len(places)) for field in asked or ())
        wants.append(None if asked is None else sum(1 << place for place in set(order)))
        if order != tuple(sorted(set(order))):
            orders[number] = order
    columns = np.array(rows, np.uint32).reshape(len(rows), len(numbering)).T
    ticks = np.array(times, np.int64).reshape(len(rows), len(TIMES)).T
    return Encoded(
        columns=dict(zip(tables, np.ascontiguousarray(columns), strict=True)),
        tables={name: tuple(table) for name, table in tables.items()},
        times=dict(zip(TIMES, np.ascontiguousarray(ticks), strict=True)),
        fields=tuple(places),
        wanted=words([each or 0 for each in wants], len(places)),
        named=np.array([each is not None for each in wants], bool),
        orders=orders,
    )


def microseconds(at: datetime | None, otherwise: int) -> int:
    """A time in microseconds since 1970, UTC. Raises TypeError for one without a zone."""
    return otherwise if at is None else (at - EPOCH) // TICK


def decode(encoded: Encoded, numbers: Sequence[int], *, named: bool = True) -> list[Request]:
    """Some of the requests, exactly as they were encoded.

    Without ``named`` they say that fields were asked for by name, and not which.
    """
    at = np.asarray(numbers, np.int64)
    held = {
        name: [encoded.tables[name][place] for place in encoded.columns[name][at].tolist()]
        for name in COLUMNS
    }
    when, recorded, expires = ([_moment(t) for t in encoded.times[n][at].tolist()] for n in TIMES)
    fields = [_fields(encoded, number, named=named) for number in numbers]
    consents = zip(
        *_of(held, "consent", ("position", "reason", "given_by")),
        map(Covers, *_of(held, "consent.covers", Covers.__slots__)),
        *_of(held, "consent", ("boundaries",)),
        recorded,
        expires,
        *_of(held, "consent", ("written", "understanding_checked")),
        strict=True,
    )
    requests = zip(
        when,
        held["jurisdiction"],
        map(Sender, *_of(held, "sender", Sender.__slots__)),
        held["purpose"],
        map(Recipient, *_of(held, "recipient", Recipient.__slots__)),
        map(Facts, *_of(held, "facts", FACTS)),
        [Consent(*each) for each in consents],
        held["state"],
        held["flags"],
        map(Wants, fields, held["wants.tier"]),
        held["supplied"],
        strict=True,
    )
    return [Request(*each) for each in requests]


def _of(held: Mapping[str, list[Any]], part: str, names: Iterable[str]) -> list[list[Any]]:
    return [held[f"{part}.{name}"] for name in names]


def _moment(ticks: int) -> Any:
    """The time, or None where there is none; that of the request itself is always there."""
    return None if ticks == NEVER else EPOCH + ticks * TICK


def _fields(encoded: Encoded, number: int, *, named: bool) -> tuple[str, ...] | None:
    if not encoded.named[number]:
        return None
    if not named:
        return ()
    order = encoded.orders.get(number)
    if order is None:
        order = tuple(bits.numbers(chosen(encoded.wanted[number])))
    return tuple([encoded.fields[place] for place in order])


def packed(encoded: Encoded) -> bytes:
    """The requests as bytes: one line of JSON with the tables by name, then the columns."""
    head = {
        "version": VERSION,
        "size": len(encoded),
        "fields": encoded.fields,
        "tables": {name: _plain(table) for name, table in encoded.tables.items()},
        "orders": [[number, *order] for number, order in encoded.orders.items()],
    }
    parts = [json.dumps(head, ensure_ascii=False).encode(), b"\n"]
    parts += [encoded.columns[name].astype("<u4").tobytes() for name in (*COLUMNS, UNDER)]
    parts += [encoded.times[name].astype("<i8").tobytes() for name in TIMES]
    parts += [encoded.wanted.astype("<u8").tobytes(), encoded.named.astype("u1").tobytes()]
    return b"".join(parts)


def unpacked(data: bytes) -> Encoded:
    """The requests that :func:`packed` wrote. Raises EncodedError for what it did not write."""
    line, _, rest = data.partition(b"\n")
    try:
        return _unpacked(json.loads(line), rest)
    except EncodedError:
        raise
    except (ValueError, KeyError, TypeError) as fault:
        raise EncodedError(f"is not encoded requests ({fault})") from fault


def _unpacked(head: Mapping[str, Any], rest: bytes) -> Encoded:
    if head["version"] != VERSION:
        raise EncodedError(f"is of version {head['version']}, not {VERSION}")
    size, names = int(head["size"]), (*COLUMNS, UNDER)
    width = max(1, -(-len(head["fields"]) // 64))
    ends = np.cumsum([4 * size * len(names), 8 * size * len(TIMES), 8 * size * width, size])
    if len(rest) != ends[-1]:
        raise EncodedError("is cut short, or longer than it says")
    columns = np.frombuffer(rest[: ends[0]], "<u4").reshape(len(names), size).astype(np.uint32)
    times = np.frombuffer(rest[ends[0] : ends[1]], "<i8").reshape(len(TIMES), size)
    wanted = np.frombuffer(rest[ends[1] : ends[2]], "<u8").reshape(size, width)
    return Encoded(
        columns=dict(zip(names, columns, strict=True)),
        tables={name: tuple(map(_value, head["tables"][name])) for name in names},
        times=dict(zip(TIMES, times.astype(np.int64), strict=True)),
        fields=tuple(head["fields"]),
        wanted=wanted.astype(np.uint64),
        named=np.frombuffer(rest[ends[2] :], "u1").astype(bool),
        orders={number: tuple(order) for number, *order in head["orders"]},
    )


def _plain(table: tuple[Any, ...]) -> list[Any]:
    return [
        [[each.kind, each.value] if isinstance(each, Boundary) else each for each in value]
        if isinstance(value, tuple)
        else value
        for value in table
    ]


def _value(value: Any) -> Any:
    """A value of a table: a list is a tuple, and a list in it a boundary."""
    if not isinstance(value, list):
        return value
    return tuple(Boundary(*each) if isinstance(each, list) else each for each in value)
