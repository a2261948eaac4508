"""Reading the packs that only rooms read: each has a shape (``msgspec``), and a fault names file, row and field."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any, TypeVar

import msgspec

from sharewell.core.faults import PackError

T = TypeVar("T")

_PLACE = re.compile(r"(?s)(?P<why>.*?)(?: - at `\$(?P<path>[^`]*)`)?")
_ROW = re.compile(r"\.(?P<part>\w+)\[(?P<place>\d+)\](?P<field>.*)")


def shaped(name: str, shape: type[T], text: bytes | None = None) -> T:
    """Read a pack as this shape; ``text`` in place of the installed file. Raises PackError."""
    if text is None:
        text = (resources.files(__package__) / name).read_bytes()
    try:
        return msgspec.yaml.decode(text, type=shape)
    except msgspec.ValidationError as fault:
        raise _named(name, str(fault), text) from fault
    except msgspec.DecodeError as fault:
        raise PackError(name, "", "", str(fault)) from fault


def _named(name: str, said: str, text: bytes) -> PackError:
    found = _PLACE.fullmatch(said)
    why, path = (found["why"], found["path"] or "") if found else (said, "")
    row = _ROW.fullmatch(path)
    if row is None:
        return PackError(name, "", path.removeprefix("."), why)
    id_ = _id(msgspec.yaml.decode(text)[row["part"]], int(row["place"]))
    return PackError(name, id_, row["field"].removeprefix(".") or row["part"], why)


def _id(rows: Any, place: int) -> str:
    """What names a row: its id, or which it is where it has none."""
    id_ = rows[place].get("id") if isinstance(rows[place], dict) else None
    return id_ if isinstance(id_, str) else f"row {place + 1}"
