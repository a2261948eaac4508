"""What is wrong with a pack, and the first reading of its file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

from sharewell.core import yamltext
from sharewell.core.reading import Fail


class PackError(Exception):
    """A row of a pack that cannot be used: which file, row and field, and why."""

    code = "pack_unusable"

    def __init__(self, file: str, row: str, field: str, why: str) -> None:
        """Keep the place; ``row`` and ``field`` may be empty where the whole is wrong."""
        super().__init__(": ".join(part for part in (file, row, field, why) if part))
        self.file, self.row, self.field, self.why = file, row, field, why


@lru_cache(maxsize=64)
def opened(file: str, text: bytes | None) -> Mapping[str, Any]:
    """The mapping that a pack holds, to be read and never changed; the same text is parsed once.

    Raises PackError when it is missing or not a mapping.
    """
    if text is None:
        raise PackError(file, "", "", "is missing")
    try:
        pack = yamltext.read(text)
    except yamltext.TextError as fault:
        raise PackError(file, "", "", str(fault)) from fault
    if not isinstance(pack, Mapping):
        raise PackError(file, "", "", "is not a mapping of keys to values")
    return pack


def rows_of(file: str, raw: object, name: str) -> list[Mapping[str, Any]]:
    """The rows of a list, each a mapping with an id of its own. Raises PackError."""
    if not isinstance(raw, list):
        raise PackError(file, "", name, "is not a list of rows")
    seen = set()
    for place, row in enumerate(raw, start=1):
        if not isinstance(row, Mapping) or not isinstance(row.get("id"), str):
            raise PackError(file, f"row {place}", "id", "is missing or not a text")
        if row["id"] in seen:
            raise PackError(file, row["id"], "id", "is given to two rows")
        seen.add(row["id"])
    return raw


def failing(file: str, row: str) -> Fail:
    """A way to fail that names this file and row."""

    def fail(field: str, why: str) -> NoReturn:
        raise PackError(file, row, field, why)

    return fail
