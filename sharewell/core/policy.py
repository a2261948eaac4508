"""STUB of the contract; the core engineer replaces this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class PackError(Exception):
    """A row of a pack that cannot be read: file, row, field and why."""

    def __init__(self, file: str, row: str, field: str, why: str) -> None:
        super().__init__(f"{file}: {row}: {field}: {why}")
        self.file, self.row, self.field, self.why = file, row, field, why


@dataclass(frozen=True)
class Policy:
    id: str
    jurisdiction: str
    state: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    fault: PackError | None = None
