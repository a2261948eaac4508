"""STUB of the contract; the core engineer replaces this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sharewell.core.decision import Decision
from sharewell.core.policy import Policy


@dataclass(frozen=True)
class Value:
    text: str | None = None
    items: tuple[str, ...] = ()
    unknown: str | None = None
    kind: str | None = None
    source_role: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Message:
    raw: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return dict(self.raw)


def minimise(
    record: Mapping[str, Value], decision: Decision, policy: Policy, **heading: Any
) -> Message:
    raise NotImplementedError
