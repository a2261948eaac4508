"""STUB of the contract; the core engineer replaces this file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class AgreementError(ValueError):
    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path, self.why = path, why


@dataclass(frozen=True)
class Party:
    agency: str  # slug


@dataclass(frozen=True)
class Agreement:
    id: str
    title: str
    version: int
    parties: tuple[Party, ...]
    starts_at: datetime | None
    ends_at: datetime | None


def load(text: str) -> Agreement:
    raise NotImplementedError
