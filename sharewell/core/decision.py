"""STUB of the contract; the core engineer replaces this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sharewell.core.policy import Policy
from sharewell.core.request import Request


@dataclass(frozen=True)
class Decision:
    outcome: str
    tier: int | None
    fields: tuple[str, ...]
    withheld: Mapping[str, str]
    form: str
    consent_relied_on: bool
    basis: tuple[str, ...]
    inform: str | None
    obligations: tuple[str, ...]
    missing: tuple[str, ...]
    decider: str | None
    decide_within_hours: int | None
    review_within_hours: int | None
    reasons: tuple[Mapping[str, str], ...]  # rule, says, source
    questions: tuple[str, ...]
    policy: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def decide(request: Request, policy: Policy, agreement: object | None = None) -> Decision:
    raise NotImplementedError
