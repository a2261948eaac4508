"""STUB of the contract; the core engineer replaces this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class RequestError(ValueError):
    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


@dataclass(frozen=True)
class Request:
    raw: Mapping[str, Any]


def parse(raw: Mapping[str, Any]) -> Request:
    return Request(raw)


def encode(request: Request) -> dict[str, Any]:
    return dict(request.raw)
